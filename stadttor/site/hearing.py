"""Who may hear of live events: all who ask at one moment are looked up by one question.

An event wakes every open page of a town. What is asked while a question is on its way waits for the next one, so that
no answer is older than who asked for it.
"""

import asyncio
from collections.abc import Set
from dataclasses import dataclass, field
from uuid import UUID

from asgiref.sync import sync_to_async

from stadttor.ground.clock import now
from stadttor.identity import queries as identity

# Who may hear of a topic: the role that may see what its ids name.
TOPICS = {"cases": "clerk"}


@dataclass(frozen=True)
class Listener:
    """A signed-in browser that asks for a topic; `session` is the hash of its token."""

    authority_id: UUID
    topic: str
    session: bytes


@dataclass(frozen=True)
class Standing:
    """What a listener is answered, 200 while it may hear of its topic; `units`: those of whoever listens."""

    status: int
    units: frozenset[UUID] = frozenset()

    def hears(self, only: frozenset[UUID] | None) -> bool:
        """Whether it may hear of a thing that exists for the members of some units alone; None is a thing like any other."""
        return self.status == 200 and (only is None or bool(only & self.units))


@dataclass(eq=False)
class Question:
    """About the listeners of one authority; they may join until it is sent."""

    answer: "asyncio.Task[dict[Listener, Standing]]"
    listeners: set[Listener] = field(default_factory=set)


_gathering: dict[UUID, Question] = {}
_asking: dict[UUID, "asyncio.Task[dict[Listener, Standing]]"] = {}


async def status(listener: Listener) -> int:
    """200 while it may hear of its topic, else what is answered."""
    return (await standing(listener)).status


async def standing(listener: Listener) -> Standing:
    """What a listener may hear. Asked anew before every event."""
    key = listener.authority_id
    if key not in _gathering:
        _gathering[key] = Question(asyncio.create_task(_ask(key)))
    question = _gathering[key]
    question.listeners.add(listener)
    # A browser that goes must not take the answer away from the others.
    return (await asyncio.shield(question.answer))[listener]


async def _ask(authority_id: UUID) -> dict[Listener, Standing]:
    """One question at a time for an authority."""
    try:
        while before := _asking.get(authority_id):
            await asyncio.wait([before])
    finally:
        question = _gathering.pop(authority_id)
    _asking[authority_id] = question.answer
    try:
        return await sync_to_async(statuses, thread_sensitive=False)(authority_id, question.listeners)
    finally:
        del _asking[authority_id]


def statuses(authority_id: UUID, listeners: Set[Listener]) -> dict[Listener, Standing]:
    """Where each of these listeners of one authority stands at this moment."""
    staff = identity.staff_by_sessions({one.session for one in listeners}, authority_id, now())
    return {one: _standing(staff.get(one.session), one.topic) for one in listeners}


def _standing(staff: identity.Staff | None, topic: str) -> Standing:
    if staff is None:
        return Standing(404)
    return Standing(200, staff.unit_ids) if staff.may(TOPICS[topic]) else Standing(403)
