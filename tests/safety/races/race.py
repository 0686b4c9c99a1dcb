"""What a race is made of: two acts, the points at which they meet, what must be true then, and its guard."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.safety.races.meeting import Act, Point, replaced

WRITTEN = Point("written, not committed", ("stadttor.ground.transaction:Transaction._commit",), after=False)


@dataclass(frozen=True)
class Round:
    """Two acts on something new. `wrong` says from the database what must not be, nothing where the promise is held."""

    acts: tuple[Act, Act]
    wrong: Callable[[tuple[str, str]], str]


@dataclass(frozen=True)
class Guard:
    """What makes one of the two the first: locks, functions of the product by `module:name`, statements of the owner.

    Switched off only for a twin, in a database of its own.
    """

    locks: bool = False
    checks: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    statements: tuple[str, ...] = ()

    def off(self) -> AbstractContextManager[object]:
        """The product without it, for the block."""
        switched = ExitStack()
        for place, make in ({**NO_LOCKS, **self.checks} if self.locks else self.checks).items():
            switched.enter_context(replaced(place, make))
        return switched


class Scene(Protocol):
    """Prepares a round."""

    def __call__(self) -> Round: ...


@dataclass(frozen=True)
class Race:
    """`points` in turn, each with either act first; the twin always at its own point, with the first act first."""

    name: str
    scene: Scene
    points: tuple[Point, ...]
    twin: Point
    guard: Guard


def _without_lock(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, lock=False, **named: original(*arguments, **named)


NO_LOCKS: dict[str, Callable[[Any], Any]] = {
    "django.db.models.query:QuerySet.select_for_update": lambda original: lambda self, **_: self.all(),
    "stadttor.ground.rows:rows": _without_lock,
}
