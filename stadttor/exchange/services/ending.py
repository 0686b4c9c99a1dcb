"""What people do with a hand-over that its target has not taken: try it again, copy it by hand, say why not."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.exchange import rules
from stadttor.exchange.models import HandOver
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.steps import step
from stadttor.ground.work import work


def locked(authority_id: UUID, hand_over_id: UUID) -> HandOver:
    """The row, locked until the end of the work. Refused as not found when there is none."""
    row = HandOver.objects.select_for_update().filter(authority_id=authority_id, id=hand_over_id).first()
    if row is None:
        raise not_found()
    return row


def end(row: HandOver, state: str, actor: Actor, now: datetime, *, act: str, reason: str = "") -> None:
    """Another state, with who brought it about and why; inside the open work."""
    rules.must_follow(row.state, state)
    tried_until = max(now, row.leased or now)
    row.state, row.problem, row.next_try, row.leased = state, "", None, None
    row.reason = reason or row.reason
    if state not in rules.OPEN:
        row.ended, row.ended_by_name = now, actor.name
    row.save()
    note(row, act, actor, now)
    if state in rules.LEFT and row.tries:
        _tidy(row, tried_until)


def _tidy(row: HandOver, at: datetime) -> None:
    """A try that broke off may have left a part of the file with the target; it goes when nobody is at it any more."""
    from stadttor.exchange.jobs import tidy
    from stadttor.ground.jobs import enqueue

    enqueue(tidy, authority_id=row.authority_id, key=f"tidy:{row.id}", run_at=at, hand_over_id=row.id)


def note(row: HandOver, act: str, actor: Actor, now: datetime, **more: object) -> None:
    """A line in the audit chain of what is handed over."""
    details = {"hand_over_id": str(row.id), **more}
    about = (row.about, row.case_id)
    audit.record(row.authority_id, act=f"exchange.{act}", actor=actor, subject=about, at=now, details=details)


@step
def try_again(*, authority_id: UUID, hand_over_id: UUID, actor: Actor, now: datetime) -> None:
    """Deliver it now: also what waits for its next try. Refused for what has no file or has ended."""
    from stadttor.exchange.services.making import wait_for_delivery

    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        if row.state != rules.WAITING:
            if not row.sha256:
                rules.must_follow(rules.DROPPED, rules.WAITING)
            end(row, rules.WAITING, actor, now, act="tried_again")
        else:
            note(row, "tried_again", actor, now)
        wait_for_delivery(row, now)


@step
def to_sheet(*, authority_id: UUID, hand_over_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """Give the file up, with a reason: from now on it is copied from the sheet. Refused while somebody delivers it."""
    rules.must_be_reason(reason)
    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        must_not_be_leased(row, now)
        end(row, rules.SHEET, actor, now, act="given_up", reason=reason)


@step
def drop(*, authority_id: UUID, hand_over_id: UUID, reason: str, actor: Actor, now: datetime) -> None:
    """It need not be handed over at all, with a reason. Refused while somebody delivers it."""
    rules.must_be_reason(reason)
    with work(authority_id):
        row = locked(authority_id, hand_over_id)
        must_not_be_leased(row, now)
        end(row, rules.DROPPED, actor, now, act="dropped", reason=reason)


def drop_open(*, authority_id: UUID, case_id: UUID, now: datetime) -> None:
    """The application was withdrawn: what was not taken over yet need not be."""
    with work(authority_id):
        mine = HandOver.objects.select_for_update().filter(authority_id=authority_id, case_id=case_id)
        for row in mine.filter(state__in=rules.OPEN):
            end(row, rules.DROPPED, SYSTEM, now, act="withdrawn")


def drop_replaced(*, authority_id: UUID, case_id: UUID, causes: str, but: str, now: datetime) -> None:
    """What was not taken over yet and whose key begins with `causes` need not be, except that with the key `but`."""
    with work(authority_id):
        mine = HandOver.objects.select_for_update().filter(authority_id=authority_id, case_id=case_id)
        for row in mine.filter(state__in=rules.OPEN, key__startswith=causes).exclude(key=but):
            end(row, rules.DROPPED, SYSTEM, now, act="overtaken")


@step
def note_file(*, authority_id: UUID, hand_over_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody took the file along."""
    with work(authority_id):
        note(locked(authority_id, hand_over_id), "file_taken", actor, now)


def must_not_be_leased(row: HandOver, now: datetime) -> None:
    """Refused while an attempt is under way: nobody knows yet what comes of it."""
    if row.leased is not None and row.leased > now:
        raise Refused(
            "hand_over_busy", "It is being delivered at this moment. Please look again in a minute.", status=409
        )
