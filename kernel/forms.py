"""How every form reads and draws its fields: clean text, plain numbers, web addresses, and the optimistic lock."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import connections
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import DateTimeBaseInput
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

# Control characters (but line ends and tabs), direction overrides and invisible characters: they hide what a text says.
# NUL stays in: Django's own validator refuses it aloud. The zero-width joiner stays in: names in emoji and Indic need it.
INVISIBLE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
LONGEST_TEXT = 20_000  # characters
HYPHENS, NOTHING = BLANK_CHOICE_DASH[0][1], "—"
PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
STALE = _("Somebody else has saved this record since you opened it. Compare both versions, then save again.")
DATE_FIELDS = (forms.DateField, forms.DateTimeField)
YEARS = range(1900, 2200)  # beyond them no business is done, and time zones run off the calendar
NUMBER_FIELDS = (forms.IntegerField, forms.DecimalField, forms.FloatField)
BROWSER_WIDGETS = (
    (forms.DateTimeField, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateField, "date", "%Y-%m-%d"),
    (forms.TimeField, "time", "%H:%M"),
)


class Renderer(TemplatesSetting):
    """Draws forms, fields and formsets with the templates under templates/forms/ (FORM_RENDERER)."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"


def tidy(text: str) -> str:
    """The text in one spelling (NFC), without characters that cannot be seen."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def tidy_data(data: Any) -> Any:
    """A copy of what was posted with every text tidied; works for a QueryDict and for a plain dict.

    Made once for each request: the rows of a long table are forms of their own, and each is given all that was posted.
    """
    if isinstance(data, QueryDict):
        known: QueryDict | None = getattr(data, "tidied", None)
        if known is None:
            known = QueryDict(mutable=True, encoding=data.encoding)
            for key, values in data.lists():
                known.setlist(key, [tidy(value) if isinstance(value, str) else value for value in values])
            data.tidied = known.tidied = known  # type: ignore[attr-defined]
        return known
    return {key: tidy(value) if isinstance(value, str) else value for key, value in data.items()}


def plain_number(raw: str) -> str:
    """A number as typed in any width, with or without separators, in plain ASCII; other text comes back unchanged."""
    text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").strip()
    if GROUPED_NUMBER.fullmatch(text):
        return text.replace(",", "")
    return text if PLAIN_NUMBER.fullmatch(text) else raw


class NumberText(forms.TextInput):
    """A text box for numbers: type=number would refuse full-width digits and separators before we see them."""

    def format_value(self, value):
        """Without noughts that say nothing: 2, not 2.000."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else super().format_value(value)

    def value_from_datadict(self, data, files, name):
        """The number in plain digits where it is one."""
        raw = super().value_from_datadict(data, files, name)
        return plain_number(raw) if isinstance(raw, str) else raw


class Rating(forms.RadioSelect):
    """One of five or so, side by side, each as large as a finger; at both ends stands what it means."""

    def __init__(self, least: Any, most: Any, numbers: range = range(1, 6)) -> None:
        super().__init__(choices=[(n, n) for n in numbers])
        self.least, self.most = least, most


class WebAddressField(forms.URLField):
    """An http or https address, never another scheme."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any):
        super().__init__(assume_scheme="https", **kwargs)


def _cap(field: forms.CharField) -> None:
    """A text without a limit of its own gets ours: lists and timelines show texts whole (SECURITY E22)."""
    field.max_length = LONGEST_TEXT
    field.validators.append(MaxLengthValidator(LONGEST_TEXT))
    field.widget.attrs.update(field.widget_attrs(field.widget))


def _bear_endless_keys(field: forms.ModelMultipleChoiceField) -> None:
    """A key that no database could hold is no choice; SQLite would fail instead of finding nothing."""
    check = field._check_values

    def checked(value: Any) -> Any:
        try:
            return check(value)
        except OverflowError as error:
            text = field.error_messages["invalid_choice"]
            longest = max(map(str, value), key=len)
            raise forms.ValidationError(text, code="invalid_choice", params={"value": longest[:40]}) from error

    field._check_values = checked


def _say_nothing_plainly(field: forms.Field) -> None:
    """No choice is a dash, as in every table, and not a row of hyphens."""
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == HYPHENS:
            field.empty_label = NOTHING
    elif isinstance(field, forms.ChoiceField):
        choices: list[Any] = list(field.choices)  # type: ignore[arg-type]
        if ("", HYPHENS) in choices:
            field.choices = [("", NOTHING) if choice == ("", HYPHENS) else choice for choice in choices]


def _prepare(field: forms.Field) -> None:
    """Give a field the control of our design: native date pickers, text boxes for numbers, http(s) only."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        _bear_endless_keys(field)
    if isinstance(field, forms.CharField) and field.max_length is None:
        _cap(field)
    if isinstance(field, NUMBER_FIELDS) and type(field.widget) is forms.NumberInput:
        kept = {key: value for key, value in field.widget.attrs.items() if key not in {"min", "max", "step"}}
        mode = "numeric" if type(field) is forms.IntegerField else "decimal"
        required = field.widget.is_required
        field.widget = NumberText(attrs={"inputmode": mode, "autocomplete": "off", **kept})
        field.widget.is_required = required
    _say_nothing_plainly(field)
    if isinstance(field, forms.URLField):
        field.validators = [URLValidator(schemes=["http", "https"])]
        field.assume_scheme = "https"
        field.widget.input_type = "text"  # the browser would refuse www.example.com in a language of its own
        field.widget.attrs.setdefault("inputmode", "url")
    for kind, input_type, pattern in BROWSER_WIDGETS:
        if isinstance(field, kind) and isinstance(field.widget, DateTimeBaseInput):
            field.widget.input_type, field.widget.format = input_type, pattern
            break


