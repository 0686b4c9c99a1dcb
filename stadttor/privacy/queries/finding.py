"""Everything that is held about one person at an authority, found by who she says she is."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from stadttor.appointments.queries import BookingRow, bookings_of, bookings_without_address
from stadttor.core.refused import Refused
from stadttor.forms.queries import Answered, answers_with, submission
from stadttor.ground.work import work
from stadttor.privacy.matching import Place, Sought, applicant_in, is_applicant, is_named, places_of
from stadttor.privacy.ports import namings

Role = Literal["applicant", "named"]


@dataclass(frozen=True)
class Found:
    """An application, a draft or an appointment in which the person stands: `applicant` is who wrote it, by her own words,
    `places` the groups of answers that name the person who is sought.

    `number` and `service` are empty for a draft. `is_masked`: whoever asked sees nothing of it but its number. Other kinds
    are texts outside any application (`ports.Naming`), of which `applicant` are the first words or who wrote them.
    """

    kind: str
    id: UUID
    role: Role
    number: str
    service: str
    at: datetime
    applicant: str
    places: tuple[Place, ...] = ()
    is_masked: bool = False


def find_person(authority_id: UUID, sought: Sought) -> list[Found]:
    """Her applications, drafts and appointments, those of others that name her, and texts that do, newest first.

    Refused when too little is known of her.
    """
    if not sought.is_enough:
        raise Refused(
            "too_little_known", "Please give the name and the date of birth, or the e-mail address.", field="name"
        )
    with work(authority_id):
        found: dict[UUID, Found] = {}
        for one in answers_with(authority_id, sought.day, sought.email.strip()):
            if role := _role(sought, one):
                found[one.id] = _together(found.get(one.id), _found(authority_id, sought, one, role))
        found |= {one.id: _appointment(one) for one in _appointments(authority_id, sought)}
        for naming in namings():
            for told in naming.find(authority_id, sought):
                found[told.id] = Found(naming.kind, told.id, "named", "", told.service, told.at, told.words)
    return sorted(found.values(), key=lambda one: (one.kind, one.at), reverse=True)


def _together(former: Found | None, one: Found) -> Found:
    """The same application once: as it was sent and as it is now."""
    if former is None:
        return one
    places = (*former.places, *(place for place in one.places if place not in former.places))
    return replace(former if former.role == "applicant" else one, places=places)


def _role(sought: Sought, one: Answered) -> Role | None:
    if is_applicant(sought, one.applicant, one.email, one.answers):
        return "applicant"
    return "named" if places_of(sought, one.answers) else None


def _found(authority_id: UUID, sought: Sought, one: Answered, role: Role) -> Found:
    places = tuple(places_of(sought, one.answers))
    if one.kind == "draft":
        return Found("draft", one.id, role, "", "", one.at, applicant_in(one.answers), places)
    row = submission(authority_id, one.id)
    return Found("application", one.id, role, row.number, row.service, one.at, row.applicant, places)


def _appointments(authority_id: UUID, sought: Sought) -> list[BookingRow]:
    """Those of her e-mail address, as far as the name fits: who booked did not say when she was born.

    Without an address those of her name that have none either, as colleagues book on the telephone.
    """
    listed = bookings_of(authority_id, sought.email) if sought.address else bookings_without_address(authority_id)
    return [one for one in listed if is_named(sought, one.name)]


def _appointment(one: BookingRow) -> Found:
    name = "" if one.is_protected else one.name
    return Found(
        "appointment", one.id, "applicant", one.number, one.service, one.begins, name, is_masked=one.is_protected
    )
