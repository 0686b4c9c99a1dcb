"""The worker's part of a mail: claim it, hand it over outside any transaction, write down the answer."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from stadttor.ground.clock import now
from stadttor.ground.jobs import job
from stadttor.ground.rows import change, first
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.notices.models import Mail
from stadttor.notices.ports import Delivery, sender
from stadttor.notices.rules import CLAIM_S, MOST_ATTEMPTS, build
from stadttor.notices.wording import mail_text
from stadttor.tenancy.queries import profile


class MailWaits(RuntimeError):
    """The mail could not be handed over yet; the queue tries again later."""


@job("notices.send_mail")
def send(*, authority_id: UUID, mail_id: UUID) -> None:
    """Send a mail that is still to be sent. Raises MailWaits when the server is away or another worker has it."""
    mail = _claim(authority_id, mail_id, now())
    if mail is None:
        return
    message = build(
        mail_text(mail.kind, mail.language, mail.values),
        mail_id=mail.id,
        to=mail.recipient,
        sender_name=mail.values["authority"],
        sender_address=_sender(authority_id),
        language=mail.language,
        at=mail.created,
    )
    delivery = sender().send(message)
    if _note(mail, delivery, now()) == "queued":
        raise MailWaits(delivery.outcome)


def _sender(authority_id: UUID) -> str:
    """The installation's own address; in the demo one below the authority's example domain, as a town would have it."""
    domain = profile(authority_id).email.rpartition("@")[2]
    return f"noreply@{domain}" if settings.STADTTOR_DEMO and domain else settings.DEFAULT_FROM_EMAIL


@step
def _claim(authority_id: UUID, mail_id: UUID, at: datetime) -> Mail | None:
    """The mail, for this worker alone; none when nothing is left to do.

    A claim whose worker died runs out: then the mail may go out twice, under the same Message-ID; a lost one is worse.
    """
    with work(authority_id):
        mail = first(Mail, lock=True, authority_id=authority_id, id=mail_id, state="queued")
        if mail is None:
            return None
        if mail.claimed_at and mail.claimed_at >= at - timedelta(seconds=CLAIM_S):
            raise MailWaits("another worker has it")
        change(Mail, {"claimed_at": at}, authority_id=authority_id, id=mail_id)
    return mail


@step
def _note(mail: Mail, delivery: Delivery, at: datetime) -> str:
    """Write down the answer; gives the new state. The proof needs no values, so the secret link goes with the mail."""
    attempts = mail.attempts + 1
    ended = delivery.outcome == "refused" or attempts >= MOST_ATTEMPTS
    state = "sent" if delivery.outcome == "accepted" else "failed" if ended else "queued"
    reply = delivery.reply[:500]
    changes: dict[str, object] = {"state": state, "attempts": attempts, "reply": reply, "claimed_at": None}
    if state != "queued":
        changes |= {"values": {}}
    if state == "sent":
        changes |= {"sent_at": at}
    with work(mail.authority_id):
        change(Mail, changes, authority_id=mail.authority_id, id=mail.id, state="queued")
    return state
