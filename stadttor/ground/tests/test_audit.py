"""The audit chain finds what a database owner changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, connections

from stadttor.ground import audit, heads, sealing
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry, AuditWaiting
from stadttor.ground.verifying import Verdict, verify
from stadttor.ground.work import common, work

pytestmark = pytest.mark.db


@pytest.fixture
def chain(authority, now, settings_heads):
    """Five sealed entries and their signed head."""
    with work(authority.id):
        for number in range(5):
            at = now + timedelta(seconds=number)
            audit.record(authority.id, act=f"act.{number}", actor=SYSTEM, subject=("thing", None), at=at)
    assert sealing.seal_waiting(authority.id, now) == 5
    return authority


@pytest.fixture
def settings_heads(tmp_path):
    from django.conf import settings

    before, settings.STADTTOR_HEADS = settings.STADTTOR_HEADS, tmp_path
    yield
    settings.STADTTOR_HEADS = before


def verdict(authority):
    with work(authority.id):
        return verify(authority.id)


def as_owner(database, authority, statement):
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT set_config('app.authority', %s, false)", [str(authority.id)])
        return owner.execute(statement).rowcount


def test_an_untouched_chain_is_intact(chain):
    assert verdict(chain) == Verdict(5, 0, None)


def test_new_entries_are_the_unsealed_window(chain, now):
    with work(chain.id):
        audit.record(chain.id, act="new", actor=SYSTEM, subject=("thing", None), at=now)
    assert verdict(chain).unsealed == 1


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE ground_auditentry SET act = 'x' WHERE act = 'act.2'", "position 3 was changed"),
        ("UPDATE ground_auditentry SET details = '{\"a\": 1}' WHERE act = 'act.0'", "position 1 was changed"),
        ("DELETE FROM ground_auditentry WHERE act = 'act.3'", "position 4 was deleted"),
        ("DELETE FROM ground_auditseal WHERE position = 2", "seal 2 is missing"),
        ("DELETE FROM ground_auditseal WHERE position = 5", "deleted: the signed head stands at 5"),
    ],
)
def test_what_the_owner_changes_is_found_and_named(chain, database, statement, words):
    assert as_owner(database, chain, statement) == 1
    assert words in verdict(chain).fault


def test_a_chain_rewritten_from_the_start_does_not_match_the_signed_head(chain, database):
    """Whoever recomputes all digests needs the key of the heads, too."""
    as_owner(database, chain, "UPDATE ground_auditentry SET act = 'x' WHERE act = 'act.1'")
    entries = AuditEntry.objects.filter(authority_id=chain.id).order_by("at")
    previous = audit.START
    with work(chain.id):
        forged = [previous := audit.digest(previous, entry) for entry in entries]
    for position, digest in enumerate(forged, 1):
        as_owner(
            database, chain, f"UPDATE ground_auditseal SET digest = '\\x{digest.hex()}' WHERE position = {position}"
        )
    assert "rewritten before position 5" in verdict(chain).fault


def test_newest_rows_deleted_with_their_seals_are_found(chain, database):
    as_owner(database, chain, "DELETE FROM ground_auditseal WHERE position >= 4")
    as_owner(database, chain, "DELETE FROM ground_auditentry WHERE act IN ('act.3', 'act.4')")
    assert "rows after position 3 were deleted" in verdict(chain).fault


def forge_an_end(database, authority, now):
    """As owner: one more entry at the end of the chain, with the digest that fits there."""
    act(authority, now, "forged")
    with work(authority.id):
        entry = AuditEntry.objects.get(act="forged")
        last = sealing.head(authority.id)
    fits = audit.digest(last.digest if last else audit.START, entry).hex()
    position = last.position + 1 if last else 1
    as_owner(database, authority, "DELETE FROM ground_auditwaiting")
    as_owner(database, authority, "INSERT INTO ground_auditseal (id, authority_id, position, entry_id, digest, sealed_at)"
             f" VALUES (gen_random_uuid(), '{authority.id}', {position}, '{entry.id}', '\\x{fits}', now())")  # fmt: skip


def test_an_entry_put_at_the_end_with_a_fitting_seal_is_found_and_never_signed(chain, database, now, caplog):
    """Report: it was taken for what the sealer had just chained, and the next sealing signed it."""
    forge_an_end(database, chain, now)
    assert "at position 6 was put there past the sealer" in verdict(chain).fault
    act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 0
    assert [record.levelname for record in caplog.records if "past the sealer" in record.message] == ["CRITICAL"]


def test_what_a_sealer_has_just_signed_is_no_fault_for_who_reads_meanwhile(chain, now, monkeypatch):
    """The head is on disk before its entries stop waiting: who read the older head looks again."""
    older = heads.newest(chain.id)
    act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 1
    answers = iter([older])
    newest = heads.newest
    monkeypatch.setattr(heads, "newest", lambda authority_id: next(answers, None) or newest(authority_id))
    with work(chain.id):
        assert sealing.head_fault(chain.id) is None


def act(authority, now, name="act.new"):
    with work(authority.id):
        audit.record(authority.id, act=name, actor=SYSTEM, subject=("thing", None), at=now)


def delete_newest(database, authority):
    as_owner(database, authority, "DELETE FROM ground_auditseal WHERE position >= 4")
    as_owner(database, authority, "DELETE FROM ground_auditentry WHERE act IN ('act.3', 'act.4')")


def test_nothing_is_sealed_over_deleted_newest_rows(chain, database, now, caplog):
    """Review A2: after four more acts the chain reached past the gap, was signed again, and nobody knew."""
    delete_newest(database, chain)
    for _ in range(4):
        act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 0
    assert [record.levelname for record in caplog.records if "rows after position 3" in record.message] == ["CRITICAL"]
    assert "rows after position 3 were deleted" in verdict(chain).fault
    assert verdict(chain).unsealed == 4


def test_a_gap_sealed_over_by_hand_is_noticed_for_ever(chain, database, now):
    """The same with a sealer that somebody taught not to look: an old head has another digest at its position."""
    delete_newest(database, chain)
    for _ in range(4):
        act(chain, now)
    path = heads._path(chain.id)
    before = path.read_text()
    path.unlink()
    with common():
        waiting = AuditWaiting.objects.count()
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT set_config('app.authority', %s, false)", [str(chain.id)])
        owner.execute("INSERT INTO ground_auditwaiting (id, authority_id) SELECT entry_id, authority_id FROM "
                      "ground_auditseal WHERE position = 1")  # fmt: skip
    assert sealing.seal_waiting(chain.id, now) == waiting + 1
    path.write_text(before + path.read_text())
    assert "rewritten before position 5" in verdict(chain).fault


def test_after_a_restored_backup_sealing_resumes_by_hand_and_the_gap_stays_noted(chain, database, now):
    delete_newest(database, chain)
    act(chain, now)
    assert sealing.resume(chain.id, now) == sealing.Resumed(3, 5)
    assert sealing.seal_waiting(chain.id, now) == 1
    found = verdict(chain)
    assert (found.sealed, found.unsealed, found.fault) == (4, 0, None)
    assert found.notes == ("positions 4 to 5 are missing, resumed by hand on 2026-11-23 09:00 UTC",)


def test_a_line_of_the_heads_that_somebody_else_wrote_is_found(chain, now):
    path = heads._path(chain.id)
    path.write_text(path.read_text().replace('"position": 5', '"position": 4'))
    assert "position 4 is not signed" in verdict(chain).fault
    act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 0


def test_a_lost_file_of_heads_stops_sealing(chain, now):
    heads._path(chain.id).unlink()
    act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 0
    assert "no signed head" in verdict(chain).fault


def test_half_a_line_after_a_power_cut_spoils_neither_what_was_before_nor_what_comes_after(chain, now):
    with heads._path(chain.id).open("a") as file:
        file.write('{"position": 6, "dig')
    act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 1
    assert verdict(chain) == Verdict(6, 0, None)
    assert heads.newest(chain.id).head.position == 6


def test_what_broke_between_sealing_and_keeping_the_head_is_done_again(authority, now, settings_heads):
    act(authority, now)
    with work(authority.id):
        sealing.seal(authority.id, now)
    assert sealing.authorities_waiting() == [authority.id]
    assert verdict(authority).fault is None
    assert sealing.seal_waiting(authority.id, now) == 1
    assert sealing.authorities_waiting() == []
    assert verdict(authority) == Verdict(1, 0, None)


def test_only_authorities_with_new_entries_are_visited(chain, neighbour, now):
    """Review B3: a round through all of Germany took longer than the window."""
    assert sealing.authorities_waiting() == []
    act(neighbour, now)
    act(neighbour, now)
    assert sealing.authorities_waiting() == [neighbour.id]


def test_two_acts_of_one_town_at_the_same_time_do_not_wait_for_each_other(authority, now, settings_heads):
    def other():
        act(authority, now)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool, work(authority.id):
        audit.record(authority.id, act="slow", actor=SYSTEM, subject=("thing", None), at=now)
        pool.submit(other).result(timeout=2)
    assert sealing.seal_waiting(authority.id, now) == 2


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM ground_auditentry WHERE act = 'act.new'", "was deleted before it was sealed"),
        ("DELETE FROM ground_auditwaiting", "inserted past the product, or taken"),
    ],
)
def test_what_is_not_sealed_yet_must_wait_for_it(chain, database, now, statement, words):
    act(chain, now)
    assert as_owner(database, chain, statement) == 1
    assert words in verdict(chain).fault


LARGE = """
    WITH entry AS (
        INSERT INTO ground_auditentry (id, authority_id, at, act, actor_kind, actor_name, subject_kind, details)
        SELECT gen_random_uuid(), %(authority)s, %(now)s, 'test.done', 'system', '', 'thing', '{}'
        FROM generate_series(1, 20000) RETURNING id
    )
    INSERT INTO ground_auditseal (id, authority_id, position, entry_id, digest, sealed_at)
    SELECT gen_random_uuid(), %(authority)s, row_number() OVER (), id, sha256(id::text::bytea), %(now)s FROM entry
"""
READ = """
    SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables
    WHERE relname IN ('ground_auditentry', 'ground_auditseal')
"""


def test_sealing_reads_the_new_entries_only_however_many_are_sealed(authority, database, now, settings_heads):
    """Review A1: with 400,000 entries their difference passed the time limit, and nothing was sealed any more."""
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT set_config('app.authority', %s, false)", [str(authority.id)])
        owner.execute(LARGE, {"authority": authority.id, "now": now})
        owner.execute("ANALYZE ground_auditentry, ground_auditseal")
    with work(authority.id):
        heads.keep(sealing.head(authority.id))
    act(authority, now)
    with work(authority.id), connection.cursor() as cursor:
        assert len(sealing.seal(authority.id, now)) == 1
        cursor.execute(READ)
        assert cursor.fetchone()[0] < 20
