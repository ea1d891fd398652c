"""The admin by role: who finds which models, who changes whom, and what nobody can do."""

import io
import re
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django_otp.plugins.otp_totp.models import TOTPDevice
from PIL import Image

from kernel import clock
from kernel.advance import advance
from kernel.models import CalendarDay, Notice, PersonalData, Promise, Setting
from kernel.settings import setting
from organization import codes, tasks
from organization.models import Company, Department, Office, RoleGrant, User
from organization.services import put_in_office

pytestmark = pytest.mark.django_db
USERS = "/admin/organization/user/"


@pytest.fixture(autouse=True)
def _jobs_at_once(monkeypatch):
    monkeypatch.setattr(tasks.mail_invitation, "apply_async", lambda a, retry: tasks.mail_invitation.run(*a))


@pytest.fixture
def administrator(person):
    return person("administrator", name="Ada Admin")


@pytest.fixture
def hr(person):
    return person("hr", name="Hana HR")


def account(**changes):
    sent = {
        "email": "new@example.com", "name": "New Person", "phone": "", "language": "en", "employee_no": "", "title": "",
        "department": "", "boss": "", "joined_on": "2026-01-05", "roles": ["salesperson"], "is_active": "on", **changes,
    }  # fmt: skip
    return {key: value for key, value in sent.items() if value is not None}


def as_sent(user, **changes):
    """The form of an account as it stands, with changes."""
    kept = {"email": user.email, "name": user.name, "roles": user.roles, "department": user.department_id or ""}
    return account(**{**kept, "boss": user.boss_id or "", "joined_on": user.joined_on.isoformat(), **changes})


def again(user):
    return User.objects.get(pk=user.pk)


def models_of(client):
    page = client.get("/admin/").content.decode()
    return set(re.findall(r'href="/admin/(\w+/\w+)/"', page))


def test_each_role_finds_its_own_models(as_, administrator, hr, person, legal):
    kept = {"organization/user", "organization/department"}
    assert models_of(as_(administrator)) == kept | {
        "organization/office", "organization/company", "kernel/setting", "kernel/calendarday", "catalog/product",
        "contracts/seal", "orders/packingitem", "orders/defectcause", "aftersales/causecategory",
    }  # fmt: skip
    assert models_of(as_(hr)) == kept | {"organization/office"}
    assert models_of(as_(person("finance"))) == {"catalog/exchangerate", "catalog/product"}
    assert {name.split("/")[0] for name in models_of(as_(legal))} <= {"contracts"}


def test_groups_secrets_and_logs_are_in_no_admin():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels.isdisjoint({"auth", "axes", "otp_totp", "otp_static", "sessions", "admin"})


@pytest.mark.parametrize("role", ["salesperson", "director", "custodian", "sales_manager", "technical"])
def test_other_roles_find_no_admin(as_, person, role):
    client = as_(person(role))
    for path in ("/admin/", USERS, f"{USERS}add/", "/admin/login/"):
        answer = client.get(path, follow=True)
        assert answer.status_code == 404, path


def test_visitor_is_led_to_our_own_sign_in(client):
    answer = client.get(USERS, follow=True)
    assert answer.redirect_chain[-1][0] == f"/login/?next={USERS}"
    assert client.get("/admin/login/?next=//evil").url == "/login/?next=/admin/"


def test_every_admin_page_answers_each_role_as_its_permissions_say(as_, administrator, hr, person, legal):
    people = {p: as_(p) for p in (administrator, hr, legal, person("finance"))}
    for model, model_admin in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        row = model.objects.order_by("pk").first()
        for user, client in people.items():
            is_viewer = any(user.has_perm(p) for p in (*getattr(model_admin, "may_view", ()),
                            *getattr(model_admin, "may_add", ()), *getattr(model_admin, "may_change", ())))  # fmt: skip
            if not hasattr(model_admin, "may_view"):
                continue
            is_adder = any(user.has_perm(p) for p in model_admin.may_add)
            assert client.get(base).status_code == (200 if is_viewer else 403), (base, user)
            assert client.get(f"{base}add/").status_code == (200 if is_adder else 403), (base, user)
            if row is not None:
                assert client.get(f"{base}{row.pk}/change/").status_code == (200 if is_viewer else 403), (base, user)
                assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code in (403, 404), (base, user)
                assert client.get(f"{base}{row.pk}/history/").status_code in ((200, 404) if is_viewer else (403,))
            assert client.post(base, {"action": "delete_selected", "_selected_action": ["1"]}).status_code in (
                (200, 302) if is_viewer else (403,)
            )
    assert User.objects.count() == len(people)


def test_pages_that_would_tell_of_any_record_do_not_exist(as_, administrator):
    client = as_(administrator)
    for path in ("/admin/r/1/1/", "/admin/auth/group/", "/admin/otp_totp/totpdevice/"):
        assert client.get(path).status_code == 404, path


