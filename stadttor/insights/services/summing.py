"""Sum the counters of all authorities by Kreis, for bodies that steer. Whoever looks reads sums and waits for nobody's wall."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.work import common
from stadttor.insights.models import SummedFigures
from stadttor.insights.queries.across import lands_key
from stadttor.insights.queries.by_month import measured_by_month
from stadttor.insights.rules.across import BEHIND, Over, Pool, by_span, in_kreise, together
from stadttor.insights.rules.spans import last_months, months_read, name_of, quarters, told_until, year
from stadttor.tenancy.queries import first_prefixes

LAND_DIGITS, KREIS_DIGITS = 2, 5
COUNTRY: tuple[str, ...] = ()
Told = Mapping[str, Over]
"""By service."""


def sum_all(authorities: Iterable[UUID], *, now: datetime, groups: Iterable[Collection[str]] = ()) -> None:
    """Sum anew over these authorities, each behind its own wall: by Land, over the country, and over each of `groups` of Länder
    and Kreise. Readers see the old sums until the new ones are there.

    With one that fails the old sums stay, and its error is raised: sums without it would look like a fall.
    """
    by_kreis: dict[str, list[UUID]] = {}
    for authority_id, prefix in first_prefixes(list(authorities)).items():
        # What a whole Land does itself belongs to no Kreis of it.
        by_kreis.setdefault(prefix[:KREIS_DIGITS], []).append(authority_id)
    last = told_until(german_day(now))
    kreise = {kreis: _told_in(here, months_read(last)) for kreis, here in sorted(by_kreis.items())}
    lands = {(kreis[:LAND_DIGITS],) for kreis in kreise}
    figures = [
        _row(lands_key(group), service, one, last, now)
        for group in {COUNTRY, *lands, *(tuple(sorted(set(group))) for group in groups)}
        for service, one in _over(group, kreise).items()
        if one.told
    ]
    with common(write=True):
        SummedFigures.objects.all().delete()
        SummedFigures.objects.bulk_create(figures, batch_size=500)


def _told_in(authorities: Iterable[UUID], months: Sequence[date]) -> Told:
    """What may be told of each service in one Kreis."""
    pools: dict[str, Pool] = {}
    for authority_id in authorities:
        for service, counted in measured_by_month(authority_id, months).items():
            pools.setdefault(service, Pool(months)).add(counted)
    return {service: pool.over() for service, pool in pools.items()}


def _over(group: tuple[str, ...], kreise: Mapping[str, Told]) -> Told:
    """What a body is told that sees these Länder and Kreise."""
    here = [told for kreis, told in kreise.items() if kreis.startswith(group or ("",))]
    services = {service for told in here for service in told}
    found = {service: together([told[service] for told in here if service in told]) for service in services}
    if any(len(key) > LAND_DIGITS for key in group):
        return {service: in_kreise(over) for service, over in found.items()}
    return found


def _row(lands: str, service: str, over: Over, last: date, now: datetime) -> SummedFigures:
    kept = by_span(over)
    names = [name_of(span) for span in quarters(last)]
    before, lately = ({**kept.get(name, {}), BEHIND: over.behind(name)} for name in names)
    months = {name: kept[name] for month in last_months(last) if (name := name_of([month])) in kept}
    return SummedFigures(
        lands=lands, service=service, taking_part=over.authorities, year=kept.get(name_of(year(last)), {}), lately=lately,
        before=before, months=months, at=now,
    )  # fmt: skip
