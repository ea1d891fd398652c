"""The second step: roles that decide or see much need a one-time code before any page."""

import re

import pytest
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from organization import codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.REQUIRE_OTP = True


def now_code(key):
    return f"{totp(bytes.fromhex(key)):06d}"


def wait_over(user):
    """As if half a minute had passed: the last code is not refused as used."""
    for device in TOTPDevice.objects.filter(user=user):
        device.last_t, device.throttling_failure_count, device.throttling_failure_timestamp = -1, 0, None
        device.save()


@pytest.fixture
def enrolled(as_, legal):
    """The legal reviewer with an authenticator: (client, key, recovery codes)."""
    client = as_(legal)
    client.get("/login/code/")
    key = client.session["otp_key"]
    answer = client.post("/login/code/", {"code": now_code(key), "next": "/people/"})
    recovery = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", answer.content.decode())
    return client, key, recovery


@pytest.mark.parametrize("path", ["/", "/people/", "/profile/", "/admin/", "/password/"])
def test_no_page_before_the_code(as_, legal, path):
    answer = as_(legal).get(path)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/login/code/")


def test_who_needs_no_code_is_not_asked(as_, salesperson):
    client = as_(salesperson)
    assert client.get("/people/").status_code == 200
    assert client.get("/login/code/").url == "/"


def test_signing_out_and_language_work_before_the_code(as_, legal):
    client = as_(legal)
    assert client.post("/language/", {"language": "en", "next": "/login/code/"}).url == "/login/code/"
    assert client.post("/logout/").url == "/login/"


def test_first_code_takes_the_authenticator_into_use_and_gives_recovery_codes_once(as_, legal):
    client = as_(legal)
    page = client.get("/login/code/")
    assert 'src="data:image/svg+xml' in page.content.decode()
    key = client.session["otp_key"]
    assert not TOTPDevice.objects.exists()
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    assert not TOTPDevice.objects.exists()
    before = client.cookies["bylaw_session"].value
    answer = client.post("/login/code/", {"code": now_code(key), "next": "/people/"})
    recovery = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", answer.content.decode())
    assert len(recovery) == codes.RECOVERY_CODES
    assert client.cookies["bylaw_session"].value != before
    assert client.get("/people/").status_code == 200
    assert client.get("/login/code/").status_code == 302
    stored = set(StaticToken.objects.values_list("token", flat=True))
    assert not stored & {code.replace("-", "") for code in recovery}


def test_code_is_asked_at_each_sign_in_and_good_once(as_, legal, enrolled):
    _client, key, _recovery = enrolled
    wait_over(legal)
    code = now_code(key)
    second = as_(legal)
    assert second.get("/people/").status_code == 302
    assert second.post("/login/code/", {"code": code, "next": "//evil"}).url == "/"
    assert second.get("/people/").status_code == 200
    third = as_(legal)
    assert third.post("/login/code/", {"code": code}).status_code == 422


def test_wrong_codes_slow_down_the_next(as_, legal, enrolled):
    _client, key, _recovery = enrolled
    wait_over(legal)
    client = as_(legal)
    wrong = f"{(int(now_code(key)) + 1) % 1_000_000:06d}"
    for _ in range(4):
        assert client.post("/login/code/", {"code": wrong}).status_code == 422
    assert client.post("/login/code/", {"code": now_code(key)}).status_code == 422


def test_recovery_code_lets_in_once(as_, legal, enrolled):
    _client, _key, recovery = enrolled
    client = as_(legal)
    assert client.post("/login/code/", {"code": recovery[0].upper()}).status_code == 302
    assert client.get("/people/").status_code == 200
    assert as_(legal).post("/login/code/", {"code": recovery[0]}).status_code == 422


def test_code_of_another_person_does_not_help(as_, person, enrolled):
    _client, _key, recovery = enrolled
    other = as_(person("hr"))
    other.get("/login/code/")
    assert other.post("/login/code/", {"code": recovery[1]}).status_code == 422
