"""What a decision enters until it is ended (a dog with its tag): its number kept free for it, there, ended by another case."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from stadttor.cases.models import Case, Decision, Permit
from stadttor.cases.queries.tags import own_number
from stadttor.cases.rules.tags import ENDED, RESERVED, REVOKED, VALID, Thing, number_taken
from stadttor.cases.services.changing import happened, locked
from stadttor.cases.services.permitting import told
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import work


def reserve_numbers(case: Case, numbers: Sequence[str], now: datetime) -> None:
    """Inside the open work of a decision: its numbers are nobody else's from now on. Refused for one that is given already.

    What gets no number keeps that of the case, with its place. What was reserved besides is free again.
    """
    mine = {row.entry: row for row in _rows(case)}
    for entry, number in enumerate(numbers):
        # Two of them may swap their numbers: each gives up its own first.
        if entry in mine and mine[entry].number != (number or own_number(case.number, entry)):
            mine[entry].number = str(mine[entry].id)
            mine[entry].save(update_fields=["number"])
    for entry, number in enumerate(numbers):
        row = mine.pop(entry, None) or Permit(
            authority_id=case.authority_id, case_id=case.id, entry=entry, service=case.service, state=RESERVED,
            valid_from=german_day(now),
        )  # fmt: skip
        _number(row, number or own_number(case.number, entry), entry)
    for row in mine.values():
        if row.state == RESERVED:
            row.delete()


def _number(row: Permit, number: str, place: int) -> None:
    if row.number == number:
        return
    row.number = number
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise number_taken(place) from None


def free_numbers(case: Case, now: datetime) -> None:
    """Inside the open work in which a decision is taken back: the numbers are those of the last one that left, else free."""
    left = Decision.objects.filter(
        authority_id=case.authority_id, case_id=case.id, sent_at__isnull=False, taken_back_at__isnull=True
    )
    last = left.order_by("-decided_at").first()
    reserve_numbers(case, last.tags if last else (), now)


def issue_tags(*, authority_id: UUID, case_id: UUID, holder: str, things: Sequence[Thing], now: datetime) -> None:
    """A decision leaves: each of what it enters is there from then on, with its number, until it is ended.

    A later decision of the same case changes them, and ends those that it does not enter any more; what somebody ended stays so.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        mine = {row.entry: row for row in _rows(case)}
        changed = False
        for entry, thing in enumerate(things):
            row = mine.pop(entry, None) or Permit(
                authority_id=authority_id, case_id=case_id, entry=entry, number=own_number(case.number, entry),
                state=RESERVED,
            )  # fmt: skip
            if row.state == ENDED:
                continue
            row.service, row.holder, row.holder_key = case.service, holder, sort_key(holder)
            row.called, row.valid_from = thing.called, thing.since or german_day(now)
            row.state, row.ended_from = VALID, None
            told(row, "issued", SYSTEM, now, {"number": row.number})
            changed = True
        if changed:
            happened(case, act="tags_issued", actor=SYSTEM, at=now, public=True)
        _revoke(case, list(mine.values()), now)


def let_tags_go(case: Case, now: datetime) -> None:
    """Inside the open work in which the applicant takes the case back: what an earlier decision of it entered ends at once."""
    _revoke(case, list(_rows(case)), now)


def _revoke(case: Case, rows: Sequence[Permit], now: datetime) -> None:
    for row in rows:
        if row.state == RESERVED:
            row.delete()
        elif row.state == VALID:
            row.state, row.ended_from = REVOKED, german_day(now)
            told(row, "revoked", SYSTEM, now, {"day": german_day(now).isoformat()})
            happened(case, act="tags_revoked", actor=SYSTEM, at=now, public=True)


def _rows(case: Case) -> QuerySet[Permit]:
    mine = Permit.objects.select_for_update().filter(
        authority_id=case.authority_id, case_id=case.id, valid_until__isnull=True
    )
    return mine.order_by("entry")


def end_tag(
    *, authority_id: UUID, case_id: UUID, entry: int, ended_from: date, by_case_id: UUID, actor: Actor, now: datetime
) -> None:
    """The decision of another case ends what this one entered at a place: from this day on it does not count. Safe to repeat.

    What that case ended otherwise is there again. Refused for what another case has ended, not found for what is not there.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        row = _rows(case).filter(entry=entry).first()
        if row is None or row.state == RESERVED:
            raise not_found()
        if row.state != VALID and row.ended_by != by_case_id:
            raise Refused("tag_ended", "This has been deregistered already.", status=409)
        if (row.ended_by, row.ended_from) == (by_case_id, ended_from):
            return
        if row.ended_by is None:
            restore_tag(authority_id=authority_id, by_case_id=by_case_id, actor=actor, now=now)
        row.state, row.ended_from, row.ended_by = ENDED, ended_from, by_case_id
        told(row, "ended", actor, now, {"day": ended_from.isoformat()})
        happened(case, act="tag_ended", actor=actor, at=now, public=True)


def restore_tag(*, authority_id: UUID, by_case_id: UUID, actor: Actor, now: datetime) -> None:
    """What the decision of a case has ended is there again; nothing to do for one that ended nothing. Safe to repeat."""
    with work(authority_id):
        found = Permit.objects.filter(authority_id=authority_id, ended_by=by_case_id).values_list("case_id", flat=True)
        for case_id in list(found):
            case = locked(authority_id, case_id)
            for row in _rows(case).filter(ended_by=by_case_id):
                row.state, row.ended_from, row.ended_by = VALID, None, None
                told(row, "restored", actor, now, {})
                happened(case, act="tag_restored", actor=actor, at=now, public=True)
