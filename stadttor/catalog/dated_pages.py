"""Settings by the day from which they count, as the page of a service shows them; the day and statute in the form of settings."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from stadttor.catalog import queries, services
from stadttor.catalog.queries import AdoptionRow, DatedRow
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.settings_form import labels_of, shown
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.identity.guards import require_role

ABOUT_THE_DAY = frozenset({"date_missing", "since_past", "source_missing", "nothing_changed", "too_many_coming"})


def typed(request: Any) -> dict[str, Any]:
    """What stands in the fields for the day and the statute."""
    parts = {part: request.POST.get(f"since.{part}", "").strip()[:4] for part in ("day", "month", "year")}
    return {"since": parts, "source": request.POST.get("source", "").strip()[:300]}


def day_in(said: dict[str, Any]) -> date | None:
    """The day that was typed, None where none was. Refused for one that does not exist."""
    parts = said["since"]
    if not any(parts.values()):
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="since") from None


def by_day(request: Any, row: AdoptionRow, content: PackageContent) -> list[dict[str, Any]]:
    """What comes and what began, with its statute, each setting as people read it."""
    labels = labels_of(content.parameters, content.texts_in(request.language).section("options"))

    def rows(one: DatedRow) -> list[dict[str, str]]:
        return [
            {"label": known.title, "value": shown(known, one.given[known.name], labels.get(known.name, {}))}
            for known in content.parameters.parameters
            if known.name in one.given
        ]

    found = queries.dated_values(request.authority.id, row.id)
    return [{"row": one, "settings": rows(one)} for one in found]


@require_POST
@require_role("organiser")
def undo(request: Any, adoption_id: UUID, planned_id: UUID) -> HttpResponse:
    """What was planned does not come."""
    services.undo_planned(
        authority_id=request.authority.id,
        adoption_id=adoption_id,
        planned_id=planned_id,
        actor=request.staff.actor(),
        now=now(),
    )
    address = reverse("catalog:adoption", kwargs={"adoption_id": adoption_id})
    return HttpResponseRedirect(f"{address}?{urlencode({'done': 'undone'})}")
