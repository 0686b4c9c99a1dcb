"""Pure rules of agreements between authorities: from when until when one counts."""

from datetime import date, datetime

from stadttor.core.refused import Refused

OFFERED, COMING, RUNNING, ENDED = "offered", "coming", "running", "ended"
LONGEST_BASIS = 300


def state_of(starts: date, ends: date | None, accepted: datetime | None, today: date) -> str:
    """Where an agreement stands on a day. One that ends before it starts never ran."""
    if ends is not None and (ends <= today or ends <= starts):
        return ENDED
    if accepted is None:
        return OFFERED
    return COMING if today < starts else RUNNING


def must_be_basis(text: str) -> None:
    """Refused when it does not say by which agreement, or at great length."""
    if not text.strip() or len(text) > LONGEST_BASIS:
        raise Refused(
            "legal_basis",
            "Please name the agreement and its legal basis in at most {n} characters.",
            field="legal_basis",
            n=LONGEST_BASIS,
        )


def must_be_days(starts: date, ends: date | None, today: date) -> None:
    """Refused when it would count for days that are over, or for none."""
    if starts < today:
        raise Refused("agreement_past", "Please enter a day from today on.", field="starts")
    if ends is not None and ends <= starts:
        raise Refused("agreement_days", "The end must come after the beginning.", field="ends")


def must_be_end(day: date, ends: date | None, today: date) -> None:
    """Refused when it is over, or later than agreed: one side alone cannot make it longer."""
    if day < today:
        raise Refused("agreement_past", "Please enter a day from today on.", field="ends")
    if ends is not None and day > ends:
        raise Refused("agreement_longer", "It ends earlier already. Offer a new agreement instead.", field="ends")
