"""What the pages of common costs have in common: words for the keys, the tables."""

from collections.abc import Iterator
from typing import Any

from stadttor.core.german_sort import sort_key
from stadttor.ground.web.formats import money, number
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.sheets import Cell
from stadttor.rollout.queries.costs import CostRow, Share

KEY_WORDS = {
    "equal": N_("Equal parts"),
    "inhabitants": N_("By inhabitants"),
    "applications": N_("By applications of twelve months"),
}
KEY_HELP = {
    "equal": N_("Each partner bears the same."),
    "inhabitants": N_(
        "By the inhabitants of the places an authority is responsible for, as the official register has them."
    ),
    "applications": N_(
        "By the applications received in the twelve months before. An authority with fewer than five counts as one with none."
    ),
}


def columns() -> list[dict[str, Any]]:
    """Those of the table of all partners."""
    labels = {"name": _("Authority"), "weight": _("Part of the key"), "cents": _("Share")}
    return [{"key": key, "label": label, "numeric": key != "name"} for key, label in labels.items()]


def ordered(row: CostRow) -> list[Share]:
    """The partners by name."""
    return sorted(row.shares, key=lambda one: sort_key(one.name))


def cells(share: Share) -> dict[str, str]:
    return {"name": share.name, "weight": number(share.weight), "cents": money(share.cents)}


def lines(row: CostRow) -> Iterator[list[Cell]]:
    """As a file has them: euros as numbers; the last line is the sum, which is what was stated."""
    for one in ordered(row):
        yield [one.name, one.weight, one.cents / 100]
    if row.left:
        yield [_("Left since, or borne by nobody"), None, row.left / 100]
    yield [_("Sum"), row.weights, row.cents / 100]


def facts(row: CostRow) -> list[dict[str, str]]:
    """What was stated, beside the table."""
    return [
        {"label": _("Costs of the year"), "value": money(row.cents)},
        {"label": _("Shared"), "value": _(KEY_WORDS[row.key])},
        {"label": _("How it is shared"), "value": _(KEY_HELP[row.key])},
        {"label": _("Stated by"), "value": row.by},
        {"label": _("Where the number is from"), "value": row.source},
    ]
