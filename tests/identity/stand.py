"""Where the parts run: the outside clients, a PKI made for this run, and the real product behind TLS."""

import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from stadttor.ground.launcher.postgres import end
from tests.identity.product import TOWN, Product, running
from tests.measuring.circumstances import ROOT

PEERS = ROOT.parent / "shared" / "peers" / "identity"
AUTHENTICATOR = ROOT / "tests" / "identity" / "peers" / "authenticator"
HOST = f"{TOWN}.localhost"


@dataclass
class Stand:
    """`folder` belongs to this run. What a part asks for first is made then, and ended with the run."""

    folder: Path
    _ending: ExitStack = field(default_factory=ExitStack)

    @property
    def has_peers(self) -> bool:
        """Whether the outside clients are on this machine."""
        return PEERS.is_dir()

    @cached_property
    def peers(self) -> Path:
        """The installed outside clients: a copy, since theirs may be read only."""
        folder = self.folder.parent / "peers"
        shutil.copytree(PEERS, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, timeout=600, stdout=subprocess.DEVNULL)
        return folder

    @cached_property
    def pki(self) -> Path:
        """All certification authorities of this run: NAME.crt and NAME.key (README of the peers)."""
        folder = self.folder / "pki"
        command = ["node", "pki.mjs", "make", "--out", str(folder), "--host", HOST]
        subprocess.run(command, cwd=self.peers, check=True, timeout=600, stdout=subprocess.DEVNULL)
        return folder

    def pem(self, name: str) -> str:
        """A certificate."""
        return (self.pki / f"{name}.crt").read_text()

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Trusts the certificates of this run's servers."""
        return ssl.create_default_context(cafile=str(self.pki / "tls_root.crt"))

    def node(self, *command: str, days: int = 0) -> "Talk":
        """Start a program of the peers' folder, or one of ours, that answers a line of JSON for each line of JSON.

        Its clock is ahead by so many days.
        """
        log = self._ending.enter_context((self.folder / "node.log").open("a"))
        process = subprocess.Popen(
            ["node", *command], cwd=self.peers, env=self._around | {"STORY_DAYS": str(days)}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
        self._ending.callback(end, process, patience=5)
        return Talk(process)

    def authenticator(self) -> "Talk":
        """The outside authenticator, installed below the folder of all runs."""
        folder = self.folder.parent / "authenticator"
        shutil.copytree(AUTHENTICATOR, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=folder, check=True, timeout=600, stdout=subprocess.DEVNULL)
        return self.node(str(folder / "authenticator.mjs"))

    def program(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Let a program of the peers' folder run to its end."""
        return subprocess.run(
            ["node", *command],
            cwd=self.peers,
            env=self._around,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    @cached_property
    def _around(self) -> dict[str, str]:
        first = (ROOT / "tests" / "identity" / "peers" / name for name in ("names.cjs", "later.cjs"))
        return os.environ | {
            "NODE_EXTRA_CA_CERTS": str(self.pki / "tls_root.crt"),
            "NODE_OPTIONS": " ".join(f"--require={path}" for path in first),
        }

    @cached_property
    def product(self) -> Product:
        """The running product."""
        return self._ending.enter_context(running(self.folder, self.pki))

    def when_closed(self, act: Callable[..., object], *words: Any, **more: Any) -> None:
        """To be done at the end of the run."""
        self._ending.callback(act, *words, **more)

    def close(self) -> None:
        self._ending.close()


@dataclass(frozen=True)
class Talk:
    """A program that talks by lines of JSON."""

    process: "subprocess.Popen[str]"

    def heard(self) -> Any:
        """Its next line."""
        line = _open(self.process.stdout).readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait(10)}; node.log says why")
        return json.loads(line)

    def ask(self, do: str, **words: Any) -> Any:
        """Tell it to do something; gives what it says."""
        stdin = _open(self.process.stdin)
        stdin.write(json.dumps({"do": do, **words}) + "\n")
        stdin.flush()
        return self.heard()


def _open(pipe: "IO[str] | None") -> "IO[str]":
    assert pipe is not None
    return pipe


@contextmanager
def stand(var: Path) -> Iterator[Stand]:
    """A new one below `var`; the installed clients stay for the next run."""
    folder = var / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    one = Stand(folder)
    try:
        yield one
    finally:
        one.close()
