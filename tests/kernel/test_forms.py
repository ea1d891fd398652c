"""Forms read what people type and refuse what hides something."""

from decimal import Decimal

import pytest
from django import forms
from django.http import QueryDict

from kernel.forms import BylawForm, NumberText, WebAddressField, plain_number, tidy


class Order(BylawForm):
    name = forms.CharField(label="Name", max_length=40, help_text="As registered.")
    amount = forms.DecimalField(label="Amount", max_digits=12, decimal_places=2)
    count = forms.IntegerField(label="Count", required=False)
    site = WebAddressField(label="Site", required=False)
    due_on = forms.DateField(label="Due", required=False)
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect, required=False
    )


def filled(**changes):
    data = QueryDict(mutable=True)
    data.update({"name": "永晟醫材", "amount": "1", **changes})
    return Order(data)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1000", Decimal("1000")),
        ("1,000.50", Decimal("1000.50")),
        ("１００", Decimal("100")),
        ("１，０００．５", Decimal("1000.5")),
        (" 12 ", Decimal("12")),
        ("-3", Decimal("-3")),
        ("−3", Decimal("-3")),
    ],
)
def test_amount_is_read_in_any_width_and_with_separators(typed, read):
    form = filled(amount=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == read


@pytest.mark.parametrize(
    "typed", ["1e5", "1E400", "NaN", "Infinity", "-inf", "1_000", "0x10", "1,00", "48萬", "1.2.3", "9" * 40]
)
def test_odd_number_is_refused(typed):
    assert "amount" in filled(amount=typed).errors


@pytest.mark.parametrize("typed", ["1.5", "1e2", "１＿０", "9" * 5000])
def test_odd_whole_number_is_refused(typed):
    assert "count" in filled(count=typed).errors


def test_text_loses_what_cannot_be_seen_and_keeps_one_spelling():
    assert tidy("a\u202eb\u200bc\x07d\x7f") == "abcd"
    assert tidy("e\u0301") == "é"
    assert tidy("one\ntwo\tthree") == "one\ntwo\tthree"
    assert filled(name="永\u202e晟\x1b").is_valid()


def test_nul_is_refused_aloud():
    assert "name" in filled(name="a\x00b").errors


def test_markup_stays_text():
    form = filled(name="<script>alert(1)</script>")
    assert form.is_valid()
    assert "<script>" not in str(form)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in str(form)


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("https://example.com/a", True),
        ("http://example.com", True),
        ("example.com", True),
        ("javascript:alert(1)", False),
        (" JaVa\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("ftp://example.com", False),
    ],
)
def test_only_web_addresses_pass(address, valid):
    assert filled(site=address).is_valid() is valid


def test_field_is_drawn_with_label_hint_and_error_tied_to_the_control():
    html = str(Order(QueryDict("amount=x")))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'type="date"' in html
    assert 'inputmode="decimal"' in html
    assert "<legend>Kind" in html
    assert "style=" not in html


def test_number_box_keeps_what_it_cannot_read():
    assert plain_number("about 5") == "about 5"
    assert isinstance(filled().fields["count"].widget, NumberText)


def test_posted_data_is_not_changed_in_place():
    data = QueryDict("name=a%E2%80%AE&amount=1")
    assert Order(data).is_valid()
    assert data["name"] == "a\u202e"


def test_a_plain_dict_is_tidied_too():
    form = Order({"name": "a\x1b", "amount": "1"})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "a"


def test_a_text_without_a_limit_of_its_own_gets_ours():
    class Note(BylawForm):
        text = forms.CharField(widget=forms.Textarea)
        name = forms.CharField(max_length=5)

    form = Note({"text": "x" * 20_001, "name": "abc"})
    assert list(form.errors) == ["text"]
    assert 'maxlength="20000"' in str(form["text"])
    assert Note({"text": "x" * 20_000, "name": "abc"}).is_valid()
