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
from stadttor.insights.rules.across import BEFORE, LATELY, YEAR, Pool, read, together, written
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


def test_the_country_is_the_sum_of_what_each_land_tells():
    one, other = pool(steady()), pool(steady(m9=(2, 1)))
    whole = together([one, other])
    assert whole["online", SPANS.months[9]] == one["online", SPANS.months[9]]
    assert whole["online", SPANS.months[3]] == {1: 20, 0: 20}


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
        assert [month for month, _figures in found.months][-1] == date(2026, 11, 1)
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
