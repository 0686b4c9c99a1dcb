from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings

from adapters.smtp.sender import SmtpSender
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.notices import jobs, ports, queries, services
from stadttor.notices.models import Mail
from stadttor.notices.tests.conftest import Post
from stadttor.notices.wording import KINDS, mail_text
from stadttor.tenancy.services import describe

pytestmark = pytest.mark.db
SUBJECT = new_id()
VALUES = {
    "service": "Bewohnerparkausweis",
    "number": "WUG-2026-4F7K-92",
    "link": "http://weissenburg.localhost/antrag/offen/geheim",
    "authority": "Große Kreisstadt Weißenburg i. Bay.",
}


def promised(authority: Authority, now: datetime, key: str = "receipt:1", **changes: str) -> UUID:
    chosen = {"to": "amira.yilmaz@example.org", "kind": "receipt", "language": "de"} | changes
    return services.send_mail(authority_id=authority.id, key=key, subject_id=SUBJECT, values=VALUES, now=now, **chosen)


def test_a_mail_arrives_and_the_case_can_prove_it(authority: Authority, now: datetime, post: Post) -> None:
    mail_id = promised(authority, now)
    jobs.send(authority_id=authority.id, mail_id=mail_id)
    [mail] = queries.mails_for(authority.id, SUBJECT)
    assert (mail.state, mail.attempts, mail.reply) == ("sent", 1, "250 2.0.0 accepted as 4711")
    assert mail.sent_at is not None
    [arrived] = post.received
    assert VALUES["link"] in arrived.get_content()
    assert "WUG-2026-4F7K-92" in arrived["Subject"]


def test_a_mail_carries_the_headers_programs_expect(authority: Authority, now: datetime, post: Post) -> None:
    mail_id = promised(authority, now, language="ar")
    jobs.send(authority_id=authority.id, mail_id=mail_id)
    [arrived] = post.received
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Content-Language"] == "ar"
    assert arrived["Message-ID"].startswith(f"<{mail_id}@")
    assert arrived["Date"].datetime == now
    assert arrived["From"].addresses[0].display_name == VALUES["authority"]


@pytest.mark.parametrize("kind", ["receipt", "decision", "question"])
def test_a_mail_of_a_trial_says_so_in_its_subject_and_first(kind: str) -> None:
    said = mail_text(kind, "en", VALUES | {"trial": "yes"})
    assert said.subject.startswith("Trial: ")
    assert said.body.split("\n\n")[1] == "This service is being tried out. Nothing in this e-mail counts."
    assert "Trial" not in mail_text(kind, "en", VALUES).subject


def test_the_same_key_is_one_mail(authority: Authority, now: datetime, post: Post) -> None:
    first, again = promised(authority, now), promised(authority, now)
    assert first == again
    jobs.send(authority_id=authority.id, mail_id=first)
    jobs.send(authority_id=authority.id, mail_id=first)
    assert len(post.received) == 1


def test_two_workers_send_a_mail_once(authority: Authority, now: datetime, post: Post) -> None:
    mail_id = promised(authority, now)
    assert jobs._claim(authority.id, mail_id, now) is not None
    with pytest.raises(jobs.MailWaits):
        jobs._claim(authority.id, mail_id, now)


def test_the_claim_of_a_worker_that_died_runs_out(authority: Authority, now: datetime) -> None:
    """Report: its jobs were given back after 20 s, but the claim held the mail up for a minute, and more tries for two."""
    mail_id = promised(authority, now)
    jobs._claim(authority.id, mail_id, now)
    given_back = now + timedelta(seconds=21)
    assert jobs._claim(authority.id, mail_id, given_back) is not None


def test_while_the_server_is_away_the_mail_waits_and_says_so(authority: Authority, now: datetime, post: Post) -> None:
    mail_id = promised(authority, now)
    ports.use_sender(SmtpSender("127.0.0.1", 1, timeout_s=1))
    with pytest.raises(jobs.MailWaits):
        jobs.send(authority_id=authority.id, mail_id=mail_id)
    [mail] = queries.mails_for(authority.id, SUBJECT)
    assert (mail.state, mail.attempts, mail.sent_at) == ("queued", 1, None)
    ports.use_sender(SmtpSender("127.0.0.1", post.port))
    jobs.send(authority_id=authority.id, mail_id=mail_id)
    assert queries.mails_for(authority.id, SUBJECT)[0].state == "sent"


def test_a_busy_server_is_asked_again(authority: Authority, now: datetime, post: Post) -> None:
    post.answer = "451 4.3.0 try again later"
    mail_id = promised(authority, now)
    with pytest.raises(jobs.MailWaits):
        jobs.send(authority_id=authority.id, mail_id=mail_id)
    assert queries.mails_for(authority.id, SUBJECT)[0].state == "queued"


