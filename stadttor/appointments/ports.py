"""What appointments ask of others: which services there are, and which holidays count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Service:
    """A service of an authority by its address; `language` is the one its title is in."""

    slug: str
    title: str
    language: str


Services = Callable[[UUID, str], Sequence[Service]]
Calendar = Callable[[UUID], str]
Invitation = Callable[[UUID, str, date, date], str]


def _none(authority_id: UUID, language: str) -> Sequence[Service]:
    return ()


def _nationwide(authority_id: UUID) -> str:
    return ""


def _nobody_asks(authority_id: UUID, service: str, day: date, today: date) -> str:
    return ""


_services: Services = _none
_calendar: Calendar = _nationwide
_invitation: Invitation = _nobody_asks


def connect(*, services: Services, calendar: Calendar, invitation: Invitation = _nobody_asks) -> None:
    """Join with the product: the services of an authority in a language, its calendar of holidays (`BY+assumption`), and
    where somebody says how it was."""
    global _services, _calendar, _invitation
    _services, _calendar, _invitation = services, calendar, invitation


def services_of(authority_id: UUID, language: str) -> Sequence[Service]:
    """Every service of the authority, in the language it can be shown in, by title."""
    return _services(authority_id, language)


def calendar_of(authority_id: UUID) -> str:
    """The calendar of holidays of the authority."""
    return _calendar(authority_id)


def invitation_for(authority_id: UUID, service: str, day: date, today: date) -> str:
    """The address at which somebody says after an appointment on this day how it was, the same for all; empty where nobody asks,
    or no longer."""
    return _invitation(authority_id, service, day, today)
