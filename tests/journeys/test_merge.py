"""Two files of one company are merged in the browser, and taken apart again the same day."""

import pytest

from customers.models import Customer, Opportunity
from tests.factories import customers as make

pytestmark = pytest.mark.browser


def test_a_merged_customer_is_unmerged(window, salesperson):
    kept = make.make_customer(salesperson, name="鴻洲自動化股份有限公司")
    twin = make.make_customer(salesperson, name="鸿洲自动化", industry="Robots")
    deal = make.make_opportunity(salesperson, twin, name="Second line")
    desk = window(salesperson).open(f"/customers/{twin.pk}/merge_away/").sees("鴻洲自動化股份有限公司")
    desk.follow("鴻洲自動化股份有限公司").sees("What moves", "Opportunities")
    desk.write({"Reason": "Same registration"}).press("Merge")
    desk.open(f"/customers/{kept.pk}/").sees("was merged into this customer", "Second line")
    desk.open(f"/customers/{twin.pk}/").sees("鴻洲自動化股份有限公司")  # the old address leads to the file that stays
    assert Opportunity.objects.get(pk=deal.pk).customer == kept

    desk.open(f"/customers/{kept.pk}/").follow("Undo the merge")
    desk.write({"Reason": "Two companies after all"}).press("Undo the merge")
    desk.open(f"/customers/{twin.pk}/").sees("鸿洲自动化", "Second line", "Two companies after all")
    assert Opportunity.objects.get(pk=deal.pk).customer == twin
    assert Customer.objects.get(pk=twin.pk).state == "active"
    desk.open(f"/customers/{kept.pk}/")
    assert "Second line" not in desk.words()
