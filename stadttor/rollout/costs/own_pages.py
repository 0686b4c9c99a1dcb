"""What an authority bears of common costs: its organiser sees its own share and the key, never another's."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import money, number
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.costs.lists import KEY_HELP, KEY_WORDS
from stadttor.rollout.queries.costs import CostRow, own_shares


@require_safe
@require_role("organiser")
def own(request: Any) -> HttpResponse:
    """All shares of this authority, the newest year first."""
    rows = own_shares(request.authority.id)
    labels = _labels()
    context = {
        "columns": [
            {"key": key, "label": label, "numeric": key in ("cents", "share")} for key, label in labels.items()
        ],
        "rows": [{"cells": dict(zip(labels, line, strict=True))} for line in _lines(rows)],
        "keys": [{"label": _(KEY_WORDS[key]), "value": _(KEY_HELP[key])} for key in KEY_WORDS],
        "files": [{"kind": kind.upper(), "href": url(f"costs:{kind}")} for kind in ("csv", "xlsx")],
    }
    return render(request, "rollout/costs/own.html", context)


@require_safe
@require_role("organiser")
def exported(request: Any, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    rows: list[CostRow] = own_shares(request.authority.id)
    with speaking(request.language):
        return table_file(kind, "common-costs", _("Common costs"), list(_labels().values()), list(_lines(rows)))


def _labels() -> dict[str, str]:
    return {
        "service": _("Service"), "year": _("Year"), "by": _("Stated by"), "cents": _("Costs of the year"),
        "key": _("Shared"), "part": _("Part of the key"), "share": _("Own share"),
    }  # fmt: skip


def _lines(rows: Iterable[CostRow]) -> Iterable[list[str]]:
    for row in rows:
        for mine in row.shares:
            part = _("{part} of {whole}", part=number(mine.weight), whole=number(row.weights))
            yield [row.title, str(row.year), row.by, money(row.cents), _(KEY_WORDS[row.key]), part, money(mine.cents)]