def test_administrator_invites_a_person(as_, administrator, django_capture_on_commit_callbacks):
    department = Department.objects.get(code="sales")
    with django_capture_on_commit_callbacks(execute=True):
        sent = account(email="New@Example.com", department=department.pk, is_superuser="on", is_demo="on")
        answer = as_(administrator).post(f"{USERS}add/", sent)
    assert answer.status_code == 302
    user = User.objects.get(name="New Person")
    assert (user.email, user.roles, user.department, user.employee_no) == ("new@example.com", [], department, None)
    assert user.role_grants.get().roles == ["salesperson"], "a second person confirms them"
    assert not user.has_usable_password()
    assert not user.is_demo
    assert [m.to for m in mail.outbox] == [["new@example.com"]]
    assert LogEntry.objects.count() == 0
    assert PersonalData.objects.filter(row=user.pk, field="name").get().by == administrator


@pytest.mark.parametrize(
    "changes", [{"email": ""}, {"email": "a@b\nBcc:x@y"}, {"name": "a\x00b"}, {"roles": ["sales_manager"]}, {"roles": ["x"]},
                {"joined_on": "2025-02-29"}, {"boss": "999"}, {"department": "x"}, {"language": "xx"}]
)  # fmt: skip
def test_bad_account_is_refused_and_nothing_stored(as_, administrator, changes):
    assert as_(administrator).post(f"{USERS}add/", account(**changes)).status_code == 200
    assert User.objects.count() == 1


def test_address_in_another_case_is_the_same_account(as_, administrator, salesperson):
    answer = as_(administrator).post(f"{USERS}add/", account(email=salesperson.email.upper()))
    assert answer.status_code == 200
    assert not User.objects.filter(name="New Person").exists()


def test_roles_are_changed_and_stand_in_the_history(as_, administrator, hr, salesperson):
    client = as_(administrator)
    sent = as_sent(salesperson, roles=["salesperson", "custodian"])
    assert client.post(f"{USERS}{salesperson.pk}/change/", sent).status_code == 302
    assert again(salesperson).roles == ["salesperson"]
    page = client.get(f"{USERS}{salesperson.pk}/change/").content.decode()
    assert "waiting for a second person: Contract custodian" in page
    sent |= {"version": again(salesperson).version} if "version" in sent else {}
    client.post(f"{USERS}{salesperson.pk}/change/", sent)
    assert salesperson.role_grants.get().state == "requested", "saved again without a change, it still waits"
    advance(salesperson.role_grants.get(), "confirm", by=hr)
    assert again(salesperson).roles == ["custodian", "salesperson"]
    page = client.get(f"{USERS}{salesperson.pk}/history/").content.decode()
    assert "roles: salesperson → custodian, salesperson" in page
    assert hr.name in page
    assert 'type="submit" value' not in page


def test_manager_role_stays_with_the_office_whatever_the_form_says(as_, administrator, manager):
    sent = as_sent(manager, roles=["legal"])
    assert as_(administrator).post(f"{USERS}{manager.pk}/change/", sent).status_code == 302
    assert again(manager).roles == ["sales_manager"] and manager.role_grants.get().roles == ["legal"]


def test_nobody_changes_himself(as_, administrator, hr):
    for user in (administrator, hr):
        client = as_(user)
        sent = as_sent(user, roles=["administrator", "sales_manager", "legal"], title="Boss")
        assert client.get(f"{USERS}{user.pk}/change/").status_code == 200
        assert client.post(f"{USERS}{user.pk}/change/", sent).status_code == 403
        assert (again(user).title, again(user).roles) == ("", user.roles)


def test_hr_places_a_person_and_touches_neither_roles_nor_access(as_, hr, salesperson, administrator):
    department = Department.objects.create(code="service", name="Service")
    before = again(salesperson)
    sent = account(
        email="taken@over", name="X", roles=["administrator"], is_active="", title="Senior", employee_no="S-7",
        department=department.pk, boss=administrator.pk, left_on="2099-12-31",
    )  # fmt: skip
    client = as_(hr)
    assert client.post(f"{USERS}{salesperson.pk}/change/", sent).status_code == 302
    after = again(salesperson)
    assert (after.title, after.employee_no, after.department, after.boss) == (
        "Senior",
        "S-7",
        department,
        administrator,
    )
    kept = ("email", "name", "roles", "is_active", "language", "password")
    assert [getattr(after, k) for k in kept] == [getattr(before, k) for k in kept]
    assert [n.to for n in Notice.objects.filter(kind="leaver")] == [administrator]
    assert client.get(f"{USERS}add/").status_code == 403
    for action in ("invite_again", "unlock", "forget_codes"):
        client.post(USERS, {"action": action, "_selected_action": [salesperson.pk]})
    assert mail.outbox == []


