"""Everything that is held about one person at an authority, found by who she says she is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.forms.queries import Answered, answers_with, submission
from stadttor.ground.work import work
from stadttor.privacy.matching import Sought, is_applicant, places_of

Role = Literal["applicant", "named"]


@dataclass(frozen=True)
class Found:
    """An application or a draft in which the person stands; `number` is empty for a draft."""

    kind: Literal["application", "draft"]
    id: UUID
    role: Role
    number: str
    service: str
    at: datetime


def find_person(authority_id: UUID, sought: Sought) -> list[Found]:
    """Her applications and drafts, and those of others that name her. Refused when too little is known of her."""
    if not sought.is_enough:
        raise Refused(
            "too_little_known", "Please give the name and the date of birth, or the e-mail address.", field="name"
        )
    with work(authority_id):
        listed = answers_with(authority_id, sought.needle, sought.email.strip())
        return [_found(authority_id, one, role) for one in listed if (role := _role(sought, one))]


def _role(sought: Sought, one: Answered) -> Role | None:
    if is_applicant(sought, one.applicant, one.email, one.answers):
        return "applicant"
    if not places_of(sought, one.answers):
        return None
    # A draft is one person's own, even before she has said her address.
    return "applicant" if one.kind == "draft" else "named"


def _found(authority_id: UUID, one: Answered, role: Role) -> Found:
    if one.kind == "draft":
        return Found("draft", one.id, role, "", "", one.at)
    row = submission(authority_id, one.id)
    return Found("application", one.id, role, row.number, row.service, one.at)
