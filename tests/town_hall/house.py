"""The town hall of the story: the whole product on a port and a database of its own, on the day the story has reached."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg

from stadttor.ground.clock import german_day, now
from stadttor.ground.launcher.demo import Setting, _environment, _processes
from stadttor.ground.launcher.ports import free_port
from stadttor.ground.launcher.postgres import end
from stadttor.ground.launcher.supervisor import Program
from tests.identity.product import wait
from tests.journeys.product import die_with_parent, let_a_minute_pass
from tests.measuring.circumstances import ROOT
from tests.safety.stand import stand as database_stand
from tests.town_hall.clock import FILE
from tests.town_hall.targets import Targets

CLOCK, CLOCK_WEB = "tests.town_hall.clock", "tests.town_hall.clock_web:application"
BEAT_S = 1.0
FOLLOW = (
    "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - %s "
    "WHERE status = 'todo' AND scheduled_at > now() + %s - interval '1 hour'"
)
MONDAY, THURSDAY = 0, 3


def first_day(today: date) -> date:
    """The next 2 December five weeks before an Epiphany that is a Monday to Thursday: so it is no holiday beside a weekend."""
    year = today.year if today <= date(today.year, 12, 2) else today.year + 1
    while not MONDAY <= date(year + 1, 1, 6).weekday() <= THURSDAY:
        year += 1
    return date(year, 12, 2)


@dataclass
class House:
    """`database` opens what no wall stops."""

    folder: Path
    port: int
    database: str
    environment: dict[str, str]
    begins: date
    targets: Targets
    rights: dict[str, str]

    def address(self, town: str, path: str = "/") -> str:
        """The address of a page of a town; browsers take every name below localhost for this machine."""
        return f"http://{town}{'.' if town else ''}localhost:{self.port}{path}"

    # The day

    @property
    def _days(self) -> Path:
        return Path(self.environment[FILE])

    @property
    def today(self) -> date:
        """The day on everybody's calendar."""
        return german_day(now()) + timedelta(days=int(self._days.read_text()))

    def be_on(self, day: date) -> None:
        """It is this day now, or a later one already; who is signed in meanwhile has to sign in again."""
        if day > self.today:
            self._set(day)

    def _set(self, day: date) -> None:
        ahead = (day - german_day(now())).days
        new = self._days.with_suffix(".new")
        new.write_text(str(ahead))
        new.replace(self._days)

    def let_a_minute_pass(self) -> None:
        """The minute in which a decision can be taken back is over."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            let_a_minute_pass(connection)

    def let_the_queue_follow(self, ended: threading.Event) -> None:
        """The queue reads the database's clock, which nobody can set: what is due by the product's is due by that."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            while not ended.wait(BEAT_S):
                if ahead := timedelta(days=int(self._days.read_text())):
                    connection.execute(FOLLOW, (ahead, ahead))

    def let_hand_overs_go(self) -> None:
        """What a clerk asked for at once is due at once, although the queue's clock is behind hers."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(
                "UPDATE procrastinate_jobs SET scheduled_at = now() "
                "WHERE task_name = 'exchange.deliver' AND status = 'todo' AND scheduled_at > now()"
            )

    # The operator

    def command(self, *words: str, say: str = "") -> str:
        """What `stadttor …` prints for the operator. Raises RuntimeError with what it said."""
        return self._run(CLOCK, *words, say=say)

    def differences(self, export: Path) -> dict[str, int]:
        """Rows and files in which an authority here differs from its export, by table."""
        found: dict[str, int] = json.loads(self._run("tests.town_hall.comparing", str(export)))
        return found

    def _run(self, *words: str, say: str = "") -> str:
        around = self.environment | self.rights
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=around, input=say, check=False, capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.returncode}: {done.stdout[-500:]} {done.stderr[-1_500:]}")
        return done.stdout


@contextmanager
def built(folder: Path, targets: Targets) -> Iterator[House]:
    """Migrated, filled and open for the length of the block."""
    folder.mkdir(parents=True)
    with database_stand() as ground, ExitStack() as ending:
        dsns = ground.database("town_hall")
        setting = Setting(var=folder / "var", host="127.0.0.1", port=free_port(), database_url="", postgres="")
        around = {FILE: str(folder / "days"), "DJANGO_SETTINGS_MODULE": "stadttor.site.settings", **targets.environment}
        known = _bare(_environment(setting, dsns)) | around
        house = House(
            folder,
            setting.port,
            ground.superuser("town_hall"),
            known,
            first_day(german_day(now())),
            targets,
            dsns.environment(),
        )
        house._set(house.begins)
        _fill(known | dsns.environment())
        for program in _later(_processes(setting, dsns), around):
            _start(ending, folder, program)
        ended = threading.Event()
        following = threading.Thread(target=house.let_the_queue_follow, args=(ended,), daemon=True)
        following.start()
        ending.callback(following.join, 5)
        ending.callback(ended.set)
        yield house


def _bare(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what somebody set for a product of her own; what the launcher sets stays."""
    set_here = {
        name for name in os.environ if name.startswith("STADTTOR_") and environment.get(name) == os.environ[name]
    }
    return {name: value for name, value in environment.items() if name not in set_here}


def _fill(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "tests.town_hall.seed"]
    subprocess.run(command, env=dict(environment), cwd=ROOT, check=True, timeout=300)


def _later(programs: Sequence[Program], around: Mapping[str, str]) -> Iterator[Program]:
    """The launcher's programs with the clock of the story."""
    instead = {"stadttor": CLOCK, "stadttor.site.wsgi:application": CLOCK_WEB}
    for one in programs:
        command = tuple(instead.get(word, word) for word in one.command)
        environment = _bare(one.environment) | around
        yield Program(one.name, command, environment, folder=one.folder, ready=one.ready)


def _start(ending: ExitStack, folder: Path, program: Program) -> None:
    log = ending.enter_context((folder / f"{program.name}.log").open("wb"))
    process = subprocess.Popen(
        program.command, cwd=program.folder, env=dict(program.environment), stdout=log, stderr=log,
        preexec_fn=die_with_parent,
    )  # fmt: skip
    ending.callback(end, process, patience=10)
    if program.ready is not None:
        wait(program.ready, process)  # type: ignore[arg-type]  # asks like a partial
