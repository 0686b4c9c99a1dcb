"""Roll-outs as a steering body sees them: how far each is, and the few words it may say to one."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog.queries import package_content
from stadttor.core.refused import not_found
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _, ngettext
from stadttor.ground.web.render import render
from stadttor.identity.guards import prove_first, require_role
from stadttor.rollout import queries, services
from stadttor.rollout.cockpit.left_pages import seen, why_text
from stadttor.rollout.cockpit.lists import LEFT_WORDS, address_of, column, ordered
from stadttor.rollout.cockpit.pages import asked_for, files_of
from stadttor.rollout.cockpit.planning_pages import prepared
from stadttor.rollout.queries import Progress, RolloutRow, SteeringRow
from stadttor.rollout.rules.states import WORDS, must_fit
from stadttor.rollout.wording import risen_texts

MOST = 10
ROLLOUTS_ASKED = ("state", "kind", "q", "sort")
KINDS = {"adopt": N_("First adoption"), "upgrade": N_("Upgrade")}
STATES = {
    "planned": N_("Planned"),
    "running": N_("Running"),
    "paused": N_("Paused"),
    "stopped": N_("Stopped"),
    "watched": N_("First wave is watched"),
    "done": N_("Done"),
    "taking_back": N_("Is being taken back"),
    "taken_back": N_("Was taken back"),
    "given_up": N_("Given up"),
}
SORTED: dict[str, Callable[[RolloutRow], Any]] = {
    "number": lambda row: row.number,
    "service": lambda row: _title(row),
    "kind": lambda row: row.kind,
    "state": lambda row: list(STATES).index(row.state),
}
BUTTONS = {
    "pause": N_("Pause"),
    "go-on": N_("Run or go on"),
    "next-wave": N_("Begin the next wave"),
    "take-back": N_("Take everything back"),
    "give-up": N_("Give up this plan"),
    "try-again": N_("Try again"),
}
EFFECTS = {
    "pause": N_("The batch that runs now is finished. Nothing more happens after it until somebody lets it go on."),
    "go-on": N_("Authorities that wait get the version, one hundred at a time. Each has it wholly or not at all."),
    "next-wave": N_("All authorities beyond the first wave get the version, one hundred at a time."),
    "try-again": N_(
        "Those left out for a reason that may be gone get another turn: settings that did not fit, a deferral that is over."
    ),
    "give-up": N_("Nothing of this plan is done, now or later. Authorities that were told of it are told this too."),
    "take-back": N_(
        "Each authority gets back the version and the settings it had. Open cases go on with what they began with."
    ),
}


@require_safe
@require_role("steering")
def listed(request: Any) -> HttpResponse:
    """Those that concern this body, the newest first."""
    body, asked = queries.steering_at(request.authority.id), asked_for(request, *ROLLOUTS_ASKED)
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    order, every = asked["sort"] or "-number", {"value": "", "label": _("All")}
    context = {
        "columns": [
            column(key, label, address, order, numeric=key == "number")
            if key in SORTED
            else {"key": key, "label": label}
            for key, label in labels().items()
        ],
        "rows": [
            {"cells": listed_cells(row), "href": url("cockpit:rollout", rollout=row.number)}
            for row in chosen(body, asked)
        ],
        "asked": asked,
        "states": [every, *({"value": state, "label": _(word)} for state, word in STATES.items())],
        "kinds": [every, *({"value": kind, "label": _(word)} for kind, word in KINDS.items())],
        "files": files_of("rollouts", asked),
        "may_plan": body.acts,
        "prepared": prepared(body) if body.acts else [],
    }
    return render(request, "rollout/cockpit/rollouts.html", context)


def chosen(body: SteeringRow, asked: Mapping[str, str]) -> list[RolloutRow]:
    """The roll-outs asked for, in the order asked for."""
    words = asked["q"].casefold()
    kept = [
        row
        for row in queries.rollouts_seen(body)
        if words in _title(row).casefold() and asked["state"] in ("", row.state) and asked["kind"] in ("", row.kind)
    ]
    return ordered(kept, asked["sort"] or "-number", SORTED, "number")


def labels() -> dict[str, str]:
    return {
        "number": _("Roll-out"), "service": _("Service"), "kind": _("Kind"), "state": _("State"), "done": _("Done"),
    }  # fmt: skip


def listed_cells(row: RolloutRow) -> dict[str, str]:
    """A roll-out's row, in words."""
    found = queries.progress(row.id)
    is_worse = row.state == "done" and row.why_stopped
    return {
        "number": str(row.number),
        "service": _("{service}, version {version}", service=_title(row), version=row.version),
        "kind": _("Urgent upgrade") if row.urgent else _(KINDS[row.kind]),
        "state": _("Done, fares worse than before") if is_worse else _(STATES[row.state]),
        "done": f"{_done(row, found)} / {found.total}",
    }


