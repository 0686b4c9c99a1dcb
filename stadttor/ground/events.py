"""Facts travel upwards as jobs: a module publishes, the composition root listens, neither knows the other.

An event is a frozen dataclass with `authority_id` and further ids or codes only; publishing enqueues one job per
listener in the open transaction, so that a fact is heard if and only if it happened.
"""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from stadttor.ground.jobs import enqueue, job

E = TypeVar("E")
_listeners: dict[type, list[Callable[..., None]]] = {}


def listen(event_type: type[E], name: str) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a listener as the job `name`. It runs in the worker, at least once per event, and is safe to repeat."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        @job(name)
        def hear(**values: Any) -> None:
            listener(event_type(**values))

        _listeners.setdefault(event_type, []).append(hear)
        return listener

    return register


def publish(event: Any) -> None:
    """Enqueue what listens to this event, inside the open work."""
    assert is_dataclass(event)
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    for listener in _listeners.get(type(event), []):
        enqueue(listener, **values)
