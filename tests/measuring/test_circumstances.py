"""What a report says of where it was measured."""

import ast
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from tests.measuring import circumstances

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A repository with something committed in each folder."""
    for path in ("stadttor/a.py", "tests/safety/a.py", "packages/a/form.yaml", "reports/a.json", "README.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(circumstances, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("stadttor/a.py", True),
        ("tests/safety/a.py", True),
        ("tests/safety/new.py", True),
        ("packages/a/form.yaml", True),
        ("reports/a.json", False),
        ("README.md", False),
    ],
)
def test_what_measures_counts_as_a_change_too_and_what_a_run_writes_does_not(clone, path, marked):
    """Report: a row whose attack was edited and not committed bore the commit as if it were its own."""
    assert not circumstances.circumstances(NOW)["uncommitted_changes"]
    (clone / path).write_text("changed")
    assert circumstances.circumstances(NOW)["uncommitted_changes"] == marked


@pytest.mark.parametrize("why", ["no repository", "a broken index", "no git"])
def test_where_git_cannot_say_it_nothing_is_called_clean(clone, monkeypatch, why):
    """Report: a call of git that failed, as in somebody else's folder, read as a tree without changes."""
    if why == "no repository":
        shutil.rmtree(clone / ".git")
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(clone.parent))
    elif why == "a broken index":
        (clone / ".git" / "index").write_text("broken")
    else:
        monkeypatch.setenv("PATH", str(clone))
    told = circumstances.circumstances(NOW)
    assert told["uncommitted_changes"]
    assert (told["commit"] == "unknown") == (why != "a broken index")
    assert circumstances.commits_between("HEAD", "nowhere") is None


def test_whatever_the_rows_import_of_the_repository_is_looked_at():
    folders = {path.name for path in circumstances.ROOT.iterdir() if path.is_dir()}
    imported = set()
    for source in (circumstances.ROOT / "tests" / "safety").rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    assert imported & folders <= set(circumstances.MEASURED)
