"""The state of a Kreis on one sheet of paper: what matters most, and how much more there is."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.core.ars import LAENDER
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.cockpit.lists import blocked_text, count_cells, count_columns, kreis_name
from stadttor.rollout.cockpit.pages import oldest, package_address
from stadttor.rollout.promises import lists as promises
from stadttor.rollout.queries import CountedRow, StandingRow
from stadttor.rollout.queries.promises import promises_seen

# So much fits on one page of A4; where there is more, the sheet says how much.
SERVICES, BLOCKS, NAMES, PROMISES, LONGEST = 12, 4, 3, 4, 120


@require_safe
@require_role("steering")
def kreis(request: Any, kreis: str) -> HttpResponse:
    """Packages with their counts, what blocks where, and promises: the most important of each."""
    body = queries.steering_at(request.authority.id)
    if not body.sees(kreis):
        raise not_found()
    counted, listed = queries.at_kreis(kreis)
    if not counted:
        raise not_found()
    address = lambda order: request.path  # noqa: E731  # a sheet that is not sorted otherwise
    columns = count_columns("name", _("Service"), address, "")
    blocked = _blocked(listed)
    context = {
        "name": kreis_name(kreis),
        "land": LAENDER.get(kreis[:2], ""),
        "columns": [{**one, "sort_url": ""} for one in columns],
        "rows": [
            {"cells": {"name": row.title, **count_cells(row)}, "href": package_address(row.package, kreis[:2])}
            for row in sorted(_pressing(counted)[:SERVICES], key=lambda row: sort_key(row.title))
        ],
        "more_services": max(0, len(counted) - SERVICES),
        "authorities": len({row.slug for row in listed}),
        "blocked": blocked[:BLOCKS],
        "more_blocked": max(0, len(blocked) - BLOCKS),
        "promises": _promised(body, kreis),
        "promise": url("cockpit:promise_for_place", kreis=kreis) if body.acts else "",
        "at": oldest(counted),
        "printed": now(),
    }
    return render(request, "rollout/cockpit/kreis.html", context)


def _pressing(counted: Sequence[CountedRow]) -> list[CountedRow]:
    """Where most is blocked first, then where most is not open yet."""
    return sorted(
        counted, key=lambda row: (-row.counts.of("blocked"), row.counts.open - row.counts.whole, sort_key(row.title))
    )


def _promised(body: queries.SteeringRow, kreis: str) -> dict[str, Any]:
    """What was promised in the Kreis or for the whole of it, the late ones first; how many are late."""
    today = german_day(now())
    rows = promises.chosen(promises_seen(body, kreis), dict.fromkeys(promises.ASKED, ""), today)
    return {
        "columns": [{**one, "sort_url": ""} for one in promises.columns(lambda order: "", "")],
        "rows": [
            {"cells": promises.cells(row, today), "href": url("cockpit:promise", promise_id=row.id)}
            for row in rows[:PROMISES]
        ],
        "more": max(0, len(rows) - PROMISES),
        "late": promises.late_text(rows, today),
    }


def _blocked(listed: Sequence[StandingRow]) -> list[dict[str, str]]:
    """What blocks, a line for each service and reason with the authorities it concerns; what concerns most first."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in listed:
        if row.blocked:
            found.setdefault((row.title, blocked_text(row.blocked, row.said)), []).append(row.name)
    lines = sorted(found.items(), key=lambda one: (-len(one[1]), sort_key(one[0][0])))
    return [{"what": title, "why": _cut(why), "where": _names(names)} for (title, why), names in lines]


def _cut(text: str) -> str:
    """What was said may be long; the page of the service has it whole."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def _names(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = ", ".join(names[:NAMES])
    return _("{names} and {count} more", names=shown, count=len(names) - NAMES) if len(names) > NAMES else shown
