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


@dataclass(eq=False)
class Question:
    """About the listeners of one authority; they may join until it is sent."""

    answer: "asyncio.Task[dict[Listener, int]]"
    listeners: set[Listener] = field(default_factory=set)


_gathering: dict[UUID, Question] = {}
_asking: dict[UUID, "asyncio.Task[dict[Listener, int]]"] = {}


async def status(listener: Listener) -> int:
    """200 while it may hear of its topic, else what is answered. Asked anew before every event."""
    key = listener.authority_id
    if key not in _gathering:
        _gathering[key] = Question(asyncio.create_task(_ask(key)))
    question = _gathering[key]
    question.listeners.add(listener)
    # A browser that goes must not take the answer away from the others.
    return (await asyncio.shield(question.answer))[listener]


async def _ask(authority_id: UUID) -> dict[Listener, int]:
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


def statuses(authority_id: UUID, listeners: Set[Listener]) -> dict[Listener, int]:
    """What each of these listeners of one authority is answered at this moment."""
    staff = identity.staff_by_sessions({one.session for one in listeners}, authority_id, now())
    return {one: _status(staff.get(one.session), one.topic) for one in listeners}


def _status(staff: identity.Staff | None, topic: str) -> int:
    if staff is None:
        return 404
    return 200 if staff.may(TOPICS[topic]) else 403
