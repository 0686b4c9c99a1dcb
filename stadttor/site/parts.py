"""The parts of the product that an authority may do without: switched off they are in no menu, and their pages are not there.

Nothing is deleted: switched on again, all is as it was. Read with every page, hence without what only the settings need.
"""

from collections.abc import Mapping
from typing import Any

from stadttor.core.refused import Refused, not_found
from stadttor.ground.web.language import N_
from stadttor.tenancy.queries import profile

PARTS: Mapping[str, tuple[str, ...]] = {
    "appointments": ("appointments:",),
    "inventory": ("inventory:",),
    "figures": ("figures:",),
    "feedback": ("insights:feedback", "triage:"),
    "wallets": ("portal:take", "issuing:offer", "issuing:token", "issuing:credential"),
}
"""By part, how the names of its routes begin. What wallets ask about what was issued already stays."""
SWITCHED_OFF = N_("This part is switched off here. An organiser can switch it on again under “Set-up”.")


def part_of(route: str) -> str:
    """The part a route belongs to; empty for what cannot be switched off."""
    return next((part for part, begins in PARTS.items() if route.startswith(begins)), "")


def refused_by_part(request: Any) -> Refused | None:
    """Why this page is not there, where its part is switched off: staff reads so, everybody else finds nothing."""
    match, authority = request.resolver_match, request.authority
    part = part_of(match.view_name) if match and authority else ""
    if not part or part not in profile(authority.id).parts_off:
        return None
    return Refused("switched_off", SWITCHED_OFF, status=404) if request.staff else not_found()
