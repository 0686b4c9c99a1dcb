from pathlib import Path

from stadttor.ground.launcher.logs import RotatingLog


def test_a_full_log_starts_anew_and_keeps_some_older_ones(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "web.log", limit=10, keep=2)
    for line in (b"first\n", b"second\n", b"third\n", b"fourth\n"):
        log.write(line)
    log.close()
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {
        "web.log": "fourth\n",
        "web.log.1": "third\n",
        "web.log.2": "second\n",
    }


def test_last_lines_are_the_newest(tmp_path: Path) -> None:
    log = RotatingLog(tmp_path / "web.log")
    log.write(b"one\ntwo\nthree\n")
    assert log.last_lines(2) == ["two", "three"]
    log.close()
