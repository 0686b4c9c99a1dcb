"""The operator's commands, as processes of their own."""

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Lines

PATIENCE_S = 300


@dataclass(frozen=True)
class Commands:
    """`stadttor rollout …` in an installation; `values` are given to every plan."""

    environment: Mapping[str, str]
    package: str
    values: Path
    lines: Lines

    def plan(self, version: str, *, upgrade: bool = False, round_: int = 0) -> int:
        """Gives the number of the roll-out; timed in a round. An upgrade is urgent and has one wave, so that it runs at once."""
        words = ["plan", self.package, version, "--values", str(self.values)]
        if upgrade:
            words += ["--upgrade", "--law", "Messung", "--urgent", "--notice", "0", "--first", "0"]
        begun = time.perf_counter()
        found = re.search(r"roll-out (\d+)", self.said(*words))
        assert found
        if round_:
            act = "plan_upgrade" if upgrade else "plan"
            self.lines.write("rollout_runs", act=act, round=round_, wall_s=time.perf_counter() - begun)
        return int(found[1])

    def run(self, act: str, number: int, *, round_: int) -> None:
        """Run it to its end, timed."""
        self._timed(act, "run", number, round_)

    def take_back(self, act: str, number: int, *, round_: int) -> None:
        """Take it back to its end, timed."""
        self._timed(act, "take-back", number, round_)

    def _timed(self, act: str, word: str, number: int, round_: int) -> None:
        begun = time.perf_counter()
        self.said(word, str(number))
        self.lines.write("rollout_runs", act=act, round=round_, wall_s=time.perf_counter() - begun)

    def said(self, *words: str) -> str:
        """What a command says; raises when it is refused."""
        done = subprocess.run(
            self.command(*words), env=dict(self.environment), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
            timeout=PATIENCE_S,
        )  # fmt: skip
        return done.stdout

    def begun(self, *words: str) -> "subprocess.Popen[bytes]":
        """A command that runs on."""
        return subprocess.Popen(self.command(*words), env=dict(self.environment), cwd=ROOT, stdout=subprocess.DEVNULL)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "stadttor", "rollout", *words]
