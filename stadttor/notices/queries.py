"""What was told to whom, and what of it arrived."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from stadttor.ground.holdings import Tables, held
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.notices.models import LegalDelivery, Mail, Message, PrintRun

MOST = 200
MOST_RUNS = 50
ON_PAPER = ("post", "counter")


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A mailbox entry; `documents` are ids of filed documents, `read_at` is none until it was opened."""

    id: UUID
    language: str
    title: str
    body: str
    documents: tuple[UUID, ...]
    created: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailRow:
    """The delivery of one mail. `reply` is the mail server's last answer, `state` queued, sent or failed."""

    id: UUID
    kind: str
    recipient: str
    language: str
    state: str
    attempts: int
    reply: str
    created: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A decision on its lawful way; see `models.LegalDelivery`. `name` and `lines` stand in the window."""

    id: UUID
    case_id: UUID
    subject_id: UUID
    decision_id: UUID
    number: int
    channel: str
    why: str
    reason: str
    state: str
    name: str
    lines: tuple[str, ...]
    documents: tuple[UUID, ...]
    area: str
    calendar: str
    informed: bool
    account_id: UUID | None
    created: datetime
    event_on: date | None
    known_on: date | None
    remedy_until: date | None
    rule: Mapping[str, Any]
    run_id: UUID | None
    ended_at: datetime | None
    ended_why: str
    country: str = ""

    @property
    def waits_for_proof(self) -> bool:
        """Whether nobody proved yet that it arrived, and only then it counts: a letter to another country."""
        return self.state == "posted" and self.known_on is None and self.rule.get("event") == "received"


@dataclass(frozen=True, slots=True)
class RunRow:
    """A print run with the number of its letters; see `models.PrintRun`."""

    id: UUID
    authority_id: UUID
    number: int
    made_at: datetime
    made_by_name: str
    letters: int
    posted_on: date | None
    posted_by_name: str
    undone_at: datetime | None
    printed_at: datetime | None
    printed_by_name: str


def messages_for(authority_id: UUID, subject_id: UUID) -> list[MessageRow]:
    """The mailbox of a subject, newest first."""
    with work(authority_id):
        found = rows(Message, authority_id=authority_id, subject_id=subject_id, order=("-created", "-id"), most=MOST)
    return [_message(row) for row in found]


def mails_for(authority_id: UUID, subject_id: UUID) -> list[MailRow]:
    """The proof of delivery: every mail about a subject, newest first."""
    with work(authority_id):
        rows = Mail.objects.filter(authority_id=authority_id, subject_id=subject_id).order_by("-created", "-id")
        return [_mail(row) for row in rows[:MOST]]


def unsent_mails(authority_id: UUID, before: datetime, most: int) -> list[UUID]:
    """Mails written before a time that neither went out nor failed for good, oldest first."""
    with work(authority_id):
        waiting = Mail.objects.filter(authority_id=authority_id, state="queued", created__lt=before)
        return list(waiting.order_by("created").values_list("id", flat=True)[:most])


def held_notices(authority_id: UUID, subject_id: UUID) -> Tables:
    """Everything that was told about a subject, for the person it was told."""
    about = {"subject_id": subject_id}
    return {
        **held(Mail, authority_id, **about),
        **held(Message, authority_id, **about),
        **held(LegalDelivery, authority_id, **about),
    }


def mailed_to(authority_id: UUID, address: str) -> frozenset[UUID]:
    """What mails to an address were about, however it was spelled in capitals."""
    with work(authority_id):
        found = Mail.objects.filter(authority_id=authority_id, recipient__iexact=address)
        return frozenset(found.values_list("subject_id", flat=True))


def deliveries_of(authority_id: UUID, case_id: UUID) -> list[DeliveryRow]:
    """The ways of the decisions of a case, newest first."""
    with work(authority_id):
        found = rows(
            LegalDelivery, authority_id=authority_id, case_id=case_id, order=("-created", "-number"), most=MOST
        )
    return [delivery_row(one) for one in found]


def delivery_by_id(authority_id: UUID, delivery_id: UUID) -> DeliveryRow | None:
    """One of them."""
    with work(authority_id):
        found = first(LegalDelivery, authority_id=authority_id, id=delivery_id)
    return delivery_row(found) if found else None


def waiting_letters(authority_id: UUID) -> list[DeliveryRow]:
    """What waits for the post, oldest first."""
    with work(authority_id):
        found = rows(LegalDelivery, authority_id=authority_id, state="waiting", order=("created", "id"), most=MOST)
    return [delivery_row(one) for one in found]


def has_letters_to_post(authority_id: UUID) -> bool:
    """Whether a letter waits for the post or lies in a print run that was not posted."""
    with work(authority_id):
        return LegalDelivery.objects.filter(authority_id=authority_id, state__in=("waiting", "printed")).exists()


def in_account(authority_id: UUID, subject_id: UUID) -> list[DeliveryRow]:
    """The decisions on a subject whose lawful place is the citizen's account, opened or not."""
    with work(authority_id):
        found = rows(LegalDelivery, authority_id=authority_id, subject_id=subject_id, channel="account", ended_at=None)
    return [delivery_row(one) for one in found]


