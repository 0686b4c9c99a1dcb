"""A register that hangs holds nobody: it is waited for as long as somebody can look at a page, and by few at once."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Thread

from stadttor.forms.ports import RegisterAway, Retrieved, patience

AT_ONCE = 8
"""So many questions of a process may hang. What they say after all nobody hears any more."""
_places = BoundedSemaphore(AT_ONCE)

Answer = Retrieved | None


def answer_in_time(ask: Callable[[], Answer]) -> Answer:
    """What `ask` gives or raises. Raises RegisterAway where it takes too long, or too many hang already."""
    if not _places.acquire(blocking=False):
        raise RegisterAway("too many questions hang")
    said: SimpleQueue[tuple[Answer, BaseException | None]] = SimpleQueue()
    Thread(target=_ask, args=(ask, said), name="register", daemon=True).start()
    try:
        answer, error = said.get(timeout=patience())
    except Empty:
        raise RegisterAway("no answer in time") from None
    if error is not None:
        raise error
    return answer


def _ask(ask: Callable[[], Answer], said: "SimpleQueue[tuple[Answer, BaseException | None]]") -> None:
    """In a thread of its own, which ends with the answer, however late."""
    try:
        said.put((ask(), None))
    except BaseException as error:  # handed on to whoever waits
        said.put((None, error))
    finally:
        _places.release()
