"""The parent of every process: starts them in order, brings back what dies, ends all.

One thread and one loop. Signals wake the loop through a socket; the children's output comes through pipes into log
files. Each child leads a process group of its own, so Ctrl-C in the terminal reaches only the supervisor, and what a
dead child leaves behind can be cleared away. Children die with the supervisor even when it is killed.
"""

import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from .children import adopt_orphans, dies_with_parent, kill_group, strays
from .logs import RotatingLog
from .problems import LaunchProblem

_END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Who lived this long had a good start: the next start follows at once. Who did not waits longer each time.
_GOOD_LIFE = 10.0
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 30.0
_BEAT = 0.05

Tell = Callable[[str], None]


class Ended(Exception):
    """Somebody asked the supervisor to end while something was still being started."""


@dataclass(frozen=True)
class Program:
    """What to run and how to treat it. `environment` is complete; `patience` are seconds to end before force."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path = Path("/")
    ready: Callable[[], bool] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 5.0


@dataclass
class _Child:
    """A program and its present life."""

    program: Program
    log: RotatingLog
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    early_deaths: int = 0
    due: float | None = None
    returns: bool = True
    last_code: int = 0

    @property
    def alive(self) -> bool:
        return self.process is not None


def pause_before_start(early_deaths: int) -> float:
    """Seconds to wait before the next start, after so many deaths that came too early in a row."""
    if early_deaths == 0:
        return 0.0
    longest = min(early_deaths - 1, 16)
    return min(_FIRST_PAUSE * 2.0**longest, _LONGEST_PAUSE)


class Supervisor:
    """Use as a context manager in the main thread; leaving it ends every child of this process.

    `tell` receives one line for a person whenever something noteworthy happens.
    """

    def __init__(self, log_folder: Path, *, tell: Tell) -> None:
        self._log_folder = log_folder
        self._tell = tell
        self._stages: list[list[_Child]] = []
        self._selector = selectors.DefaultSelector()
        self._wake_read, self._wake_write = socket.socketpair()
        self._old_handlers: dict[int, object] = {}
        self._end_asked = False

    def __enter__(self) -> Self:
        adopt_orphans()
        for end in (self._wake_read, self._wake_write):
            end.setblocking(False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, self._drain_wakeups)
        signal.set_wakeup_fd(self._wake_write.fileno(), warn_on_full_buffer=False)
        for sig in _END_SIGNALS:
            self._old_handlers[sig] = signal.signal(sig, self._on_end_signal)
        self._old_handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_all()
        signal.set_wakeup_fd(-1)
        for sig, handler in self._old_handlers.items():
            signal.signal(sig, handler)  # type: ignore[arg-type]  # what signal() gave us, it takes back
        self._selector.close()
        self._wake_read.close()
        self._wake_write.close()

    def start(self, *programs: Program, patience: float = 60.0) -> None:
        """Start programs side by side and wait until each is ready. They are ended together, before earlier ones.

        Raises LaunchProblem when one is not ready within `patience` seconds or keeps dying, Ended on a signal.
        """
        stage = [_Child(program, self._open_log(program.name)) for program in programs]
        self._stages.append(stage)
        for child in stage:
            self._spawn(child)
        waiting = [child for child in stage if child.program.ready is not None]
        deadline = time.monotonic() + patience
        while waiting := [child for child in waiting if not _is_ready(child)]:
            self._turn(_BEAT)
            self._raise_if_ended()
            for child in waiting:
                if child.early_deaths >= 3 or time.monotonic() > deadline:
                    raise _problem(f"{child.program.name} did not start.", child)

    def run(self, *programs: Program) -> None:
        """Run programs side by side, once, to their end. Raises LaunchProblem when one fails, Ended on a signal."""
        stage = [_Child(program, self._open_log(program.name), returns=False) for program in programs]
        self._stages.append(stage)
        for child in stage:
            self._spawn(child)
        while any(child.alive for child in stage):
            self._turn(None)
            self._raise_if_ended()
            self._raise_if_failed(stage)
        self._raise_if_failed(stage)
        for child in self._stages.pop():
            child.log.close()

    def watch(self) -> None:
        """Keep everything running until somebody asks to end."""
        while not self._end_asked:
            self._turn(None)

    # --- the loop

    def _turn(self, longest: float | None) -> None:
        """Wait for something to happen, at most `longest` seconds, and deal with it."""
        for key, _ in self._selector.select(self._until_next_start(longest)):
            key.data()
        self._reap()
        if not self._end_asked:
            self._start_due()

    def _until_next_start(self, longest: float | None) -> float | None:
        waits = [max(0.0, child.due - time.monotonic()) for child in self._children() if child.due is not None]
        if longest is not None:
            waits.append(longest)
        return min(waits) if waits else None

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children():
            if child.due is not None and child.due <= now:
                self._spawn(child)
                self._tell(f"{child.program.name} was started again")

    def _reap(self) -> None:
        """Collect every ended child, adopted orphans too."""
        while (pid := _ended_child()) is not None:
            child = next((child for child in self._children() if child.process and child.process.pid == pid), None)
            if child is None:
                os.waitpid(pid, 0)
            else:
                self._bury(child)

    def _bury(self, child: _Child) -> None:
        process = child.process
        if process is None:
            return
        # Before wait(): until then nobody else can get the number.
        kill_group(process.pid)
        child.last_code = process.wait()
        self._close_pipe(child, process)
        child.process = None
        if not child.returns or self._end_asked:
            return
        lived = time.monotonic() - child.started
        child.early_deaths = 0 if lived >= _GOOD_LIFE else child.early_deaths + 1
        child.due = time.monotonic() + pause_before_start(child.early_deaths)
        self._tell(f"{child.program.name} ended ({_in_words(child.last_code)})")

    # --- single children

    def _spawn(self, child: _Child) -> None:
        child.due = None
        child.started = time.monotonic()
        program = child.program
        try:
            process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=dict(program.environment),
                cwd=program.folder,
                start_new_session=True,
                # Safe here although it is Python between fork and exec: the supervisor has one thread.
                preexec_fn=dies_with_parent(program.stop_signal),
            )
        except OSError as error:
            raise LaunchProblem(f"{program.name} cannot be started: {error}") from error
        child.process = process
        if process.stdout is not None:
            os.set_blocking(process.stdout.fileno(), False)
            self._selector.register(process.stdout, selectors.EVENT_READ, lambda: self._copy_output(child, process))

    def _copy_output(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        with suppress(BlockingIOError):
            if text := os.read(process.stdout.fileno(), 65536):
                child.log.write(text)
                return
            self._selector.unregister(process.stdout)

    def _close_pipe(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        with suppress(BlockingIOError):
            while text := os.read(process.stdout.fileno(), 65536):
                child.log.write(text)
        with suppress(KeyError):
            self._selector.unregister(process.stdout)
        process.stdout.close()

    # --- the end

    def _end_all(self) -> None:
        self._end_asked = True
        while self._stages:
            self._end_stage(self._stages[-1])
            for child in self._stages.pop():
                child.log.close()
        while left := strays():
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._selector.select(_BEAT)
            self._reap()

    def _end_stage(self, stage: list[_Child]) -> None:
        for child in stage:
            child.due = None
            if child.process is not None:
                child.process.send_signal(child.program.stop_signal)
        asked = time.monotonic()
        while running := [child for child in stage if child.process is not None]:
            self._turn(_BEAT)
            for child in running:
                if child.process is not None and time.monotonic() - asked > child.program.patience:
                    kill_group(child.process.pid)

    # --- small things

    def _children(self) -> list[_Child]:
        return [child for stage in self._stages for child in stage]

    def _open_log(self, name: str) -> RotatingLog:
        return RotatingLog(self._log_folder / f"{name}.log")

    def _on_end_signal(self, number: int, frame: FrameType | None) -> None:
        self._end_asked = True

    def _drain_wakeups(self) -> None:
        with suppress(BlockingIOError):
            while self._wake_read.recv(4096):
                pass

    def _raise_if_failed(self, stage: list[_Child]) -> None:
        for child in stage:
            if not child.alive and child.last_code != 0:
                raise _problem(f"{child.program.name} failed ({_in_words(child.last_code)}).", child)

    def _raise_if_ended(self) -> None:
        if self._end_asked:
            raise Ended


def _is_ready(child: _Child) -> bool:
    return child.alive and child.program.ready is not None and child.program.ready()


def _ended_child() -> int | None:
    """The pid of a child that has ended and waits to be collected; it is left for the caller to collect."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return found.si_pid if found is not None else None


def _in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with suppress(ValueError):
        return f"by {signal.Signals(-code).name}"
    return f"by signal {-code}"


def _problem(what: str, child: _Child) -> LaunchProblem:
    last = "".join(f"\n    {line}" for line in child.log.last_lines(25)) if child.log.path.exists() else ""
    return LaunchProblem(f"{what} The end of {child.log.path}:{last}")
