"""What the cockpit's lists have in common: words for stages, columns that sort, what was asked for in the address."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar
from urllib.parse import urlencode

from stadttor.core.ars import LAENDER
from stadttor.core.german_sort import sort_key
from stadttor.core.refused import not_found
from stadttor.ground.web.language import N_, _
from stadttor.rollout.queries import CountedRow, SteeringRow
from stadttor.rollout.rules.stages import COUNTED, STAGES
from stadttor.tenancy.queries import area, place_label

R = TypeVar("R")
STAGE_WORDS = {
    "not_applicable": N_("Does not apply"),
    "nothing": N_("Nothing yet"),
    "planned": N_("Planned"),
    "withdrawn": N_("Withdrawn"),
    "adopted": N_("Adopted"),
    "test": N_("In test"),
    "live": N_("Open"),
    "used": N_("Used"),
}
COUNT_WORDS = {**STAGE_WORDS, "blocked": N_("Blocked")}
BLOCK_WORDS = {
    "address_taken": N_("Uses the address for another service"),
    "withdrawn_here": N_("Withdrew the service itself"),
    "not_adopted": N_("Did not adopt the service"),
    "not_higher": N_("Has this version or a higher one"),
    "changed_since": N_("Changed something since, and keeps it"),
    "parameters": N_("Has settings that do not fit"),
    "unset": N_("Has required settings that nobody has set"),
    "not_applicable": N_("Says that it does not apply"),
    "objected": N_("Objected"),
    "deferred": N_("Deferred"),
    "not_covering": N_("Serves no place any more"),
}
LEFT_WORDS = {"has_it": N_("Has it already"), **BLOCK_WORDS}
# What a table of counts shows; the rest is in its export.
SHOWN = ("planned", "adopted", "test", "live", "used", "blocked")


def blocked_text(blocked: Iterable[str], said: str = "") -> str:
    """Why it does not go on: words of ours with what the authority `said`, and the settings that are to be set."""
    known = [_(BLOCK_WORDS[one]) + (f": {said}" if said else "") for one in blocked if one in BLOCK_WORDS]
    unset = [one for one in blocked if one not in BLOCK_WORDS]
    return "; ".join([*known, *([_("To be set: {names}", names=", ".join(unset))] if unset else [])])


def kreis_name(key: str) -> str:
    """A Kreis, or a Land for its own authorities, by the beginning of its key."""
    found = area(key)
    return place_label(found) if found else LAENDER.get(key, key)


def scope_of(body: SteeringRow, wanted: str) -> tuple[str, ...]:
    """The Land or Kreis asked for as far as the body sees it; all it sees when none is asked for.

    Raises Refused (404) when it sees nothing there: other numbers below that name would be wrong ones.
    """
    if not (wanted.isdigit() and len(wanted) in (2, 5)):
        return body.keys
    inside = (wanted,) if body.sees(wanted) else tuple(key for key in body.keys if key.startswith(wanted))
    if not inside:
        raise not_found()
    return inside


def land_asked(body: SteeringRow, wanted: str) -> str:
    """The Land asked for; for a body that sees one Land only, that one."""
    seen = {key[:2] for key in body.keys}
    only = seen.pop() if len(seen) == 1 else ""
    return wanted[:2] if wanted[:2] in LAENDER else only


def count_cells(row: CountedRow | Any) -> dict[str, int]:
    return {"whole": row.counts.whole, **{name: row.counts.of(name) for name in COUNTED}}


def count_columns(first: str, label: str, address: Callable[[str], str], order: str) -> list[dict[str, Any]]:
    """Columns of a table of counts: whose, all, and each stage."""
    names = [(first, label), ("whole", _("Authorities")), *((name, _(COUNT_WORDS[name])) for name in SHOWN)]
    return [column(name, text, address, order, numeric=name != first) for name, text in names]


def column(key: str, label: str, address: Callable[[str], str], order: str, *, numeric: bool = False) -> dict[str, Any]:
    """A column that sorts; once more the other way round."""
    is_sorted = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    wanted = f"-{key}" if order == key or (numeric and order != f"-{key}") else key
    return {"key": key, "label": label, "numeric": numeric, "sorted": is_sorted, "sort_url": address(wanted)}


def ordered(rows: Iterable[R], order: str, values: dict[str, Callable[[R], Any]], default: str) -> list[R]:
    """By one of these values, `-` before its name: the greatest first. Texts in German order."""
    name = order.removeprefix("-")
    value = values.get(name, values[default])
    return sorted(rows, key=lambda row: _comparable(value(row)), reverse=order.startswith("-") and name in values)


def _comparable(value: Any) -> Any:
    return sort_key(value) if isinstance(value, str) else value


def counts_values(name: Callable[[Any], str]) -> dict[str, Callable[[Any], Any]]:
    """What a table of counts can be sorted by."""
    whole: Callable[[Any], Any] = attrgetter("counts.whole")
    return {"name": name, "whole": whole, **{stage: _of(stage) for stage in COUNTED}}


def _of(stage: str) -> Callable[[Any], int]:
    return lambda row: int(row.counts.of(stage))


def address_of(path: str, query: dict[str, str], **changed: str) -> str:
    """The same list otherwise."""
    kept = {key: value for key, value in {**query, **changed}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path


def stage_options(stages: Sequence[str] = STAGES) -> list[dict[str, str]]:
    return [{"value": "", "label": _("All")}, *({"value": stage, "label": _(STAGE_WORDS[stage])} for stage in stages)]


def land_options(body: SteeringRow) -> list[dict[str, str]]:
    """The Länder a body sees something of."""
    seen = [land for land in LAENDER if not body.keys or any(key.startswith(land) for key in body.keys)]
    return [{"value": "", "label": _("All")}, *({"value": land, "label": LAENDER[land]} for land in seen)]
