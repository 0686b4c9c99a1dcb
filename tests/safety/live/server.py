"""The product's web server alone, as the launcher starts it, on a database of the row; it can be started anew."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from stadttor.ground.launcher.children import dies_with_parent
from stadttor.ground.launcher.demo import Setting, _granian
from stadttor.ground.launcher.ports import answers_http, free_port
from stadttor.ground.launcher.postgres import end
from stadttor.ground.launcher.roles import Dsns
from tests.measuring.circumstances import ROOT

START_S = 60


@dataclass
class Server:
    """Use as a context manager. `var` holds its files and keys, `addresses` its database."""

    var: Path
    addresses: Dsns
    port: int = field(default_factory=free_port)
    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> "Server":
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            end(self._process, patience=15)

    def restart(self) -> None:
        """End it and start it anew on the same port."""
        self.__exit__()
        self._start()

    def _start(self) -> None:
        setting = Setting(var=self.var, host="127.0.0.1", port=self.port, database_url="", postgres="")
        self.var.mkdir(parents=True, exist_ok=True)
        with (self.var / "web.log").open("ab") as out:
            self._process = subprocess.Popen(
                _granian(setting), env=self._environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not answers_http(self.port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the web server did not start within {START_S} s")
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        """Of our own variables the app's address of the database and no other."""
        own = {
            name: value for name, value in os.environ.items() if not name.startswith(("PG", "STADTTOR_", "DATABASE"))
        }
        return own | {
            "STADTTOR_DATABASE_URL": self.addresses.app,
            "STADTTOR_VAR": str(self.var),
            "STADTTOR_DEMO": "1",
            "PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
        }
