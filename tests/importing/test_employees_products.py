"""Employees and products from tables: superiors, circles, doubles, prices."""

from datetime import date
from decimal import Decimal

from catalog.models import Price, Product
from organization.models import User

PEOPLE = "no,name,email,boss,since\n1,Ann,ann@a.example,2,1992-05-01\n2,Bob,bob@a.example,,1993/8/4\n"
GOODS = "code,name,price,cost,gone\nA,Apple,18.5,10,0\nB,Bean,,,1\n"


def test_employees_come_with_superiors_and_dates_and_cannot_sign_in_yet(take):
    assert take("employees", PEOPLE) == (2, 0)
    ann = User.objects.get(employee_no="1")
    assert (ann.boss.name, ann.joined_on, ann.has_usable_password()) == ("Bob", date(1992, 5, 1), False)
    assert ann.history.get().history_change_reason == "imported"


def test_the_same_file_twice_adds_nothing(take):
    take("employees", PEOPLE)
    take("products", GOODS)
    assert take("employees", PEOPLE) == (0, 2)
    assert take("products", GOODS) == (0, 2)
    assert Price.objects.count() == 1


def test_a_dry_run_checks_everything_and_keeps_nothing(take):
    assert take("employees", PEOPLE, dry_run=True) == (2, 0)
    assert User.objects.count() == 0


def test_every_bad_employee_is_named_and_none_is_kept(refusal):
    rows = [
        "no,name,email,boss,since",
        "1,Ann,ann@a.example,2,",
        "2,Bob,bob@a.example,3,",
        "3,Cai,cai@a.example,1,",
        "4,,dan,9,yesterday",
        "1,Eve,eve@a.example,,",
        "5,Fay,fay@a.example,5,1850-01-01",
        "6," + "x" * 81 + ",ann@a.example,,",
    ]
    circle = "The superiors go round in a circle: this person stands above himself."
    assert refusal("employees", "\n".join(rows)) == [
        f"line 2, boss: {circle}",
        f"line 3, boss: {circle}",
        f"line 4, boss: {circle}",
        "line 5, name: This must not be empty.",
        "line 5, email: Enter a valid email address.",
        "line 5, boss: The superior “9” is not known.",
        "line 5, since: “yesterday” is no date; write it as 2017-03-31.",
        "line 6, no: “1” stands in line 2 already.",
        f"line 7, boss: {circle}",
        "line 7, since: “1850-01-01” is no date; write it as 2017-03-31.",
        "line 8, name: Ensure this value has at most 80 characters (it has 81).",
        "line 8, email: “ann@a.example” stands in line 2 already.",
    ]
    assert User.objects.count() == 0


def test_superiors_who_are_only_named_are_made_where_the_mapping_says_so(take, refusal):
    mapping = '[fields]\nname = "name"\nboss = "boss"\n[constants]\nroles = "salesperson"\n[options]\nemail_domain = "a.example"\n'
    text = "name,boss\nAnn Lee,Zoe Wu\nBob Ho,Zoe Wu\n"
    assert refusal("employees", text, mapping=mapping)[0] == "line 2, boss: The superior “Zoe Wu” is not known."
    assert take("employees", text, mapping=mapping + "create_missing_bosses = true") == (3, 0)
    assert User.objects.get(email="zoe.wu@a.example").team.count() == 2
    assert User.objects.with_role("salesperson").count() == 2


def test_an_unknown_role_is_refused(refusal):
    mapping = '[fields]\nname = "name"\nemail = "email"\nroles = "role"\n'
    text = "name,email,role\nAnn,a@a.example,emperor\n"
    assert refusal("employees", text, mapping=mapping) == ["line 2, role: There is no role called “emperor”."]


def test_products_come_with_price_and_cost(take):
    assert take("products", GOODS) == (2, 0)
    price = Price.objects.get()
    assert (price.product.code, price.list_price, price.cost) == ("A", Decimal("18.5"), Decimal(10))
    assert Product.objects.get(code="B").is_discontinued is True


def test_every_bad_product_is_named_and_none_is_kept(refusal):
    text = (
        "code,name,price,cost,gone\nA,Apple,-1,1,0\nB,Bean,1e3,1,0\nC,Corn,1.001,1,0\nD,Date,5,,0\nA,Again,1,1,maybe\n"
        + "E" * 41
        + ",Elder,NaN,1,0\n"
    )
    report = refusal("products", text)
    assert [line.split(": ")[0] for line in report] == [
        "line 2, price",
        "line 3, price",
        "line 4, price",
        "line 5, cost",
        "line 6, code",
        "line 6, gone",
        "line 7, code",
        "line 7, price",
    ]
    assert Product.objects.count() == 0


def test_values_may_come_from_a_table_beside_the_file(take, tmp_path):
    (tmp_path / "kinds.csv").write_text("id,kind\n7,Fruit\n", encoding="utf-8")
    mapping = (
        '[fields]\ncode = "code"\nname = "code"\ncategory = "kind"\n'
        '[options.lookups.category]\nfile = "kinds.csv"\nkey = "id"\nvalue = "kind"\n'
    )
    take("products", "code,kind\nA,7\n", mapping=mapping)
    assert Product.objects.get().category == "Fruit"


def test_a_lookup_reaches_no_other_folder(refusal):
    mapping = '[fields]\ncode = "code"\nname = "code"\n[options.lookups.category]\nfile = "../x.csv"\nkey = "a"\nvalue = "b"\n'
    assert refusal("products", "code\nA\n", mapping=mapping)[0].startswith("The lookup of category needs file")


def test_a_mapping_that_does_not_fit_is_refused(refusal):
    mapping = '[fields]\ncode = "kode"\nprize = "code"\n[options]\nspeed = 1\n'
    assert refusal("products", "code\nA\n", mapping=mapping) == [
        "The mapping names the field prize, which products do not have.",
        "The mapping does not say where name of products comes from.",
        "The mapping sets the option speed, which products do not have.",
        "line 1, kode: The file has no such column, but the mapping names it.",
    ]
