"""The same path with JavaScript switched off: every link, form and decision still works."""

import pytest

from tests.factories import customers as rows
from tests.journeys.office import is_agreed_on_inside, is_developed, is_signed_and_filed, office_of

pytestmark = pytest.mark.browser


def test_whole_path_works_without_javascript(window, people, template, paper, tmp_path):
    rows.make_product(price="1000", cost="600")
    office = office_of(lambda user: window(user, java_script_enabled=False, is_watchful=False), people)
    contract = is_agreed_on_inside(office, is_developed(office, paper))
    is_signed_and_filed(office, contract, paper, tmp_path)
