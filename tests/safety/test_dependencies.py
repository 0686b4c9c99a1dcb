"""What the row counts as broken: a fault that is not said, loses, doubles, lasts, or was not tried."""

import contextlib
import shutil
from types import SimpleNamespace

import pytest

from adapters.clamav.tests import server
from stadttor.ground.launcher.postgres import short_temporary_folder
from tests.safety import dependencies
from tests.safety.dependencies import room
from tests.safety.dependencies.house import Answered
from tests.safety.dependencies.room import AWAY
from tests.safety.dependencies.small_folder import small

SAID = {"kind": "fault", "fault": "hangs", "status": 503, "said": True, "refused": True, "lost": 0, "double": 0, "stuck": 0,
        "seconds": 2.0}  # fmt: skip
FAULTS = [SAID | {"of": of, "fault": fault} for of, faults in dependencies.FAULTS.items() for fault in faults]
VERDICTS = [
    {"kind": "verdict", "file": file, "expected": expected, "found": expected, "kept": True}
    for file, expected in dependencies.VERDICTS.items()
]
ALL = [*VERDICTS, *FAULTS]


def counted(**changes):
    return dependencies.outcome([*ALL[:-1], ALL[-1] | changes])


def of(line):
    return line.get("of"), line.get("fault")


def test_what_was_said_and_is_over_breaks_nothing():
    result = counted()
    assert (result.broken, result.unproven) == ((), ())
    assert (result.injected, result.refused, result.worst_s) == (34, 34, 2.0)


@pytest.mark.parametrize("change", [{"said": False}, {"lost": 1}, {"double": 1}, {"stuck": True}, {"seconds": 60.0}])
def test_every_break_is_noticed(change):
    assert len(counted(**change).broken) == 1


def test_a_store_that_this_machine_does_not_have_is_not_yet_proven():
    without = [line for line in ALL if line.get("of") != "object store"]
    assert len(dependencies.outcome(without).broken) == len(dependencies.FAULTS["object store"])
    note = {"kind": "note", "text": f"{dependencies.NO_STORE}: no program."}
    result = dependencies.outcome([*without, note])
    assert (result.broken, result.notes, result.unproven) == ((), (), (note["text"],))


def test_a_night_tries_each_fault_more_than_once():
    few = dependencies.outcome([{"kind": "begun", "size": "night"}, *ALL])
    assert len(few.broken) == len(FAULTS) - len(dependencies.ONCE)
    assert few.broken[0] == "1 × files is full instead of 5"


def test_a_fault_that_was_not_tried_is_named():
    """Report: without user namespaces no volume was full, and the row stayed kept."""
    full = [line for line in ALL if of(line) != ("database", "is full")]
    assert dependencies.outcome(full).broken == ("database is full: was not tried",)


def test_a_disk_that_cannot_be_mounted_here_is_not_yet_proven():
    """Containers may allow no mount: then nobody could try it, and the row says so."""
    without = [line for line in ALL if of(line) not in (dependencies.NO_ROOM, dependencies.ALL_OF_IT)]
    assert len(dependencies.outcome(without).broken) == 2
    note = {"kind": "note", "text": f"{dependencies.NO_MOUNT}: files that have no room were not tried."}
    result = dependencies.outcome([*without, note])
    assert (result.broken, result.notes, result.unproven) == ((), (), (note["text"],))


@pytest.mark.parametrize("change", [{"found": "['clean']"}, {"found": "[]"}, {"kept": False}])
def test_a_virus_that_a_real_scanner_lets_pass_breaks_the_promise(change):
    lines = [line | change if line.get("file") == "EICAR" else line for line in ALL]
    assert len(dependencies.outcome(lines).broken) == 1


def test_what_a_real_scanner_was_not_shown_is_named():
    lines = [line for line in ALL if line.get("file") != "EICAR" and of(line) != dependencies.TRUE_SCANNER]
    assert set(dependencies.outcome(lines).broken) == {
        "clamd, a file with EICAR: was not shown",
        "clamd is down: was not tried",
    }


def test_without_a_real_scanner_it_is_not_proven():
    """Report: every verdict of the row came from a stand-in."""
    without = [line for line in FAULTS if of(line) != dependencies.TRUE_SCANNER]
    result = dependencies.outcome(without)
    assert (result.broken, result.unproven) == ((), ("no real clamd looked at a file",))


@pytest.fixture
def house(authority, now):
    from tests.safety.dependencies.house import House

    made = House(authority.id)
    made.open()
    return made


