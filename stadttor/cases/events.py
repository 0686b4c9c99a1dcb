"""Facts that cases publish. Listeners (registered in `site/wiring.py`) run in the same transaction and only enqueue.

Ids and codes only: what was said stands in the tables of the case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast
from uuid import UUID


@dataclass(frozen=True)
class CaseFact:
    """Something that happened to a case."""

    authority_id: UUID
    case_id: UUID
    at: datetime


@dataclass(frozen=True)
class CaseOpened(CaseFact):
    """A submission became a case."""

    submission_id: UUID | None
    service: str


@dataclass(frozen=True)
class QuestionAsked(CaseFact):
    """The applicant is to answer or to hand something in."""

    question_id: UUID


@dataclass(frozen=True)
class QuestionOverdue(CaseFact):
    """The applicant has not answered for the time the process gives; a reminder is due."""

    question_id: UUID


@dataclass(frozen=True)
class QuestionAnswered(CaseFact):
    """The applicant answered; the clock runs again."""

    question_id: UUID


@dataclass(frozen=True)
class QuestionTakenBack(CaseFact):
    """The applicant need not answer any more; the clock runs again."""

    question_id: UUID


@dataclass(frozen=True)
class Decided(CaseFact):
    """A decision was made (and confirmed where two must agree); it can still be taken back until it is due."""

    decision_id: UUID
    outcome: str


@dataclass(frozen=True)
class DecisionTakenBack(CaseFact):
    """A decision was taken back before it was sent."""

    decision_id: UUID


@dataclass(frozen=True)
class DecisionDue(CaseFact):
    """The minute for taking back is over: write the letter and let the decision leave with it."""

    decision_id: UUID
    outcome: str


@dataclass(frozen=True)
class DecisionSent(CaseFact):
    """The decision left the house: its letter is on file and in the applicant's mailbox."""

    decision_id: UUID
    outcome: str


@dataclass(frozen=True)
class Withdrawn(CaseFact):
    """The applicant took the application back."""


@dataclass(frozen=True)
class Closed(CaseFact):
    """The work is done; retention runs from here."""

    outcome: str


@dataclass(frozen=True)
class Reopened(CaseFact):
    """Work goes on in a case that was closed or withdrawn."""


@dataclass(frozen=True)
class PermitRevoked(CaseFact):
    """A permit was taken away by a clerk, at this moment of its history: its holder gets a Bescheid."""


@dataclass(frozen=True)
class Assigned(CaseFact):
    """A case came to a clerk."""

    assignee_id: UUID


Fact = TypeVar("Fact", bound=CaseFact)
Listener = Callable[[CaseFact], None]
_listeners: dict[type[CaseFact], list[Listener]] = {}


def listen(kind: type[Fact], listener: Callable[[Fact], None]) -> None:
    """Call the listener for every such fact, in the transaction of its cause. Registering twice is registering once."""
    known = _listeners.setdefault(kind, [])
    if listener not in known:
        known.append(cast(Listener, listener))


def forget(kind: type[Fact], listener: Callable[[Fact], None]) -> None:
    """Stop calling the listener."""
    _listeners.get(kind, []).remove(cast(Listener, listener))


def publish(fact: CaseFact) -> None:
    """Tell everybody who listens; an error of a listener rolls the act back."""
    for listener in _listeners.get(type(fact), ()):
        listener(fact)
