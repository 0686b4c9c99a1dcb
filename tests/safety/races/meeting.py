"""Two acts that meet at a named point: the first stands there until the second has ended, or waits for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from threading import Event, Thread, get_ident
from time import monotonic
from typing import Any, Protocol
from unittest.mock import patch

LONGEST_S = 20.0
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

Act = Callable[[], object]


@dataclass(frozen=True)
class Point:
    """A step of the product, named by the functions that take it (`module:name`); `when` tells which of their calls."""

    name: str
    places: tuple[str, ...]
    after: bool = True
    when: Callable[..., bool] = lambda *_, **__: True


@dataclass(frozen=True)
class Met:
    """What became of both: done, the code of a refusal or the kind of an error.

    `stood`: the first one came to the point; `waited`: the second one had to wait for it.
    """

    became: tuple[str, str]
    stood: bool
    waited: bool


class Answers(Protocol):
    """The connection of somebody who may see all others."""

    def execute(self, query: str) -> Any: ...


def meet(first: Act, second: Act, point: Point, watch: Answers) -> Met:
    """Let the first act come to the point and the second one go as far as it can; then both go on to their ends."""
    there, gate = Event(), Event()
    one, other = _Actor(first), _Actor(second)
    with _standing(point, one, there, gate):
        one.start()
        _until(lambda: there.wait(0.01) or one.ended.is_set())
        other.start()
        waited = _until(lambda: other.ended.wait(0.002) or _somebody_waits(watch)) and not other.ended.is_set()
        gate.set()
        for actor in (one, other):
            actor.thread.join(LONGEST_S)
    return Met((one.became, other.became), there.is_set(), waited)


class _Actor:
    """One who acts, in a thread with a database connection of its own."""

    def __init__(self, act: Act) -> None:
        self.became, self.ended, self._act = "stuck", Event(), act
        self.thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def _run(self) -> None:
        from django.db import connections

        from stadttor.core.refused import Refused

        try:
            self._act()
            self.became = "done"
        except Refused as refused:
            self.became = refused.code
        except Exception as error:  # what an act raises is what the round is about
            self.became = type(error).__name__
        finally:
            connections.close_all()
            self.ended.set()


@contextmanager
def _standing(point: Point, actor: _Actor, there: Event, gate: Event) -> Iterator[None]:
    """For the block, this one stands at the point the first time it comes there; everybody else passes."""

    def stand(arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        if get_ident() == actor.thread.ident and not there.is_set() and point.when(*arguments, **named):
            there.set()
            gate.wait(LONGEST_S)

    with ExitStack() as patches:
        for place in point.places:
            patches.enter_context(replaced(place, lambda original: _marked(original, stand, after=point.after)))
        yield


def _marked(original: Callable[..., Any], stand: Callable[..., None], *, after: bool) -> Callable[..., Any]:
    def marked(*arguments: Any, **named: Any) -> Any:
        if not after:
            stand(arguments, named)
        given = original(*arguments, **named)
        if after:
            stand(arguments, named)
        return given

    return marked


@contextmanager
def replaced(place: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """For the block, `module:name` (or `module:Class.name`) is what `make` gives for it."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    with patch.object(owner, name, make(getattr(owner, name))):
        yield


def _somebody_waits(watch: Answers) -> bool:
    return bool(watch.execute(WAITING).fetchone()[0])


def _until(reached: Callable[[], bool]) -> bool:
    """Whether it came to that in time; what is asked waits a little itself."""
    deadline = monotonic() + LONGEST_S
    while not reached():
        if monotonic() > deadline:
            return False
    return True
