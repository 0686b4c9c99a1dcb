"""How accessible an authority found its pages, and what may stand in the statement about it."""

from dataclasses import dataclass
from datetime import date

from stadttor.core.refused import Refused

LONGEST = 2_000
STATUSES = ("", "full", "partly", "not")
"""How far the pages meet the law, in the words of the model statement (Implementing Decision (EU) 2018/1523)."""


@dataclass(frozen=True)
class Assessment:
    """A self-assessment of the day `assessed`; empty where there was none. `gaps` are contents of the authority's own that are not
    accessible, with the reason, line by line."""

    status: str = ""
    assessed: date | None = None
    gaps: str = ""


def must_be_assessment(found: Assessment, today: date) -> None:
    """Refused for no status, a day that has not come, a result without a day or the other way round, and what is too long."""
    if found.status not in STATUSES:
        raise Refused("status", "Please choose one of the answers.", field="status")
    if found.status and found.assessed is None:
        raise Refused("assessed", "Please say on which day the pages were assessed.", field="assessed")
    if found.assessed and not found.status:
        raise Refused("status", "Please choose one of the answers.", field="status")
    if found.assessed and found.assessed > today:
        raise Refused("future", "This day has not come yet.", field="assessed")
    if len(found.gaps) > LONGEST:
        raise Refused("long", "Please use at most {longest} characters.", field="gaps", longest=LONGEST)