@pytest.fixture
def shown(house):
    """What the row writes of a real clamd under the form of a town."""
    if not server.program():
        pytest.skip(server.ABSENT)
    folder, written = short_temporary_folder("clamd-"), []
    from tests.safety.dependencies.true_scanner import try_true_scanner

    class Written:
        def write(self, kind, **line):
            written.append({"kind": kind} | line)

    yield lambda: (try_true_scanner(Written(), house, folder), written)[1]
    shutil.rmtree(folder)


@pytest.mark.db
def test_a_real_clamd_finds_the_virus_and_what_waited_for_it_is_looked_at(shown):
    lines = shown()
    others = [line for line in FAULTS if of(line) != dependencies.TRUE_SCANNER]
    assert dependencies.outcome([*others, *lines]).broken == ()
    assert dependencies.outcome([*others, *lines]).unproven == ()


@pytest.mark.db
def test_a_real_clamd_without_the_signature_breaks_the_row(shown, monkeypatch):
    """The guard switched off: the scanner knows nothing of EICAR."""
    monkeypatch.setattr(server, "SIGNATURE", "Another:0:*:616263646566\n")
    assert "clamd, a file with EICAR: ['clean'] instead of refused" in dependencies.outcome(shown()).broken


class Survivor:
    """A town whose database, its server and its disk never fail; `sends` is what comes of a form instead."""

    def __init__(self, *sends, begins=302):
        self._sends, self._begins, self._sent = list(sends), begins, 0

    def complete(self):
        return object()

    def applications(self):
        return self._sent

    def send(self, draft):
        if self._sends:
            return self._sends.pop(0)
        self._sent += 1
        return Answered(302, "", "/status/1")

    def begin(self):
        return Answered(self._begins, "", "/antrag/1")

    def get(self, address):
        return Answered(200, "", address)

    @property
    def disk(self):
        return self

    def full(self):
        return contextlib.nullcontext()

    def wants_room_for_its_log(self):
        pass

    def up(self):
        return True


TAKEN = Answered(302, "", "/status/1")


@pytest.mark.parametrize(
    ("house", "refused", "said"),
    [
        (Survivor(), False, True),
        (Survivor(TAKEN, Answered(503, f"{AWAY}.", "")), True, True),
        (Survivor(TAKEN, Answered(500, "", "")), True, False),
        (Survivor(TAKEN, Answered(200, "The form again", "")), True, False),
        (Survivor(begins=500), True, False),
    ],
    ids=["nobody", "in words", "without words", "shown the form again", "who begins"],
)
def test_who_is_refused_by_a_full_database_is_counted_and_nobody_else(house, refused, said):
    """Report: a round in which the server was up again before anybody came counted as refused, too."""
    written = []
    writer = SimpleNamespace(write=lambda kind, **line: written.append(line))
    room._database(writer, house, house)
    assert [(line["refused"], line["said"]) for line in written] == [(refused, said)]


def test_a_page_that_keeps_a_file_refuses_nobody():
    assert not Answered(200, "Kept", "").refuses(room.NOT_KEPT)
    assert Answered(200, room.NOT_KEPT, "").refuses(room.NOT_KEPT)
    assert Answered(503, "", "").refuses()


@pytest.mark.db
def test_a_disk_that_is_not_full_refuses_nobody(house, monkeypatch):
    """Report: files, object store and payment counted a refusal in each round, whatever was answered."""
    from tests.safety.dependencies import faults

    monkeypatch.setattr(faults, "_no_larger", lambda size: contextlib.nullcontext())
    monkeypatch.setattr(faults, "_folder_gone", lambda files: contextlib.nullcontext())
    written = []
    faults._files(SimpleNamespace(write=lambda kind, **line: written.append(line)), house)
    assert [line["refused"] for line in written] == [False, False]


@pytest.fixture
def disk(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "kept").write_bytes(b"x" * 5000)
    with small(tmp_path / "files", room_mb=1) as disk:
        if disk is None:
            pytest.skip("no mount on this machine")
        yield disk


def test_a_small_disk_is_full_for_real_and_has_room_again(disk, tmp_path):
    with disk.full(), pytest.raises(OSError, match="No space left"):
        (disk.path / "new").write_bytes(b"x" * 5000)
    (disk.path / "new").write_bytes(b"x" * 5000)
    assert (disk.path / "kept").read_bytes() == b"x" * 5000
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["kept"]


def test_where_nothing_can_be_mounted_there_is_no_small_disk(tmp_path):
    (tmp_path / "files").mkdir()
    with small(tmp_path / "files", room_mb=0 - 10**6) as disk:
        assert disk is None
