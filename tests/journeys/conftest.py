"""Fixtures of the browser journeys: people with their windows, and the company that they work for."""

import pypdf
import pytest
from django.utils import translation

from tests.journeys.windows import Window


@pytest.fixture(autouse=True)
def _in_english():
    """What a test names is said in the language of its windows."""
    with translation.override("en"):
        yield


@pytest.fixture
def window(browser, site):
    """Open a window for a person, signed in: `window(salesperson)`; closed, and its console looked at, in the end."""
    opened = []

    def open_for(user, language="en", **options):
        user.language = language
        user.save()
        opened.append(Window(browser, site.url, user, **options))
        return opened[-1].sign_in()

    yield open_for
    complaints = [line for one in opened for line in one.complaints]
    for one in opened:
        one.close()
    assert complaints == []


@pytest.fixture
def stranger(person, manager):
    """A salesperson who has nothing to do with the case."""
    return person("salesperson", name="Ho Stranger", boss=manager)


@pytest.fixture
def chief_legal(person):
    """The other lawyer, who puts templates in force."""
    return person("legal", name="Tsai Counsel")


@pytest.fixture
def company(db):
    """Our own company, as every contract names it."""
    from organization.models import Company

    return Company.objects.create(
        name="衡岳精密科技股份有限公司",
        registration_number="12345675",
        address="臺中市西屯區工業區二十路 8 號",
        phone="04-2359-0000",
        bank_name="第一商業銀行臺中分行",
        bank_account="007-0000-1234",
    )


@pytest.fixture
def template(company, legal, chief_legal):
    """A template of sale in force, in Traditional Chinese, by real steps."""
    from tests.journeys.offices import put_template_in_force

    with translation.override("zh-hant"):
        return put_template_in_force(author=legal, decider=chief_legal)


@pytest.fixture
def paper(tmp_path):
    """A PDF to upload: `paper("signed.pdf")`."""

    def make(name):
        writer = pypdf.PdfWriter()
        writer.add_blank_page(595, 842)
        with (tmp_path / name).open("wb") as file:
            writer.write(file)
        return tmp_path / name

    return make
