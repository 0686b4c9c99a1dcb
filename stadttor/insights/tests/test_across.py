"""Figures over authorities by month: against the raw history, and what of them nobody may learn."""

import random
from collections import Counter as Tally
from datetime import date
from itertools import combinations

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.ground.clock import german_day
from stadttor.ground.work import common, work
from stadttor.insights.models import SummedFigures
from stadttor.insights.queries.across import across, across_by_month, across_of
from stadttor.insights.rules.across import Pool, in_kreise, of_many, read, together, written
from stadttor.insights.rules.figures import Share
from stadttor.insights.rules.spans import is_small, months_read, names_with, quarters, told, told_until, year
from stadttor.insights.services.counting import count
from stadttor.insights.services.summing import sum_all
from stadttor.insights.tests.history import LAND, NOW, SERVICES, VISITS, History
from stadttor.insights.tests.reckoned import Reckoned
from stadttor.insights.tests.test_spans import against, reduced
from stadttor.tenancy.models import Coverage

LAST = told_until(german_day(NOW))
MONTHS = months_read(date(2026, 9, 1))
THIS_YEAR = MONTHS[12:]


def over(*authorities, measure="online"):
    """Each authority by month (how many were, how many were not)."""
    made = Pool(MONTHS)
    for months in authorities:
        made.add({month: {measure: {1: part, 0: rest}} for month, (part, rest) in months.items()})
    return made.over()


def steady(**others):
    """Ten and ten in every month but for these, by number from January of this year."""
    return {month: others.get(f"m{place}", (10, 10)) for place, month in enumerate(THIS_YEAR)}


def shown(made, name="online"):
    return {span for one, span in made.told if one == name}


def test_every_month_and_quarter_is_told_where_enough_stand_behind_each():
    made = over(steady())
    assert shown(made) == {name for month in THIS_YEAR for name in names_with(month)[:2]}
    told = read({"online": written("online", made.told["online", "2026-Q3"])})
    assert told.online == Share(30, 60)


@pytest.mark.parametrize("few", [(2, 1), (12, 3), (1, 40)])
def test_a_month_of_few_is_left_out_with_what_it_could_be_reckoned_back_from(few):
    """Few altogether, few that are no part, few that are part: the month after it goes, and the quarter is told."""
    told = shown(over(steady(m3=few)))
    assert {"2026-04", "2026-05"} & told == set()
    assert {"2026-06", "2026-Q2"} <= told


def test_one_town_with_few_beside_those_that_may_show_theirs_is_not_told():
    """Twenty here, which that town publishes itself; three in the other town would be the rest."""
    alone = {THIS_YEAR[4]: (3, 0)}
    assert {"2026-05", "2026-Q2"} & shown(over(steady(), alone)) == set()
    assert {"2026-05", "2026-Q2"} <= shown(over(steady(), *[alone] * 2))


def test_a_kreis_with_one_authority_tells_nothing_that_it_does_not_tell_itself():
    """Of a share more is left out than of its number: by both together the three of February would be reckoned back."""
    made = over(steady(m0=(18, 2), m1=(3, 0), m2=(10, 10)))
    own = told({month: (sum(both),) for month, both in steady(m0=(18, 2), m1=(3, 0)).items()}, MONTHS)
    assert "2026-03" not in own
    assert shown(made) <= own


def test_the_country_is_the_sum_of_what_each_kreis_tells():
    few = over(steady(m4=(2, 1)))
    whole = together([over(steady()), few])
    assert whole.told["online", "2026-04"] == {1: 20, 0: 20}
    assert whole.told["online", "2026-05"] == {1: 10, 0: 10}
    assert whole.taking["online", "2026-05"] == 1


def test_nothing_left_out_of_kreise_follows_from_all_their_sums():
    """Report: the Land's month less that of the other Kreise is what one of them leaves out. Every month, quarter and year of
    every Kreis and of all their sums, by linear reckoning, for numbers, parts and rests."""
    dice = random.Random(7)
    for _round in range(12):
        kreise = [
            {month: tuple(dice.choice((0, 1, 3, 5, 9, 30)) for _number in range(2)) for month in THIS_YEAR}
            for _kreis in range(3)
        ]
        made = [over(of, of) for of in kreise]
        groups = [some for size in (1, 2, 3) for some in combinations(range(3), size)]
        sums = {group: together([made[kreis] for kreis in group]) for group in groups}
        columns = [(kreis, month) for kreis in range(3) for month in THIS_YEAR]
        rows = []
        for group, whole in sums.items():
            for (_name, span), cell in whole.told.items():
                telling = [kreis for kreis in group if ("online", span) in made[kreis].told]
                row = [kreis in telling and span in names_with(month) for kreis, month in columns]
                counted = sum(
                    2 * sum(kreise[kreis][month]) for (kreis, month), one in zip(columns, row, strict=True) if one
                )
                assert sum(cell.values()) == counted
                rows.append(row)
        solved = reduced(rows)
        for number, (kreis, month) in enumerate(columns):
            part, rest = (2 * one for one in kreise[kreis][month])
            if is_small((part + rest, part, rest)):
                assert any(against(solved, [place == number for place in range(len(columns))])), (kreis, month)


