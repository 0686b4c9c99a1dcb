"""Figures over authorities by month: against the raw history, and what of them nobody may learn."""

import random
from collections import Counter as Tally
from datetime import date
from itertools import combinations

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.core.periods import months_later
from stadttor.ground.clock import german_day
from stadttor.ground.work import common, work
from stadttor.insights.models import SummedFigures
from stadttor.insights.queries.across import across, across_by_month, across_of
from stadttor.insights.rules.across import BEFORE, LATELY, YEAR, Pool, of_many, read, together, written
from stadttor.insights.rules.figures import Share
from stadttor.insights.services.counting import count
from stadttor.insights.services.summing import spans_of, sum_all
from stadttor.insights.tests.history import LAND, NOW, SERVICES, VISITS, History
from stadttor.insights.tests.reckoned import Reckoned
from stadttor.tenancy.models import Coverage

TODAY = date(2026, 11, 23)
SPANS = spans_of(TODAY)


def pool(*authorities, measure="online"):
    """Each authority by month (how many were, how many were not)."""
    made = Pool(SPANS)
    for months in authorities:
        made.add({month: {measure: {1: part, 0: rest}} for month, (part, rest) in months.items()})
    return made.told()


def over(*authorities):
    made = Pool(SPANS)
    for months in authorities:
        made.add({month: {"online": {1: part, 0: rest}} for month, (part, rest) in months.items()})
    return made.over()


def steady(**others):
    """Ten and ten in every month but for these, by number from the oldest."""
    return {month: others.get(f"m{place}", (10, 10)) for place, month in enumerate(SPANS.months)}


def shown(told, name="online"):
    return {span for one, span in told if one == name}


def test_every_month_and_span_is_shown_where_enough_stand_behind_each():
    assert shown(pool(steady())) == set(SPANS.all)
    told = read({"online": written("online", pool(steady())["online", LATELY])})
    assert told.online == Share(30, 60)


@pytest.mark.parametrize("few", [(2, 1), (12, 3), (1, 40)])
def test_a_month_of_few_is_left_out_with_what_it_could_be_reckoned_back_from(few):
    """Few altogether, few that are no part, few that are part: the month beside it goes, and the trend of its span."""
    told = shown(pool(steady(m9=few)))
    assert SPANS.months[9] not in told
    assert len(set(SPANS.months) - told) == 2
    assert YEAR in told
    assert {LATELY, BEFORE} & told in ({LATELY, BEFORE}, set())


def test_one_town_with_few_beside_those_that_may_show_theirs_is_not_told():
    """Twenty here, which that town publishes itself; three in the other town would be the rest."""
    alone = {SPANS.months[9]: (3, 0)}
    told = pool(steady(), alone)
    assert SPANS.months[9] not in shown(told)
    assert YEAR not in shown(told)
    many = pool(steady(), *[alone] * 2)
    assert {SPANS.months[9], YEAR} <= shown(many)


def test_no_sum_and_no_difference_of_sums_is_small():
    """Whatever the counts are: each number shown, and each rest of a whole beside parts of it, is nothing or five and more."""
    dice = random.Random(7)
    for _round in range(150):
        months = {month: (dice.choice((0, 1, 3, 5, 9, 30)), dice.choice((0, 2, 4, 6, 20))) for month in SPANS.months}
        told = {span: cell for (_name, span), cell in pool(months).items()}
        by_month = set(told) & set(SPANS.months)
        spans = [span for span in (LATELY, BEFORE) if span in told]
        for number in (lambda cell: cell[1], lambda cell: cell[0], lambda cell: cell[0] + cell[1]):
            of = {span: number(cell) for span, cell in told.items()}
            rests = [of[span] - sum(of[month] for month in by_month & SPANS.of(span)) for span in spans]
            if YEAR in told:
                for taken in (one for size in range(3) for one in combinations(spans, size)):
                    apart = {month for span in taken for month in SPANS.of(span)}
                    rests.append(of[YEAR] - sum(of[span] for span in taken) - sum(of[one] for one in by_month - apart))
            assert not [rest for rest in [*rests, *of.values()] if 0 < rest < 5], months


def test_the_country_is_the_sum_of_what_each_land_tells_and_of_no_month_that_one_hides():
    whole = together([over(steady()), over(steady(m9=(2, 1)))])
    shows = {span for _name, span in whole.told}
    assert SPANS.months[9] not in shows
    assert {LATELY, BEFORE} & shows in ({LATELY, BEFORE}, set())
    assert whole.told["online", SPANS.months[3]] == {1: 20, 0: 20}
    # Who has nothing in a month hides nothing.
    one, other = over(steady()), over({SPANS.months[2]: (10, 10)})
    assert together([one, other]).told["online", SPANS.months[9]] == {1: 10, 0: 10}


def test_no_trend_stands_over_laender_where_one_hides_its_own():
    """Three in one month of spring: the Land shows neither span, and its cases count in neither of the country's."""
    few = over({SPANS.months[place]: (10, 10) for place in range(8)} | {SPANS.months[9]: (3, 0)})
    shows = {span for _name, span in together([over(steady()), few]).told}
    assert not {LATELY, BEFORE} & shows


def test_everybody_reads_what_three_authorities_stand_behind_figure_by_figure():
    """Who has visits alone takes part in no other figure; a year tells of no month of two."""
    made = Pool(SPANS)
    for place in range(3):
        online = {"online": {1: 10, 0: 10}} if place == 0 else {}
        made.add({month: {"visits": {0: 20}, **online} for month in SPANS.months})
    behind = made.over().behind(SPANS.months)
    assert behind == {"visits": [3, 3], "online": [1, 1]}
    figures = read({span: written(span, made.told()[span, YEAR]) for span in ("visits", "online")})
    for is_year in (True, False):
        told = of_many(figures, behind, is_year=is_year)
        assert (told.visits, told.online) == (figures.visits, None)
    lone = over(steady(), steady(), steady(), {SPANS.months[0]: (30, 30)}).behind(SPANS.months)
    assert lone == {"online": [4, 3]}
    two = over(*[{month: of for month, of in steady().items() if month != SPANS.months[4]}] * 2, steady())
    assert two.behind(SPANS.months) == {"online": [3, 1]}
    assert of_many(figures, two.behind(SPANS.months), is_year=False).online is None
    assert of_many(figures, two.behind(SPANS.months), is_year=True).online == figures.online


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
        assert [month for month, _figures in found.months][-1] == date(2026, 10, 1)
        before, lately = found.spans
        spans = [
            *(({month}, figures) for month, figures in found.months),
            (set(before), found.before), (set(lately), found.lately),
            ({month for month, _figures in found.months}, found.year),
        ]  # fmt: skip
        for months, figures in spans:
            raw = reckoned((authority, neighbour), service, months)
            for name, value in raw.items():
                told = getattr(figures, name)
                assert told in (None, value), (service, months, name)
                compared[name] += told is not None
    assert min(compared[name] for name in ("gross", "net", "online", "satisfied", "asked_back", "visits")) >= 4
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
    months = [months_later(german_day(NOW).replace(day=1), -back) for back in range(1, 7)]
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
    assert (both.lately.net.n, one_land.lately.net.n, country.year.net.n) == (36, 18, 72)
    assert across(["08", "05"]) == []
    assert both.year.handling is None
    with common():
        assert "worked" not in str(list(SummedFigures.objects.values()))