@require_safe
@require_role("steering")
def one(request: Any, rollout: int) -> HttpResponse:
    """How far it is, who was left out and why, and what this body may do with it."""
    body = queries.steering_at(request.authority.id)
    row = queries.rollout_seen(body, rollout)
    found = queries.progress(row.id)
    may = body.may_act_on(row)
    context = {
        "row": row,
        "title": _("{service}, version {version}", service=_title(row), version=row.version),
        "kind": _(KINDS[row.kind]),
        "state": _(STATES[row.state]),
        "done": _done(row, found),
        "total": found.total,
        "left_out": [{"label": _(LEFT_WORDS[code]), "value": count} for code, count in found.left_out.items()],
        "objections": _objections(body, row),
        "words": [
            {"word": word, "label": _(BUTTONS[word]), "href": url("cockpit:act", rollout=rollout, word=word)}
            for word, states in WORDS.items()
            if may and row.state in states and (word != "try-again" or _meant(row, word))
        ],
        "worse": risen_texts(row.why_stopped) if row.why_stopped else [],
        "may": may,
        "moves": row.state in ("running", "taking_back"),
        "was_planned": request.GET.get("planned") == "before",
    }
    return render(request, "rollout/cockpit/rollout.html", context)


def _objections(body: SteeringRow, row: RolloutRow) -> list[dict[str, str]]:
    """What authorities said against it, the first few; the list has all."""
    titles = queries.settings_titles(row.version_id)
    found = [one for one in seen(body, row) if one.code in ("objected", "deferred")]
    return [
        {"label": one.name, "value": ". ".join(filter(None, [why_text(one, titles), one.reason]))}
        for one in found[:MOST]
    ]


@require_http_methods(["GET", "POST"])
@require_role("steering")
@prove_first
def act(request: Any, rollout: int, word: str) -> HttpResponse:
    """Asks first, with what will happen to whom; then does it."""
    body = queries.steering_at(request.authority.id)
    row = queries.rollout_seen(body, rollout)
    if word not in WORDS or not body.may_act_on(row):
        raise not_found()
    if request.method == "POST":
        services.steer(
            body=body, number=rollout, word=word, actor=request.staff.actor(), now=now(),
            unjudged=request.POST.get("unjudged") == "yes",
        )  # fmt: skip
        return HttpResponseRedirect(url("cockpit:rollout", rollout=rollout))
    must_fit(row.state, word)
    few = _too_few(row) if word == "next-wave" else ""
    context = {
        "number": rollout,
        "title": _(BUTTONS[word]),
        "service": _("{service}, version {version}", service=_title(row), version=row.version),
        "effects": [
            _(EFFECTS[word]),
            ngettext("This concerns one authority.", "This concerns {count} authorities.", _meant(row, word)),
            *([few] if few else []),
        ],
        "hidden": {"unjudged": "yes"} if few else {},
        "kind": "danger" if word in ("take-back", "give-up") else "info",
        "yes": _(BUTTONS[word]),
        "action": request.path,
        "back": url("cockpit:rollout", rollout=rollout),
    }
    return render(request, "rollout/cockpit/act.html", context)


def _meant(row: RolloutRow, word: str) -> int:
    """How many authorities a word concerns: one wave runs at a time, and who was left out has nothing to give back."""
    if word == "take-back":
        return queries.to_put_back(row.id)
    if word == "try-again":
        return queries.progress(row.id).worth_another_try
    if word in ("pause", "give-up"):
        return queries.progress(row.id).waiting
    return queries.waiting_in(row, row.wave + (word == "next-wave"))


def _too_few(row: RolloutRow) -> str:
    """That an upgrade cannot be judged yet; nothing when it can."""
    if row.kind != "upgrade" or (found := services.watch(row, now=now())).is_judged:
        return ""
    before, after = found.errors
    return _(
        "Applications before: {before}, with the new version: {after}. These are too few to judge it. It may do worse and "
        "nobody has noticed.",
        before=before.total,
        after=after.total,
    )


def _done(row: RolloutRow, found: Progress) -> int:
    """While it is taken back, what is taken back; else what was done."""
    return found.taken_back if row.state in ("taking_back", "taken_back") else found.done


def _title(row: RolloutRow) -> str:
    return package_content(row.version_id).texts_in("de").text("title")
