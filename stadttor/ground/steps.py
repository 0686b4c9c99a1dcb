"""Steps: effects after which a process may be killed, and everything must still come right.

`@step` marks a function as one. The set of all is what was marked (`known`), so a new step is killed at without being
added to any list. In production a marked function is the function itself: nothing is wrapped, nothing is asked.

Where STADTTOR_CRASH_POINTS names a folder (tests/safety/kills does), a process kills itself at the end of a step whose
name lies there as a file. It renames the file to its own number first, so that exactly one process dies of it.
"""

import os
import signal
from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])
FOLDER = os.environ.get("STADTTOR_CRASH_POINTS", "")
_known: set[str] = set()


def step(function: F) -> F:
    """Mark a function as a step, under its place in the product."""
    return named_step(f"{function.__module__.removeprefix('stadttor.')}.{function.__qualname__}", function)


def named_step(name: str, function: F, folder: str = FOLDER) -> F:
    """The same under a name of its own; `folder` is empty in production."""
    _known.add(name)
    return _dying(function, Path(folder) / name) if folder else function


def known() -> frozenset[str]:
    """The names of all steps of the modules that are loaded."""
    return frozenset(_known)


def _dying(function: F, order: Path) -> F:
    if iscoroutinefunction(function):

        @wraps(function)
        async def wait_then_die(*given: Any, **named: Any) -> Any:
            result = await function(*given, **named)
            _obey(order)
            return result

        return cast(F, wait_then_die)

    @wraps(function)
    def do_then_die(*given: Any, **named: Any) -> Any:
        result = function(*given, **named)
        _obey(order)
        return result

    return cast(F, do_then_die)


def _obey(order: Path) -> None:
    """Die if it is ordered. Of two processes that come here at once, one finds the file."""
    try:
        order.rename(f"{order}.{os.getpid()}")
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
