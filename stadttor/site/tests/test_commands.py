"""Every command answers who asks what it does, and says in words what is away."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.db.utils import OperationalError, ProgrammingError

from stadttor import __main__ as program
from stadttor.ground.commands import AWAY, in_words

NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize("words", [[name] for name in program.COMMANDS] + [["audit", "verify"], ["watch", "jobs"]])
def test_help_is_given_and_nothing_is_done(words, monkeypatch, capsys):
    """Report: `audit verify --help` asked the database, `migrate --help` migrated."""
    monkeypatch.setattr(sys, "argv", ["stadttor", *words, "--help"])
    try:
        code = program.main()
    except SystemExit as ended:
        code = ended.code
    told = capsys.readouterr()
    assert (code, told.err) == (0, "")
    assert "usage" in told.out.lower()


@pytest.mark.parametrize("words", [["audit", "verify"], ["migrate"]])
def test_a_database_that_is_away_is_said_with_an_exit_code_of_its_own(words, tmp_path):
    """Report: a traceback and 1, which also says that a chain is broken."""
    own = {"STADTTOR_VAR": str(tmp_path), "STADTTOR_DATABASE_URL": NOBODY, "STADTTOR_OWNER_URL": NOBODY}
    command = [sys.executable, "-m", "stadttor", *words]
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (AWAY, "")
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def caused_by(problem, cause):
    problem.__cause__ = cause
    return problem


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (caused_by(OperationalError(), psycopg.OperationalError("no route")), "does not answer: no route"),
        (caused_by(ProgrammingError(), psycopg.errors.UndefinedTable()), "python -m stadttor migrate"),
        (psycopg.errors.InsufficientPrivilege("denied"), "The role may not do this: denied"),
    ],
)
def test_what_an_operator_can_mend_has_words(error, words):
    assert words in in_words(error)


def test_an_error_of_ours_keeps_its_traceback(monkeypatch):
    def broken(arguments):
        raise ValueError("ours")

    assert in_words(ValueError("ours")) is None
    monkeypatch.setitem(program.COMMANDS, "watch", ("", broken))
    monkeypatch.setattr(sys, "argv", ["stadttor", "watch"])
    with pytest.raises(ValueError, match="ours"):
        program.main()
