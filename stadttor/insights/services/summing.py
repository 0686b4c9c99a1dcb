"""Sum the counters of all authorities by Land, for bodies that steer. Whoever looks reads sums and waits for nobody's wall."""

from collections import Counter as Tally
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.work import common
from stadttor.insights.models import Summed
from stadttor.insights.queries.figures import measured
from stadttor.insights.rules.summing import counts_of, told
from stadttor.tenancy.queries import first_prefixes

LAND_DIGITS = 2


def sum_all(authorities: Iterable[UUID], *, now: datetime) -> None:
    """Sum anew over these authorities, each behind its own wall; readers see the old sums until the new ones are there.

    With one that fails the old sums stay, and its error is raised: sums without it would look like a fall.
    """
    found: dict[tuple[str, str], Tally[str]] = {}
    for authority_id, prefix in first_prefixes(list(authorities)).items():
        for service, counted in measured(authority_id, german_day(now)).items():
            found.setdefault((prefix[:LAND_DIGITS], service), Tally()).update(counts_of(counted))
    rows = [
        Summed(land=land, service=service, name=name, count=count, at=now)
        for (land, service), counts in found.items()
        for name, count in told(counts).items()
    ]
    with common(write=True):
        Summed.objects.all().delete()
        Summed.objects.bulk_create(rows, batch_size=500)
