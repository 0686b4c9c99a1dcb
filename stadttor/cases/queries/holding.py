"""Everything that is kept about a case, for the person it is about and for the archive."""

from uuid import UUID

from stadttor.cases.models import (
    Case,
    CaseWord,
    Decision,
    Event,
    Note,
    Permit,
    PermitPlate,
    Presence,
    ProtectedLook,
    Protection,
    Question,
)
from stadttor.ground.holdings import Tables, held, joined

PARTS = (CaseWord, Event, Question, Note, Decision, Permit, PermitPlate, Presence, Protection, ProtectedLook)


def held_case(authority_id: UUID, case_id: UUID) -> Tables:
    """Every row of the case, by table, and what another case entered and this one has ended or replaced."""
    parts = [held(part, authority_id, case_id=case_id) for part in PARTS]
    ended = [held(Permit, authority_id, **{by: case_id}) for by in ("ended_by", "replaced_by")]
    return joined(held(Case, authority_id, id=case_id), *parts, *ended)
