"""A steering body plans a roll-out: says what for whom, tries it out, looks whom it reaches and why not, and plans it."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.catalog.queries import version_for
from stadttor.catalog.settings_page import SettingsPage
from stadttor.core.ars import LAENDER
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.language import _, ngettext
from stadttor.ground.web.render import render
from stadttor.identity.guards import prove_first, require_role
from stadttor.rollout import queries, services
from stadttor.rollout.cockpit.lists import LEFT_WORDS, kreis_name, land_options
from stadttor.rollout.cockpit.pages import PAGE
from stadttor.rollout.cockpit.planning_form import KINDS, fields, group_text, kept, place_of, plan_in, posted_of
from stadttor.rollout.queries import DraftRow, SteeringRow
from stadttor.rollout.rules.drafts import group_keys, keys_in, worth_keeping
from stadttor.rollout.rules.groups import values_at


def planned_leads_on(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a draft that was planned leads to the roll-out: after a second click, in a second tab, on the way back."""

    @wraps(page)
    def answer(request: Any, plan_id: UUID) -> HttpResponse:
        try:
            return page(request, plan_id)
        except Refused as refused:
            row = queries.planned_from(_acting(request), plan_id) if refused.status == 404 else None
            if row is None:
                raise
            return HttpResponseRedirect(f"{url('cockpit:rollout', rollout=row.number)}?planned=before")

    return answer


@require_http_methods(["GET", "POST"])
@require_role("steering")
def new(request: Any) -> HttpResponse:
    """What shall be rolled out, and for whom."""
    body, error = _acting(request), None
    if request.method == "POST":
        try:
            wanted = plan_in(request.POST, body, {}, german_day(now()))
            plan_id = services.start_draft(body=body, wanted=wanted, actor=request.staff.actor(), now=now())
            return HttpResponseRedirect(_at(plan_id))
        except Refused as refused:
            error = refused
    chosen = kept(request.POST) if error else {"version": request.GET.get("version", "")[:200], "kind": "adopt"}
    return _form(request, body, chosen, error, [_trail()[0], {"label": _("Plan a roll-out")}], 1)


@require_http_methods(["GET", "POST"])
@require_role("steering")
@planned_leads_on
def change(request: Any, plan_id: UUID) -> HttpResponse:
    """The same of one that is prepared; its values stay."""
    body, error = _acting(request), None
    row = queries.draft(body.authority_id, plan_id)
    if request.method == "POST":
        try:
            services.change_draft(
                body=body, draft_id=plan_id, seen=_seen(request), actor=request.staff.actor(), now=now(),
                wanted=plan_in(request.POST, body, row.given, german_day(now())),
            )  # fmt: skip
            return HttpResponseRedirect(_at(plan_id))
        except Refused as refused:
            if refused.status == 409:
                raise
            error = refused
    version, _content = version_for(row.version_id)
    chosen = kept(request.POST) if error else posted_of(row, body, f"{version.package} {version.version}")
    return _form(request, body, chosen, error, [*_trail(row), {"label": _("Change")}], _shown(request, row))


def _form(
    request: Any,
    body: SteeringRow,
    chosen: Mapping[str, Any],
    error: Refused | None,
    trail: list[dict[str, str]],
    seen: int,
) -> HttpResponse:
    shown = {"field": place_of(error), "text": _(error.text, **error.values)} if error else None
    context = {
        "groups": fields(body, chosen, error),
        "error": shown,
        "trail": trail,
        "seen": seen,
        "back": trail[-2]["href"],
    }
    return render(request, "rollout/cockpit/plan_form.html", context, status=error.status if error else 200)


