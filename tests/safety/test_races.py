"""What counts as a held race; and the meeting itself: with the guard one waits for the other, without it both go wrong."""

from contextlib import nullcontext

import psycopg
import pytest

from tests.safety import races

ROUND = {
    "kind": "round", "guard": True, "number": 0, "point": "case read", "first": 0, "became": ["done", "not_now"],
    "stood": True, "waited": True, "wrong": "",
}  # fmt: skip
TWIN = ROUND | {"guard": False, "became": ["done", "done"], "waited": False, "wrong": "both"}


def counted(*changes, twins=20, failing=20, rounds=1, size="small"):
    """All races, the first one changed; `failing` of its twin's rounds went wrong."""
    held = [ROUND | {"race": name} for name in races.RACES for _ in range(rounds)]
    held[0] |= dict(changes)
    without = [TWIN | {"race": name} for name in races.RACES[1:] for _ in range(rounds)]
    first = [TWIN | {"race": races.RACES[0], "wrong": "both" if n < failing else ""} for n in range(twins)]
    return races.outcome([{"kind": "begun", "size": size}, *held, *without, *first])


def test_every_race_was_held_and_every_twin_failed():
    found = counted()
    assert (found.broken, found.double, found.stuck) == ((), 0, 0)
    assert found.figures == {"races": len(races.RACES), "twins_failing_share": 1.0}


@pytest.mark.parametrize(
    "change", [("wrong", "two decisions"), ("stood", False), ("race", "another one")], ids=lambda change: change[0]
)
def test_a_race_that_went_wrong_never_met_or_was_not_run_breaks_the_promise(change):
    assert counted(change).broken


def test_too_few_rounds_of_a_race_or_of_its_twin_prove_nothing():
    """Report: four rounds of a race were as good as two hundred."""
    assert counted(rounds=20, size="ci").broken == ()
    assert counted(("race", "another one"), rounds=20, size="ci").broken == (
        "19 rounds of two clerks decide instead of 20",
    )
    [fault] = counted(rounds=20, twins=19, failing=19, size="ci").broken
    assert fault == "19 rounds of two clerks decide, without its guard, instead of 20"
    assert len(counted(rounds=20, size="night").broken) == 2 * len(races.RACES)


def test_a_twin_that_often_goes_well_proves_nothing():
    assert counted(failing=19).broken == ()
    found = counted(failing=18)
    assert found.figures["twins_failing_share"] == 0.9
    assert found.broken == ("two clerks decide: without its guard only 90% of the rounds failed",)


def test_a_twin_that_raised_an_error_proves_nothing():
    raised = [TWIN | {"race": races.RACES[0], "became": ["done", "IntegrityError: x"], "wrong": "one decision"}]
    held = [ROUND | {"race": name} for name in races.RACES]
    found = races.outcome([*held, *(TWIN | {"race": name} for name in races.RACES[1:]), *raised])
    assert found.figures["twins_failing_share"] == 0.0


@pytest.mark.db
@pytest.mark.parametrize("guard", [True, False], ids=["guard", "no guard"])
def test_two_payments_meet(authority, database, guard):
    from stadttor.site import wiring
    from tests.safety.races.meeting import meet
    from tests.safety.races.of_fees import race_of_fees

    race = race_of_fees(authority.id)
    try:
        one = race.scene()
        watching = psycopg.connect(database["STADTTOR_DATABASE_URL"], autocommit=True)
        with watching as watch, nullcontext() if guard else race.guard.off():
            met = meet(*one.acts, race.twin, watch)
        assert (met.stood, met.waited, met.became) == (True, guard, ("done", "done"))
        assert one.wrong(met.became) == ("" if guard else f"{met.became}, fee paid, attempt expired, told 1 times")
    finally:
        wiring.connect()


@pytest.mark.db
@pytest.mark.parametrize("guard", [True, False], ids=["guard", "no guard"])
def test_a_deletion_and_a_job_meet(authority, database, guard):
    from stadttor.cases import ports
    from stadttor.cases.tests.fakes import FakeApplications, FakeLetters
    from stadttor.site import wiring
    from tests.safety.races.meeting import meet
    from tests.safety.races.of_erasing import race_of_erasing

    applications = FakeApplications()
    ports.connect(applications=applications, letters=FakeLetters())
    race = race_of_erasing(authority.id, applications)
    try:
        with psycopg.connect(database["STADTTOR_DATABASE_URL"], autocommit=True) as watch:
            for point in race.points if guard else (race.twin,):
                for first in (0, 1) if guard else (0,):
                    one = race.scene()
                    acts = (one.acts[first], one.acts[1 - first])
                    with nullcontext() if guard else race.guard.off():
                        met = meet(*acts, point, watch)
                    assert (met.stood, met.became) == (True, ("done", "done"))
                    assert bool(one.wrong(met.became)) != guard
    finally:
        wiring.connect()


@pytest.mark.db
@pytest.mark.parametrize("guard", [True, False], ids=["guard", "no guard"])
def test_two_citizens_meet_at_one_place(authority, database, guard):
    from stadttor.ground.launcher.dsn import changed
    from stadttor.ground.launcher.postgres import SUPERUSER
    from tests.safety.races.meeting import meet
    from tests.safety.races.of_appointments import race_of_appointments

    race = race_of_appointments(authority.id)
    address = changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER)
    with psycopg.connect(address, autocommit=True) as watch:
        try:
            for statement in () if guard else race.guard.statements:
                watch.execute(statement)
            for point in race.points if guard else (race.twin,):
                one = race.scene()
                met = meet(*one.acts, point, watch)
                assert met.stood
                assert bool(one.wrong(met.became)) != guard
        finally:
            watch.execute("DELETE FROM appointments_takenstep")
            watch.execute("ALTER TABLE appointments_takenstep DROP CONSTRAINT IF EXISTS appointment_place_once")
            watch.execute(
                "ALTER TABLE appointments_takenstep ADD CONSTRAINT appointment_place_once"
                " UNIQUE (authority_id, pool_id, begins, place)"
            )


@pytest.mark.db
@pytest.mark.parametrize("guard", [True, False], ids=["guard", "no guard"])
@pytest.mark.parametrize("first", [0, 1], ids=["fee first", "closing first"])
def test_a_fee_and_the_daily_closing_meet(authority, database, guard, first):
    from tests.safety.races.meeting import meet
    from tests.safety.races.of_books import race_of_books

    race = race_of_books(authority.id)
    with psycopg.connect(database["STADTTOR_DATABASE_URL"], autocommit=True) as watch:
        for point in race.points if guard else (race.twin,):
            one = race.scene()
            with nullcontext() if guard else race.guard.off():
                met = meet(one.acts[first], one.acts[1 - first], point, watch)
            assert (met.stood, met.waited, met.became) == (True, guard, ("done", "done"))
            assert bool(one.wrong(met.became)) != guard
