"""Back to a moment: what was handed in after the present was kept, and before the exchange, is not lost."""

import io
from datetime import UTC, datetime

import psycopg
import pytest

from stadttor.ground.tests.storing import stored
from stadttor.site.leaving.comparing import export_restore_differences
from stadttor.site.leaving.erasing import changing
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.restoring import replace
from stadttor.site.leaving.since import must_be_in
from stadttor.site.leaving.tests.test_erasing import all_rows, contents
from tests.isolation import world

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority, folders):
    world.in_work(authority)
    return authority


@pytest.fixture
def exchange(database, town, take_along):
    """(the state to go back to, the act): the present is kept, then something happens, then comes the exchange."""
    then = take_along(town, "then.zip")

    def act(meanwhile=lambda: None):
        kept = take_along(town, "kept.zip")
        meanwhile()
        return replace(
            then, kept=kept, owner_url=database["STADTTOR_OWNER_URL"], app_url=database["STADTTOR_DATABASE_URL"],
            house=this_house(), now=datetime.now(UTC), out=io.StringIO(),
        )  # fmt: skip

    return then, act


def rename(superuser, town):
    with psycopg.connect(superuser) as connection:
        connection.execute("UPDATE identity_unit SET name = 'Danach' WHERE authority_id = %s", [town.id])


def test_an_application_that_came_meanwhile_is_refused_in_words_and_all_is_there(
    town, exchange, superuser, folders, monkeypatch
):
    seen, accept = {}, world.accept
    monkeypatch.setattr(world, "accept", lambda **given: accept(**given | {"key": "again"}))

    def hands_in():
        world._apply(world.Town(town.id, town.slug, town.slug))
        seen.update(rows=all_rows(superuser), files=contents(folders / "files"))

    with pytest.raises(LeaveProblem, match=r"more came for this authority .* nothing has changed") as refused:
        exchange[1](hands_in)
    assert "the same command again" in str(refused.value)
    assert len(seen["rows"]["forms_submission"]) == 2
    assert all_rows(superuser) == seen["rows"]
    assert contents(folders / "files") == seen["files"]


def test_a_change_without_a_new_row_counts_as_well(town, exchange, superuser):
    with pytest.raises(LeaveProblem, match=r"\(identity_unit\)"):
        exchange[1](lambda: rename(superuser, town))


def test_where_nothing_came_it_is_as_it_was(town, exchange, database, superuser, now):
    then, act = exchange
    rename(superuser, town)
    stored(town.id, b"nachher", now)
    act()
    assert export_restore_differences(then, url=database["STADTTOR_DATABASE_URL"], house=this_house()) == {}


def test_from_the_comparison_on_nobody_changes_a_row_or_adds_one(town, database, superuser, take_along):
    kept, url = take_along(town), database["STADTTOR_DATABASE_URL"]
    with changing(database["STADTTOR_OWNER_URL"], town.id) as connection, psycopg.connect(superuser) as other:
        must_be_in(kept, connection, town.id, app_url=url)
        other.execute("SET lock_timeout = '50ms'")
        for statement in (
            "UPDATE identity_unit SET name = 'Danach' WHERE authority_id = %s",
            "UPDATE cases_case SET title = 'Danach' WHERE authority_id = %s",
            "SELECT 1 FROM ground_authority WHERE id = %s FOR KEY SHARE",
        ):
            with pytest.raises(psycopg.errors.LockNotAvailable), other.transaction():
                other.execute(statement, [town.id])
