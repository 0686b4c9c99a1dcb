"""How accessible an authority found its pages, the bodies of its Land, and who runs this installation."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from stadttor.core.ars import BadRegionalKey, land_code
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.papers import models
from stadttor.papers.rules.assessment import Assessment
from stadttor.papers.rules.bodies import Body, bodies
from stadttor.tenancy.queries import coverage_of


@dataclass(frozen=True)
class Watching:
    """Who watches over this authority; none where it serves no place."""

    as_of: date
    supervision: Body | None
    enforcement: Body | None


def assessment(authority_id: UUID) -> Assessment:
    """How accessible the authority found its pages; empty where nobody said so."""
    with work(authority_id):
        row = first(models.Assessment, authority_id=authority_id)
    return Assessment(row.status, row.assessed, row.gaps) if row else Assessment()


def watching(authority_id: UUID) -> Watching:
    """The bodies of the Land in which the authority's first area lies."""
    found, prefixes = bodies(), coverage_of(authority_id)
    try:
        land = land_code(str(prefixes[0])) if prefixes else ""
    except BadRegionalKey:
        land = ""
    return Watching(found.as_of, found.supervision.get(land), found.enforcement.get(land))


def processor() -> str:
    """Who runs this installation for the authorities (Art. 28 GDPR), as the operator says it; empty where nobody said so."""
    return str(settings.STADTTOR_PROCESSOR)
