"""What a citizen finds in her account: appointments, applications with their state, messages and documents, and drafts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.appointments import queries as appointments
from stadttor.appointments.ports import Service
from stadttor.appointments.queries import BookingRow
from stadttor.cases.queries import status_of
from stadttor.cases.queries.status import CitizenStatus
from stadttor.catalog.queries import adopted_revision
from stadttor.catalog.rules.texts import Texts
from stadttor.citizens.queries import Citizen, Kept, is_hers_alone, kept
from stadttor.citizens.services import close_account
from stadttor.core.refused import Refused
from stadttor.forms import queries as forms
from stadttor.forms.queries import SubmissionRow
from stadttor.forms.services.drafting import delete_draft
from stadttor.ground.erasing import Erased
from stadttor.ground.web.language import N_, _
from stadttor.ground.work import work
from stadttor.notices.queries import MessageRow, messages_for
from stadttor.payments.queries import payment_of
from stadttor.portal.journey import Journey, open_journey
from stadttor.tenancy.queries import profile

MOST_DRAFTS = 50
STATES = {
    "question": (N_("We need something from you"), "warning"),
    "fee": (N_("Please pay the fee"), "warning"),
    "received": (N_("Received"), "info"),
    "withdrawn": (N_("Taken back"), "info"),
    "decided": (N_("Decided"), "success"),
    "review": (N_("In review"), "info"),
}


@dataclass(frozen=True)
class OwnApplication:
    """One application as its line in the account shows it; `kind` is that of its badge."""

    row: SubmissionRow
    title: str
    state: str
    kind: str
    outcome: str
    until: object
    unread: int
    messages: Sequence[MessageRow]
    documents: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class OwnDraft:
    """A draft that can still be sent."""

    id: UUID
    title: str
    edited: datetime
    expires: datetime


@dataclass(frozen=True)
class OwnAppointment:
    """An appointment, how its service is called, where it is, and whether she can still move and cancel it."""

    row: BookingRow
    service: Service
    where: str
    is_coming: bool


def own_appointments(citizen: Citizen, language: str, now: datetime) -> list[OwnAppointment]:
    """The next one first; after those to come the others, the last one first."""
    tokens = {one.thing_id: one.token for one in kept(citizen, "appointment")}
    if not tokens:
        return []
    found = appointments.bookings_for(citizen.authority_id, tokens)
    places = {one.id: one.place for one in appointments.pools(citizen.authority_id)}
    town_hall = ", ".join(profile(citizen.authority_id).lines)
    services = appointments.titles_of(citizen.authority_id, found, language)
    listed = [
        OwnAppointment(row, services[row.id], places.get(row.pool_id) or town_hall, row.is_coming(now)) for row in found
    ]
    return [one for one in listed if one.is_coming] + [one for one in reversed(listed) if not one.is_coming]


def own_applications(found: Sequence[Kept], citizen: Citizen, language: str) -> list[OwnApplication]:
    """Those of these keys that open something, in their order."""
    return [one for key in found if (one := _application(citizen.authority_id, key, language))]


def _application(authority_id: UUID, key: Kept, language: str) -> OwnApplication | None:
    # Loaded with the account's own pages only.
    from stadttor.portal.pages.status import described, documents_of

    try:
        row = forms.submission_for(authority_id, key.thing_id, key.token)
    except Refused:
        return None
    texts = adopted_revision(authority_id, row.revision_id).texts(language)
    with work(authority_id):
        found, messages = status_of(authority_id, row.id), messages_for(authority_id, row.id)
        documents = documents_of(authority_id, row) if found else []
        state, kind = STATES[_state(authority_id, row, found)]
    return OwnApplication(
        row=row,
        title=texts.text("title"),
        state=_(state),
        kind=kind,
        outcome=_outcome(found, texts),
        until=found.open_question.until if found and found.open_question else None,
        unread=sum(1 for one in messages if one.read_at is None),
        messages=messages,
        documents=[described(one, row.language) for one in documents],
    )


def _state(authority_id: UUID, row: SubmissionRow, found: CitizenStatus | None) -> str:
    """What matters most of it now."""
    if found is None:
        return "received"
    if found.state == "withdrawn":
        return "withdrawn"
    if found.open_question:
        return "question"
    payment = payment_of(authority_id, row.id)
    if payment and payment.state == "open" and not found.got_nothing:
        return "fee"
    return "decided" if found.outcome else "review"


def _outcome(found: CitizenStatus | None, texts: Texts) -> str:
    return texts.text(f"outcomes.{found.outcome}") if found and found.outcome else ""


def own_drafts(citizen: Citizen, language: str, now: datetime) -> list[OwnDraft]:
    """What she has begun and not sent, newest first."""
    return [
        OwnDraft(one.draft.id, one.texts.text("title"), one.draft.edited, one.draft.expires)
        for one in _unsent(citizen, language, now)
    ]


def drafts_of_nobody_else(citizen: Citizen, language: str, now: datetime) -> list[UUID]:
    """What would be deleted with her account: what somebody else holds, too, stays with them."""
    return [one.draft.id for one in _unsent(citizen, language, now) if is_hers_alone(citizen, one.draft.id)]


def _unsent(citizen: Citizen, language: str, now: datetime) -> Iterator[Journey]:
    for key in kept(citizen, "draft"):
        try:
            journey = open_journey(citizen.authority_id, key.thing_id, key.token, language, now)
        except Refused:  # its thirty days are over
            continue
        if journey.draft.submission_id is None:
            yield journey


def close(*, citizen: Citizen, language: str, now: datetime) -> Erased:
    """Delete her account and what she alone has begun and never sent. Applications stay as the law
    says, appointments until they are over; their links open them."""
    with work(citizen.authority_id):
        for one in drafts_of_nobody_else(citizen, language, now):
            delete_draft(authority_id=citizen.authority_id, draft_id=one, now=now)
        return close_account(citizen=citizen, now=now)
