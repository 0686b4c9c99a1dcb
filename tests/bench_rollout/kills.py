"""kill -9 in the middle: afterwards every authority is in the old or the new state, and the same command goes on."""

import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

from tests.bench_rollout.counting import Counter
from tests.bench_rollout.timed import Commands
from tests.measuring.lines import Lines

PATIENCE_S = 60


def kills(
    count: int,
    commands: Commands,
    counter: Counter,
    versions: tuple[str, str],
    lines: Lines,
    chance: random.Random,
    tell: Callable[[str], None],
) -> None:
    """Kill while all adopt, while all change, while it is taken back, in turn, until there were so many kills."""
    done = 0
    for act, word, number in _acts(commands, versions):
        for _kill in range(max(1, count // 4)):
            if done == count:
                break
            died = _killed(commands.begun(word, str(number)), counter, number, chance)
            wrong = counter.inconsistent(number)
            lines.write("rollout_kills", act=act, died=died, inconsistent=wrong, at=counter.done(number))
            done += died
            if not died:
                break
        commands.said(word, str(number)) if counter.state(number) in ("running", "taking_back") else None
        wrong = counter.inconsistent(number)
        lines.write("rollout_resumed", act=act, state=counter.state(number), inconsistent=wrong)
        tell(f"{act}: {done} of {count} kills")
        if done == count:
            return


def _acts(commands: Commands, versions: tuple[str, str]) -> Iterator[tuple[str, str, int]]:
    """What is killed, over and over; each begins where the one before ended."""
    while True:
        adopted = commands.plan(versions[0])
        yield "adopt", "run", adopted
        upgraded = commands.plan(versions[1], upgrade=True)
        yield "upgrade", "run", upgraded
        yield "take_back_upgrade", "take-back", upgraded
        yield "take_back", "take-back", adopted


def _killed(command: "subprocess.Popen[bytes]", counter: Counter, number: int, chance: random.Random) -> bool:
    """Kill it at any moment after its first batch; gives whether it was still at work."""
    begun, deadline = counter.moved(number), time.monotonic() + PATIENCE_S
    while counter.moved(number) == begun and command.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.15))
    command.send_signal(signal.SIGKILL)
    return command.wait() == -signal.SIGKILL
