"""The whole bench in its order: stands up, warm, alternating runs, load, scripts, starts."""

import os
import random
import shutil
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any

from stadttor.ground.launcher.postgres import find_binaries, short_temporary_folder
from tests.bench.measures import Backstage, Bench, open_lists, signed_in, warm_up
from tests.bench.report import write_report
from tests.bench.seed import Task
from tests.bench.services import NARROW, WIDE, write_packages
from tests.bench.sizes import CLIENTS, Size
from tests.bench.stand import Stand, ground, prepare, stand, worker
from tests.bench.starts import starts
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Lines

SEED = 20_261_123


def run(
    size: Size, folder: Path, now: datetime, tell: Callable[[str], None], registers: tuple[str, ...]
) -> dict[str, Any]:
    """Measure and write the report into `folder`; gives it. Everything started here has ended then."""
    lines = Lines(folder / "raw")
    prepare()
    with ExitStack() as stack:
        own = short_temporary_folder("stadttor-bench-")
        stack.callback(_remove, own)
        write_packages(own / "packages")
        on = stack.enter_context(ground(own))
        few = stack.enter_context(stand(on, "few", own, _few(size, own), tell))
        many = stack.enter_context(stand(on, "all", own, _many(size, own, registers), tell))
        bench = Bench(lines, on, random.Random(SEED))
        _measure(bench, size, few, many, own, tell)
        facts = _facts(size, few, many)
    tell("starts of the demo")
    own = short_temporary_folder("stadttor-bench-")
    try:
        starts(lines, own, size.warm_starts)
    finally:
        _remove(own)
    return write_report(folder, facts=facts, now=now)


def official_register() -> tuple[str, ...]:
    """The files of the official register, oldest first; none where they do not lie beside the repository."""
    folder = Path(os.environ.get("BENCH_REGISTER", ROOT.parent / "shared" / "data" / "municipalities"))
    return tuple(str(path) for pattern in ("GV100AD*.ASC", "german-key-lookup*.json") for path in folder.glob(pattern))


def _few(size: Size, own: Path) -> Task:
    return Task(str(own / "packages"), (), size.few, None, 0)


def _many(size: Size, own: Path, registers: tuple[str, ...]) -> Task:
    return Task(str(own / "packages"), registers, size.many, size.most, size.cases)


def _measure(bench: Bench, size: Size, few: Stand, many: Stand, own: Path, tell: Callable[[str], None]) -> None:
    with worker(few, own) as pid, closing(signed_in(many)) as clerk:
        behind = Backstage(few, pid, own / "worker.log")
        behind.begin()
        for of in (few, many):
            tell(f"{of.name}: warm up")
            warm_up(bench, of, size.warm_up)
        open_lists(many, clerk, size.warm_up)
        behind.spent()
        for number in range(1, size.runs + 1):
            tell(f"run {number} of {size.runs}")
            bench.inserts(few, run=number, count=size.inserts)
            for of, helper in ((few, behind), (many, None)):
                bench.applications(
                    of, WIDE, run=number, count=size.applications, form_gets=size.form_gets, behind=helper
                )
            bench.applications(few, NARROW, run=number, count=size.applications, behind=behind)
            bench.case_lists(many, clerk, run=number, count=size.case_lists)
    bench.scripts(few)
    for clients in CLIENTS:
        tell(f"load of {clients} clients")
        bench.load(few, clients, size.load)
    bench.memory(few, many)


def _facts(size: Size, few: Stand, many: Stand) -> dict[str, Any]:
    binaries = find_binaries()
    return {
        "size": size.name,
        "postgres": f"{binaries.major} ({binaries.origin}), fsync on",
        "authorities": {"few": len(few.seeded.slugs), "all": len(many.seeded.slugs)},
        "register": "official" if many.seeded.official else "generated, the official register was not found",
        "cases": many.seeded.cases,
        "baseline": "raw_insert: psycopg alone, the inserts of one submission in one transaction (tests/bench/raw_inserts.py)",
    }


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
