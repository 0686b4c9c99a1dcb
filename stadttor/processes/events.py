"""What processes publish: effects of service tasks that a timer reached while nobody was acting."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class EffectReached:
    """A process came to a service task by a timer: `effect` is `notify` or `remind`, `subject_id` the case."""

    authority_id: UUID
    subject_id: UUID
    effect: str
    at: datetime


Listener = Callable[[EffectReached], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Call this one for every effect, inside the same transaction; its error rolls the step back."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def publish(event: EffectReached) -> None:
    for listener in _listeners:
        listener(event)


def forget(listener: Listener) -> None:
    """Stop calling the listener."""
    _listeners.remove(listener)
