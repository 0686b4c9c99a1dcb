"""A word about somebody in a log is found."""

import logging

import pytest

from tests.journeys.quiet import Logs, faults_of, listening, said_about


@pytest.mark.parametrize(
    "line",
    [
        "ERROR cannot take {'name': 'Amira'}",
        'ERROR {"name": "Y\\u0131lmaz"}',
        "GET /desk/cases/?q=Y%C4%B1lmaz",
        "mail to jonas.weber@example.org failed",
        "<td>Y&#305;lmaz</td>",
        "signed in with stadttor-demo",
        "b'Y\\xc4\\xb1lmaz'",
        "line one\\nWeber",
        "HERR BRANDT",
    ],
)
def test_somebody_is_found_however_she_is_written(line):
    assert said_about(f"2026-11-23 {line}")


def test_a_line_without_anybody_is_quiet():
    assert (
        said_about(
            "2026-11-23T09:00:00 WARNING stadttor.errors refused role_missing at cases:check, authority weissenburg"
        )
        == []
    )


def test_the_log_of_this_process_is_heard():
    """In a log of its own, as what journeys of this module say is read, too."""
    apart = logging.getLogger("apart")
    apart.propagate = False
    with listening(apart) as said:
        apart.error("no mail to %s", "Herr Olsen")
    assert faults_of({"this process": said.getvalue()}) == {"this process": ["Olsen"]}


def test_each_line_of_a_file_is_read_once_and_an_earlier_file_too(tmp_path):
    (tmp_path / "worker.log.1").write_text("to Jonas\n")
    (tmp_path / "worker.log").write_text("quiet\n")
    logs = Logs(tmp_path)
    assert faults_of(logs.new()) == {"worker.log.1": ["Jonas"]}
    with (tmp_path / "worker.log").open("a") as log:
        log.write("to Amira\n")
    assert faults_of(logs.new()) == {"worker.log": ["Amira"]}
    assert faults_of(logs.new()) == {}
    (tmp_path / "worker.log").write_text("Weber\n")
    assert faults_of(logs.new()) == {"worker.log": ["Weber"]}
    assert set(faults_of(logs.whole())) == {"worker.log", "worker.log.1"}
