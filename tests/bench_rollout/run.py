"""The whole measurement in its order: adopt, upgrade, take back, each by the command; reads meanwhile; kills."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from stadttor.ground.launcher.demo import Setting, _granian
from stadttor.ground.launcher.ports import answers_http, free_port
from stadttor.ground.launcher.postgres import find_binaries, short_temporary_folder
from stadttor.ground.launcher.roles import bootstrap
from tests.bench.services import NARROW, write_packages
from tests.bench.stand import Ground, environment_of, ground, prepare, process, wait_until
from tests.bench_rollout.cockpit import PACKAGES, READS, copied, looked_at, summed_up
from tests.bench_rollout.counting import Counter
from tests.bench_rollout.figures import write_report
from tests.bench_rollout.fim import exchanged
from tests.bench_rollout.key_figures import measured
from tests.bench_rollout.kills import kills
from tests.bench_rollout.reads import Reader
from tests.bench_rollout.seed import LANDS
from tests.bench_rollout.timed import Commands
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Lines

DATABASE = "bench_rollout"
PACKAGE = "de.stadttor.hundesteuer"
SEED = 20_261_123


@dataclass(frozen=True)
class Size:
    """`most` is none for all of the register; `repeats` of adopting, changing and taking back all; `cases` of one city."""

    name: str
    most: int | None
    repeats: int
    reads: int
    kills: int
    packages: int = PACKAGES
    looks: int = READS
    cases: int = 1_000_000


FULL = Size("full", None, 3, 1_500, 20)
SMALL = Size("small", 20, 1, 30, 2, packages=3, looks=2, cases=500)
FEW = Size("few", 30, 0, 1_500, 0)
"""As many authorities as a county has, for the same service page."""


@dataclass(frozen=True)
class Stand:
    """The installation under measurement."""

    environment: Mapping[str, str]
    port: int
    slugs: tuple[str, ...]
    counter: Counter
    admin: "psycopg.Connection[Any]"


def run(
    size: Size, folder: Path, now: datetime, tell: Callable[[str], None], registers: tuple[str, ...]
) -> dict[str, Any]:
    """Measure and write the report into `folder`; gives it. Everything started here has ended then."""
    lines = Lines(folder / "raw")
    prepare()
    own = short_temporary_folder("stadttor-rollout-")
    try:
        versions = _packages(own / "packages")
        with ground(own) as on:
            tell("a service page where there are few authorities")
            with _stand(on, own / "few", own / "packages", FEW, registers, tell) as few:
                _served(few, "few", size.reads, lines)
            with _stand(on, own / "all", own / "packages", size, registers, tell) as stand:
                facts = _all(stand, size, versions, own, lines, tell)
    finally:
        shutil.rmtree(own, ignore_errors=True)
    return write_report(folder, facts=facts, now=now)


def _all(
    stand: Stand, size: Size, versions: tuple[str, str], own: Path, lines: Lines, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Everything that is measured with all authorities; gives the facts of the report."""
    _served(stand, "all", size.reads, lines)
    commands = Commands(stand.environment, PACKAGE, own / "values.json", lines)
    _measure(size, stand, commands, versions, lines, tell)
    tell("cockpit")
    _cockpit(size, stand, commands, versions[0], lines)
    tell(f"{size.kills} kills")
    kills(size.kills, commands, stand.counter, versions, lines, random.Random(SEED), tell)
    tell("schemas of FIM")
    exchanged(lines)
    tell(f"key figures of a city with {size.cases:,} cases")
    measured(size.cases, stand.slugs[0], stand.port, stand.environment, stand.admin, lines)
    return _facts(size, stand)


def _packages(folder: Path) -> tuple[str, str]:
    """A real service in two versions, and a small one to be read; gives both versions of the first."""
    source = ROOT / "packages" / PACKAGE.rpartition(".")[2]
    shutil.copytree(source, folder / "first" / source.name)
    shutil.copytree(source, folder / "second" / source.name)
    manifest = folder / "second" / source.name / "package.yaml"
    text = manifest.read_text()
    first = re.search(r"(?m)^version: (\S+)$", text)
    assert first
    manifest.write_text(text.replace(first[0], "version: 99.0.0"))
    write_packages(folder / "all")
    shutil.copytree(folder / "all" / NARROW, folder / "read" / NARROW)
    (folder.parent / "values.json").write_text(json.dumps({land: {"kag": f"KAG des Landes {land}"} for land in LANDS}))
    return first[1], "99.0.0"


