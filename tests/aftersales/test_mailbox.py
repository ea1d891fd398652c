"""The mailbox of customer service over a real IMAP server: each letter once, to whom it belongs, nobody answered in vain."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.urls import reverse

from aftersales import mail_intake, mailbox, serving
from aftersales.models import Feedback, FeedbackMessage, Mail, MailSeen
from documents.models import Attachment
from kernel import clock, mailing
from kernel.models import Letter, Notice, Promise
from tests import dovecot
from tests.databases import database_url
from tests.factories.aftersales import fresh, make_feedback, report, walk
from tests.factories.contracts import pdf_file
from tests.factories.customers import make_contact, make_customer

ROOT = Path(__file__).resolve().parents[2]
WU, STRANGER = "wu@example.com", "somebody@elsewhere.example"

needs_dovecot = pytest.mark.skipif(
    not dovecot.PROGRAM and not os.environ.get("CI"),
    reason="LOUD: dovecot-imapd is not installed, the mailbox is NOT tested (apt-get install dovecot-imapd)",
)
pytestmark = [needs_dovecot, pytest.mark.database, pytest.mark.slow]


@pytest.fixture(scope="module")
def server():
    """One IMAP server for the module."""
    found = dovecot.Mailbox()
    yield found
    found.close()


@pytest.fixture
def inbox(server, settings):
    """The mailbox, empty, and known to the product."""
    box = server.box()
    box.select("INBOX")
    found = box.search(None, "ALL")[1][0].split()
    if found:
        box.store("1:*", "+FLAGS", r"(\Deleted)")
        box.expunge()
    box.logout()
    settings.MAILBOX_URL, settings.MAILBOX_ADDRESS = server.url, "service@example.com"
    return server


def letter(subject="主軸異音", text="開機後主軸有異音", sender=WU, number="", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"吳佩珊 <{sender}>", "service@example.com", subject
    message["Message-ID"] = number or f"<{abs(hash((subject, text, sender)))}@example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def states():
    return list(Mail.objects.order_by("pk").values_list("state", "reason"))


def test_a_customers_letter_waits_is_recorded_and_answered_in_writing(inbox, customer, customer_service, as_):
    message = letter()
    message.add_attachment(pdf_file().read(), maintype="application", subtype="pdf", filename="照片.pdf")
    message.add_attachment(b"MZ\x90\x00", maintype="application", subtype="pdf", filename="virus.pdf")
    inbox.put(bytes(message))
    assert (mailbox.fetch_mail(), mailbox.fetch_mail()) == (1, 0)
    mail = Mail.objects.get()
    assert (mail.state, mail.customer, mail.text) == ("waiting", customer, "開機後主軸有異音")
    assert "virus.pdf" in mail.refused
    assert Promise.objects.of(mail).get(state="open").permission == "aftersales.record_feedback"
    told = Letter.objects.get()
    assert (told.address, "virus.pdf" in told.body) == (WU, True)
    client = as_(customer_service)
    assert "主軸異音" in client.get(reverse("aftersales:feedback_bench")).text
    page = client.get(mail.get_absolute_url())
    assert "virus.pdf" in page.text
    step = reverse("aftersales:mail_step", args=[mail.pk, "record"])
    assert client.get(step).context["form"].fields["whose"].initial == customer.number
    data = {
        "kind": "complaint",
        "severity": "normal",
        "whose": customer.number,
        "subject": "主軸異音",
        "told": "letter",
    }
    assert client.post(step, {**data, "whose": "沒有這家"}).status_code == 422
    assert client.post(step, data).status_code == 302
    row = Feedback.objects.get()
    assert (row.channel, row.customer, row.handler, row.told_at is not None) == (
        "email", customer, customer_service, True,
    )  # fmt: skip
    assert Attachment.objects.of(row).get().name == "照片.pdf"
    answer = Letter.objects.latest("pk")
    assert (answer.address, answer.subject.startswith(f"[{row.number}]")) == (WU, True)
    assert client.get(mail.get_absolute_url()).status_code == 200
    assert Promise.objects.of(mail).filter(state="open").count() == 0


def test_an_answer_finds_its_feedback_by_number_or_headers_and_only_for_whom_it_is(
    inbox, customer, customer_service, salesperson
):
    row = make_feedback(customer_service, customer)
    serving.tell(row, what="progress", how="letter", text="處理中", by=customer_service)
    sent = mailing.message_id(Letter.objects.get())
    other = make_customer(salesperson, name="另一家股份有限公司")
    make_contact(other, name="林怡君", email="other@example.com")
    inbox.put(
        bytes(letter(f"Re: [{row.number}] 進度", "收到\n> 處理中")),
        bytes(letter("回覆", "補充說明", References=f"<x@y> {sent}")),
        bytes(letter(f"Re: [{row.number}]", "偷看", sender="other@example.com")),
        bytes(letter("Re", "偷看二", sender=STRANGER, In_Reply_To=sent)),
        bytes(
            letter(f"Re: [{row.number}]", "冒名", Authentication_Results="mx.ours; dmarc=fail header.from=example.com")
        ),
    )
    assert mailbox.fetch_mail() == 5
    said = list(row.messages.filter(what="customer").order_by("pk").values_list("how", "text"))
    assert said == [("mail", "收到"), ("mail", "補充說明")]
    assert [state for state, _reason in states()] == ["attached", "attached", "waiting", "waiting", "waiting"]
    assert Notice.objects.filter(to=customer_service, kind="feedback", params__what="補充說明").exists()
    assert Letter.objects.count() == 1  # nobody was written to
    assert Feedback.objects.count() == 1


def test_the_same_letter_twice_is_one_and_a_mailbox_renumbered_brings_none_again(inbox, customer, customer_service):
    inbox.put(bytes(letter()), bytes(letter()))
    mailbox.fetch_mail()
    assert (Mail.objects.count(), MailSeen.objects.count()) == (1, 2)
    MailSeen.objects.update(validity=1)  # as if the server had numbered the folder anew
    mailbox.fetch_mail()
    assert (Mail.objects.count(), MailSeen.objects.count()) == (1, 4)


def test_machines_lists_bounces_and_ourselves_are_neither_answered_nor_recorded(inbox, customer, customer_service, as_):
    inbox.put(
        bytes(letter(text="不在辦公室", Auto_Submitted="auto-replied")), bytes(letter(text="電子報", List_Id="<a.b>")),
        bytes(letter(text="退信", Return_Path="<>")), bytes(letter(text="機器", sender="no-reply@example.com")),
        bytes(letter(text="自己", sender="service@example.com")), bytes(letter(text="批次", Precedence="bulk")),
    )  # fmt: skip
    mailbox.fetch_mail()
    assert [reason for state, reason in states() if state == "ignored"] == [
        "auto", "list", "bounce", "nobody", "own", "auto",
    ]  # fmt: skip
    assert (Feedback.objects.count(), Letter.objects.count()) == (0, 0)
    kept = Mail.objects.get(reason="list")
    client = as_(customer_service)
    assert client.post(reverse("aftersales:mail_step", args=[kept.pk, "restore"])).status_code == 302
    assert Mail.objects.get(pk=kept.pk).state == "waiting"
    assert len(client.get(reverse("aftersales:mail_list") + "?state=ignored").context["page"].rows) == 5


def test_one_sender_does_not_fill_the_bench(inbox, customer, customer_service):
    inbox.put(*(bytes(letter(text=f"第 {n} 封", sender=STRANGER)) for n in range(22)))
    mailbox.fetch_mail()
    assert [reason for _state, reason in states()].count("flood") == 2


def test_a_late_answer_reopens_what_lapsed_and_after_the_end_opens_a_linked_case(
    inbox, customer, customer_service, quality, manager
):
    from kernel.advance import advance

    with clock.at(clock.now() - timedelta(days=30)):
        silent = report(walk(make_feedback(customer_service, customer), "resolved", by=customer_service, solver=quality),
                        customer_service)  # fmt: skip
    for _time in range(2):
        serving.tell(silent, what="reminder", how="phone", text="請確認", by=customer_service)
    advance(fresh(silent), "lapse", by=manager)
    ended = walk(make_feedback(customer_service, customer), "confirmed", by=customer_service, solver=quality)
    inbox.put(bytes(letter(f"[{silent.number}]", "還是有異音")), bytes(letter(f"[{ended.number}]", "又發生了")))
    mailbox.fetch_mail()
    assert (fresh(silent).state, fresh(silent).round) == ("investigating", 2)
    later = Feedback.objects.get(earlier=ended)
    assert (later.channel, later.text, later.state, later.told_at) == ("email", "又發生了", "received", None)
    assert fresh(ended).state == "confirmed"


def test_thirty_megabytes_are_refused_kindly_and_the_rest_is_kept(inbox, customer, customer_service):
    message = letter(text="影片在附件")
    message.add_attachment(pdf_file().read(), maintype="application", subtype="pdf", filename="small.pdf")
    message.add_attachment(b"%PDF-" + b"x" * 30_000_000, maintype="application", subtype="pdf", filename="big.pdf")
    inbox.put(bytes(message))
    mailbox.fetch_mail()
    mail = Mail.objects.get()
    assert (mail.text, Attachment.objects.of(mail).get().name) == ("影片在附件", "small.pdf")
    assert "big.pdf" in mail.refused
    assert (Letter.objects.get().address, "big.pdf" in Letter.objects.get().body) == (WU, True)


def test_customer_service_puts_a_letter_to_its_feedback_and_discards_another(
    inbox, customer, customer_service, as_, quality
):
    row = make_feedback(customer_service, customer)
    inbox.put(
        bytes(letter("請轉交", "我是吳小姐的同事", sender=STRANGER)),
        bytes(letter("特價", "廣告", sender="ad@spam.example")),
    )
    mailbox.fetch_mail()
    mail, advert = Mail.objects.order_by("pk")
    client = as_(customer_service)
    step = reverse("aftersales:mail_step", args=[mail.pk, "attach"])
    assert client.post(step, {"feedback": "FK-2020-9999"}).status_code == 422
    assert client.post(step, {"feedback": row.number.lower()}).status_code == 302
    assert row.messages.filter(what="customer", text="我是吳小姐的同事").exists()
    assert Mail.objects.get(pk=mail.pk).feedback == row
    discard = reverse("aftersales:mail_step", args=[advert.pk, "discard"])
    assert client.post(discard, {"comment": ""}).status_code == 422
    assert client.post(discard, {"comment": "廣告"}).status_code == 302
    assert as_(quality).get(mail.get_absolute_url()).status_code in (403, 404)
    with clock.at(clock.now() + timedelta(days=200)):
        assert mail_intake.forget_old() == 2
    gone = Mail.objects.get(pk=mail.pk)
    assert (gone.text, gone.sender, gone.state) == ("", "", "attached")
    assert "text" not in {field.name for field in Mail.history.model._meta.get_fields()}


def test_a_mailbox_that_does_not_answer_and_one_that_is_not_there_stop_nothing(settings, db, caplog):
    settings.MAILBOX_URL = ""
    assert mailbox.fetch_mail() == 0
    settings.MAILBOX_URL = "imap://a:secret@127.0.0.1:9/INBOX"
    assert mailbox.fetch_mail() == 0
    assert "secret" not in caplog.text
    with pytest.raises(ValueError, match="imaps"):
        mailbox.Place.of("https://a/b")


PROGRAM = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from aftersales import mailbox
print(mailbox.fetch_mail())
"""


def test_killed_in_the_middle_no_letter_is_lost_and_none_comes_twice(inbox, committed_db, tmp_path):
    number = 25
    inbox.put(*(bytes(letter(text=f"第 {n} 封", sender=f"p{n}@elsewhere.example")) for n in range(number)))
    environment = {
        **os.environ, "BYLAW_VAR": str(tmp_path), "BYLAW_DATABASE_URL": database_url(), "BYLAW_MAILBOX_URL": inbox.url,
    }  # fmt: skip

    def start():
        return subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, stdout=subprocess.PIPE)

    for least in (3, 9):
        process = start()
        until = time.monotonic() + 60
        while Mail.objects.count() < least and time.monotonic() < until:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert 9 <= Mail.objects.count() <= number
    two = [start(), start()]  # and two at once
    for process in two:
        process.communicate(timeout=120)
        assert process.returncode == 0
    texts = sorted(Mail.objects.values_list("text", flat=True))
    assert texts == sorted(f"第 {n} 封" for n in range(number))
    assert MailSeen.objects.filter(is_done=True).count() == number
    assert FeedbackMessage.objects.count() == 0
