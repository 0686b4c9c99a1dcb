"""What appointments ask of others: which services there are, and which holidays count."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Service:
    """A service of an authority by its address; `language` is the one its title is in."""

    slug: str
    title: str
    language: str


Services = Callable[[UUID, str], Sequence[Service]]
Calendar = Callable[[UUID], str]


def _none(authority_id: UUID, language: str) -> Sequence[Service]:
    return ()


def _nationwide(authority_id: UUID) -> str:
    return ""


_services: Services = _none
_calendar: Calendar = _nationwide


def connect(*, services: Services, calendar: Calendar) -> None:
    """Join with the product: the services of an authority in a language, and its calendar of holidays (`BY+assumption`)."""
    global _services, _calendar
    _services, _calendar = services, calendar


def services_of(authority_id: UUID, language: str) -> Sequence[Service]:
    """Every service of the authority, in the language it can be shown in, by title."""
    return _services(authority_id, language)


def calendar_of(authority_id: UUID) -> str:
    """The calendar of holidays of the authority."""
    return _calendar(authority_id)
