"""Heads are kept by two at once; one that was changed is told and stops nothing."""

import threading

import pytest

from stadttor.ground.backup.folder import Folder
from stadttor.ground.backup.heads import Heads
from stadttor.ground.backup.problems import BackupProblem
from stadttor.ground.backup.tests.living import Followed, contents


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "backups")
    made.make()
    return made


@pytest.fixture
def source(tmp_path):
    place = tmp_path / "audit-heads"
    place.mkdir()
    for name in ("a", "b"):
        (place / f"{name}.jsonl").write_text("1\n2\n")
    return place


def kept(folder, name="a.jsonl"):
    return (folder.heads / name).read_text()


def test_what_grew_is_kept_and_what_did_not_is_left_alone(folder, source):
    """Report: each round wrote all heads anew, twelve seconds of them in a large cell."""
    heads = Heads(source, folder)
    heads.keep()
    before = {path.name: path.stat().st_ino for path in folder.heads.iterdir()}
    (source / "a.jsonl").write_text("1\n2\n3\n")
    heads.keep()
    Heads(source, folder).keep()
    heads.must_be_sound()
    assert kept(folder) == "1\n2\n3\n"
    assert (folder.heads / "b.jsonl").stat().st_ino == before["b.jsonl"]


def test_a_changed_head_is_told_both_are_kept_and_the_others_go_on(folder, source):
    """Report: a head that lost its last line in a power cut stopped the backup of all others for good."""
    heads = Heads(source, folder)
    heads.keep()
    (source / "a.jsonl").write_text("1\n")
    (source / "b.jsonl").write_text("1\n2\n3\n")
    for one in (heads, heads, Heads(source, folder)):
        one.keep()
        with pytest.raises(BackupProblem, match=r"a\.jsonl was changed: it does not begin with what was kept"):
            one.must_be_sound()
    assert (kept(folder), kept(folder, "a.jsonl.changed"), kept(folder, "b.jsonl")) == ("1\n2\n", "1\n", "1\n2\n3\n")
    (folder.heads / "a.jsonl").rename(folder.heads / "a.jsonl.of-before")
    heads.keep()
    heads.must_be_sound()
    assert kept(folder) == "1\n"


def test_a_head_that_was_changed_in_the_backup_is_told_too(folder, source):
    heads = Heads(source, folder)
    heads.keep()
    (folder.heads / "b.jsonl").write_text("x\n2\n")
    heads.keep()
    with pytest.raises(BackupProblem, match=r"b\.jsonl was changed"):
        heads.must_be_sound()


def test_two_keep_at_once_while_a_head_grows(folder, source):
    """Report: `make` and `follow` told each other's heads as changed; nor may one put back less than the other kept."""
    problems = []

    def keep():
        heads = Heads(source, folder)
        for _ in range(200):
            heads.keep()
            problems.extend(heads.faults())
            if (folder.heads / "a.jsonl").stat().st_size < heads.parts()["a.jsonl"].size:
                problems.append("shorter than what was kept")

    keepers = [threading.Thread(target=keep) for _ in range(2)]
    for one in keepers:
        one.start()
    while any(one.is_alive() for one in keepers):
        with (source / "a.jsonl").open("a") as growing:
            growing.write('{"position": 1}\n')
    for one in keepers:
        one.join()
    assert problems == []


@pytest.mark.db
def test_follow_goes_on_tells_a_changed_head_once_and_ends_with_it(living):
    living.make(logical=True)
    (head,) = living.cell.heads.glob("*.jsonl")
    head.write_text("")
    follower = Followed(living)
    with pytest.raises(BackupProblem, match="does not begin with what was kept"):
        _keep_one_more(living, follower)
    assert len(contents(living.folder.files)) == 4
    assert follower.out.getvalue().count("was changed") == 1


def _keep_one_more(living, follower):
    with follower:
        follower.rounds(2)
        living.keep("nachher")
        follower.rounds(3)