@dataclass(frozen=True)
class Difference:
    """One field that two people changed at the same time: what is stored now and what was just entered."""

    label: Any
    theirs: Any
    yours: Any


class Tidy(forms.BaseForm):
    """What our plain and model forms share; put before Django's form class."""

    conflict: tuple[Difference, ...] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any):
        super().__init__(tidy_data(data) if data is not None else None, *args, **kwargs)
        for field in self.fields.values():
            _prepare(field)

    def add_field(self, name: str, field: forms.Field) -> None:
        """Add a field that only this form has (one per row of something), read and drawn as every other."""
        _prepare(field)
        self.fields[name] = field

    @property
    def status(self) -> int:
        """The HTTP status to answer with when the form is shown (again): 409 after a conflict, else 200."""
        return 409 if self.conflict else 200

    def _clean_fields(self) -> None:
        super()._clean_fields()
        for name, bound in self._bound_items():
            if isinstance(bound.field, NUMBER_FIELDS) and not self.has_error(name):
                self._refuse_odd_number(name, bound)
            if isinstance(bound.field, DATE_FIELDS) and (day := self.cleaned_data.get(name)) and day.year not in YEARS:
                self.add_error(name, forms.ValidationError(bound.field.error_messages["invalid"], code="invalid"))

    def _refuse_odd_number(self, name: str, bound: BoundField) -> None:
        """Refuse what Decimal would read but nobody means: exponents, underscores, NaN, infinities."""
        raw = bound.data
        if isinstance(raw, str) and raw.strip() and not PLAIN_NUMBER.fullmatch(raw.strip()):
            self.add_error(name, forms.ValidationError(_("Enter a number, for example 480000."), code="invalid"))


class BylawForm(Tidy, forms.Form):
    """The base of every form without a model."""


class BylawModelForm(Tidy, forms.ModelForm):
    """The base of every form on a model.

    A model with a `version` field is locked optimistically: the page carries the version it showed, and when another
    person has saved since, the form is refused with both versions listed in `conflict` (answer with `status`, 409).
    Validation locks the row until the end of the transaction that `once` opens, so nothing slips in before `save()`.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if self.is_versioned:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
            self.initial["version"] = self.instance.version

    @property
    def is_versioned(self) -> bool:
        """Whether the form edits an existing row whose model counts its versions."""
        return bool(self.instance.pk) and any(field.name == "version" for field in self._meta.model._meta.fields)

    def _clean_form(self) -> None:
        super()._clean_form()
        if self.is_versioned and "version" in self.fields:
            self._refuse_stale_version()

    def save(self, commit: bool = True) -> Any:
        """Save as Django does and count one version on."""
        if self.is_versioned and not self.errors:
            self.instance.version += 1
        return super().save(commit)

    def _refuse_stale_version(self) -> None:
        seen, stored = self.cleaned_data.pop("version", None), self._stored()
        if seen == stored.version == self.instance.version:
            return
        self.conflict = tuple(self._differences(stored))
        self.add_error(None, forms.ValidationError(STALE, code="conflict"))
        # The next submission is made in knowledge of the present version.
        resent: Any = self.data.copy()  # type: ignore[attr-defined]
        resent[self.add_prefix("version")] = str(stored.version)
        self.data = resent

    def _stored(self) -> Any:
        rows = self._meta.model._base_manager.all()
        if connections[rows.db].in_atomic_block:
            rows = rows.select_for_update(of=("self",))
        return rows.get(pk=self.instance.pk)

    def _differences(self, stored: Any) -> list[Difference]:
        kept = forms.models.model_to_dict(stored, fields=list(self.fields))
        return [
            Difference(bound.label, _words(bound, kept.get(name)), _words(bound, bound.data))
            for name, bound in self._bound_items()
            if name in self.changed_data and name != "version"
        ]


def _words(bound: BoundField, value: Any) -> Any:
    """A value as its reader knows it: the wording of a choice, yes or no, else the value itself."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = {str(key): wording for key, wording in getattr(bound.field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    plain = [bound.field.prepare_value(one) for one in values]
    words = [choices.get(str(one), one) for one in plain if one not in (None, "")]
    return ", ".join(str(word) for word in words)
