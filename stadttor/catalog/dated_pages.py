"""Settings by the day from which they count, as the page of a service shows them; the day and statute in the form of settings."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.catalog import ports, queries, services
from stadttor.catalog.queries import AdoptionRow, DatedRow
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.settings_form import labels_of, shown
from stadttor.catalog.settings_page import SettingsPage
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web.language import N_, _
from stadttor.identity.guards import require_role

ABOUT_THE_DAY = frozenset({"date_missing", "since_past", "source_missing", "nothing_changed", "too_many_coming"})
SOURCE = N_("Statute or decision, with its date")


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


def by_day(request: Any, row: AdoptionRow, content: PackageContent, names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """What comes and what began, with its statute, each setting as people read it; what was corrected stays with it.

    `names` of the colleagues by their accounts: one who left this authority is not named any more.
    """
    labels = labels_of(content.parameters, content.texts_in(request.language).section("options"))

    def rows(given: Mapping[str, Any], other: Mapping[str, Any] | None = None) -> list[dict[str, str]]:
        return [
            {"label": known.title, "value": shown(known, given[known.name], labels.get(known.name, {}))}
            for known in content.parameters.parameters
            if known.name in given and (other is None or other.get(known.name) != given[known.name])
        ]

    def corrected(one: DatedRow) -> list[dict[str, Any]]:
        newer, found = (one.given, one.source), []
        for stood in one.stood:
            source = [] if stood.source == newer[1] else [{"label": _(SOURCE), "value": stood.source or "–"}]
            who = names.get(stood.actor_id, "") if stood.actor_id else ""
            used = ports.used(request.authority.id, row.id, stood.id)
            found.append({"row": stood, "settings": rows(stood.given, newer[0]) + source, "who": who, "used": used})
            newer = (stood.given, stood.source)
        return found

    found = queries.dated_values(request.authority.id, row.id)
    return [{"row": one, "settings": rows(one.given), "corrected": corrected(one)} for one in found]


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def change(request: Any, adoption_id: UUID, planned_id: UUID) -> HttpResponse:
    """Other values, another day or statute for what is planned."""
    row = queries.adoption(request.authority.id, adoption_id)
    _version, content = queries.version_for(row.version_id)
    planned = next((one for one in queries.dated_values(request.authority.id, row.id) if one.id == planned_id), None)
    if planned is None or planned.state == "begun":
        raise not_found()
    known = {name: value for name, value in planned.given.items() if name in row.parameters}
    page = SettingsPage(request, content, {**row.parameters, **known})
    parts = {"day": planned.since.day, "month": planned.since.month, "year": planned.since.year}
    said = typed(request) if request.method == "POST" else dict[str, Any](since=parts, source=planned.source)
    if page.is_save:
        try:
            services.change_planned(
                authority_id=request.authority.id,
                adoption_id=adoption_id,
                planned_id=planned_id,
                parameters=page.values,
                since=day_in(said),
                source=said["source"],
                actor=request.staff.actor(),
                now=now(),
            )
        except services.ParametersRefused as refused:
            page.faults = refused.faults
        except Refused as refused:
            if refused.code not in ABOUT_THE_DAY:
                raise
            page.refuse(refused)
        else:
            return _to(adoption_id, "planned")
    title = _("Change what is planned: {service}", service=row.title)
    context = {"title": title, "save": _("Save settings"), "is_new": False, "state": row.state}
    context |= {"dated": said, "planned": True}
    return page.render(context | {"back": reverse("catalog:adoption", kwargs={"adoption_id": adoption_id})})


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def correct(request: Any, adoption_id: UUID, dated_id: UUID) -> HttpResponse:
    """Put right what was mistaken when its day began, after reading how many cases were decided with it."""
    row = queries.adoption(request.authority.id, adoption_id)
    stands = queries.begun_row(request.authority.id, row.id, dated_id)
    _version, content = queries.version_for(row.version_id)
    page = SettingsPage(request, content, {**row.parameters, **stands.given}, only=stands.given.keys())
    said: dict[str, Any] = {"source": stands.source, "reason": ""}
    if request.method == "POST":
        posted = request.POST
        said = {
            "source": typed(request)["source"],
            "reason": posted.get("reason", "").strip()[: services.LONGEST_REASON],
        }
    if page.is_save:
        try:
            services.correct_values(
                authority_id=request.authority.id,
                adoption_id=adoption_id,
                dated_id=dated_id,
                parameters=page.values,
                actor=request.staff.actor(),
                now=now(),
                **said,
            )
        except services.ParametersRefused as refused:
            page.faults = refused.faults
        except Refused as refused:
            if refused.code not in ("reason_missing", "nothing_differs"):
                raise
            page.refuse(refused)
        else:
            return _to(adoption_id, "corrected")
    said |= {"since": stands.since, "used": ports.used(request.authority.id, row.id, dated_id)}
    context = {"title": _("Correct: {service}", service=row.title), "save": _("Save the correction"), "is_new": False}
    context |= {
        "correcting": said,
        "state": "",
        "back": reverse("catalog:adoption", kwargs={"adoption_id": adoption_id}),
    }
    return page.render(context)


def _to(adoption_id: UUID, done: str) -> HttpResponse:
    address = reverse("catalog:adoption", kwargs={"adoption_id": adoption_id})
    return HttpResponseRedirect(f"{address}?{urlencode({'done': done})}")


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
    return _to(adoption_id, "undone")
