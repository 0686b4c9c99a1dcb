"""What the row counts as lost: a row or file that differs, work that is missing at its moment or came before it."""

import os

import pytest

from tests.safety import backup

RESTORE = {
    "kind": "restore",
    "until": None,
    "code": 0,
    "told": 0,
    "told_said": "",
    "audit": 0,
    "audit_said": "",
    "said": "",
}
AGAIN = {
    "kind": "erased_again", "cases": 3, "back": 0, "rows": 0, "files": 0, "rows_left": {}, "files_left": 0, "proofs": 3,
}  # fmt: skip
SOUND = (
    {"kind": "command", "what": "make", "code": 0, "said": ""},
    {"kind": "behind", "seconds": 1.5},
    {"kind": "table", "of": "end", "name": "ground_blob", "rows": 7, "before": "a", "after": "a"},
    {"kind": "file", "of": "dump", "name": "files/x", "before": "b", "after": "b"},
    {"kind": "table", "of": "end", "name": "procrastinate_workers", "rows": 0, "before": "a", "after": "a"},
    {"kind": "may_be_empty", "tables": {"procrastinate_workers": "goes with its process"}},
    {"kind": "act", "of": "moment 0", "blob": "1", "expected": True, "there": True},
    {"kind": "act", "of": "moment 0", "blob": "2", "expected": False, "there": False},
    {"kind": "act", "of": "moment 0", "blob": "3", "expected": None, "there": True},
    RESTORE | {"of": "moment 0", "until": "x", "seconds": 3, "told": 1},
    RESTORE | {"of": "end", "seconds": 4},
    RESTORE | {"of": "dump", "seconds": 5},
    {"kind": "tampered", "path": "sets/x", "found": True},
    {"kind": "refusal", "what": "over a cell", "refused": True, "said": ""},
    {"kind": "moment_files", "of": "moment 0", "rows": 9, "wrong": 0, "noted": 8, "differing": [], "unnamed": 0},
    AGAIN | {"of": "moment 0", "back": 3, "rows": 70, "files": 9},
    AGAIN | {"of": "end"},
    {"kind": "command", "of": "moment 0", "what": "audit resume", "code": 0, "said": ""},
)


def counted(place=None, **changes):
    lines = [dict(line) for line in SOUND]
    if place is not None:
        lines[place] |= changes
    return backup.outcome(lines)


def test_what_is_equal_breaks_nothing():
    result = counted()
    assert result.broken == ()
    assert (result.lost, result.double, result.worst_s) == (0, 0, 5)
    assert (result.figures["backup_rows"], result.figures["backup_files"]) == (7, 1)
    assert result.unproven == ()
    assert (result.figures["backup_moments_verified"], result.figures["backup_erased_again"]) == (1, 3)
    assert result.figures["backup_rpo_s"] == 1.5


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        (0, {"code": 1}),
        (1, {"seconds": 40}),
        (2, {"after": "b"}),
        (2, {"rows": 0}),
        (3, {"after": None}),
        (6, {"there": False}),
        (7, {"there": True}),
        (9, {"code": 1}),
        (10, {"audit": 1}),
        (11, {"seconds": 400}),
        (12, {"found": False}),
        (13, {"refused": False}),
        (9, {"until": None}),
        (9, {"told": 0}),
        (9, {"audit": 1}),
        (10, {"told": 1}),
        (14, {"wrong": 1}),
        (14, {"differing": ["files/x"]}),
        (14, {"unnamed": 1}),
        (15, {"back": 2}),
        (15, {"files": 0}),
        (15, {"rows_left": {"cases_case": 1}}),
        (15, {"files_left": 1}),
        (15, {"proofs": 2}),
        (16, {"back": 1}),
        (17, {"code": 1}),
    ],
)
def test_every_break_is_noticed(place, changes):
    assert counted(place, **changes).broken


def test_fewer_moments_than_promised_prove_nothing():
    """Report: one moment and one changed byte were as good as a night of them."""
    few = backup.outcome([{"kind": "begun", "size": "night"}, *SOUND]).broken
    assert few == ("1 moments instead of 20", "1 changed bytes instead of 400")


def test_the_same_cell_back_by_two_ways_is_counted_once():
    again = [line | {"of": "dump" if line["of"] == "end" else "end"} for line in SOUND[2:4]]
    assert [backup.outcome([*SOUND, *again]).figures[name] for name in ("backup_rows", "backup_files")] == [7, 1]


def test_what_an_older_run_did_not_look_at_is_not_proven():
    older = [
        line | {"audit": None, "told": None} for line in SOUND if line["kind"] not in ("moment_files", "erased_again")
    ]
    assert len(backup.outcome(older).unproven) == 3


