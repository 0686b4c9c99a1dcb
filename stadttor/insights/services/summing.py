"""Sum the counters of all authorities by Land, for bodies that steer. Whoever looks reads sums and waits for nobody's wall."""

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from stadttor.core.periods import months_later
from stadttor.ground.clock import german_day
from stadttor.ground.work import common
from stadttor.insights.models import Summed, SummedFigures
from stadttor.insights.queries.across import lands_key
from stadttor.insights.queries.by_month import measured_by_month
from stadttor.insights.queries.figures import Measured, months_over, trend_months
from stadttor.insights.rules.across import BEFORE, BEHIND, LATELY, YEAR, Over, Pool, Spans, by_span, together
from stadttor.insights.rules.summing import counts_of, told
from stadttor.tenancy.queries import first_prefixes

LAND_DIGITS = 2
COUNTRY: tuple[str, ...] = ()
Told = Mapping[str, Over]
"""By service."""


def sum_all(authorities: Iterable[UUID], *, now: datetime, groups: Iterable[Collection[str]] = ()) -> None:
    """Sum anew over these authorities, each behind its own wall: by Land, over the country, and over each of `groups` of Länder.
    Readers see the old sums until the new ones are there.

    With one that fails the old sums stay, and its error is raised: sums without it would look like a fall.
    """
    by_land: dict[str, list[UUID]] = {}
    for authority_id, prefix in first_prefixes(list(authorities)).items():
        by_land.setdefault(prefix[:LAND_DIGITS], []).append(authority_id)
    counts: list[Summed] = []
    lands: dict[str, Told] = {}
    for land, here in sorted(by_land.items()):
        counted, lands[land] = _summed_in(here, german_day(now))
        counts += [
            Summed(land=land, service=service, name=name, count=count, at=now)
            for service, one in counted.items()
            for name, count in one.items()
        ]
    figures = [
        _row(lands_key(group), service, one, spans_of(german_day(now)).months, now)
        for group in {COUNTRY, *((land,) for land in lands), *(tuple(sorted(set(group))) for group in groups)}
        for service, one in _over([lands[land] for land in group or lands if land in lands]).items()
        if one.told
    ]
    with common(write=True):
        Summed.objects.all().delete()
        Summed.objects.bulk_create(counts, batch_size=500)
        SummedFigures.objects.all().delete()
        SummedFigures.objects.bulk_create(figures, batch_size=500)


def spans_of(today: date) -> Spans:
    """The months that are over, with the two spans of the trend."""
    begin, end = months_over(today)
    before, lately = ([f"{month:%Y-%m}" for month in span] for span in trend_months(today))
    return Spans(tuple(_months(begin, end)), frozenset(lately), frozenset(before))


def _months(begin: date, end: date) -> Iterator[str]:
    while begin <= end:
        yield f"{begin:%Y-%m}"
        begin = months_later(begin, 1)


def _summed_in(authorities: Iterable[UUID], today: date) -> tuple[dict[str, dict[str, int]], Told]:
    """(what may be told of the counts of twelve months by service; figures by service), in one Land."""
    counts: dict[str, Tally[str]] = {}
    pools: dict[str, Pool] = {}
    spans = spans_of(today)
    for authority_id in authorities:
        for service, months in measured_by_month(authority_id, today).items():
            counts.setdefault(service, Tally()).update(counts_of(_whole(months)))
            pools.setdefault(service, Pool(spans)).add(months)
    return {service: told(one, pools[service].few_of_year) for service, one in counts.items()}, {
        service: pool.over() for service, pool in pools.items()
    }


def _whole(months: Mapping[str, Measured]) -> Measured:
    """All the months together."""
    found: dict[str, Tally[int]] = {}
    for counted in months.values():
        for measure, values in counted.items():
            found.setdefault(measure, Tally()).update(values)
    return found


def _over(lands: Collection[Told]) -> Told:
    """Several Länder as one."""
    services = {service for land in lands for service in land}
    found = {service: [land[service] for land in lands if service in land] for service in services}
    return {service: together(ones) for service, ones in found.items()}


def _row(lands: str, service: str, over: Over, months: Collection[str], now: datetime) -> SummedFigures:
    kept = dict(by_span(over.told))
    of_year, lately, before = (kept.pop(span, {}) for span in (YEAR, LATELY, BEFORE))
    year = {**of_year, BEHIND: over.behind(months)}
    return SummedFigures(
        lands=lands, service=service, taking_part=over.authorities, year=year, lately=lately, before=before, months=kept, at=now,
    )  # fmt: skip