@require_safe
@require_role("steering")
@planned_leads_on
def one(request: Any, plan_id: UUID) -> HttpResponse:
    """What it is, its values by place, and what trying it out found."""
    body = _acting(request)
    row = queries.draft(body.authority_id, plan_id)
    version, content = version_for(row.version_id)
    titles = queries.settings_titles(row.version_id)
    number = request.GET.get("page", "1")
    rows = _found_rows(row, titles)
    page = page_of(
        len(rows), int(number) if number.isdecimal() and len(number) < 6 else 1, size=PAGE, path=request.path, query={}
    )
    context = {
        "row": row,
        "title": _("{service}, version {version}", service=version.title, version=version.version),
        "kind": _("Urgent upgrade") if row.urgent else _(KINDS[row.kind]),
        "group": group_text(row.group),
        "trail": _trail(row),
        "given": [
            {
                "label": kreis_name(key) if key else _("For all"),
                "value": ", ".join(titles.get(name, name) for name in values),
                "change_url": _values_at(row, key),
                "change_label": kreis_name(key) if key else _("For all"),
            }
            for key, values in sorted(row.given.items())
        ],
        "has_settings": bool(content.parameters.parameters),
        "lands": [
            {"value": "", "label": _("For all")},
            *filter(lambda one: body.sees(one["value"]), land_options(body)[1:]),
        ],
        "counts": _counts(row),
        "columns": [{"key": key, "label": label} for key, label in _labels().items()],
        "rows": [{"cells": cells} for cells in rows[(page.number - 1) * PAGE : page.number * PAGE]],
        "page": page,
        "refused": _refusal(row),
        "addresses": {
            name: url(f"cockpit:plan_{name}", plan_id=row.id) for name in ("change", "values", "try", "keep", "delete")
        },
    }
    return render(request, "rollout/cockpit/plan.html", context)


def _refusal(row: DraftRow) -> str:
    """Why it cannot be planned as it stands, when trying it out found that."""
    text, values = row.found.get("refused", ("", {}))
    return _(text, **values) if text else ""


def _labels() -> dict[str, str]:
    return {"name": _("Authority"), "kreis": _("Kreis"), "why": _("Why")}


def _counts(row: DraftRow) -> list[dict[str, Any]]:
    """What trying it out found, in numbers."""
    if not row.is_tried or "refused" in row.found:
        return []
    found = row.found
    left = Counter(code for _name, _kreis, code, _faults in found["left"])
    pairs = [
        (_("Authorities of the group"), found["reached"]),
        (_("Municipalities and areas they serve"), found["keys"]),
        (_("Would get it"), found["reached"] - len(found["left"])),
        (_("Of these with required settings to be set"), len(found["unset"])),
        *((_(LEFT_WORDS[code]), count) for code, count in left.items()),
        (_("Where it does not apply"), found["apart"]),
        (_("Places whose authority is not here"), found["nobody"]),
    ]
    always = 4
    return [{"label": label, "value": count} for place, (label, count) in enumerate(pairs) if count or place < always]


def _found_rows(row: DraftRow, titles: Mapping[str, str]) -> list[dict[str, str]]:
    """Each authority that would be left as it is, or lacks required settings, and why."""
    if not row.is_tried or "refused" in row.found:
        return []
    left = [
        (name, kreis, ": ".join(filter(None, [_(LEFT_WORDS[code]), ", ".join(queries.settings_named(faults, titles))])))
        for name, kreis, code, faults in row.found["left"]
    ]
    unset = [
        (name, kreis, _("To be set: {names}", names=", ".join(titles.get(one, one) for one in names)))
        for name, kreis, names in row.found["unset"]
    ]
    return [{"name": name, "kreis": kreis_name(kreis), "why": why} for name, kreis, why in (*left, *unset)]


@require_http_methods(["GET", "POST"])
@require_role("steering")
@planned_leads_on
def values(request: Any, plan_id: UUID) -> HttpResponse:
    """The settings for all, or for a Land, a Kreis or a place, over those of the wider ones."""
    body = _acting(request)
    row = queries.draft(body.authority_id, plan_id)
    key = _place(request, body)
    _version, content = version_for(row.version_id)
    wider = {name: one for name, one in row.given.items() if name != key}
    inherited = content.parameters.merged(values_at(wider, key))
    own = row.given.get(key, {})
    page = SettingsPage(request, content, content.parameters.merged({**inherited, **own}))
    save = request.method == "POST" and (page.is_save or "drop" in request.POST)
    if save:
        given = {} if "drop" in request.POST else worth_keeping(
            page.values, inherited, whole="whole" in request.POST, known=own
        )  # fmt: skip
        faults = [one for one in content.check_parameters({**inherited, **given}) if one.code != "required"]
        if faults:
            page.faults = faults
        else:
            services.give_values(body=body, draft_id=plan_id, seen=_seen(request), key=key, values=given, now=now())
            return HttpResponseRedirect(_at(plan_id))
    place = kreis_name(key) if key else _("For all")
    return page.render(
        {
            "title": _("Settings: {service}, {member}", service=_title(row), member=place),
            "save": _("Save settings"),
            "is_new": False,
            "state": "",
            "back": _at(plan_id),
            "trail": [*_trail(row), {"label": place}],
            "hidden": {"seen": _shown(request, row)},
            "whole": request.POST.getlist("whole"),
            "drop": _("Take these settings away") if own else "",
        }
    )


