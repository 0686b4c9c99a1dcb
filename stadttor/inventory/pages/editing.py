"""One process: added, changed, deleted; and the services of the catalogue taken over."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.core.periods import months_later
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import number as written
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.queries.summed import received_at
from stadttor.inventory import queries, services
from stadttor.inventory.pages.wording import DEMAND_WORDS, break_options
from stadttor.inventory.queries import ProcessRow
from stadttor.inventory.rules.stock import BREAKS, LONGEST_LAW, MOST_STEPS, Process, Step, step_must_be_sound

NEW_STEPS = 3


@require_POST
@require_role("organiser")
def take_over(request: Any) -> HttpResponse:
    """Every service of the catalogue that is not in the stock yet."""
    services.take_over(authority_id=request.authority.id, actor=request.staff.actor(), now=now())
    return HttpResponseRedirect(url("inventory:overview") + "?done=taken", status=303)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def new(request: Any) -> HttpResponse:
    """Add one."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def one(request: Any, process_id: UUID) -> HttpResponse:
    """Change one."""
    return _page(request, queries.process(request.authority.id, process_id))


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def delete(request: Any, process_id: UUID) -> HttpResponse:
    """Asks first."""
    row = queries.process(request.authority.id, process_id)
    if request.method == "POST":
        services.delete_process(
            authority_id=request.authority.id, process_id=process_id, actor=request.staff.actor(), now=now()
        )
        return HttpResponseRedirect(url("inventory:overview") + "?done=deleted", status=303)
    return render(request, "inventory/delete.html", {"row": row, "back": url("inventory:process", process_id=row.id)})


@require_POST
@require_role("organiser")
def take_volume(request: Any, process_id: UUID) -> HttpResponse:
    """The number of cases a year becomes what the key figures counted of the service."""
    row = queries.process(request.authority.id, process_id)
    counted = _counted(request, row)
    if counted is None:
        raise Refused(
            "volume_too_few", "There are too few applications to count yet. Please enter the number yourself."
        )
    services.save_process(
        authority_id=request.authority.id, process_id=process_id,
        seen=_whole(request.POST.get("version", ""), "version") or 0,
        process=replace(row.is_of, volume=counted["n"]), actor=request.staff.actor(), now=now(),
    )  # fmt: skip
    return HttpResponseRedirect(url("inventory:process", process_id=process_id), status=303)


def _counted(request: Any, row: ProcessRow) -> dict[str, Any] | None:
    """What came in for a service of the catalogue in twelve months, and which these are; none below five."""
    today = german_day(now())
    n = received_at(request.authority.id, row.is_of.service, today) if row.is_of.service else 0
    if not n:
        return None
    first = months_later(today.replace(day=1), -11)
    return {"n": n, "count": written(n), "first": f"{first:%m/%Y}", "last": f"{today:%m/%Y}"}


def _page(request: Any, row: ProcessRow | None) -> HttpResponse:
    error = None
    if request.method == "POST":
        try:
            services.save_process(
                authority_id=request.authority.id,
                process_id=row.id if row else None,
                seen=_whole(request.POST.get("version", ""), "name") or 0,
                process=_typed(request),
                actor=request.staff.actor(),
                now=now(),
            )
            return HttpResponseRedirect(url("inventory:overview") + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        "row": row,
        "counted": _counted(request, row) if row else None,
        "version": request.POST.get("version", "") if error else row.version if row else 0,
        "values": request.POST if error else _values(row),
        "steps": _posted_steps(request) if error else _kept_steps(row),
        "break_options": break_options(),
        "demands": [{"value": str(one), "label": _(label)} for one, label in DEMAND_WORDS.items()],
        "longest_law": LONGEST_LAW,
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "inventory/process.html", context, status=error.status if error else 200)


def _values(row: ProcessRow | None) -> dict[str, str]:
    if row is None:
        return {"demand": "0"}
    one = row.is_of
    volume = "" if one.volume is None else str(one.volume)
    return {"name": one.name, "volume": volume, "demand": str(one.demand), "systems": one.systems, "law": one.law}


def _kept_steps(row: ProcessRow | None) -> list[dict[str, Any]]:
    kept = row.is_of.steps if row else ()
    known: list[dict[str, Any]] = [
        {"name": one.name, "minutes": str(one.minutes), "breaks": list(one.breaks)} for one in kept
    ]
    return _numbered(known + [{"name": "", "minutes": "", "breaks": []}] * min(NEW_STEPS, MOST_STEPS - len(known)))


def _numbered(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "place": str(number + 1)} for number, one in enumerate(steps)]


# What was typed


def _typed(request: Any) -> Process:
    """Steps in the order of their places; one without a word in it is left out."""
    posted = request.POST
    steps: list[tuple[int, int, Step]] = []
    for number, one in enumerate(_posted_steps(request)):
        if one["name"] or one["minutes"] or one["breaks"]:
            minutes = _whole(one["minutes"], f"step.{number}.minutes") or 0
            step = Step(one["name"], minutes, tuple(one["breaks"]))
            # Here as well: below they stand in another order, and an error names the row on the page.
            step_must_be_sound(step, number)
            steps.append((_whole(one["place"], f"step.{number}.place") or 0, number, step))
    return Process(
        name=line_in(posted.get("name", "")),
        volume=_whole(posted.get("volume", ""), "volume"),
        demand=_whole(posted.get("demand", ""), "demand") or 0,
        systems=line_in(posted.get("systems", "")),
        law=line_in(posted.get("law", "")),
        steps=tuple(step for _place, _number, step in sorted(steps, key=lambda found: found[:2])),
    )


def _posted_steps(request: Any) -> list[dict[str, Any]]:
    posted = request.POST
    return [
        {
            "name": line_in(posted.get(f"step.{number}.name", "")),
            "minutes": posted.get(f"step.{number}.minutes", "").strip(),
            "place": posted.get(f"step.{number}.place", "").strip(),
            "breaks": [kind for kind in BREAKS if kind in posted.getlist(f"step.{number}.breaks")],
        }
        for number in range(MOST_STEPS)
        if f"step.{number}.name" in posted
    ]


def line_in(text: str) -> str:
    """A line as it was typed, without what no line has."""
    return " ".join(text.replace("\0", "").split())


def _whole(text: str, field: str) -> int | None:
    """A whole number, none for an empty field. Refused for anything else."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise Refused("number_missing", "Please enter a whole number.", field=field)
    return int(text)