def test_a_table_without_a_row_breaks_unless_a_reason_is_written_down():
    """Report: over half of the tables were empty in what came back, as the cell had deleted its people."""
    assert counted(4, rows=0).broken == ()
    assert counted(5, tables={}).broken == ("procrastinate_workers had no row that could be lost",)
    older = backup.outcome([line for line in SOUND if line["kind"] != "may_be_empty"])
    assert (older.broken, older.unproven) == ((), ("1 tables had no row that could be lost",))


def test_a_moment_that_was_left_out_is_not_proven():
    another = {"kind": "restore", "of": "moment 1", "until": "y", "code": 0, "seconds": 3, "audit": None, "said": ""}
    assert len(backup.outcome([*SOUND, another]).unproven) == 3


@pytest.fixture
def restored(authority, database, now, tmp_path):
    """Five entries, sealed three and two; the rows are those of the moment after the first three."""
    import psycopg
    from django.conf import settings

    from stadttor.ground import audit, sealing
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.work import work

    before, settings.STADTTOR_HEADS = settings.STADTTOR_HEADS, tmp_path
    for count in (3, 2):
        with work(authority.id):
            for _ in range(count):
                audit.record(authority.id, act="made", actor=SYSTEM, subject=("file", None), at=now)
        sealing.seal_waiting(authority.id, now)
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT set_config('app.authority', %s, false)", [str(authority.id)])
        gone = owner.execute("DELETE FROM ground_auditseal WHERE position > 3 RETURNING entry_id").fetchall()
        owner.execute("DELETE FROM ground_auditentry WHERE id = ANY(%s)", [[entry for (entry,) in gone]])
    yield now
    settings.STADTTOR_HEADS = before


@pytest.mark.db
def test_a_chain_that_lost_its_end_is_told_resumed_and_intact_from_then_on(restored):
    from tests.safety.backup.going_on import go_on

    went = [(one["what"], one["code"]) for one in go_on(restored)]
    assert went == [("privacy erase-again", 0), ("audit verify", 1), ("audit resume", 0), ("audit verify", 0)]


@pytest.mark.db
def test_a_chain_whose_lost_end_nobody_tells_breaks_the_row(restored, monkeypatch):
    """The guards switched off: the heads that were kept are not asked, neither all nor the newest."""
    from stadttor.ground import heads, verifying
    from tests.safety.backup.going_on import go_on

    monkeypatch.setattr(heads, "expected", lambda authority_id: heads.Expected())
    monkeypatch.setattr(verifying, "head_fault", lambda authority_id: None)
    told = next(one for one in go_on(restored) if one["what"] == "audit verify")
    assert counted(9, told=told["code"]).broken


@pytest.mark.db
def test_a_row_that_names_somebody_who_was_deleted_again_is_found(authority, now):
    from stadttor.core.ids import new_id
    from stadttor.ground.work import work
    from stadttor.insights.models import Feedback
    from tests.safety.backup.erasures import rows_naming

    case_id = new_id()
    with work(authority.id):
        Feedback.objects.create(authority=authority, service="x", month=now, is_pleased=True, comment=str(case_id))
    address = os.environ["STADTTOR_BACKUP_URL"]
    assert rows_naming(address, [case_id]) == {"insights_feedback": 1}
    assert rows_naming(address, [new_id()]) == {}


@pytest.fixture
def superuser(database):
    from stadttor.ground.launcher.dsn import changed
    from stadttor.ground.launcher.postgres import SUPERUSER

    return changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER)


def empty(url):
    from tests.safety.backup.hashing import checksums

    return {name for name, (rows, _sum) in checksums(url).items() if not rows}


@pytest.mark.db
def test_no_table_of_the_model_is_empty_but_those_with_a_reason(authority, superuser):
    from tests.safety.backup.filling import EMPTY, fill_rest
    from tests.safety.backup.hashing import checksums

    assert fill_rest(superuser, authority.id)
    assert empty(superuser) == set(EMPTY)
    assert set(EMPTY) < set(checksums(superuser)), "a table that is not there any more needs no reason"
    assert all(EMPTY.values())


@pytest.mark.db
def test_what_is_filled_in_names_rows_of_its_own_town(authority, superuser):
    """A dump is read back with all keys checked: a row of nobody would not come back."""
    import psycopg

    from tests.safety.backup.filling import fill_rest

    fill_rest(superuser, authority.id)
    with psycopg.connect(superuser) as admin:
        row = admin.execute(
            "SELECT t.authority_id, h.authority_id FROM exchange_tick t JOIN exchange_handover h ON h.id = t.hand_over_id"
        ).fetchone()
    assert row == (authority.id, authority.id)
