"""The parts of the product that an authority may do without: switched off they are in no menu, and their pages are not there.

Nothing is deleted: switched on again, all is as it was. What came in all the same (a letter that nobody opened in the
account, a fee) brings its part back until it is done. Read with every page, hence without what only the settings need.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.exchange.queries import has_open_hand_overs
from stadttor.ground.web.language import N_
from stadttor.notices.queries import has_letters_to_post
from stadttor.payments.queries.closing import has_open_books
from stadttor.tenancy.queries import profile

PARTS: Mapping[str, tuple[str, ...]] = {
    "appointments": ("appointments:",),
    "inventory": ("inventory:",),
    "figures": ("figures:", "open_data:"),
    "feedback": ("insights:feedback", "triage:"),
    "finance": ("finance:day", "finance:year", "finance:books", "finance:take"),
    "post_room": ("post_room", "make_run", "post_run", "undo_run", "run_pdf"),
    "hand_overs": ("hand_overs", "exchange:"),
    "wallets": ("portal:take", "issuing:offer", "issuing:token", "issuing:credential"),
}
"""By part, how the names of its routes begin. What wallets ask about what was issued already stays; so do receipts and
what was handed over."""
IN_IT: Mapping[str, Callable[[UUID], bool]] = {
    "finance": has_open_books,
    "post_room": has_letters_to_post,
    "hand_overs": has_open_hand_overs,
}
"""Whether something of a part is not done: then it is neither switched off nor hidden."""
SWITCHED_OFF = N_("This part is switched off here. An organiser can switch it on again under “Set-up”.")


def part_of(route: str) -> str:
    """The part a route belongs to; empty for what cannot be switched off."""
    return next((part for part, begins in PARTS.items() if route.startswith(begins)), "")


def without(authority_id: UUID) -> frozenset[str]:
    """The parts that are off for whoever opens a page now."""
    off = profile(authority_id).parts_off
    return frozenset(part for part in off if part not in IN_IT or not IN_IT[part](authority_id))


def uses(authority_id: UUID, part: str) -> bool:
    """Whether an authority has a part switched on."""
    return part not in profile(authority_id).parts_off


def refused_by_part(request: Any) -> Refused | None:
    """Why this page is not there, where its part is switched off: staff reads so, everybody else finds nothing."""
    match, authority = request.resolver_match, request.authority
    part = part_of(match.view_name) if match and authority else ""
    if not part or uses(authority.id, part) or (part in IN_IT and IN_IT[part](authority.id)):
        return None
    return Refused("switched_off", SWITCHED_OFF, status=404) if request.staff else not_found()
