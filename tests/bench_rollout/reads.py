"""Citizens who look at pages while a roll-out runs: so many a second, whatever the answers take."""

import http.client
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.measuring.lines import Lines

PACE_S = 0.02
TIMEOUT_S = 30
WARM_UP = 200


class Reader:
    """One request every `PACE_S`. A request that waits for the one before is timed from when it was due."""

    def __init__(self, port: int, slugs: Sequence[str], path: str, lines: Lines, chance: random.Random) -> None:
        self._port, self._slugs, self._path, self._lines, self._chance = port, slugs, path, lines, chance

    def warm_up(self) -> None:
        """Let every worker draw every page once."""
        self._read(WARM_UP, threading.Event(), None, 0)

    def alone(self, count: int, *, round_: int, when: str = "alone") -> None:
        """So many reads while nothing else happens."""
        self._read(count, threading.Event(), when, round_)

    @contextmanager
    def meanwhile(self, *, round_: int) -> Iterator[None]:
        """Reads until the block ends."""
        over = threading.Event()
        thread = threading.Thread(target=self._read, args=(None, over, "meanwhile", round_))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _read(self, count: int | None, over: threading.Event, when: str | None, round_: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        due, done = time.perf_counter(), 0
        while not over.is_set() and done != count:
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.request("GET", self._path, headers={"Host": f"{self._chance.choice(self._slugs)}.localhost"})
            answer = connection.getresponse()
            answer.read()
            if when:
                ms = (time.perf_counter() - due) * 1000
                self._lines.write("rollout_reads", when=when, round=round_, status=answer.status, wall_ms=ms)
            due, done = due + PACE_S, done + 1
        connection.close()
