"""Every record that can be found by words is offered by the search, to those who may see it, and never with a price."""

import pytest

from customers.models import Risk
from kernel import panels
from kernel.searching import searchable_models
from tests.factories import contracts as papers
from tests.factories import customers as deals
from tests.factories.supply import make_material

pytestmark = pytest.mark.django_db


class Recorder:
    """Stands where a text is looked up: notes of which models the sources ask, and finds nothing."""

    def __init__(self):
        self.asked = set()

    def finds(self, model):
        self.asked.add(model)
        return True

    def first(self, rows, model, limit, path="pk", *, are_few=False):
        self.asked.add(model)
        return []


def found(client, text):
    answer = client.get("/search/", {"q": text})
    return {hit.title: hit for _kind, hits in answer.context["results"] for hit in hits}


def test_every_searchable_model_has_a_source(manager):
    recorder = Recorder()
    panels.search(manager, recorder, 5)
    without = {m._meta.label for m in searchable_models() if m not in recorder.asked}
    assert not without, f"declare a source in the app's search.py for: {sorted(without)}"


def test_risks_and_segments_are_found_by_their_words(as_, salesperson, person):
    customer = deals.make_customer(salesperson)
    Risk.objects.create(customer=customer, text="Zinnober exchange risk", likelihood=5, impact=5, owner=salesperson)
    segment = deals.make_segment("Quarz tubes")
    client = as_(salesperson)
    assert "Zinnober exchange risk" in found(client, "zinnober")
    assert client.get(found(client, "quarz")[segment.name].url).status_code == 200
    assert not found(as_(person("salesperson", name="Other")), "zinnober"), "a customer of a colleague"


def test_products_are_found_by_those_who_keep_them_and_without_a_price(as_, person, manager, salesperson):
    deals.make_product("ARM-77", price="98765", cost="54321")
    keeper = next(
        u for u in (manager, person("administrator"), person("finance")) if u.has_perm("catalog.change_product")
    )
    client = as_(keeper)
    hit = found(client, "arm-77")["ARM-77"]
    assert client.get(hit.url).status_code == 200
    assert "98765" not in client.get("/search/?q=arm-77").content.decode()
    assert not found(as_(salesperson), "arm-77")


def test_materials_are_found_by_those_who_plan_and_buy(as_, person, salesperson):
    make_material("STEEL-9")
    client = as_(person("purchasing"))
    assert client.get(found(client, "steel-9")["STEEL-9"].url).status_code == 200
    assert not found(as_(salesperson), "steel-9")


def test_a_loan_is_found_by_its_contract(as_, salesperson, manager, legal, person, custodian):
    template = papers.make_template(legal, person("legal", name="Tsai Legal"))
    draft = papers.make_contract(salesperson, template)
    contract = papers.walk(draft, "archived", manager=manager, legal=legal, custodian=custodian)
    papers.lend(contract, salesperson, custodian)
    assert f"{contract.number} {salesperson}" in found(as_(salesperson), contract.number)
