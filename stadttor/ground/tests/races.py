"""Several people at the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import Error, connections

from stadttor.core.refused import Refused


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment; gives what each gave, the code of its refusal, or the kind of its error."""
    barrier, became = Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait(timeout=20)
        try:
            became[place] = act()
        except Refused as refused:
            became[place] = refused.code
        except Error as error:
            became[place] = type(error).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return became
