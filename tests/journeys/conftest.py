"""Fixtures of the browser journeys: people with their windows, and the company that they work for."""

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
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

    def open_for(user, language="en", kind=Window, **options):
        user.language = language
        user.save()
        opened.append(kind(browser, site.url, user, **options))
        return opened[-1].sign_in()

    yield open_for
    complaints = [line for one in opened for line in one.complaints]
    for one in opened:
        one.close()
    assert complaints == []


@pytest.fixture
def people(salesperson, manager, legal, custodian, customer_service, stranger, director):
    """Everybody on the path, and some who may not walk it."""
    return {
        "sales": salesperson,
        "manager": manager,
        "legal": legal,
        "custodian": custodian,
        "service": customer_service,
        "stranger": stranger,
        "director": director,
    }


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
    """A PDF to upload: `paper("signed.pdf")` is its path, with `uploaded=True` it is as a form hands it over."""

    def make(name, uploaded=False):
        writer = pypdf.PdfWriter()
        writer.add_blank_page(595, 842)
        with (tmp_path / name).open("wb") as file:
            writer.write(file)
        path = tmp_path / name
        return SimpleUploadedFile(name, path.read_bytes(), "application/pdf") if uploaded else path

    return make
