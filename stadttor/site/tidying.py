"""Gives memory back between requests: loops of objects are looked for, and freed pages return to the system."""

import ctypes
import gc
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
EVERY = 256
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


def tidied(application: Application, every: int = EVERY, tidy: Callable[[], object] | None = None) -> Application:
    """The application, tidying up before one request of `every`. What was frozen at the start is not looked at."""
    requests, tidy = count(1), tidy or give_back

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if next(requests) % every == 0:
            tidy()
        return application(environ, start_response)

    return run


def give_back() -> None:
    """What glibc keeps between small blocks goes back to the system (malloc_trim(3)); elsewhere only garbage goes."""
    gc.collect()
    if _trim:
        _trim(0)
