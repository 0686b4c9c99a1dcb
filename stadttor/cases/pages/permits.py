"""Permits at the desk: found by number, plate or name, returned, revoked; and the page of the wardens."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from stadttor.cases import ports
from stadttor.cases.pages import labels, told
from stadttor.cases.pages.proving import package_asks
from stadttor.cases.panels import permit_badge, tag_badge
from stadttor.cases.queries import CaseView, case_for
from stadttor.cases.queries.permits import PermitView, permit_of, permits_for
from stadttor.cases.queries.tags import tags_for
from stadttor.cases.rules.permits import ENDINGS
from stadttor.cases.services.permitting import check_plate, end_permit
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import speaking
from stadttor.ground.web.render import render
from stadttor.ground.work import work
from stadttor.identity.guards import prove_first_where, require_casework, require_role

LONGEST = 100


@require_http_methods(["GET", "POST"])
@require_role("clerk")
def permits(request: Any) -> HttpResponse:
    """Those that end soon, or what was looked for. What is typed names people, so it comes by POST and stays out of addresses."""
    words = request.POST.get("q", "")[:LONGEST].replace("\0", "")
    with speaking(request.language):
        found = permits_for(request.staff, words, now())
        context = {
            "words": words,
            "rows": [
                {"permit": one, "badge": permit_badge(one, german_day(now())), "person": labels.protected_person()}
                for one in found
            ],
            "tags": [
                {"tag": one, "badge": tag_badge(one, german_day(now())), "person": labels.protected_person()}
                for one in tags_for(request.staff, words, now())
            ],
        }
    return render(request, "cases/permits.html", context)


@require_http_methods(["GET", "POST"])
@require_casework
@prove_first_where(package_asks)
def end(request: Any, case_id: UUID, ending: str) -> HttpResponse:
    """Note that it was given back, or revoke it: from which day on, and why."""
    found = case_for(request.staff, case_id, now())
    permit = permit_of(request.authority.id, case_id)
    if permit is None or ending not in ENDINGS:
        raise not_found()
    if request.method == "GET":
        return _end_page(request, found, permit, ending, None)
    try:
        end_permit(
            staff=request.staff,
            case_id=case_id,
            act=ending,
            reason=request.POST.get("reason", ""),
            ended_from=_day(request),
            channel=request.POST.get("channel", ""),
            channel_reason=request.POST.get("channel_reason", ""),
            now=now(),
        )
    except Refused as error:
        if error.field is None:
            raise
        return _end_page(request, found, permit, ending, error)
    return told.redirect(url("cases:case", case_id=case_id), f"permit_{ending}")


def _day(request: Any) -> date:
    parts = _typed(request)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="ended_from") from None


def _typed(request: Any) -> dict[str, str]:
    return {part: request.POST.get(f"ended_from.{part}", "") for part in ("day", "month", "year")}


def _end_page(request: Any, found: CaseView, permit: PermitView, ending: str, error: Refused | None) -> HttpResponse:
    today = german_day(now())
    with speaking(request.language):
        ways = _ways(request, found, today) if ending == "revoked" else None
        context = {
            "permit": permit,
            "number": found.number,
            "ending": ending,
            "reason": request.POST.get("reason", ""),
            "ended_from": _typed(request) if request.method == "POST" else (ways["day"] if ways else today).isoformat(),
            "ways": ways,
            "error": {"field": error.field, "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/end_permit.html", context, status=error.status if error else 200)


def _ways(request: Any, found: CaseView, today: date) -> dict[str, Any] | None:
    """The lawful ways of the Bescheid with the day from which each lets it count, the rule's chosen; its day is proposed."""
    with work(request.authority.id):
        lawful = ports.ways_of(found.ref)
        known = {one.key: ports.known_from(found.ref, one.key, today) for one in lawful.ways} if lawful else {}
    if lawful is None:
        return None
    proposed = known.get(lawful.proposed)
    return {
        "options": [
            {"value": one.key, "label": one.label, "hint": says.because if (says := known[one.key]) else one.help}
            for one in lawful.ways
        ],
        "chosen": request.POST.get("channel", "") or lawful.proposed,
        "because": lawful.because,
        "reason": request.POST.get("channel_reason", ""),
        "day": proposed.day if proposed else today,
        "why": proposed.because if proposed else "",
    }


@require_http_methods(["GET", "POST"])
@require_role("warden")
def check(request: Any) -> HttpResponse:
    """Valid or not, for a plate. Nothing else is said, and each question is noted."""
    plate = request.POST.get("plate", "")[:LONGEST].replace("\0", "").strip()
    answer, error = None, None
    if request.method == "POST":
        try:
            answer = check_plate(staff=request.staff, plate=plate, now=now())
        except Refused as refused:
            error = refused
    with speaking(request.language):
        context = {
            "plate": plate,
            "asked": answer is not None,
            "valid": answer,
            "error": {"field": "plate", "text": labels.said(error)} if error else None,
        }
    return render(request, "cases/check.html", context, status=error.status if error else 200)
