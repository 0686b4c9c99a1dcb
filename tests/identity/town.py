"""The town of the story: web, worker and a mail catcher on a database of their own, on the day the story has reached."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import psycopg

from stadttor.ground.launcher.demo import Setting, _granian
from stadttor.ground.launcher.ports import accepts, free_port
from stadttor.ground.launcher.postgres import end
from tests.identity.product import TOWN, environment, trusted, wait
from tests.journeys.product import let_a_minute_pass
from tests.measuring.circumstances import ROOT
from tests.safety.stand import stand as database_stand


@dataclass(frozen=True)
class Town:
    """`database` opens what no wall stops, `status_port` is where the identity cards' status list will be."""

    folder: Path
    pki: Path
    port: int
    mail_port: int
    status_port: int
    database: str
    environment: dict[str, str]

    def address(self, town: str = TOWN, path: str = "/") -> str:
        """The address of one of its pages."""
        return f"https://{town}.localhost:{self.port}{path}"

    @contextmanager
    def open(self, days: int = 0) -> Iterator[None]:
        """The processes, for the length of the block, with their clocks ahead by so many days."""
        around = self.environment | {"STORY_DAYS": str(days)}
        setting = Setting(var=self.folder / "var", host="127.0.0.1", port=self.port, database_url="", postgres="")
        *command, _application = _granian(setting)
        tls = ("--ssl-certificate", str(self.pki / "tls.crt"), "--ssl-keyfile", str(self.pki / "tls.key"))
        later = (sys.executable, "-m", "tests.identity.later")
        with ExitStack() as ending:
            web = self._started(ending, "web", (*command, *tls, "tests.identity.later_web:application"), around)
            mail = self._started(ending, "mail-catcher", (*later, "mail-catcher"), around)
            self._started(ending, "worker", (*later, "worker"), around)
            wait(partial(accepts, self.mail_port), mail)
            wait(partial(accepts, self.port), web)
            yield

    def _started(
        self, ending: ExitStack, name: str, command: tuple[str, ...], around: dict[str, str]
    ) -> "subprocess.Popen[bytes]":
        log = ending.enter_context((self.folder / f"{name}.log").open("ab"))
        process = subprocess.Popen(command, cwd=ROOT, env=around, stdout=log, stderr=log)
        ending.callback(end, process, patience=10)
        return process

    def mails(self) -> list[str]:
        """The texts of the mails that left so far, the oldest first."""
        files = sorted((self.folder / "var" / "demo" / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime)
        found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [
            body.get_content().replace("\r\n", "\n") for one in found if (body := one.get_body(("plain",))) is not None
        ]

    def let_a_minute_pass(self) -> None:
        """The minute in which a decision can be taken back is over."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            let_a_minute_pass(connection)


@contextmanager
def built(folder: Path, pki: Path) -> Iterator[Town]:
    """Migrated and filled, not open yet."""
    folder.mkdir(parents=True)
    port, mail_port, status_port = free_port(), free_port(), free_port()
    with database_stand() as ground:
        dsns = ground.database("story")
        around = environment(folder, pki, port, trusted(folder, pki, status_port)) | {
            "STADTTOR_DATABASE_URL": dsns.app,
            "STADTTOR_PAYMENT": "simulator",
            "STADTTOR_SMTP_HOST": "127.0.0.1",
            "STADTTOR_SMTP_PORT": str(mail_port),
        }
        command = [sys.executable, "-m", "tests.identity.town_seed", str(pki)]
        subprocess.run(command, env=around | dsns.environment(), cwd=ROOT, check=True, timeout=300)
        yield Town(folder, pki, port, mail_port, status_port, ground.superuser("story"), around)
