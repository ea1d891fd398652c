"""A page's form as a browser would send it, and the form objects behind it."""

from html.parser import HTMLParser
from urllib.parse import quote_plus

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet

PIECES = ("forms/", "django/forms/", "admin/widgets/", "ui/")  # drawn by the hundred; the forms are known to the page


class _Forms(HTMLParser):
    """The POST forms of a page with their controls in order; what stands in a <template> is not sent."""

    def __init__(self):
        super().__init__()
        self.forms, self.current, self.templates = [], None, 0
        self.text, self.select, self.chosen = None, None, []

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        self.templates += tag == "template"
        if tag == "form":
            self.current = [] if at.get("method", "").lower() == "post" else None
            if self.current is not None:
                self.forms.append(self.current)
        elif self.current is None or self.templates or "disabled" in at:
            return
        elif tag == "input" and at.get("name"):
            kind = at.get("type", "text")
            is_sent = kind not in ("submit", "button", "file") and (
                kind not in ("checkbox", "radio") or "checked" in at
            )
            if is_sent:
                self.current.append((at["name"], at.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self.text = [at.get("name"), ""]
        elif tag == "select":
            self.select, self.chosen = at.get("name"), []
            self.first = None
        elif tag == "option" and self.select:
            value = at.get("value", "")
            self.first = value if self.first is None else self.first
            if "selected" in at:
                self.chosen.append(value)

    def handle_endtag(self, tag):
        self.templates -= tag == "template"
        if tag == "form":
            self.current = None
        elif tag == "textarea" and self.text:
            self.current.append((self.text[0], self.text[1].removeprefix("\n")))
            self.text = None
        elif tag == "select" and self.select:
            for value in self.chosen or ([self.first] if self.first is not None else []):
                self.current.append((self.select, value))
            self.select = None

    def handle_data(self, data):
        if self.text:
            self.text[1] += data


def sent_by(answer):
    """What the page's main form would send as it stands: name → values."""
    parser = _Forms()
    parser.feed(answer.content.decode())
    data = {}
    for name, value in max(parser.forms, key=len, default=[]):
        data.setdefault(name, []).append(value)
    data.pop("csrfmiddlewaretoken", None)
    return data


def fields_of(answer):
    """Name as sent → (form, name in the form) for each field of the page's forms."""
    found = {}
    pages = zip(answer.templates, answer.context or (), strict=True)
    for context in (context for template, context in pages if not (template.name or "").startswith(PIECES)):
        for value in context.flatten().values():
            for form in _forms_in(value):
                found |= {form.add_prefix(name): (form, name) for name in form.fields}
    return found


def _forms_in(value):
    if isinstance(value, BaseForm):
        yield value
    elif isinstance(value, BaseFormSet):
        yield from value.forms
    elif hasattr(value, "parts"):
        for part in value.parts:
            yield from _forms_in(part)
    elif hasattr(value, "formset"):
        yield from value.formset.forms
    elif type(value).__name__ == "AdminForm":
        yield value.form
    elif isinstance(value, list) and value and hasattr(value[0], "formset"):
        for one in value:
            yield from one.formset.forms


def posted(client, where, data, files=None):
    """Send it: as a browser does, with surrogates as the bytes that they are not allowed to be."""
    if files:
        return client.post(
            where, {**{k: [v.encode(errors="replace").decode() for v in vs] for k, vs in data.items()}, **files}
        )
    body = "&".join(
        f"{quote_plus(k, errors='surrogatepass')}={quote_plus(v, errors='surrogatepass')}"
        for k, vs in data.items()
        for v in vs
    )
    return client.generic("POST", where, body.encode(), content_type="application/x-www-form-urlencoded")
