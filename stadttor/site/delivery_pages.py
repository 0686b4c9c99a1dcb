"""The lawful delivery of a decision on the case page: what stands, and how it goes on (handed over, came back, again)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from stadttor.cases.panels import PanelView, back_to_case
from stadttor.cases.ports import CaseRef
from stadttor.cases.queries import CaseView
from stadttor.cases.services import look_at
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_casework
from stadttor.identity.queries import Staff
from stadttor.notices.queries import DeliveryRow, deliveries_of
from stadttor.site import delivering

STATES = {
    "waiting": (N_("Waits for the print run"), "info", "mail"),
    "printed": (N_("In a print run"), "info", "draft"),
    "posted": (N_("Posted"), "success", "check"),
    "returned": (N_("Letter came back"), "danger", "warning"),
    "to_hand": (N_("To be handed over"), "info", "account-circle"),
    "handed": (N_("Handed over"), "success", "check"),
    "provided": (N_("Lies in the account"), "info", "mail"),
    "opened": (N_("Opened in the account"), "success", "check"),
    "unopened": (N_("Not opened in time"), "warning", "warning"),
    "withheld": (N_("Not sent any more: the case was opened again or withdrawn"), "info", "autorenew"),
    "replaced": (N_("Delivered another way"), "info", "autorenew"),
}
EVENTS = {
    "posted": N_("posted on {day}"),
    "opened": N_("opened on {day}"),
    "handed": N_("handed over on {day}"),
    "received": N_("arrived on {day}"),
}
PROOFS = {
    "advice": N_("The post's advice of receipt"),
    "confirmation": N_("The person confirmed that it arrived"),
    "answer": N_("The person answered it"),
}
WHY = {
    "post": N_("by rule: there is an address, and no consent to electronic delivery"),
    "account": N_("by rule: the person agreed to electronic delivery"),
    "no_address": N_("by rule: the application names no postal address"),
    "no_post": N_("by rule: this town sends no letters from here"),
    "chosen": N_("chosen by a colleague"),
    "unopened": N_("it was not opened in the account in time"),
    "no_email": N_("no decision, and the application names no e-mail address"),
}
REMEDIES = {
    "objection": N_("objection (Widerspruch)"),
    "tax_objection": N_("objection under tax law (Einspruch)"),
    "action": N_("action before the court (Klage)"),
    "choice": N_("objection or action before the court (Widerspruch or Klage)"),
}
ACTS = {
    "hand": ("to_hand",),
    "returned": ("posted",),
    "again": ("waiting", "to_hand", "provided", "returned"),
    "arrived": ("posted",),
}
"""What can be done, and in which states of the newest delivery."""
TYPED = ("reason", "channel", "name", "lines", "country", "proof", "day.day", "day.month", "day.year")


class LawPanel:
    """The way of each decision: channel and why, since when it is known, until when the remedy is open, by which law."""

    key = "1-delivery"

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        found = deliveries_of(case.authority_id, case.case_id)
        if not found:
            return None
        context = {
            "case_id": case.case_id,
            "ways": [said(one) for one in found],
            "acts": [act for act in ACTS if _may(act, found[0])],
        }
        title = _("Delivery of the decision") if found[0].area else _("Letter by post")
        return PanelView(title, "site/panel_law.html", context, badge(found[0]))


def _may(act: str, one: DeliveryRow) -> bool:
    return one.state in ACTS[act] and (act != "arrived" or one.waits_for_proof)


def badge(one: DeliveryRow) -> dict[str, str]:
    """What a list or the head of a case says of it."""
    label, kind, icon = STATES[one.state]
    return {"label": _(label), "kind": kind, "icon": icon}


def said(one: DeliveryRow) -> dict[str, Any]:
    """A delivery in words, in the current language."""
    because, kind = _(WHY[one.why]), one.rule.get("remedy", "")
    return {
        "row": one,
        "state": badge(one),
        "channel": _(delivering.LABELS[one.channel]),
        "because": f"{because}: {one.reason}" if one.reason else because,
        "counted": _counted(one) if one.known_on else "",
        "remedy": _(REMEDIES[kind]) if kind else "",
        "unsure": bool(one.rule) and not (one.rule["checked"] and one.rule["remedy_checked"]),
    }


def _counted(one: DeliveryRow) -> str:
    """Why it counts as known on that day: the event, the days of the law."""
    kind, days = one.rule["event"], one.rule["days"]
    on = date.fromisoformat(one.rule["arrived"]) if "arrived" in one.rule else one.event_on
    event = _(EVENTS[kind], day=day(on))
    if one.rule.get("months"):
        return _("{event}, and a month later, on a working day: it went to another country.", event=event)
    if not days:
        return f"{event}."
    if one.rule["rolls"]:
        return _("{event}, and {days} days later, on a working day.", event=event, days=days)
    return _("{event}, and {days} days later.", event=event, days=days)


@require_http_methods(["GET", "POST"])
@require_casework
def settle_delivery(request: Any, case_id: UUID, delivery_act: str) -> HttpResponse:
    """Note that it was handed over or came back, or send it another way; asks before."""
    act, found = delivery_act, look_at(staff=request.staff, case_id=case_id, now=now())
    newest = next(iter(deliveries_of(request.authority.id, case_id)), None)
    if newest is None:
        raise not_found()
    if request.method == "GET":
        if not _may(act, newest):
            raise not_found()
        return _page(request, act, found, newest, None)
    try:
        delivering.settle(
            act,
            staff=request.staff,
            case=found.ref,
            delivery_id=request.POST.get("delivery", ""),
            typed={name: request.POST.get(name, "") for name in TYPED},
        )
    except Refused as error:
        if error.field is None:
            raise
        return _page(request, act, found, newest, error)
    return back_to_case(case_id, f"delivery_{act}")


def _page(request: Any, act: str, found: CaseView, newest: DeliveryRow, error: Refused | None) -> HttpResponse:
    posted = request.POST
    with speaking(request.language):
        context = {
            "case": found,
            "act": act,
            "delivery": newest,
            "today": german_day(now()),
            "ways": delivering.other_ways(found.ref),
            "proofs": [{"value": key, "label": _(label)} for key, label in PROOFS.items()],
            "day": {part: posted.get(f"day.{part}", "") for part in ("day", "month", "year")},
            "typed": {
                "reason": posted.get("reason", ""),
                "channel": posted.get("channel", ""),
                "name": posted.get("name", newest.name),
                # The country comes from its own field, the last line of an address abroad from that.
                "lines": posted.get("lines", "\n".join(newest.lines[: -1 if newest.country else None])),
                "country": posted.get("country", newest.country or "DE"),
                "proof": posted.get("proof", ""),
            },
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "site/delivery.html", context, status=error.status if error else 200)
