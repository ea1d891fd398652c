"""Saved views of lists, one's own and shared; what is known of the markets by segment and competitor."""

from datetime import timedelta

import pytest
from django.urls import reverse

from customers.models import SavedView
from kernel import clock
from tests.factories import customers as make

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"customers:{name}", args=args)


SAVE = page("view_save", "customer_list")


def test_filters_are_kept_under_a_name_and_open_the_list_again(salesperson, as_):
    make.make_customer(salesperson, name="Key Works", grade="A")
    make.make_customer(salesperson, name="Small Works", grade="C")
    client = as_(salesperson)
    listed = client.get(page("customer_list"), {"grade": "A", "after": "xyz"}).content.decode()
    assert f"{SAVE}?grade=A" in listed
    answer = client.post(f"{SAVE}?grade=A&after=xyz&evil=1", {"name": "Important"})
    view = SavedView.objects.get()
    assert (view.query, view.owner, view.is_shared) == ("grade=A", salesperson, False)
    assert answer.url == view.get_absolute_url()
    opened = client.get(answer.url).content.decode()
    assert "Key Works" in opened
    assert "Small Works" not in opened
    assert "Important" in client.get(page("customer_list")).content.decode()
    client.post(f"{SAVE}?grade=C", {"name": "Important"})
    assert SavedView.objects.get().query == "grade=C", "the same name again: replaced"


def test_a_view_is_ones_own_until_it_is_shared_and_shows_each_only_what_he_sees(salesperson, person, manager, hr_, as_):
    other = person("salesperson", boss=manager)
    make.make_customer(salesperson, name="Secret Works", grade="A")
    as_(salesperson).post(f"{SAVE}?grade=A", {"name": "Important"})
    assert "Important" not in as_(other).get(page("customer_list")).content.decode()
    as_(salesperson).post(f"{SAVE}?grade=A", {"name": "Important", "is_shared": "on"})
    listed = as_(other).get(page("customer_list")).content.decode()
    assert "Important" in listed
    opened = as_(other).get(SavedView.objects.get().get_absolute_url()).content.decode()
    assert "Secret Works" not in opened
    assert SavedView.objects.visible_to(hr_).count() == 0


@pytest.fixture
def hr_(person):
    """Who opens none of these lists."""
    return person("hr")


def test_only_its_owner_gives_a_view_up(salesperson, manager, as_):
    view = SavedView.objects.create(owner=salesperson, page="customer_list", name="Mine", is_shared=True)
    where = page("view_delete", view.pk)
    assert as_(manager).post(where).status_code == 404
    assert as_(salesperson).get(where).status_code == 405
    assert as_(salesperson).post(where).url == page("customer_list")
    assert not SavedView.objects.exists()


def test_a_view_of_a_list_that_one_may_not_open_or_that_is_none_is_not_saved(legal, salesperson, as_):
    for name in ("insight_list", "opportunity_list"):
        assert as_(legal).post(page("view_save", name), {"name": "x"}).status_code == 404
    assert as_(salesperson).get(page("view_save", "today")).status_code == 404
    assert as_(salesperson).post(f"{SAVE}?q={'x' * 900}", {"name": ""}).status_code == 422


# --- insights ----------------------------------------------------------------------------------------
def test_the_markets_are_told_by_segment_and_by_competitor_however_it_is_written(salesperson, as_):
    one, two = make.make_segment("Semiconductors"), make.make_segment("Optics")
    make.make_insight(one, salesperson, "competitor", competitor="海川儀器股份有限公司", content="Cuts prices")
    make.make_insight(two, salesperson, "competitor", competitor="海川仪器", content="Hires")
    make.make_insight(one, salesperson, "demand")
    old = clock.today() - timedelta(days=200)
    make.make_insight(two, salesperson, "industry", observed_on=old, competitor="Old Rival")
    answer = as_(salesperson).get(page("insight_summary"))
    segments = {row["name"]: (row["total"], [n for _label, n in row["kinds"]]) for row in answer.context["segments"]}
    assert segments == {"Semiconductors": (2, [0, 1, 1]), "Optics": (1, [0, 1, 0])}
    (rival,) = answer.context["competitors"]
    assert (rival.total, sorted(rival.segments), rival.last) == (2, ["Optics", "Semiconductors"], "Hires")
    assert "Old Rival" in as_(salesperson).get(page("insight_summary"), {"days": "365"}).content.decode()
    for odd in ("x", "-1", "9" * 20, "365'"):
        assert as_(salesperson).get(page("insight_summary"), {"days": odd}).context["days"] == 90


def test_an_empty_market_says_so(salesperson, as_):
    assert "No market insight in this period" in as_(salesperson).get(page("insight_summary")).content.decode()