def test_last_day_before_the_first_is_refused(as_, hr, salesperson):
    sent = account(joined_on="2026-02-01", left_on="2026-01-31")
    assert as_(hr).post(f"{USERS}{salesperson.pk}/change/", sent).status_code == 200
    assert again(salesperson).left_on is None


def test_leaver_loses_everything_at_once_and_for_good(as_, administrator, manager, client):
    elsewhere = as_(manager)
    codes.enrol(manager, codes.new_key(), "000000")
    TOTPDevice.objects.create(user=manager, name="a")
    Promise.objects.create(
        kind="x", clause="1.3.2", model="organization.user", row=1, title="t", owed_by=manager, made_at=clock.now(),
        due_at=clock.now(), remind_at=clock.now(), escalate_at=clock.now(),
    )  # fmt: skip
    assert elsewhere.get("/people/").status_code == 200
    admin_client = as_(administrator)
    sent = as_sent(manager, roles=[], is_active=None)
    answer = admin_client.post(f"{USERS}{manager.pk}/change/", sent, follow=True)
    assert "1 open promise is still owed by Chou Manager" in answer.content.decode()
    left = again(manager)
    assert (left.is_active, left.left_on, left.roles, left.has_usable_password()) == (False, clock.today(), [], False)
    assert Office.objects.get().until == clock.today()
    assert not TOTPDevice.objects.exists()
    assert elsewhere.get("/people/").status_code == 302
    assert client.post("/login/", {"username": manager.email, "password": "correct horse battery"}).status_code == 200
    assert admin_client.post(f"{USERS}{manager.pk}/change/", as_sent(left, is_active="on")).status_code == 302
    assert again(manager).is_active
    assert elsewhere.get("/people/").status_code == 302


def test_invitation_is_sent_again_only_to_who_has_no_password(
    as_, administrator, salesperson, django_capture_on_commit_callbacks
):
    invited = User.objects.create_user("i@example.com", "Invited")
    with django_capture_on_commit_callbacks(execute=True):
        chosen = [invited.pk, salesperson.pk, 999]
        as_(administrator).post(USERS, {"action": "invite_again", "_selected_action": chosen})
    assert [m.to for m in mail.outbox] == [["i@example.com"]]


def test_administrator_unlocks_and_lets_enrol_anew_but_not_himself(as_, administrator, salesperson, client):
    for _ in range(8):
        client.post("/login/", {"username": salesperson.email, "password": "wrong"})
    for user in (administrator, salesperson):
        TOTPDevice.objects.create(user=user, name="a")
    admin_client = as_(administrator)
    for action in ("unlock", "forget_codes"):
        admin_client.post(USERS, {"action": action, "_selected_action": [salesperson.pk, administrator.pk]})
    assert [d.user for d in TOTPDevice.objects.all()] == [administrator]
    sent = {"username": salesperson.email, "password": "correct horse battery"}
    assert client.post("/login/", sent).status_code == 302


def test_successor_is_put_in_office_and_nobody_puts_himself(as_, administrator, manager, salesperson, hr):
    client, add = as_(administrator), "/admin/organization/office/add/"
    today = clock.today()
    for user, day in ((administrator, today), (manager, today), (salesperson, today + timedelta(1)),
                      (salesperson, today - timedelta(1))):  # fmt: skip
        assert client.post(add, {"user": user.pk, "since": day.isoformat()}).status_code == 200, (user, day)
    assert as_(hr).post(add, {"user": salesperson.pk, "since": today.isoformat()}).status_code == 403
    assert Office.objects.get(until=None).user == manager
    page = client.post(add, {"user": salesperson.pk, "since": today.isoformat()}, follow=True).content.decode()
    assert "Lin Sales takes office once HR, another administrator or the director confirms." in page
    assert Office.objects.get(until=None).user == manager, "an administrator alone puts nobody in office"
    assert "sales_manager" not in again(salesperson).roles
    grant = RoleGrant.objects.get()
    for who in (administrator, salesperson):
        with pytest.raises(PermissionDenied):
            advance(grant, "confirm", by=who)
    advance(grant, "confirm", by=hr)
    assert Office.objects.get(until=None).user == salesperson
    assert "sales_manager" in again(salesperson).roles
    assert again(manager).roles == []
    office = Office.objects.first()
    change = f"/admin/organization/office/{office.pk}/change/"
    assert client.post(change, {"user": administrator.pk, "since": "2020-01-01"}).status_code == 403