def test_a_lasting_refusal_ends_as_failed(authority: Authority, now: datetime, post: Post) -> None:
    post.answer = "550 5.1.1 no such mailbox"
    jobs.send(authority_id=authority.id, mail_id=promised(authority, now))
    [mail] = queries.mails_for(authority.id, SUBJECT)
    assert (mail.state, mail.reply) == ("failed", "550 5.1.1 no such mailbox")


def test_the_secret_link_is_forgotten_once_the_mail_is_away(authority: Authority, now: datetime, post: Post) -> None:
    mail_id = promised(authority, now)
    jobs.send(authority_id=authority.id, mail_id=mail_id)
    with work(authority.id):
        assert Mail.objects.get(authority_id=authority.id, id=mail_id).values == {}


def test_a_name_with_a_line_break_cannot_add_a_header(authority: Authority, now: datetime, post: Post) -> None:
    values = VALUES | {"number": "1\r\nBcc: jonas.weber@example.org"}
    mail_id = services.send_mail(
        authority_id=authority.id, key="k", to="amira.yilmaz@example.org", kind="receipt", subject_id=SUBJECT,
        language="de", values=values, now=now,
    )  # fmt: skip
    jobs.send(authority_id=authority.id, mail_id=mail_id)
    [arrived] = post.received
    assert arrived["Bcc"] is None


@pytest.mark.parametrize(
    "to", ["", "amira", "a@b\nBcc: c@d", "a@b, c@d", "Amira <a@b.de>", "müller@köln.de", "a@b..de", "a@\ud800"]
)
def test_what_is_no_single_address_is_refused(authority: Authority, now: datetime, to: str) -> None:
    with pytest.raises(Refused):
        promised(authority, now, to=to)


def test_a_value_the_text_needs_is_missed_at_once(authority: Authority, now: datetime) -> None:
    with pytest.raises(KeyError):
        services.send_mail(
            authority_id=authority.id, key="k", to="a@example.org", kind="question", subject_id=SUBJECT,
            language="de", values={"authority": "Weißenburg"}, now=now,
        )  # fmt: skip


def test_the_neighbour_sees_no_mail(authority: Authority, neighbour: Authority, now: datetime) -> None:
    promised(authority, now)
    assert queries.mails_for(neighbour.id, SUBJECT) == []


@pytest.mark.parametrize(
    ("payment", "said"), [("at_submission", "Bitte bezahlen Sie sie"), ("at_counter", "am Schalter"), ("none", "")]
)
def test_the_receipt_names_an_open_fee_and_how_to_pay_it(payment, said):
    values = {"service": "S", "number": "N", "link": "L", "authority": "A", "fee": "30,70 €", "payment": payment}
    body = mail_text("receipt", "de", values).body
    assert ("30,70 €" in body) == bool(said)
    assert said in body


def test_the_demo_sends_from_the_authoritys_domain(
    authority: Authority, now: datetime, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(authority.id, actor=SYSTEM, now=now, email="buergerbuero@weissenburg.example")
    for is_demo, sender in ((True, "noreply@weissenburg.example"), (False, settings.DEFAULT_FROM_EMAIL)):
        monkeypatch.setattr(settings, "STADTTOR_DEMO", is_demo)
        jobs.send(authority_id=authority.id, mail_id=promised(authority, now, key=f"receipt:{is_demo}"))
        assert post.received[-1]["From"].addresses[0].addr_spec == sender


@pytest.mark.parametrize("kind", KINDS)
def test_a_german_mail_goes_on_in_small_letters_after_the_greeting(kind: str) -> None:
    more = {
        "amount": "30,70 €",
        "day": "22. November 2026",
        "code": "123456",
        "answer": "Ist behoben.",
        "by": "Frau Kern",
        "until": "25. November 2026, 14:00",
        "when": "22. November 2026 um 9:00",
        "where": "Rathaus",
        "version": "1.2.0",
        "request": "Weniger Fragen",
        "state": "Angenommen",
        "law": "§ 45 StVO",
        "why": "Ablehnungen: 15 von 30, vorher 10 von 200",
    }
    greeting, first = mail_text(kind, "de", VALUES | more).body.split("\n\n")[:2]
    assert greeting == "Guten Tag,"
    assert first[0].islower() or first.startswith(("Sie ", "Ihr "))


def test_a_german_name_in_an_arabic_mail_keeps_its_full_stop_at_its_end() -> None:
    body = mail_text("receipt", "ar", VALUES).body
    assert "\u2068Große Kreisstadt Weißenburg i. Bay.\u2069" in body
    assert f"\n{VALUES['link']}\n" in body
    assert "\u2068" not in mail_text("receipt", "tr", VALUES).body