def test_everybody_reads_what_three_authorities_stand_behind_figure_by_figure():
    """Who has visits alone takes part in no other figure."""
    made = Pool(MONTHS)
    for place in range(3):
        online = {"online": {1: 10, 0: 10}} if place == 0 else {}
        made.add({month: {"visits": {0: 20}, **online} for month in THIS_YEAR})
    behind = made.over().behind("2026-Q3")
    assert behind["visits"] == 3
    figures = read({name: written(name, made.over().told[name, "2026-Q3"]) for name in ("visits", "online")})
    told = of_many(figures, behind)
    assert (told.visits, told.online) == (figures.visits, None)
    assert shown(in_kreise(made.over()), "visits") == shown(made.over(), "visits")
    assert shown(in_kreise(made.over())) == set()


def test_a_body_that_sees_a_kreis_reads_no_figure_that_two_authorities_stand_behind_in_some_month():
    some = {month: of for month, of in steady().items() if month != THIS_YEAR[4]}
    assert shown(in_kreise(over(steady(), steady(), steady())))
    assert not shown(in_kreise(over(steady(), steady(), some)))


@pytest.mark.db
def test_figures_over_authorities_are_what_the_raw_history_says(authority, neighbour):
    adopted(authority.id, NOW)
    for one, seed, prefix in ((authority, 5, "09577"), (neighbour, 6, "09162")):
        made = History(one, seed=seed)
        with work(one.id):
            made.some()
            made.opinions()
        made.visits()
        count(authority_id=one.id, calendar=LAND, now=NOW)
        with common(write=True):
            Coverage.objects.create(authority=one, ars_prefix=prefix)
    sum_all([authority.id, neighbour.id], now=NOW)
    compared = Tally()
    for service in SERVICES:
        found = across_of(["09"], service)
        assert found.authorities == 2
        assert found.months[-1][0] == LAST
        before, lately = found.spans
        spans = [
            *(({month}, figures) for month, figures in found.months),
            (set(before), found.before), (set(lately), found.lately),
            (set(year(LAST)), found.year),
        ]  # fmt: skip
        for months, figures in spans:
            # What one of the two may not tell is in no sum.
            raw = [reckoned(some, service, months) for some in ((authority, neighbour), (authority,), (neighbour,))]
            for name in raw[0]:
                told = getattr(figures, name)
                assert told in (None, *(one[name] for one in raw)), (service, months, name)
                compared[name] += told == raw[0][name]
    assert min(compared[name] for name in ("gross", "net", "online", "satisfied", "asked_back", "visits")) >= 2
    # One Land is all there is.
    assert across_by_month([]) == across_by_month(["09"])


def reckoned(authorities, service, months):
    """From cases, events and answers, one by one."""
    counts, days = Tally(), {"gross": [], "net": []}
    for one in authorities:
        with work(one.id):
            raw = Reckoned(one.id, service, months)
            visited = sum(raw.within(day) for day in VISITS[service])
            counts.update(raw.counts(None, visited=visited, opined=True))
            for name, list_of in days.items():
                list_of += [raw.days(case, net=name == "net") for case in raw.decided]
    from stadttor.insights.rules.figures import Amount, Spread

    share = lambda part, whole: Share(counts[part], counts[whole])  # noqa: E731  # said once
    return {
        **{name: Spread(*found) if (found := raw.spread(one)) else None for name, one in days.items()},
        "online": share("online", "received"), "asked_back": share("asked_back", "decided"),
        "satisfied": share("satisfied", "scored"), "visits": Amount(counts["visits"]),
    }  # fmt: skip


@pytest.mark.db
def test_a_body_of_several_laender_reads_their_sum_and_no_minutes_of_work(authority, neighbour):
    months = [*quarters(LAST)[0], *quarters(LAST)[1]]
    from stadttor.insights.models import Counter

    for one, prefix in ((authority, "09577"), (neighbour, "08111")):
        with work(one.id):
            Counter.objects.bulk_create(
                Counter(authority_id=one.id, service="hund", month=month, measure=measure, value=4, count=6)
                for month in months
                for measure in ("net", "worked_least", "worked_most")
            )
        with common(write=True):
            Coverage.objects.create(authority=one, ars_prefix=prefix)
    sum_all([authority.id, neighbour.id], now=NOW, groups=[("09", "08")])
    ((both,), (one_land,), (country,)) = across(["08", "09"]), across(["09"]), across([])
    assert (both.lately.net.n, one_land.lately.net.n, country.before.net.n) == (36, 18, 36)
    assert across(["08", "05"]) == []
    assert both.year.handling is None
    with common():
        assert "worked" not in str(list(SummedFigures.objects.values()))
