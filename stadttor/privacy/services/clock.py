"""The clock of retention: each night every closed case goes one step further, as far as it may.

    closed → kept until its last day → offered to the archive → answered, or not within its months → deleted with proof

A case that is held or opened again stays where it is. Each case is a work of its own and is locked first, so a night
that breaks off is done again, and nothing is done twice.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from stadttor.cases.queries import ended_without, moved_on_of_outer_case
from stadttor.cases.queries.tags import decisions_with_standing_tags
from stadttor.exchange.services import erase_hand_overs
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.work import work
from stadttor.payments.services import forget_old
from stadttor.payments.services.closing import forget_closing, old_closings
from stadttor.privacy.models import Hold, Retention
from stadttor.privacy.queries.ended import CaseEnd, end_of, has_moved_on
from stadttor.privacy.queries.late import unheld
from stadttor.privacy.rules import FREE, KEPT, OFFERED, UNANSWERED, answer_day
from stadttor.privacy.services.erasing import Why, erase_all
from stadttor.privacy.services.holding import begin_to_wait
from stadttor.records.services import close_file

log = logging.getLogger("stadttor.privacy")
MOST = 2_000
"""So many cases of one authority go each step in one night; the others are next."""


@dataclass(frozen=True)
class Night:
    """How many cases of an authority went which step."""

    enrolled: int
    offered: int
    unanswered: int
    deleted: int
    payments: int


def keep_time(*, authority_id: UUID, now: datetime) -> Night:
    """One night: what ended is counted from now on, what ended long enough ago goes on."""
    today = german_day(now)
    _each(_over_holds(authority_id, today), lambda case_id: _end_hold(authority_id, case_id, now))
    enrolled = _each(_ended(authority_id), lambda case_id: _enrol(authority_id, case_id, now))
    _each(_moved_on(authority_id), lambda case_id: _begin_anew(authority_id, case_id, now))
    over = _due(authority_id, state=KEPT, until__lt=today)
    offered = _each(over, lambda case_id: _offer(authority_id, case_id, today, now))
    silent = _due(authority_id, state=OFFERED, answer_by__lt=today)
    unanswered = _each(silent, lambda case_id: _let_go(authority_id, case_id, now))
    free = _due(authority_id, state=FREE)
    deleted = _each(free, lambda case_id: _delete(authority_id, case_id, now))
    return Night(enrolled, offered, unanswered, deleted, _forget_books(authority_id, now))


def _forget_books(authority_id: UUID, now: datetime) -> int:
    """Payments and closed days that budget law does not ask for any more, with what was handed over of them."""
    gone = forget_old(authority_id=authority_id, now=now, counting=decisions_with_standing_tags(authority_id))
    for closing_id in old_closings(authority_id=authority_id, now=now):
        with work(authority_id):
            gone += erase_hand_overs(authority_id=authority_id, case_id=closing_id)
            gone += forget_closing(authority_id=authority_id, closing_id=closing_id, now=now)
    return sum(gone.counts.values())


def _each(case_ids: Iterable[UUID], step: Callable[[UUID], bool]) -> int:
    """One case that fails does not keep the others waiting; it is tried again the next night, and counted loudly."""
    done = failed = 0
    for case_id in case_ids:
        try:
            done += step(case_id)
        except Exception:
            failed += 1
            log.exception("case %s could not go on", case_id)
    if failed:
        log.critical("retention: %d cases could not go on this night", failed)
    return done


def _over_holds(authority_id: UUID, today: date) -> list[UUID]:
    with work(authority_id):
        over = Hold.objects.filter(authority_id=authority_id, until__lt=today).order_by("until", "id")
        return list(over.values_list("case_id", flat=True)[:MOST])


def _end_hold(authority_id: UUID, case_id: UUID, now: datetime) -> bool:
    """A hold that was to last until a day ends after it."""
    with work(authority_id):
        end_of(authority_id, case_id, lock=True)
        over = Hold.objects.filter(authority_id=authority_id, case_id=case_id, until__lt=german_day(now))
        deleted, _by_table = over.delete()
        if deleted:
            begin_to_wait(authority_id, case_id, now)
            _note(authority_id, case_id, "privacy.hold_ended", now)
        return bool(deleted)


def _ended(authority_id: UUID) -> list[UUID]:
    followed = Retention.objects.filter(authority_id=authority_id, case_id=OuterRef("id"))
    return ended_without(authority_id, followed, MOST)


def _due(authority_id: UUID, **where: Any) -> list[UUID]:
    """Cases in a state since long enough, longest first, without those somebody holds."""
    with work(authority_id):
        rows = unheld(authority_id).filter(**where).order_by("until", "id")
        return list(rows.values_list("case_id", flat=True)[:MOST])


def _enrol(authority_id: UUID, case_id: UUID, now: datetime) -> bool:
    with work(authority_id):
        end = end_of(authority_id, case_id, lock=True)
        if end.ended.until is None or end.case.closed_at is None:
            return False
        row = Retention(
            authority_id=authority_id,
            case_id=case_id,
            submission_id=end.case.submission_id,
            service=end.case.service,
            closed=german_day(end.case.closed_at),
            closed_at=end.case.closed_at,
            until=end.ended.until,
            moved=now,
        )
        close_file(authority_id=authority_id, case_id=case_id, closed=end.case.closed_at, until=end.ended.until)
        return insert_unless_taken(row)


def _moved_on(authority_id: UUID) -> list[UUID]:
    """Cases that may have been opened again since their clock began, whether or not they are closed again."""
    moved = Exists(moved_on_of_outer_case(authority_id)) | Q(closed_at=None)
    with work(authority_id):
        rows = Retention.objects.filter(moved, authority_id=authority_id)
        return list(rows.values_list("case_id", flat=True)[:MOST])


def _begin_anew(authority_id: UUID, case_id: UUID, now: datetime) -> bool:
    """What was decided since was never offered: the clock counts from the newest closing, and the old offer ends."""
    with work(authority_id):
        end = end_of(authority_id, case_id, lock=True)
        row = first(Retention, lock=True, authority_id=authority_id, case_id=case_id)
        if row is None:
            return False
        if not has_moved_on(row, end.case):
            # Written before the clock knew the moment of closing.
            return bool(
                change(Retention, {"closed_at": end.case.closed_at}, authority_id=authority_id, case_id=case_id)
            )
        if end.ended.until is None or end.case.closed_at is None:
            close_file(authority_id=authority_id, case_id=case_id, closed=None, until=None)
            Retention.objects.filter(authority_id=authority_id, case_id=case_id).delete()
        else:
            _count_from(authority_id, case_id, end.case.closed_at, end.ended.until, now)
        _note(authority_id, case_id, "privacy.began_anew", now, before=row.state)
        return True


def _count_from(authority_id: UUID, case_id: UUID, closed_at: datetime, until: date, now: datetime) -> None:
    kept = {"state": KEPT, "offered": None, "answer_by": None, "archive": "", "moved": now}
    counted = {"closed": german_day(closed_at), "closed_at": closed_at, "until": until}
    change(Retention, {**kept, **counted}, authority_id=authority_id, case_id=case_id)
    close_file(authority_id=authority_id, case_id=case_id, closed=closed_at, until=until)


def _offer(authority_id: UUID, case_id: UUID, today: date, now: datetime) -> bool:
    with work(authority_id):
        end = _still(authority_id, case_id, KEPT)
        if end is None or end.ended.until is None or end.ended.until >= today:
            return False
        answer_by = answer_day(today)
        values = {"state": OFFERED, "offered": today, "answer_by": answer_by, "moved": now}
        change(Retention, values, authority_id=authority_id, case_id=case_id)
        _note(authority_id, case_id, "privacy.offered", now, answer_by=str(answer_by))
        return True


def _let_go(authority_id: UUID, case_id: UUID, now: datetime) -> bool:
    """The archive did not answer within its months."""
    with work(authority_id):
        if _still(authority_id, case_id, OFFERED) is None:
            return False
        values = {"state": FREE, "archive": UNANSWERED, "moved": now}
        change(Retention, values, authority_id=authority_id, case_id=case_id)
        _note(authority_id, case_id, "privacy.unanswered", now)
        return True


def _delete(authority_id: UUID, case_id: UUID, now: datetime) -> bool:
    with work(authority_id):
        end = _still(authority_id, case_id, FREE)
        if end is None or end.ended.until is None or end.ended.until >= german_day(now):
            return False
        if end.ended.money == "on_its_way":  # at most a day: then the attempt has ended
            return False
        erase_all(authority_id, end.case, Why("retention", end.archive, SYSTEM, now))
        return True


def _still(authority_id: UUID, case_id: UUID, state: str) -> CaseEnd | None:
    """How the case ends, locked; none when it went on, is held or was opened again since it was listed."""
    end = end_of(authority_id, case_id, lock=True)
    row = first(Retention, lock=True, authority_id=authority_id, case_id=case_id)
    if row is None or row.state != state or end.ended.held or has_moved_on(row, end.case):
        return None
    return end


def _note(authority_id: UUID, case_id: UUID, act: str, now: datetime, **details: str) -> None:
    audit.record(authority_id, act=act, actor=SYSTEM, subject=("case", case_id), at=now, details=details)
