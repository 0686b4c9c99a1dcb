"""When a case may go, and why not yet. Pure: days in, verdicts out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from stadttor.core.refused import Refused
from stadttor.core.retention import months_after

# From its end the retention leads to the archive and from there to deletion; `free` waits for the next night.
KEPT, OFFERED, ACCEPTED, FREE = "kept", "offered", "accepted", "free"
STATES = (KEPT, OFFERED, ACCEPTED, FREE)

Answer = Literal["accepted", "refused"]
UNANSWERED = "unanswered"
ARCHIVE_ANSWERS = ("", "accepted", "refused", UNANSWERED)

# The archive laws of the Länder let what was offered go when the archive does not answer within some months.
MONTHS_TO_ANSWER = 6
# One night may be missed (a server that is serviced); what two nights left where it was is late.
NIGHTS_MISSED = timedelta(days=2)
# What the archive wants is kept here beyond its time only to be handed over.
TIME_TO_HAND_OVER = timedelta(days=90)

Ground = Literal["withdrawn", "unlawful"]
Settling = Literal["refund", "keep"]
Money = Literal["none", "on_its_way", "owed", "earned"]
CAUSES = ("retention", "withdrawn", "unlawful")


@dataclass(frozen=True)
class Ended:
    """What decides about the end of a case. `until`: last day of retention, none while it is in work.

    `undecided`: withdrawn, no decision left the house and no fee was paid. `stage` one of STATES, empty before the first
    night; `answer_by` the archive's last day; `money`: somebody is paying at this moment, or has paid and nothing was
    decided (`owed`), or the fee is the town's (`earned`).
    """

    active: bool
    until: date | None
    undecided: bool
    held: bool
    stage: str = ""
    answer_by: date | None = None
    money: Money = "none"


def answer_day(offered: date) -> date:
    """The last day on which the archive may answer."""
    return months_after(offered, MONTHS_TO_ANSWER)


def must_be_deletable(ended: Ended, ground: Ground, today: date) -> None:
    """Refused with the reason in law while the case has to be kept (Art. 17 Abs. 3 GDPR).

    What was stored without a right to it goes at once (Art. 17 Abs. 1 lit. d GDPR), unless somebody needs it for a claim.
    """
    if ended.held:
        raise Refused(
            "held",
            "This case is needed for a legal claim or a procedure and must not be deleted (Art. 17 (3) (e) GDPR).",
            status=409,
        )
    if ended.active or ended.until is None:
        raise Refused(
            "still_in_work",
            "This case is still in work and is needed for the decision (Art. 17 (3) (b) GDPR). "
            "It can be deleted when the applicant has taken the application back.",
            status=409,
        )
    _must_leave_no_money(ended, ground)
    if ground == "unlawful" or ended.undecided or (ended.stage == FREE and today > ended.until):
        return
    _must_not_be_awaited(ended)
    if today <= ended.until:
        raise Refused(
            "must_be_kept",
            "This case must be kept until {day}: that is the retention period of the service (Art. 17 (3) (b) GDPR). "
            "Then it is offered to the archive and deleted.",
            status=409,
            day=ended.until,
        )
    raise Refused(
        "offered_first",
        "The retention has ended. The law on archives asks to offer this case to the archive first; this happens tonight.",
        status=409,
    )


def _must_leave_no_money(ended: Ended, ground: Ground) -> None:
    """Without the case nobody could pay it back: the books name no person."""
    if ended.money == "on_its_way":
        raise Refused(
            "being_paid",
            "A payment for this case is under way. Please wait until it has ended, at most a day.",
            status=409,
        )
    if ended.money == "owed" and ground == "unlawful":
        raise Refused("pay_back_first", "The fee of this case was paid. Please pay it back first.", status=409)


def _must_not_be_awaited(ended: Ended) -> None:
    if ended.stage == OFFERED and ended.answer_by:
        raise Refused(
            "archive_asked",
            "This case was offered to the archive, which may answer until {day} (Art. 17 (3) (d) GDPR).",
            status=409,
            day=ended.answer_by,
        )
    if ended.stage == ACCEPTED:
        raise Refused(
            "archive_takes_it",
            "The archive takes this case. It is deleted when it was handed over (Art. 17 (3) (d) GDPR).",
            status=409,
        )
