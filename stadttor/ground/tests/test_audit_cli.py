"""What the commands about the audit chains say, and with which exit code."""

from datetime import timedelta

import psycopg
import pytest

from stadttor.core.ids import new_id
from stadttor.ground import audit, audit_cli, heads, sealing
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work

pytestmark = pytest.mark.db


@pytest.fixture
def kept(tmp_path):
    from django.conf import settings

    before, settings.STADTTOR_HEADS = settings.STADTTOR_HEADS, tmp_path
    yield tmp_path
    settings.STADTTOR_HEADS = before


@pytest.fixture
def chain(authority, now, kept):
    """Five sealed entries and their signed head."""
    for number in range(5):
        act(authority, now + timedelta(seconds=number))
    sealing.seal_waiting(authority.id, now)
    return authority


def act(authority, at):
    with work(authority.id):
        audit.record(authority.id, act="act", actor=SYSTEM, subject=("thing", None), at=at)


def lose_after(database, authority, position):
    """The newest rows, as an older backup has them."""
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("SELECT set_config('app.authority', %s, false)", [str(authority.id)])
        gone = "SELECT entry_id FROM ground_auditseal WHERE position > %s"
        owner.execute(f"DELETE FROM ground_auditentry WHERE id IN ({gone})", [position])
        owner.execute("DELETE FROM ground_auditseal WHERE position > %s", [position])


def test_an_intact_chain_is_said_to_be_that(chain, now, capsys):
    assert audit_cli.main(["verify"], now) == 0
    assert audit_cli.main(["verify", chain.slug], now) == 0
    assert capsys.readouterr().out == f"{chain.slug}: intact; 5 sealed\n" * 2


def test_an_unknown_town_is_wrong_use_and_nothing_is_said_of_the_others(chain, now, capsys):
    """Report: `audit verify nope` printed nothing and ended with 0."""
    for command in (["verify", "nope"], ["verify", chain.slug, "nope"], ["resume", "nope"]):
        assert audit_cli.main(command, now) == 2
        assert capsys.readouterr() == ("", "There is no authority nope.\n")


def test_an_empty_database_proves_nothing(database, kept, now, capsys):
    assert audit_cli.main(["verify"], now) == 1
    assert "There is no authority in this database" in capsys.readouterr().out


def test_signed_heads_of_a_town_that_the_database_does_not_know_are_a_break(chain, now, capsys):
    """Report: an empty database beside full heads ended with 0."""
    other = new_id()
    heads.keep(heads.Head(other, 7, bytes(32), now))
    (heads._path(chain.id).with_suffix(".deleted.jsonl")).write_text("{}\n")
    assert audit_cli.main(["verify"], now) == 1
    told = capsys.readouterr().out
    assert f"{chain.slug}: intact" in told
    assert f"authority {other}: BROKEN: signed heads of it are kept" in told
    assert told.count("BROKEN") == 1


def test_what_waits_for_its_seal_longer_than_a_minute_is_late(chain, now, capsys):
    """Report: 28 entries without a seal and exit code 0."""
    act(chain, now)
    assert audit_cli.main(["verify"], now + timedelta(seconds=60)) == 0
    assert "LATE" not in capsys.readouterr().out
    assert audit_cli.main(["verify"], now + timedelta(seconds=61)) == 1
    assert "1 not yet sealed (the oldest is 61 s old): LATE" in capsys.readouterr().out


def test_a_whole_chain_is_not_resumed(chain, now, capsys):
    """Report: `resume` signed at once, whatever the chain was like; the signature would excuse what is taken later."""
    before = heads._path(chain.id).read_text()
    for _ in range(2):
        assert audit_cli.main(["resume", chain.slug], now) == 1
        assert (
            "nothing is missing: the chain reaches its signed head, and ends at position 5" in capsys.readouterr().err
        )
        act(chain, now)
    assert heads._path(chain.id).read_text() == before


def test_a_restored_chain_is_resumed_once_and_the_positions_are_named(chain, database, now, capsys):
    lose_after(database, chain, 3)
    assert audit_cli.main(["resume", chain.slug], now) == 0
    assert "positions 4 to 5 are missing, which stays noted" in capsys.readouterr().out
    assert audit_cli.main(["resume", chain.slug], now) == 1
    assert audit_cli.main(["verify"], now) == 0
    assert "positions 4 to 5 are missing, resumed by hand" in capsys.readouterr().out


def test_a_chain_whose_heads_are_lost_can_go_on(chain, now, capsys):
    heads._path(chain.id).unlink()
    assert audit_cli.main(["resume", chain.slug], now) == 0
    assert "no head was kept" in capsys.readouterr().out
    act(chain, now)
    assert sealing.seal_waiting(chain.id, now) == 1
