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
        (3, {"after": None}),
        (4, {"there": False}),
        (5, {"there": True}),
        (7, {"code": 1}),
        (8, {"audit": 1}),
        (9, {"seconds": 400}),
        (10, {"found": False}),
        (11, {"refused": False}),
        (7, {"until": None}),
        (7, {"told": 0}),
        (7, {"audit": 1}),
        (8, {"told": 1}),
        (12, {"wrong": 1}),
        (12, {"differing": ["files/x"]}),
        (12, {"unnamed": 1}),
        (13, {"back": 2}),
        (13, {"files": 0}),
        (13, {"rows_left": {"cases_case": 1}}),
        (13, {"files_left": 1}),
        (13, {"proofs": 2}),
        (14, {"back": 1}),
        (15, {"code": 1}),
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
    assert counted(7, told=told["code"]).broken


@pytest.mark.db
def test_a_row_that_names_somebody_who_was_deleted_again_is_found(authority, now):
    from stadttor.core.ids import new_id
    from stadttor.ground.work import work
    from stadttor.insights.models import Feedback
    from tests.safety.backup.erasures import rows_naming

    case_id = new_id()
    with work(authority.id):
        Feedback.objects.create(authority=authority, service="x", day=now, score=5, comment=str(case_id))
    address = os.environ["STADTTOR_BACKUP_URL"]
    assert rows_naming(address, [case_id]) == {"insights_feedback": 1}
    assert rows_naming(address, [new_id()]) == {}
