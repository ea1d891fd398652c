"""Handing a decision on, asking another decider, sending copies; answering what came from others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from kernel import referrals
from kernel.forms import BylawForm
from kernel.models import Referral
from kernel.once import once
from kernel.policy import allow
from kernel.steps import Stateful, machines
from kernel.views.steps import MAX_COMMENT, preview_of

Kind = Referral.Kind
# heading, what it does, label of the text
WORDS = {
    Kind.TRANSFER: (
        gettext_lazy("It leaves your queue; the other decides, or hands it back to you."),
        gettext_lazy("Why"),
        gettext_lazy("Hand it over"),
    ),
    Kind.ASK: (
        gettext_lazy("It stays in your queue; the answer comes back to it. You decide."),
        gettext_lazy("Question"),
        gettext_lazy("Send the question"),
    ),
    Kind.COPY: (
        gettext_lazy("They are told and find it under “Copied to me”. A copy opens nothing that is closed to them."),
        gettext_lazy("Remark"),
        gettext_lazy("Send the copies"),
    ),
}


def _people(keys: Any = None) -> Any:
    rows = get_user_model().objects.filter(is_active=True).order_by("name", "pk")
    return rows if keys is None else rows.filter(pk__in=keys)


class ReferForm(BylawForm):
    """To whom, and why; nothing else of the record changes."""

    to = forms.ModelChoiceField(queryset=None, label=gettext_lazy("To"))
    text = forms.CharField(max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, kind: Kind, people: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
        self.fields["text"].label = WORDS[kind][1]


class CopyForm(ReferForm):
    """To whom of the colleagues, with a remark."""

    to = forms.ModelMultipleChoiceField(
        queryset=None,
        label=gettext_lazy("To"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy("Ten people at most. Hold Ctrl or ⌘ to choose several."),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

    def clean_to(self) -> Any:
        """So many at a time: each is asked what he may see."""
        chosen = self.cleaned_data["to"]
        if len(chosen) > referrals.MOST_COPIES:
            raise ValidationError(_("Choose %(n)s people at most.") % {"n": referrals.MOST_COPIES})
        return chosen


class AnswerForm(BylawForm):
    """The text of an answer, or why a decision is handed back."""

    text = forms.CharField(max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


@allow()
@once
def refer(request: HttpRequest, pk: int, label: str, kind: str) -> HttpResponse:
    """Hand the decision on a record to another, ask him, or send copies; says beside the field what stands against it."""
    record = _record(request, pk, label)
    wanted = Kind(kind)
    if wanted not in referrals.kinds_for(record, request.user):
        raise PermissionDenied
    form = _form(request, record, wanted)
    if request.method == "POST" and form.is_valid():
        try:
            said = _do(record, wanted, form.cleaned_data, request.user)
        except ValidationError as error:
            form.add_error(None if hasattr(error, "error_dict") else "to", error)
        else:
            messages.success(request, said)
            return redirect(record.get_absolute_url() if wanted == Kind.COPY else "inbox")
    lead, _label, button = WORDS[wanted]
    nobody = wanted != Kind.COPY and not form.fields["to"].queryset.exists()
    context = {"record": record, "form": form, "lead": lead, "button": button, "nobody": nobody}
    context["title"] = referrals.LABELS[wanted]
    return render(request, "kernel/refer.html", context, status=422 if request.method == "POST" else 200)


@allow()
@once
def referral_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a question, or hand a decision back: the record beside the form; what is over says so."""
    referral = _referral(request, pk)
    record = _record(request, referral.row, referral.model)
    is_ask = referral.kind == Kind.ASK
    form = AnswerForm(request.POST or None, label=_("Answer") if is_ask else _("Why it goes back"))
    may = referrals.may_answer(referral, record, request.user)
    if request.method == "POST":
        if not may and referrals.is_live(referral, record):
            raise PermissionDenied
        if form.is_valid() and (answered := _answer(request, referral, form)):
            return answered
    context = {"referral": referral, "record": record, "form": form, "may": may, "is_ask": is_ask}
    context |= preview_of(record, request.user)
    return render(request, "kernel/referral.html", context, status=422 if request.method == "POST" else 200)


@allow()
@once
@require_POST
def referral_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision or a question back before it was answered."""
    referral = _referral(request, pk)
    try:
        referrals.take_back(referral, by=request.user)
        messages.success(request, _("Taken back: %(title)s.") % {"title": referral.title})
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect("inbox")


@allow()
@once
@require_POST
def referral_read(request: HttpRequest, pk: int) -> HttpResponse:
    """A copy is read: on to the record, as long as it may be seen."""
    referral = get_object_or_404(Referral.objects.copies_of(request.user), pk=pk)
    referrals.mark_read(referral, by=request.user)
    model = referral.model_class
    record = model.objects.visible_to(request.user).filter(pk=referral.row).first()
    if record is None:
        messages.warning(request, _("The record is no longer open to you."))
        return redirect(reverse("inbox") + "?tab=copied")
    return redirect(record)


def _record(request: HttpRequest, pk: int, label: str) -> Stateful:
    model = next((m for m in machines() if m.label_of() == label), None)
    if model is None:
        raise Http404
    return get_object_or_404(model.objects.visible_to(request.user), pk=pk)


def _referral(request: HttpRequest, pk: int) -> Referral:
    rows = Referral.objects.visible_to(request.user).exclude(kind=Kind.COPY)
    return get_object_or_404(rows.select_related("sender", "sender_for", "to", "answered_by", "answered_for"), pk=pk)


def _form(request: HttpRequest, record: Stateful, kind: Kind) -> ReferForm:
    if kind == Kind.COPY:
        return CopyForm(request.POST or None, kind=kind, people=_people().exclude(pk=request.user.pk))
    people = _people(referrals.candidates(record, request.user, kind))
    return ReferForm(request.POST or None, kind=kind, people=people)


def _do(record: Stateful, kind: Kind, data: dict[str, Any], by: Any) -> str:
    """Do it and say what was done. Raises ValidationError."""
    if kind == Kind.COPY:
        sent = referrals.copy(record, to=data["to"], why=data["text"], by=by)
        return ngettext("%(n)s copy is sent.", "%(n)s copies are sent.", sent) % {"n": sent}
    verb = referrals.transfer if kind == Kind.TRANSFER else referrals.ask
    verb(record, to=data["to"], why=data["text"], by=by)
    said = _("%(title)s is handed to %(who)s.") if kind == Kind.TRANSFER else _("%(who)s is asked about %(title)s.")
    return said % {"title": record, "who": data["to"]}


def _answer(request: HttpRequest, referral: Referral, form: AnswerForm) -> HttpResponse | None:
    try:
        done = referrals.answer(referral, text=form.cleaned_data["text"], by=request.user)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    said = _("%(who)s has your answer.") if done.kind == Kind.ASK else _("%(who)s has the decision again.")
    messages.success(request, said % {"who": done.sender})
    return redirect("inbox")
