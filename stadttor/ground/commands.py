"""What all commands have in common: help on asking, a bar on long work, and words instead of a traceback for what is away."""

import sys
from collections.abc import Iterator, Sequence

import psycopg

from stadttor.ground.launcher.problems import LaunchProblem

AWAY = 3
"""Exit code of a command that could not look, as something it needs is away: neither "all is well" nor "something is wrong"."""


BAR = 40


def bar(done: int, total: int) -> None:
    """How far it is, on a terminal only; a log file gets the lines at the end."""
    if sys.stderr.isatty() and total:
        filled = BAR * done // total
        end = "\n" if done == total else ""
        sys.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done:,} of {total:,}{end}")
        sys.stderr.flush()


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether the words ask what the command does, wherever among them."""
    return not {"-h", "--help"}.isdisjoint(arguments)


def in_words(error: BaseException) -> str | None:
    """What an operator can do about it; None for an error that is ours."""
    return next((words for one in _causes(error) if (words := _words(one))), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__


def _words(error: BaseException) -> str | None:
    match error:
        case LaunchProblem():
            return str(error)
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            problem = LaunchProblem("The database is not at this version.", "python -m stadttor migrate")
        case psycopg.errors.InsufficientPrivilege():
            problem = LaunchProblem(f"The role may not do this: {_first(error)}.", "docs/operating/roles.md")
        case psycopg.OperationalError():
            mend = "is it running, and are STADTTOR_DATABASE_URL and STADTTOR_OWNER_URL its address?"
            problem = LaunchProblem(f"The database does not answer: {_first(error)}.", mend)
        case _:
            return None
    return str(problem)


def _first(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