def test_all_sign_ins_of_a_person_are_ended_after_a_question(as_, administrator, hr, salesperson, legal):
    elsewhere = as_(salesperson)
    assert elsewhere.get("/people/").status_code == 200
    end = f"{USERS}{salesperson.pk}/sign-ins/end/"
    assert end in as_(hr).get(f"{USERS}{salesperson.pk}/change/").content.decode()
    assert "End all sign-ins of Lin Sales?" in as_(hr).get(end).content.decode()
    assert elsewhere.get("/people/").status_code == 200, "asked, not done"
    assert as_(legal).post(end).status_code == 403
    assert as_(administrator).post(f"{USERS}{administrator.pk}/sign-ins/end/").status_code == 403
    page = as_(hr).post(end, follow=True).content.decode()
    assert "1 sign-in of Lin Sales ended." in page
    assert elsewhere.get("/people/").status_code == 302
    last = again(salesperson).history.first()
    assert (last.history_user, last.history_change_reason) == (hr, "sign-ins ended: 1")


def company(**changes):
    return {"name": "Hongzhou", "region": "TW", "currency": "TWD", **changes}


def png(size=(8, 8)):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), "image/png")


def test_company_is_one_row_with_a_checked_logo(as_, administrator):
    client, base = as_(administrator), "/admin/organization/company/"
    assert client.post(f"{base}add/", company(logo_file=png())).status_code == 302
    own = Company.own()
    assert own.logo_data_uri.startswith("data:image/png;base64,iVBOR")
    assert client.get(f"{base}add/").status_code == 403
    assert client.get(base).url == f"{base}{own.pk}/change/"
    svg = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    assert client.post(f"{base}{own.pk}/change/", company(name="Changed", logo_file=svg)).status_code == 200
    assert Company.own().name == "Hongzhou"
    assert client.post(f"{base}{own.pk}/change/", company(remove_logo="on")).status_code == 302
    assert Company.own().logo_data_uri == ""


def test_setting_is_appended_with_its_author_and_the_past_stays(as_, administrator, hr):
    client, base = as_(administrator), "/admin/kernel/setting/"
    today = clock.today().isoformat()
    sent = {"key": "promises.remind_at", "value": "0.5", "effective_on": today}
    page = client.get(f"{base}add/").content.decode()
    assert "Remind when this share of the time has passed" in page
    assert client.post(f"{base}add/", sent).status_code == 302
    assert str(setting("promises.remind_at")) == "0.5"
    assert Setting.objects.get().by == administrator
    for wrong in (
        {"key": "no.such"},
        {"value": "much"},
        {"value": "-1"},
        {"value": "NaN"},
        {"effective_on": "2020-01-01"},
    ):
        assert client.post(f"{base}add/", {**sent, "key": "promises.escalate_at", **wrong}).status_code == 200, wrong
    old = Setting.objects.create(key="kernel.agreement_hours", value="8", effective_on=clock.today() - timedelta(1))
    later = {"key": "kernel.agreement_hours", "value": "9", "effective_on": today}
    assert client.post(f"{base}{old.pk}/change/", later).status_code == 403
    assert as_(hr).post(f"{base}add/", sent).status_code == 403
    assert Setting.objects.count() == 2


def test_calendar_is_changed_for_days_to_come_only(as_, administrator):
    client, base = as_(administrator), "/admin/kernel/calendarday/"
    past = CalendarDay.objects.create(day=clock.today() - timedelta(1), is_working=True)
    future = clock.today() + timedelta(7)
    assert client.post(f"{base}add/", {"day": future.isoformat(), "name": "Typhoon"}).status_code == 302
    assert client.post(f"{base}{past.pk}/change/", {"day": past.day.isoformat()}).status_code == 403
    assert client.post(f"{base}{past.pk}/delete/", {"post": "yes"}).status_code == 403
    row = CalendarDay.objects.get(day=future)
    assert client.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert LogEntry.objects.count() == 0


def test_code_is_asked_before_the_admin(as_, administrator, settings):
    settings.REQUIRE_OTP = True
    assert as_(administrator).get("/admin/").url == "/login/code/?next=/admin/"


def test_hr_reads_history_without_personal_values(as_, administrator, hr, salesperson):
    sent = as_sent(salesperson, phone="0912-345-678", title="Senior")
    as_(administrator).post(f"{USERS}{salesperson.pk}/change/", sent)
    page = as_(hr).get(f"{USERS}{salesperson.pk}/history/").content.decode()
    assert "Senior" in page
    assert "0912" not in page
    put_in_office(user=salesperson, by=administrator)
    assert "took office" in as_(hr).get(f"{USERS}{salesperson.pk}/history/").content.decode()


@pytest.mark.parametrize(
    "asked", ["password__startswith=md5", "phone=1", "last_login__isnull=1", "name__regex=(a|a)*$"]
)
def test_no_column_is_guessed_by_the_address(as_, hr, salesperson, asked):
    client = as_(hr)
    assert client.get(f"{USERS}?{asked}").status_code == 400
    sales = Department.objects.get()
    for link in ("is_active__exact=1", f"department__id__exact={sales.pk}", "department__isnull=True"):
        assert client.get(f"{USERS}?{link}").status_code == 200
