"""A page of a service broke: counted for its authority and version, in a transaction of its own. Costs nothing while none does."""

import logging
from typing import Any
from uuid import UUID

from stadttor.catalog.queries import served, was_live
from stadttor.forms.queries.accepted import filled_with
from stadttor.ground.clock import now
from stadttor.rollout.services.breaking import note_broken

log = logging.getLogger("stadttor.errors")
PAGES = "portal"


def count_broken(request: Any) -> None:
    """Count it when it is a citizens' page of a service that is open. Never raises: the page that explains the error is worth
    more than its count."""
    match, authority = request.resolver_match, getattr(request, "authority", None)
    if match is None or authority is None or match.namespace != PAGES:
        return
    try:
        if found := _service(authority.id, match.kwargs):
            adoption_id, revision_id = found
            note_broken(authority_id=authority.id, adoption_id=adoption_id, revision_id=revision_id, now=now())
    except Exception:  # of any kind, the database being away among them
        log.warning("a broken page was not counted", exc_info=True)


def _service(authority_id: UUID, named: dict[str, Any]) -> tuple[UUID, UUID] | None:
    """(adoption, revision) of the service that the address names; none of one that is only tried out."""
    if "slug" in named:
        return served(authority_id, named["slug"])
    found = filled_with(authority_id, draft_id=named.get("draft_id"), submission_id=named.get("submission_id"))
    return found if found and was_live(found[1]) else None
