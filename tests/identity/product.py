"""The real product: its web server behind TLS on a database of its own, one town that trusts the PKI of the run."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stadttor.ground.launcher.demo import Setting, _granian
from stadttor.ground.launcher.ports import accepts, free_port
from stadttor.ground.launcher.postgres import end
from tests.measuring.circumstances import ROOT
from tests.safety.stand import stand as database_stand

TOWN = "weissenburg"
START_S = 240
OPENID_HOST = f"localhost:{free_port()}"
"""Where the run's OpenID provider will be; the operator names it before the product starts."""


@dataclass(frozen=True)
class Product:
    """A running product; `seeded` is what `tests.identity.seed` made, `database` opens what no wall stops."""

    port: int
    seeded: dict[str, Any]
    database: str
    environment: dict[str, str]

    def at(self, path: str = "/") -> str:
        """The address of a page of the town."""
        return f"https://{TOWN}.localhost:{self.port}{path}"


@contextmanager
def running(folder: Path, pki: Path) -> Iterator[Product]:
    """Migrate, fill, serve."""
    port = free_port()
    with database_stand() as ground:
        dsns = ground.database("identity")
        around = environment(folder, pki, port, trusted(folder, pki)) | {"STADTTOR_DATABASE_URL": dsns.app}
        seeded = _seeded(around | dsns.environment(), pki)
        setting = Setting(var=folder / "var", host="127.0.0.1", port=port, database_url="", postgres="")
        tls = ("--ssl-certificate", str(pki / "tls.crt"), "--ssl-keyfile", str(pki / "tls.key"))
        *command, application = _granian(setting)
        with (folder / "web.log").open("wb") as log:
            web = subprocess.Popen([*command, *tls, application], cwd=ROOT, env=around, stdout=log, stderr=log)
            try:
                wait(partial(accepts, port), web)
                yield Product(port, seeded, ground.superuser("identity"), around)
            finally:
                end(web, patience=10)


def trusted(folder: Path, pki: Path, status_port: int = 9443) -> Path:
    """The PID's root for the PID, nobody else's: what the town issued it believes by itself."""
    pid = ["urn:eudi:pid:de:1", "eu.europa.ec.eudi.pid.1"]
    anchors = {type_: [str(pki / "pid_root.crt")] for type_ in pid}
    path = folder / "wallets.json"
    path.write_text(json.dumps({"anchors": anchors, "status_hosts": [f"localhost:{status_port}"]}))
    return path


def environment(folder: Path, pki: Path, port: int, believed: Path) -> dict[str, str]:
    """As in production behind TLS; what this run trusts comes with it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "STADTTOR_", "DATABASE"))}
    return own | {
        "DJANGO_SETTINGS_MODULE": "stadttor.site.settings",
        "STADTTOR_VAR": str(folder / "var"),
        "STADTTOR_WALLETS": str(believed),
        "STADTTOR_HTTPS": "1",
        "STADTTOR_DOMAIN": "localhost",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "STADTTOR_OPENID_HOSTS": OPENID_HOST,
        "SSL_CERT_FILE": str(pki / "tls_root.crt"),
    }


def _seeded(environment: dict[str, str], pki: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.identity.seed", TOWN, str(pki)]
    done = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=300
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def wait(ready: "partial[bool]", process: "subprocess.Popen[bytes]") -> None:
    """Until it is ready. Raises RuntimeError when it has ended, or never is."""
    deadline = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the web server did not start; web.log says why")
        time.sleep(0.1)
