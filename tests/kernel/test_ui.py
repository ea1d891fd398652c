"""The components of a page: escaped, labelled, and in the wording of the design."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from kernel import clock

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # ten in the morning in Taipei


@pytest.fixture(autouse=True)
def _plain_static_and_frozen_clock(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with clock.at(NOW), translation.override("en"):
        yield


def draw(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (Decimal("4860000.00"), "TWD", '<span class="amt"><i>NT$</i>4,860,000</span>'),
        (Decimal("486000.5"), "CNY", '<span class="amt"><i>¥</i>486,000.50</span>'),
        (Decimal("-3"), "HKD", '<span class="amt"><i>HK$</i>-3</span>'),
        (0, "EUR", '<span class="amt"><i>€</i>0</span>'),
        (None, "USD", '<span class="muted">—</span>'),
    ],
)
def test_money_is_grouped_with_its_currency_in_light_ink(amount, currency, shown):
    assert draw("{% money a c %}", a=amount, c=currency) == shown


@pytest.mark.parametrize(("number", "shown"), [("10.000", "10"), ("2.500", "2.5"), ("1200", "1,200"), (None, "—")])
def test_quantity_has_no_needless_zeros(number, shown):
    assert draw("{{ n|quantity }}", n=number and Decimal(number)) == shown


@pytest.mark.parametrize(
    ("moment", "state", "words"),
    [
        (NOW - timedelta(days=4, hours=3), "bad", "4 days overdue"),
        (NOW - timedelta(minutes=5), "bad", "1 hour overdue"),
        (NOW + timedelta(minutes=20), "wait", "20 minutes left"),
        (NOW + timedelta(hours=5), "wait", "5 hours left"),
        (NOW + timedelta(days=8), "idle", "12/02"),
        (date(2026, 11, 24), "wait", "Today"),
        (date(2026, 11, 25), "idle", "Tomorrow"),
        (date(2026, 11, 20), "bad", "4 days overdue"),
        (date(2027, 1, 5), "idle", "2027/01/05"),
    ],
)
def test_due_time_says_what_matters_now(moment, state, words):
    html = draw("{% due m %}", m=moment)
    assert f'data-state="{state}"' in html
    assert f">{words}<" in html


@pytest.mark.parametrize(
    ("style", "words"), [("", "Today 10:00"), ("record", "2026/11/24 10:00"), ("date", "2026/11/24")]
)
def test_moment_is_relative_only_where_it_is_near(style, words):
    assert f">{words}</time>" in draw("{% when m s %}", m=NOW, s=style)


def test_what_people_typed_is_escaped_in_every_component():
    bad = '"><img src=x onerror=alert(1)>'
    html = draw(
        "{% badge 'ok' bad %}{% person who bad %}{% avatar who %}{% section bad count=2 %}{% empty bad text=bad %}"
        "{% icon 'x' bad %}{% mark 'ok' bad %}{% panel title=bad %}{{ bad }}{% endpanel %}"
        "{% callout 'bad' %}{{ bad }}{% endcallout %}",
        bad=bad,
        who=SimpleNamespace(name=bad),
    )
    assert "<img" not in html
    assert html.count("&lt;img") >= 8


def test_mark_alone_has_a_name_and_a_mark_beside_a_word_is_silent():
    assert 'role="img" aria-label="overdue"' in draw("{% mark 'bad' 'overdue' %}")
    assert 'aria-hidden="true"' in draw("{% mark 'bad' %}")


def test_clause_tag_leads_to_the_regulation_and_is_absent_without_a_clause():
    assert draw("{% clause '3.1.4b' %}").startswith('<a class="clause" href="/regulation/3.1.4b/"')
    assert draw("{% clause '' %}") == ""


def test_query_string_changes_one_key_and_keeps_the_rest():
    request = RequestFactory().get("/?q=a%26b&page=3")
    assert draw("{% qs r page=4 %}", r=request) == "?q=a%26b&amp;page=4"
    assert draw("{% qs r page=None q='' %}", r=request) == "?"


def test_state_of_a_record_is_a_badge_in_its_tone():
    record = SimpleNamespace(state_tone="wait", get_state_display=lambda: "To sign")
    html = draw("{% state r %}", r=record)
    assert 'class="badge" data-state="wait"' in html
    assert "To sign" in html


def test_form_key_is_new_each_time():
    assert draw("{% form_key %}") != draw("{% form_key %}")


def test_moment_in_a_timeline_stands_below_its_day_and_in_a_heading_is_words():
    assert "<b>11/24</b>10:00</time>" in draw("{% when m 'timeline' %}", m=NOW)
    assert ">Tuesday, 24 November</time>" in draw("{% when m 'heading' %}", m=NOW)
    assert "<b>2025/01/05</b></time>" in draw("{% when m 'timeline' %}", m=date(2025, 1, 5))
