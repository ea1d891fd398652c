"""The forms of the import page: which file, and which of its columns is which field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kernel.forms import BylawForm
from kernel.import_jobs import MOST_ROWS
from kernel.import_kinds import COLUMN, VALUE, ImportField, ImportKind, guess
from kernel.imports import Refused

ENDINGS = ("csv", "txt", "xlsx")


class UploadForm(BylawForm):
    """What kind of records, and the file."""

    kind = forms.ChoiceField(label=_("Kind of records"))
    file = forms.FileField(
        label=_("File (XLSX or CSV)"),
        help_text=_("The first line holds the headings. At most %(rows)s rows.") % {"rows": f"{MOST_ROWS:,}"},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, kinds: list[ImportKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.slug, kind.title) for kind in kinds]

    def clean_file(self) -> Any:
        """A file of the two kinds that is not too large; what is in it is looked at when it is read."""
        file = self.cleaned_data["file"]
        if file.name.rpartition(".")[2].lower() not in ENDINGS:
            raise forms.ValidationError(
                _("Only files of these kinds are accepted: %(kinds)s."), "kind", {"kinds": "XLSX, CSV"}
            )
        if file.size > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            raise forms.ValidationError(_("The file is larger than %(limit)s MB."), "too_large", {"limit": limit})
        return file

    def refuse(self, refused: Refused) -> None:
        """Say beside the file what is wrong with it."""
        for problem in refused.problems[:10]:
            self.add_error("file", str(problem))


class MappingForm(BylawForm):
    """For each of our fields the column it is in, or the value that all rows have."""

    def __init__(
        self, *args: Any, kind: ImportKind, columns: list[str], user: Any, chosen: dict[str, str], **more: Any
    ):
        super().__init__(*args, **more)
        found = {name: COLUMN + column for name, column in guess(kind, columns).items()}
        for field in kind.fields:
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                required=field.required,
                choices=_choices(field, columns, user),
                initial=(chosen or found).get(field.name, ""),
            )

    def chosen(self) -> dict[str, str]:
        """What was chosen, by field."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def _choices(field: ImportField, columns: list[str], user: Any) -> list[Any]:
    same = [(f"{VALUE}{value}", label) for value, label in field.choices if value != ""]
    if field.is_person:
        same.append((f"{VALUE}{user.email}", user.name))
    choices: list[Any] = [("", _("— not in the file —"))]
    choices.append((_("Column"), [(COLUMN + column, column) for column in columns]))
    return [*choices, (_("The same in every row"), same)] if same else choices
