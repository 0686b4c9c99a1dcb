"""Crests that were stored before they were looked at closely, and that no letter can carry."""

from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.tenancy.queries.membership import members
from stadttor.tenancy.queries.profiles import profile
from stadttor.tenancy.rules.look import check_crest


def crest_faults(authority_id: UUID) -> list[str]:
    """Whose crest would be refused today, by name; empty for the authority's own. Letters go out without it."""
    stored = [("", profile(authority_id).crest), *((one.name, one.crest) for one in members(authority_id))]
    return [name for name, crest in stored if _is_refused(crest)]


def _is_refused(crest: str) -> bool:
    try:
        check_crest(crest)
    except Refused:
        return True
    return False
