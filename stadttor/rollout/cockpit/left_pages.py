"""Whom a roll-out left as it was, or will: with what the authorities said themselves, as a page and as a file."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.cockpit.lists import LEFT_WORDS, address_of, column, kreis_name, ordered
from stadttor.rollout.cockpit.pages import PAGE, asked_for
from stadttor.rollout.queries import LeftOutRow, RolloutRow, SteeringRow

ASKED = ("code", "q", "sort")
KREIS_DIGITS = 5


@require_safe
@require_role("steering")
def listed(request: Any, rollout: int) -> HttpResponse:
    """Those within the body's bounds, by reason and name."""
    body, asked = queries.steering_at(request.authority.id), asked_for(request, *ASKED)
    row = queries.rollout_seen(body, rollout)
    rows, titles = chosen(body, row, asked), queries.settings_titles(row.version_id)
    number = request.GET.get("page", "1")
    page = page_of(
        len(rows), int(number) if number.isdecimal() and len(number) < 6 else 1, size=PAGE, path=request.path,
        query={key: value for key, value in asked.items() if value},
    )  # fmt: skip
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    here = {"rollout": rollout}
    context = {
        "number": rollout,
        "columns": [column(key, label, address, asked["sort"] or "name") for key, label in labels().items()],
        "rows": [{"cells": cells(one, titles)} for one in rows[(page.number - 1) * PAGE : page.number * PAGE]],
        "page": page,
        "asked": asked,
        "codes": [
            {"value": "", "label": _("All")},
            *({"value": code, "label": _(word)} for code, word in LEFT_WORDS.items()),
        ],
        "files": [
            {"kind": kind.upper(), "href": address_of(url(f"cockpit:left_{kind}", **here), asked)}
            for kind in ("csv", "xlsx")
        ],
    }
    return render(request, "rollout/cockpit/left.html", context)


@require_safe
@require_role("steering")
def exported(request: Any, rollout: int, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    body = queries.steering_at(request.authority.id)
    row = queries.rollout_seen(body, rollout)
    titles = queries.settings_titles(row.version_id)
    rows = chosen(body, row, asked_for(request, *ASKED))
    with speaking(request.language):
        written = (list(cells(one, titles).values()) for one in rows)
        title = _("Left as they were by roll-out {number}", number=rollout)
        return table_file(kind, f"rollout-{rollout}", title, list(labels().values()), written)


def chosen(body: SteeringRow, row: RolloutRow, asked: Mapping[str, str]) -> list[LeftOutRow]:
    """Those asked for that the body sees, in the order asked for."""
    words, code = asked["q"].casefold(), asked["code"]
    kept = [
        one
        for one in seen(body, row)
        if words in f"{one.name} {one.reason}".casefold() and code in ("", one.code)
    ]  # fmt: skip
    values = {
        "name": lambda one: one.name, "kreis": lambda one: one.key, "why": lambda one: _(LEFT_WORDS[one.code]),
        "said": lambda one: one.reason,
    }  # fmt: skip
    return ordered(kept, asked["sort"], values, "name")


def seen(body: SteeringRow, row: RolloutRow) -> list[LeftOutRow]:
    """Those within the bounds of the body."""
    return [one for one in queries.left_out(row.id) if body.sees(one.key[:KREIS_DIGITS])]


def labels() -> dict[str, str]:
    return {"name": _("Authority"), "kreis": _("Kreis"), "why": _("Why"), "said": _("In its own words")}


def cells(one: LeftOutRow, titles: Mapping[str, str]) -> dict[str, str]:
    """An authority's row, in words."""
    return {
        "name": one.name,
        "kreis": kreis_name(one.key[:KREIS_DIGITS]),
        "why": why_text(one, titles),
        "said": one.reason or "–",
    }


def why_text(one: LeftOutRow, titles: Mapping[str, str]) -> str:
    """Why it was left out, with the day or the settings that matter."""
    word = _(LEFT_WORDS[one.code])
    more = [day_text(one.until, "medium")] if one.until else queries.settings_named(one.faults, titles)
    return f"{word}: {', '.join(more)}" if more else word
