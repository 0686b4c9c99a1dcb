"""A claim that a decision makes: its Kassenzeichen stands in the letter that asks for the money."""

from datetime import datetime
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.payments.services.booking import claim_of


def claim_for(*, authority_id: UUID, decision_id: UUID, now: datetime) -> str:
    """The Kassenzeichen of a decision, made once; empty while no organiser said how one is made."""
    with work(authority_id):
        return claim_of(authority_id, decision_id, german_day(now), now).number or ""
