"""From a figure to the cases behind it: the work list with the same service and months, for those who may see cases.

What a figure counts that is no case, visits, begun forms and anonymous marks, leads nowhere.
"""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from stadttor.ground.web.addresses import url

DECIDED = frozenset(
    {
        "gross",
        "net",
        "asked_back",
        "first_contact",
        "not_again",
        "unbroken",
        "corrected",
        "declared",
        "handling",
        "saved",
        "cost",
        "case_cost",
    }
)
RECEIVED = frozenset({"online", "saved_visits"})


def cases_behind(staff: Any, service: str, figure: str, first: date, last: date) -> str:
    """The address of the list; empty where there is none, or where this person sees no cases. Never by colleague."""
    of = "decided" if figure in DECIDED else "received" if figure in RECEIVED else ""
    if not of or not staff.may("clerk"):
        return ""
    period = f"{of}:{first:%Y-%m}:{last:%Y-%m}"
    return (
        f"{url('cases:work_list')}?{urlencode({'scope': 'all', 'state': 'any', 'service': service, 'period': period})}"
    )
