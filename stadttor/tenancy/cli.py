"""`stadttor areas …`: the official register from the command line."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from stadttor.ground.clock import now
from stadttor.tenancy.rules.register import BadRegister

BAR = 40


def main(argv: Sequence[str]) -> int:
    """Run one command. Exit codes: 0 done, 1 the file was refused, 2 wrong use (argparse)."""
    arguments = _parser().parse_args(list(argv))
    if arguments.command == "authorities":
        return _create_authorities(kreise=arguments.kreise)
    return _import(arguments.file, arguments.as_of)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor areas", description="The official register of municipalities.")
    commands = parser.add_subparsers(dest="command", required=True)
    take = commands.add_parser("import", help="take over a GV100AD file, or a CSV or JSON list of keys; repeatable")
    take.add_argument("file", type=Path)
    take.add_argument("--as-of", type=date.fromisoformat, help="the day of a CSV, which does not say it: 2026-06-30")
    create = commands.add_parser("authorities", help="create every administration the register implies (about 4,400)")
    create.add_argument(
        "--kreise", action="store_true", help="those of the Kreise too, competent in unincorporated areas"
    )
    return parser


def _import(path: Path, as_of: date | None) -> int:
    from stadttor.tenancy.services import import_register

    try:
        data = path.read_bytes()
    except OSError as error:
        return _refuse(f"{path} cannot be read: {error.strerror}")
    try:
        report = import_register(data, file_name=path.name, now=now(), as_of=as_of, progress=_show_progress)
    except BadRegister as error:
        return _refuse(f"{path.name} was not imported; nothing has changed.\n{error}")
    print(f"{report.source}, as of {report.as_of}:")
    print(f"  {report.municipalities:,} municipalities, {report.unincorporated:,} unincorporated areas")
    print(f"  {report.verbaende:,} Verbände, {report.kreise:,} Kreise")
    print(f"  {report.added:,} added, {report.changed:,} changed, {report.dissolved:,} dissolved")
    return 0


def _create_authorities(*, kreise: bool) -> int:
    from stadttor.tenancy.services import create_authorities_from_register

    print(f"{create_authorities_from_register(kreise=kreise):,} authorities created")
    return 0


def _show_progress(done: int, total: int) -> None:
    """A bar on a terminal, nothing in a log file."""
    if sys.stderr.isatty():
        filled = BAR * done // total
        end = "\n" if done == total else ""
        print(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done:,} of {total:,}", end=end, file=sys.stderr, flush=True)


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 1
