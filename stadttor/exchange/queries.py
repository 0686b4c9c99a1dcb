"""Reads: what is handed over of a case, what no target has yet, where a service goes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.exchange.models import HandOver, Target, Tick
from stadttor.exchange.rules import COPIED, DROPPED, OPEN, REFUSED, SHEET, TAKEN, WAITING
from stadttor.exchange.services.copying import hashed
from stadttor.exchange.services.making import PURPOSE
from stadttor.exchange.wording import problem_text
from stadttor.ground import keys
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.rows import first
from stadttor.ground.sealed import unseal
from stadttor.ground.work import work

__all__ = [
    "COPIED",
    "DROPPED",
    "MOST",
    "OPEN",
    "REFUSED",
    "SHEET",
    "TAKEN",
    "WAITING",
    "HandOverRow",
    "TargetRow",
    "TickRow",
    "copied_by_hand",
    "file_of",
    "hand_over_row",
    "hand_overs_of",
    "has_open_hand_overs",
    "hashed",
    "held_hand_overs",
    "lately_ended",
    "not_taken_over",
    "open_hand_overs",
    "problem_text",
    "target_for",
    "ticks_of",
    "unsent_hand_overs",
]

MOST = 500


@dataclass(frozen=True)
class HandOverRow:
    """A hand-over. `state` is waiting, refused, sheet (open), taken, copied or dropped; `problem` a code of the last try."""

    id: UUID
    authority_id: UUID
    case_id: UUID
    key: str
    service: str
    target: str
    state: str
    name: str
    sha256: str
    made: datetime
    due: datetime
    tries: int
    next_try: datetime | None
    problem: str
    ended: datetime | None
    ended_by_name: str
    answer: str
    reason: str
    along: tuple[str, ...] = ()
    """Names of the proofs that go with the file, as the target gets them."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has it yet."""
        return self.state in OPEN

    def is_overdue(self, at: datetime) -> bool:
        """Whether it should be taken over by now."""
        return self.is_open and self.due < at


@dataclass(frozen=True)
class TargetRow:
    """Where a service goes, without its secret."""

    service: str
    way: str
    place: str
    username: str
    host_key: str
    active: bool
    has_secret: bool
    looked_at: datetime | None
    looked_problem: str


@dataclass(frozen=True)
class TickRow:
    """A line that was copied; by its hash one knows whether it says the same still."""

    line: str
    value_hash: str
    by_name: str
    at: datetime


def hand_overs_of(authority_id: UUID, case_id: UUID) -> list[HandOverRow]:
    """Everything that was to be handed over of a case, newest first."""
    with work(authority_id):
        found = HandOver.objects.filter(authority_id=authority_id, case_id=case_id).order_by("-made", "-id")
        return [_row(one) for one in found[:MOST]]


def hand_over_row(authority_id: UUID, hand_over_id: UUID) -> HandOverRow | None:
    """One of them, none if there is none."""
    with work(authority_id):
        row = first(HandOver, authority_id=authority_id, id=hand_over_id)
    return _row(row) if row else None


def file_of(authority_id: UUID, hand_over_id: UUID) -> tuple[str, str, bytes] | None:
    """Name, media type and bytes of what the target gets; none where there is only the sheet."""
    with work(authority_id):
        row = first(HandOver, authority_id=authority_id, id=hand_over_id)
    if row is None or not row.sha256:
        return None
    return row.name, row.media_type, unseal(keys.derived(authority_id, PURPOSE), row.id, bytes(row.payload))


def open_hand_overs(authority_id: UUID) -> list[HandOverRow]:
    """What no target has yet, longest due first."""
    with work(authority_id):
        found = HandOver.objects.filter(authority_id=authority_id, state__in=OPEN).order_by("due", "id")
        return [_row(one) for one in found[:MOST]]


def has_open_hand_overs(authority_id: UUID) -> bool:
    """Whether anything was not taken over yet."""
    with work(authority_id):
        return HandOver.objects.filter(authority_id=authority_id, state__in=OPEN).exists()


def lately_ended(authority_id: UUID, since: datetime) -> list[HandOverRow]:
    """What ended since then, newest first."""
    with work(authority_id):
        found = HandOver.objects.filter(authority_id=authority_id, ended__gte=since).order_by("-ended", "-id")
        return [_row(one) for one in found[:MOST]]


def not_taken_over(authority_id: UUID, at: datetime, most: int) -> list[UUID]:
    """What should be taken over by now and is not."""
    with work(authority_id):
        found = HandOver.objects.filter(authority_id=authority_id, state__in=OPEN, due__lt=at).order_by("due")
        return list(found.values_list("id", flat=True)[:most])


def unsent_hand_overs(authority_id: UUID, before: datetime, most: int) -> list[UUID]:
    """What should have been tried before a time and was not: its job is lost."""
    with work(authority_id):
        waiting = HandOver.objects.filter(authority_id=authority_id, state=WAITING, next_try__lt=before)
        return list(waiting.order_by("next_try").values_list("id", flat=True)[:most])


def ticks_of(authority_id: UUID, hand_over_id: UUID) -> dict[str, TickRow]:
    """What was copied, by line."""
    with work(authority_id):
        found = Tick.objects.filter(authority_id=authority_id, hand_over_id=hand_over_id)
        return {one.line: TickRow(one.line, one.value_hash, one.by_name, one.at) for one in found}


def target_for(authority_id: UUID, service: str) -> TargetRow | None:
    """Where a service goes; none where nothing was set."""
    with work(authority_id):
        row = first(Target, authority_id=authority_id, service=service)
    if row is None:
        return None
    return TargetRow(
        row.service, row.way, row.place, row.username, row.host_key, row.active, bool(row.secret), row.looked_at,
        row.looked_problem,
    )  # fmt: skip


def held_hand_overs(authority_id: UUID, case_id: UUID) -> Tables:
    """Everything that is kept about the hand-overs of a case; what was handed over as it was."""
    with work(authority_id):
        found = joined(held(HandOver, authority_id, case_id=case_id))
        for row in found.get(HandOver._meta.db_table, []):
            file = file_of(authority_id, UUID(row["id"]))
            row["payload"] = file[2].decode() if file else ""
        ids = HandOver.objects.filter(authority_id=authority_id, case_id=case_id).values_list("id", flat=True)
        return joined(found, *(held(Tick, authority_id, hand_over_id=one) for one in ids))


def copied_by_hand(authority_id: UUID, cases: Collection[UUID]) -> frozenset[UUID]:
    """Those of the cases of which a line was typed into a procedure."""
    with work(authority_id):
        ticked = Tick.objects.filter(authority_id=authority_id).values("hand_over_id")
        found = HandOver.objects.filter(authority_id=authority_id, case_id__in=list(cases), id__in=ticked)
        return frozenset(found.values_list("case_id", flat=True))


def _row(row: HandOver) -> HandOverRow:
    return HandOverRow(
        row.id, row.authority_id, row.case_id, row.key, row.service, row.target, row.state, row.name, row.sha256,
        row.made, row.due, row.tries,
        row.next_try, row.problem, row.ended, row.ended_by_name, row.answer, row.reason,
        tuple(one["name"] for one in row.along),
    )  # fmt: skip
