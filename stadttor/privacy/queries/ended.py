"""How one case ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.queries import EndedCase, ended_case
from stadttor.core.retention import last_day
from stadttor.ground.clock import german_day
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.payments.queries import PAID, is_being_paid, payment_of
from stadttor.privacy.models import Hold, Retention
from stadttor.privacy.rules import Ended, Money


@dataclass(frozen=True)
class FormerHold:
    """What a hold said until it was changed."""

    reason: str
    until: date | None
    changed: datetime


@dataclass(frozen=True)
class CaseEnd:
    """A case and where it stands on its way out; `hold_reason` is empty while nothing holds it.

    `hold_former` is what the hold said before, oldest first.
    """

    case: EndedCase
    ended: Ended
    archive: str
    hold_reason: str
    hold_until: date | None
    hold_former: tuple[FormerHold, ...] = ()


def last_day_of(case: EndedCase) -> date | None:
    """The last day on which the case is kept, none while it is in work.

    Counted from its closing, or from the end of the last thing that it entered, whichever is later.
    """
    if case.active or case.closed_at is None:
        return None
    closed = german_day(case.closed_at)
    return last_day(max(closed, case.last_ended or closed), case.retention)


def end_of(authority_id: UUID, case_id: UUID, *, lock: bool = False) -> CaseEnd:
    """Everything that decides about the end of a case. Refused as not found when there is none."""
    with work(authority_id):
        case = ended_case(authority_id, case_id, lock=lock)
        row = first(Retention, authority_id=authority_id, case_id=case_id)
        held = first(Hold, authority_id=authority_id, case_id=case_id)
        money = money_of(authority_id, case)
        ended = Ended(
            active=case.active,
            until=last_day_of(case),
            # There is nothing the file would have to prove.
            undecided=case.state == "withdrawn" and not case.told and money == "none",
            held=held is not None,
            stage=row.state if row else "",
            answer_by=row.answer_by if row else None,
            money=money,
        )
    archive = row.archive if row else ""
    if held is None:
        return CaseEnd(case, ended, archive, "", None)
    return CaseEnd(case, ended, archive, held.reason, held.until, tuple(map(_former, held.former)))


def _former(said: Mapping[str, str]) -> FormerHold:
    until = date.fromisoformat(said["until"]) if said["until"] else None
    return FormerHold(said["reason"], until, datetime.fromisoformat(said["changed"]))


def has_moved_on(row: Retention, case: EndedCase) -> bool:
    """Whether the case was opened again since the clock of this row began, also if it is closed again."""
    if case.active or case.closed_at is None:
        return True
    if row.closed_at is None:
        return row.closed != german_day(case.closed_at)
    return row.closed_at != case.closed_at


def money_of(authority_id: UUID, case: EndedCase) -> Money:
    """What the fee of a case means for its deletion."""
    if case.submission_id is None:
        return "none"
    if is_being_paid(authority_id, case.submission_id):
        return "on_its_way"
    payment = payment_of(authority_id, case.submission_id)
    if payment is None or payment.state != PAID:
        return "none"
    return "earned" if case.told or payment.kept is not None else "owed"
