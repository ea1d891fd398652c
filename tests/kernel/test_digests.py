"""Digests: twice a day in one letter, urgent ones at once, or no mail at all; once however often the job runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from kernel import clock
from kernel.mailing import gather_digests, latest_slot, send_outbox
from kernel.models import Digest, Notice, Setting
from kernel.notices import tell
from kernel.settings import forget

pytestmark = pytest.mark.django_db

NINE = datetime(2027, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Taipei
EVENING = NINE + timedelta(hours=8)


def tick(moment):
    with clock.at(moment):
        forget()
        gather_digests()
        return send_outbox()


@pytest.fixture
def reader(salesperson):
    """Somebody who wants mail twice a day, in Traditional Chinese."""
    salesperson.mail_choice, salesperson.language = "twice", "zh-hant"
    salesperson.save()
    return salesperson


def told(person, kind, n, moment=NINE):
    with clock.at(moment):
        tell([person], kind, effect=f"{kind}:{n}", url=f"/x/{n}/", title=f"Case {n}", who="Lin", what="w", step="s")


def test_all_of_half_a_day_comes_in_one_letter_in_its_language(reader):
    told(reader, "decide", 1)
    told(reader, "remind", 2)
    told(reader, "copy", 3)
    assert tick(NINE + timedelta(hours=1)) == 0
    assert tick(EVENING) == 1
    (letter,) = mail.outbox
    assert letter.to == [reader.email]
    for text in ("Case 1", "/x/1/", "Case 2", "Case 3", "/profile/"):
        assert text in letter.body
    assert letter.body.index("Case 1") < letter.body.index("Case 2") < letter.body.index("Case 3")
    assert "Waiting for your decision" not in letter.body
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_however_often_it_runs_it_is_one(reader):
    told(reader, "decide", 1)
    assert [tick(EVENING), tick(EVENING), tick(EVENING + timedelta(hours=2))] == [1, 0, 0]
    assert Digest.objects.count() == 1


def test_after_days_without_a_run_there_is_one_letter_not_a_storm(reader):
    for n in range(6):
        told(reader, "decide", n, NINE + timedelta(hours=12 * n))
    assert tick(NINE + timedelta(days=4)) == 1
    assert len(mail.outbox) == 1


def test_who_is_urged_reads_it_at_once(reader):
    told(reader, "decide", 1)
    told(reader, "urge", 2)
    assert tick(NINE + timedelta(minutes=1)) == 1
    assert "Case 2" in mail.outbox[0].body
    assert tick(EVENING) == 1


def test_never_is_never_and_nothing_is_made_up_for_later(reader):
    reader.mail_choice = "never"
    reader.save()
    told(reader, "decide", 1)
    told(reader, "urge", 2)
    assert tick(EVENING) == 0
    reader.mail_choice = "at_once"
    reader.save()
    assert tick(EVENING + timedelta(minutes=1)) == 0
    assert mail.outbox == []
    assert Notice.objects.filter(to=reader, read_at=None).count() == 2


def test_what_was_read_on_the_page_is_not_mailed(reader):
    told(reader, "decide", 1)
    Notice.objects.update(read_at=NINE)
    assert tick(EVENING) == 0


def test_a_dead_worker_delays_the_digest_and_the_second_bears_the_same_number(reader):
    told(reader, "decide", 1)
    tick(EVENING)
    Digest.objects.update(mailed_at=None)
    Notice.objects.update(mailed_at=None)
    assert tick(EVENING + timedelta(minutes=5)) == 0
    assert tick(EVENING + timedelta(minutes=11)) == 1
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == 1


@pytest.mark.parametrize(
    ("moment", "slot"),
    [("08:29", "16:30 before"), ("08:30", "08:30"), ("16:29", "08:30"), ("16:30", "16:30"), ("23:59", "16:30")],
)
def test_the_hours_are_the_companys(moment, slot):
    zone = clock.local(NINE).tzinfo
    hour, _space, before = slot.partition(" ")
    day = datetime(2027, 3, 2 - bool(before), *map(int, hour.split(":")), tzinfo=zone)
    assert latest_slot(datetime(2027, 3, 2, *map(int, moment.split(":")), tzinfo=zone)) == day


def test_the_hours_are_settings(reader):
    Setting.objects.create(key="kernel.digest_morning", value="09:30", effective_on=clock.today())
    told(reader, "decide", 1)
    with clock.at(NINE):
        Setting.objects.update(effective_on=clock.today())
    assert tick(NINE + timedelta(minutes=20)) == 0
    assert tick(NINE + timedelta(minutes=31)) == 1


def test_it_is_chosen_in_the_profile(salesperson, as_):
    client = as_(salesperson)
    assert "Twice a day, in one letter" in client.get("/profile/").content.decode()
    form = {"language": "en", "mail_choice": "twice", "theme": "", "single_keys": "on"}
    assert client.post("/profile/", form).status_code == 302
    salesperson.refresh_from_db()
    assert salesperson.mail_choice == "twice"
    assert client.post("/profile/", form | {"mail_choice": "hourly"}).status_code == 422