def unopened(authority_id: UUID) -> list[DeliveryRow]:
    """What lies in accounts and was not opened, oldest first."""
    with work(authority_id):
        found = rows(LegalDelivery, authority_id=authority_id, state="provided", order=("created", "id"), most=MOST)
    return [delivery_row(one) for one in found]


def late_letters(authority_id: UUID, before: datetime, most: int) -> list[UUID]:
    """What was begun before a time and was neither posted nor handed over, oldest first."""
    with work(authority_id):
        lying = LegalDelivery.objects.filter(authority_id=authority_id, state__in=("waiting", "printed", "to_hand"))
        return list(lying.filter(created__lt=before).order_by("created").values_list("id", flat=True)[:most])


def under_way(authority_id: UUID, case_id: UUID) -> set[str]:
    """The states in which decisions of a case are, without those that ended."""
    with work(authority_id):
        found = LegalDelivery.objects.filter(authority_id=authority_id, case_id=case_id, ended_at=None)
        return set(found.values_list("state", flat=True))


def came_back(authority_id: UUID, subject_ids: Sequence[UUID]) -> set[UUID]:
    """Of these subjects those whose letter came back and did not go out again."""
    with work(authority_id):
        found = LegalDelivery.objects.filter(authority_id=authority_id, subject_id__in=subject_ids)
        newest = dict(found.order_by("created", "number").values_list("subject_id", "state"))
    return {one for one, state in newest.items() if state == "returned"}


def letters_of_run(authority_id: UUID, run_id: UUID) -> list[DeliveryRow]:
    """The letters of a print run in the order in which they lie."""
    with work(authority_id):
        found = rows(LegalDelivery, authority_id=authority_id, run_id=run_id, order=("created", "id"))
    return [delivery_row(one) for one in found]


def print_runs(authority_id: UUID) -> list[RunRow]:
    """The print runs that were not taken apart, newest first."""
    with work(authority_id):
        found = rows(PrintRun, authority_id=authority_id, undone_at=None, order=("-number",), most=MOST_RUNS)
        ids = [one.id for one in found]
        counted = LegalDelivery.objects.filter(authority_id=authority_id, run_id__in=ids).values_list("run_id")
        letters = dict(counted.annotate(Count("id")).order_by())
    return [_run(one, letters.get(one.id, 0)) for one in found]


def print_run(authority_id: UUID, run_id: UUID) -> RunRow | None:
    """One of them, taken apart or not."""
    with work(authority_id):
        found = first(PrintRun, authority_id=authority_id, id=run_id)
    return _run(found, 0) if found else None


def _run(one: PrintRun, letters: int) -> RunRow:
    return RunRow(
        one.id, one.authority_id, one.number, one.made_at, one.made_by_name, letters, one.posted_on,
        one.posted_by_name, one.undone_at, one.printed_at, one.printed_by_name,
    )  # fmt: skip


def delivery_row(one: LegalDelivery) -> DeliveryRow:
    """The frozen row."""
    return DeliveryRow(
        id=one.id,
        case_id=one.case_id,
        subject_id=one.subject_id,
        decision_id=one.decision_id,
        number=one.number,
        channel=one.channel,
        why=one.why,
        reason=one.reason,
        state=one.state,
        name=str(one.recipient.get("name", "")),
        lines=tuple(one.recipient.get("lines", ())),
        documents=tuple(UUID(each) for each in one.documents),
        area=one.area,
        calendar=one.calendar,
        informed=one.informed,
        account_id=one.account_id,
        created=one.created,
        event_on=one.event_on,
        known_on=one.known_on,
        remedy_until=one.remedy_until,
        rule=one.rule,
        run_id=one.run_id,
        ended_at=one.ended_at,
        ended_why=one.ended_why,
        country=str(one.recipient.get("country", "")),
    )


def _message(row: Message) -> MessageRow:
    documents = tuple(UUID(one) for one in row.documents)
    return MessageRow(row.id, row.language, row.title, row.body, documents, row.created, row.read_at)


def _mail(row: Mail) -> MailRow:
    return MailRow(
        row.id, row.kind, row.recipient, row.language, row.state, row.attempts, row.reply, row.created, row.sent_at
    )


def left_on_paper(authority_id: UUID, cases: Collection[UUID]) -> frozenset[UUID]:
    """Those of the cases of which a decision went by post or over the counter."""
    with work(authority_id):
        found = LegalDelivery.objects.filter(authority_id=authority_id, case_id__in=list(cases), channel__in=ON_PAPER)
        return frozenset(found.values_list("case_id", flat=True))
