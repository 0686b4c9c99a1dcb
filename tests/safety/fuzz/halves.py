"""Two halves of a row at once, each on a processor of its own."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(half: Callable[[], None]) -> Iterator[None]:
    """Do this half in a process of its own, beside the block. Raises RuntimeError at the end when it failed.

    It is forked: nothing that belongs to one process only, such as a connection, may be open.
    """
    other = multiprocessing.get_context("fork").Process(target=half)
    other.start()
    try:
        yield
    except BaseException:
        other.terminate()
        raise
    finally:
        other.join()
    if other.exitcode != 0:
        raise RuntimeError(f"the other half of this row failed ({other.exitcode}); its error stands above")
