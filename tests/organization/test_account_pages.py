"""Profile, language and the staff list."""

import pytest

from organization.models import User

pytestmark = pytest.mark.django_db


def test_profile_changes_how_bylaw_speaks_and_nothing_else(as_, salesperson):
    client = as_(salesperson)
    client.cookies["bylaw_theme"] = "light"
    sent = {
        "language": "zh-hans",
        "mail_choice": "at_once",
        "theme": "dark",
        "email": "x@evil",
        "is_active": "",
        "groups": "14",
        "name": "X",
    }
    assert client.post("/profile/", sent).url == "/profile/"
    salesperson = User.objects.get(pk=salesperson.pk)
    assert (salesperson.language, salesperson.theme, salesperson.single_keys) == ("zh-hans", "dark", False)
    assert (salesperson.name, salesperson.is_active, salesperson.roles) == ("Lin Sales", True, ["salesperson"])
    assert client.cookies["bylaw_theme"].value == ""
    assert client.cookies["bylaw_language"].value == "zh-hans"


def test_unknown_language_is_refused_beside_the_field(as_, salesperson):
    assert as_(salesperson).post("/profile/", {"language": "../../x"}).status_code == 422


def test_visitor_chooses_his_language_by_cookie(client):
    answer = client.post("/language/", {"language": "en", "next": "/login/"})
    assert answer.url == "/login/"
    assert "Sign in" in client.get("/login/").content.decode()
    assert client.get("/language/").status_code == 405
    assert client.post("/language/", {"language": "xx", "next": "//evil"}).url == "/"
    assert client.cookies["bylaw_language"].value == "en"


def test_language_of_a_signed_in_person_is_kept_in_the_profile(as_, salesperson):
    as_(salesperson).post("/language/", {"language": "zh-hans"})
    assert User.objects.get(pk=salesperson.pk).language == "zh-hans"


def test_staff_list_names_role_department_and_superior(as_, salesperson, manager, person):
    person("legal", name="Gone Away", is_active=False)
    page = as_(salesperson).get("/people/").content.decode()
    for words in ("Lin Sales", "Chou Manager", "Salesperson", "Sales manager", "Sales"):
        assert words in page
    assert "Gone Away" not in page
    assert salesperson.email not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=lin", {"Lin Sales"}),
        ("?role=sales_manager", {"Chou Manager"}),
        ("?q=%25", set()),
        ("?q=%5C", set()),
        ("?role=xx&after=zzz", {"Lin Sales", "Chou Manager"}),
    ],
)
def test_staff_list_is_narrowed(as_, salesperson, query, found):
    page = as_(salesperson).get(f"/people/{query}")
    assert {row.name for row in page.context["page"].rows} == found


def test_staff_list_costs_the_same_for_few_and_many(as_, salesperson, person, django_assert_max_num_queries):
    client = as_(salesperson)
    for _ in range(12):
        person("salesperson", "legal", boss=salesperson)
    with django_assert_max_num_queries(12):
        client.get("/people/")