@contextmanager
def _stand(
    on: Ground, own: Path, packages: Path, size: Size, registers: tuple[str, ...], tell: Callable[[str], None]
) -> Iterator[Stand]:
    own.mkdir()
    database = f"{DATABASE}_{size.name}"
    dsns = bootstrap(on.cluster.url(), database=database)
    port = free_port()
    environment = environment_of(dsns, own / "var", port)
    rights = environment | dsns.environment()
    tell("tables")
    subprocess.run([sys.executable, "-m", "stadttor", "migrate"], env=rights, cwd=ROOT, check=True, timeout=300)
    tell("register, authorities, packages")
    task = {"registers": registers, "packages": str(packages), "most": size.most}
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench_rollout.seed"],
        input=json.dumps(task), env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=600,
    )  # fmt: skip
    address = on.cluster.url(database=database)
    with psycopg.connect(address, autocommit=True) as admin:
        admin.execute("ANALYZE")
        web = _granian(Setting(var=own / "var", host="127.0.0.1", port=port, database_url="", postgres=""))
        with process(web, environment, own / "web.log"):
            wait_until(partial(answers_http, port), "the web server")
            yield Stand(environment, port, tuple(json.loads(made.stdout)["slugs"]), Counter(admin), admin)


def _measure(
    size: Size, stand: Stand, commands: Commands, versions: tuple[str, str], lines: Lines, tell: Callable[[str], None]
) -> None:
    first, second = versions
    reader = Reader(stand.port, stand.slugs, f"/leistungen/{NARROW}", lines, random.Random(SEED))
    reader.warm_up()
    for number in range(1, size.repeats + 1):
        tell(f"round {number}: reads alone")
        reader.alone(size.reads, round_=number)
        before = stand.counter.bytes()
        with reader.meanwhile(round_=number):
            tell(f"round {number}: adopt all")
            adopted = commands.plan(first, round_=number)
            commands.run("adopt", adopted, round_=number)
            _size(lines, stand.counter, before, adopted, number)
            tell(f"round {number}: change all")
            upgraded = commands.plan(second, upgrade=True, round_=number)
            commands.run("upgrade", upgraded, round_=number)
            tell(f"round {number}: take all back")
            commands.take_back("take_back_upgrade", upgraded, round_=number)
            commands.take_back("take_back", adopted, round_=number)


def _served(stand: Stand, where: str, count: int, lines: Lines) -> None:
    """The same service page of authorities by chance, while nothing else happens."""
    reader = Reader(stand.port, stand.slugs, f"/leistungen/{NARROW}", lines, random.Random(SEED))
    reader.warm_up()
    reader.alone(count, round_=0, when=where)


def _cockpit(size: Size, stand: Stand, commands: Commands, version: str, lines: Lines) -> None:
    """Everybody has the package while a steering body looks; afterwards it is taken back again."""
    adopted = str(commands.plan(version))
    commands.said("run", adopted)
    made = subprocess.run(
        [sys.executable, "-m", "tests.bench_rollout.cockpit"], input=json.dumps({"package": PACKAGE}),
        env=dict(stand.environment), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=600,
    )  # fmt: skip
    found = json.loads(made.stdout)
    copied(stand.admin, PACKAGE, size.packages)
    lines.write("rollout_counted", packages=size.packages, authorities=found["authorities"], wall_s=found["count_s"])
    looked_at(stand.port, found["cookie"], PACKAGE, size.looks, lines, random.Random(SEED))
    summed_up(stand.admin, stand.port, found["cookie"], size.packages, size.looks * 3, lines)
    commands.said("take-back", adopted)


def _size(lines: Lines, counter: Counter, before: Mapping[str, int], rollout: int, number: int) -> None:
    after = counter.bytes()
    grown = {table: after[table] - before[table] for table in after}
    lines.write("rollout_sizes", round=number, adopted=counter.done(rollout), keys=counter.keys(rollout), grown=grown)


def _facts(size: Size, stand: Stand) -> dict[str, Any]:
    binaries = find_binaries()
    return {
        "size": size.name,
        "postgres": f"{binaries.major} ({binaries.origin}), fsync on",
        "register": "official" if size.most is None else "the demo's places",
        "without_authority": stand.counter.without_authority(),
        "package": PACKAGE,
        "how": "the operator's commands as processes of their own, start included; two web workers answer meanwhile",
    }
