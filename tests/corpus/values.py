"""The corpus of SECURITY E by kind of field: what people, browsers and attackers send."""

from django import forms

from kernel.forms import NUMBER_FIELDS

# Shown as text wherever it goes: script, template syntax, formula, direction override, zero width, characters beyond the plane.
MIXED = "<script>alert(1)</script>{{7*7}}[[x]]\u202e\u200b𠮷😀＝1+1"
PLAIN = '=1+1"><img src=x onerror=alert(1)>'
SURROGATE = "甲\ud800乙"  # sent as the bytes that it would be
NUL = "甲\x00乙"

TEXTS = (MIXED, NUL, SURROGATE, "甲" * 5_000, " \t\u3000 ", PLAIN)
ADDRESSES = ("javascript:alert(1)", "data:text/html,x", "a@b\nBcc:x@y", "http://[::1", NUL, "甲" * 3_000)
NUMBERS = (*("1" + "0" * 30, NUL, "NaN", "Infinity", "1e400", "-1", "0.0000001", "１２", "1_000", "9" * 400),)
DATES = ("0001-01-01", "9999-12-31", "2025-02-29", "0000-00-00", "115/02/30", "24:00", "9" * 400, NUL)
MOMENTS = ("0001-01-01T00:00", "9999-12-31T23:59", "2025-02-30T10:00", "2026-01-01T24:00", "2026-01-01", "甲", NUL)
KEYS = ("甲", "-1", "0", "1.0", "1" + "0" * 30, str(2**63), "９９９９９９", NUL)
CHOICES = ("甲", "-1", "<script>", NUL)
FLAGS = ("甲", NUL)
COUNTS = ("", "-1", "甲", "1" + "0" * 30, "1001", NUL)  # of a table of rows
LEADS = ("//evil.example/", "https:evil.example", "/\\evil.example", "javascript:alert(1)", NUL)  # where to go next
SENT_ONCE = ("甲" * 9_000, NUL, "<script>")

# What nobody may set by naming it.
FORGED = {"state": "signed", "owner": "1", "approved_by": "1", "is_superuser": "on", "id": "1", "total": "1"}


def values_for(name, field):
    """What is sent in a field."""
    if field is None:
        if name.endswith("_FORMS"):
            return COUNTS
        return {"next": LEADS, "_key": SENT_ONCE}.get(name, ())
    if isinstance(field, forms.FileField):
        return ()
    if isinstance(field, forms.BooleanField):
        return FLAGS
    if isinstance(field, forms.ModelChoiceField):
        return (*KEYS, *_of_another(field))
    if isinstance(field, forms.ChoiceField | forms.TypedChoiceField):
        return CHOICES
    for kinds, values in (
        (NUMBER_FIELDS, NUMBERS),
        (forms.DateTimeField, MOMENTS),
        (forms.DateField, DATES),
        (forms.URLField | forms.EmailField, ADDRESSES),
    ):
        if isinstance(field, kinds):
            return values
    return TEXTS


def _of_another(field):
    """The key of a row that exists and is not for this person to choose here."""
    mine = field.queryset.order_by().values_list("pk", flat=True)
    return [
        str(pk) for pk in field.queryset.model._base_manager.exclude(pk__in=list(mine)).values_list("pk", flat=True)[:1]
    ]
