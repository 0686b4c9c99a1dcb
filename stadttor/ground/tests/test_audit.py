"""The audit chain finds what a database owner changes."""

from datetime import timedelta

import psycopg
import pytest

from stadttor.ground import audit, heads
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work

pytestmark = pytest.mark.db


@pytest.fixture
def chain(authority, now, settings_heads):
    """Five sealed entries and their signed head."""
    with work(authority.id):
        for number in range(5):
            at = now + timedelta(seconds=number)
            audit.record(authority.id, act=f"act.{number}", actor=SYSTEM, subject=("thing", None), at=at)
        audit.seal(authority.id, now)
        heads.keep(audit.head(authority.id))
    return authority


@pytest.fixture
def settings_heads(tmp_path):
    from django.conf import settings

    before, settings.STADTTOR_HEADS = settings.STADTTOR_HEADS, tmp_path
    yield
    settings.STADTTOR_HEADS = before


def verdict(authority):
    with work(authority.id):
        return audit.verify(authority.id)


def as_owner(database, authority, statement):
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT set_config('app.authority', %s, false)", [str(authority.id)])
        return owner.execute(statement).rowcount


def test_an_untouched_chain_is_intact(chain):
    assert verdict(chain) == audit.Verdict(5, 0, None)


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


def test_a_chain_rewritten_from_the_start_does_not_match_the_signed_head(chain, database, now):
    as_owner(database, chain, "UPDATE ground_auditentry SET act = 'x' WHERE act = 'act.1'")
    as_owner(database, chain, "DELETE FROM ground_auditseal")
    with work(chain.id):
        audit.seal(chain.id, now)
    assert "rewritten" in verdict(chain).fault


def test_newest_rows_deleted_with_their_seals_are_found(chain, database):
    as_owner(database, chain, "DELETE FROM ground_auditseal WHERE position >= 4")
    as_owner(database, chain, "DELETE FROM ground_auditentry WHERE act IN ('act.3', 'act.4')")
    assert "rows after position 3 were deleted" in verdict(chain).fault