def _place(request: Any, body: SteeringRow) -> str:
    """The place asked for: one key in `keys`, else the Land chosen, else all. Refused beyond the body's bounds."""
    named = keys_in(request.GET.get("keys", "")[:40])
    land = request.GET.get("in", "")
    key = named[0] if named else land if land in LAENDER else ""
    if key:
        group_keys((key,), body.keys)
    return key


@require_POST
@require_role("steering")
@planned_leads_on
def try_out(request: Any, plan_id: UUID) -> HttpResponse:
    """A job does all of it and keeps nothing."""
    services.ask_to_try(body=_acting(request), draft_id=plan_id)
    return HttpResponseRedirect(_at(plan_id))


@require_http_methods(["GET", "POST"])
@require_role("steering")
@prove_first
@planned_leads_on
def keep(request: Any, plan_id: UUID) -> HttpResponse:
    """Asks first, with what will happen to whom; then it is planned."""
    body = _acting(request)
    row = queries.draft(body.authority_id, plan_id)
    if request.method == "POST":
        number = services.plan_draft(
            body=body, draft_id=plan_id, seen=_seen(request), actor=request.staff.actor(), now=now()
        )
        return HttpResponseRedirect(url("cockpit:rollout", rollout=number))
    if not row.may_be_planned:
        return HttpResponseRedirect(_at(plan_id))
    reached = row.found["reached"] - len(row.found["left"])
    effects = [
        ngettext("This concerns one authority.", "This concerns {count} authorities.", reached),
        _(
            "Their organisers are told by mail. It begins by itself on its effective date; until then they may object or defer."
        )
        if row.kind == "upgrade"
        else _("Nothing begins before you let it run on the next page."),
    ]
    return _ask(request, row, _("Plan it"), effects, "info")


@require_http_methods(["GET", "POST"])
@require_role("steering")
@planned_leads_on
def delete(request: Any, plan_id: UUID) -> HttpResponse:
    """Asks first; then it is gone. No authority was touched by it."""
    body = _acting(request)
    row = queries.draft(body.authority_id, plan_id)
    if request.method == "POST":
        services.throw_away(body=body, draft_id=plan_id, actor=request.staff.actor(), now=now())
        return HttpResponseRedirect(url("cockpit:rollouts"))
    return _ask(
        request, row, _("Throw it away"), [_("Nothing was changed at any authority by preparing it.")], "danger"
    )


def _ask(request: Any, row: DraftRow, title: str, effects: list[str], kind: str) -> HttpResponse:
    context = {
        "title": title, "service": _title(row), "effects": effects, "kind": kind, "yes": title, "action": request.path,
        "back": _at(row.id), "hidden": {"seen": row.change}, "trail": [*_trail(row), {"label": title}],
    }  # fmt: skip
    return render(request, "rollout/cockpit/act.html", context)


def prepared(body: SteeringRow) -> list[dict[str, str]]:
    """What a body prepares, for the list of roll-outs."""
    return [
        {"label": f"{_title(row)}: {group_text(row.group)}", "href": _at(row.id)}
        for row in queries.drafts(body.authority_id)
    ]


def _acting(request: Any) -> SteeringRow:
    """Raises Refused (404) for a body that only looks on."""
    body = queries.steering_at(request.authority.id)
    if not body.acts:
        raise not_found()
    return body


def _title(row: DraftRow) -> str:
    version, _content = version_for(row.version_id)
    return _("{service}, version {version}", service=version.title, version=version.version)


def _at(plan_id: UUID) -> str:
    return url("cockpit:plan", plan_id=plan_id)


def _values_at(row: DraftRow, key: str) -> str:
    address = url("cockpit:plan_values", plan_id=row.id)
    return f"{address}?keys={key}" if key else address


def _seen(request: Any) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _shown(request: Any, row: DraftRow) -> int:
    """The change that a form shows: shown again it is still the one its writer saw, whatever a colleague saved meanwhile."""
    return _seen(request) if request.method == "POST" else row.change


def _trail(row: DraftRow | None = None) -> list[dict[str, str]]:
    listed = {"label": _("Roll-outs"), "href": url("cockpit:rollouts")}
    return [listed, {"label": _title(row), "href": _at(row.id)}] if row else [listed]
