"""Races: of two who are first, one is. Each meets at named points, and has a twin without its guard, which must fail."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from stadttor.ground.launcher.roles import Dsns
from tests.measuring.lines import Line
from tests.safety.least import too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

if TYPE_CHECKING:
    from tests.safety.races.meeting import Point
    from tests.safety.races.race import Race

DATABASE, THROWN_AWAY = "safety_races", "safety_races_twin"
RACES = (
    "two clerks decide", "decide against withdraw", "two workers open one case", "payment against expiry",
    "upgrade against submission", "two workers on one job",
    "deletion against a running job", "two citizens, one place",
)  # fmt: skip
LEAST_FAILING = 0.95
LEAST = (20, 200)
"""So many rounds of each race, and as many without its guard: with each push, at night."""
BOTH = ["done", "done"]
FETCHING = "SELECT pg_get_functiondef('procrastinate_fetch_job_v2'::regproc)"


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Every race with its guard; then, in a database that is thrown away, every one without."""
    rounds = size.pick(small=4, ci=20, night=200)
    guarded = stand.database(DATABASE)
    with _on(stand, DATABASE, guarded) as watch:
        for race in _races(watch):
            for number in range(rounds):
                point = race.points[number % len(race.points)]
                _round(lines, race, number, point, watch, swapped=bool(number // len(race.points) % 2))
    twin = stand.database(THROWN_AWAY)
    with _on(stand, THROWN_AWAY, twin) as watch, psycopg.connect(twin.owner, autocommit=True) as owner:
        for race in _races(watch):
            for statement in race.guard.statements:
                owner.execute(statement)  # type: ignore[arg-type]  # text of the races themselves
            with race.guard.off():
                for number in range(rounds):
                    _round(lines, race, number, race.twin, watch, guard=False)


def outcome(lines: Sequence[Line]) -> Outcome:
    """A promise is broken by a round with the guard that went wrong, and by a twin without it that went well."""
    rounds = [line for line in lines if line["kind"] == "round"]
    guarded = [line for line in rounds if line["guard"]]
    wrong = [line for line in guarded if line["wrong"]]
    stuck = [line for line in rounds if "stuck" in line["became"]]
    shares = _failing(line for line in rounds if not line["guard"])
    lowest = min((shares.get(name, 0.0) for name in RACES), default=0.0)
    return Outcome(
        injected=len(rounds),
        double=len(wrong),
        stuck=len(stuck),
        broken=(
            *(f"{line['race']}, round {line['number']}, {line['point']}: {line['wrong']}" for line in wrong),
            *(f"{line['race']}, round {line['number']}: never came to: {line['point']}" for line in _missed(rounds)),
            *(f"not run: {name}" for name in RACES if name not in {line["race"] for line in guarded}),
            *(
                f"{name}: without its guard only {shares.get(name, 0.0):.0%} of the rounds failed"
                for name in RACES
                if shares.get(name, 0.0) < LEAST_FAILING
            ),
            *too_few(lines, {_side(name, guard): LEAST for name in RACES for guard in (True, False)}, _rounds(rounds)),
        ),
        figures={"races": len(guarded), "twins_failing_share": round(lowest, 3)},
        notes=tuple(line["text"] for line in lines if line["kind"] == "note"),
        known={"races": frozenset(line["race"] for line in guarded)},
    )


def _side(race: str, guard: bool) -> str:
    return f"rounds of {race}{'' if guard else ', without its guard,'}"


def _rounds(rounds: Iterable[Line]) -> Counter[str]:
    return Counter(_side(line["race"], line["guard"]) for line in rounds)


def _failing(twins: Iterable[Line]) -> dict[str, float]:
    """By race: the share of rounds without the guard in which both acts were done and the promise was broken.

    A twin that raised an error instead shows nothing about its guard.
    """
    failed = defaultdict[str, list[bool]](list)
    for line in twins:
        failed[line["race"]].append(bool(line["wrong"]) and list(line["became"]) == BOTH)
    return {name: sum(ends) / len(ends) for name, ends in failed.items()}


def _missed(rounds: Iterable[Line]) -> list[Line]:
    """A round whose first act never stood at its point has proven nothing."""
    return [line for line in rounds if not line["stood"]]


@contextmanager
def _on(stand: Stand, database: str, addresses: Dsns) -> Iterator["psycopg.Connection[Any]"]:
    """The product on this database, its ports free to be changed; gives the connection that sees who waits."""
    stand.product_at(addresses)
    from stadttor.site import wiring

    try:
        with psycopg.connect(stand.superuser(database), autocommit=True) as watch:
            yield watch
    finally:
        wiring.connect()


def _races(watch: "psycopg.Connection[Any]") -> list["Race"]:
    from stadttor.cases import ports
    from stadttor.cases.tests.fakes import FakeApplications, FakeLetters
    from tests.safety.races.of_appointments import race_of_appointments
    from tests.safety.races.of_cases import races_of_cases
    from tests.safety.races.of_erasing import race_of_erasing
    from tests.safety.races.of_fees import race_of_fees
    from tests.safety.races.of_jobs import race_of_jobs
    from tests.safety.races.of_packages import race_of_packages

    town = make_authority("weissenburg", "Weißenburg i. Bay.")
    fetching = watch.execute(FETCHING).fetchone()
    assert fetching
    applications = FakeApplications()
    ports.connect(applications=applications, letters=FakeLetters())
    return [
        *races_of_cases(town, applications), race_of_erasing(town, applications), race_of_fees(town), race_of_packages(),
        race_of_jobs(town, fetching[0]), race_of_appointments(town),
    ]  # fmt: skip


def _round(
    lines: RowLines, race: "Race", number: int, point: "Point", watch: "psycopg.Connection[Any]",
    *, swapped: bool = False, guard: bool = True,
) -> None:  # fmt: skip
    from tests.safety.races.meeting import meet

    one = race.scene()
    first, second = reversed(one.acts) if swapped else one.acts
    met = meet(first, second, point, watch)
    became = (met.became[1], met.became[0]) if swapped else met.became
    lines.write(
        "round", race=race.name, guard=guard, number=number, point=point.name, first=int(swapped), became=became,
        stood=met.stood, waited=met.waited, wrong=one.wrong(became),
    )  # fmt: skip
