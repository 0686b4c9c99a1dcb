"""Draws the lines of the work list: what a line looks like is kept for each language, what a case says is put in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from markupsafe import Markup, escape

from stadttor.cases.pages import labels
from stadttor.cases.queries import ListRow
from stadttor.ground.web.environment import environment
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import _

NO_CASE = UUID(int=0)
# Between the pieces, in a character that no keyboard types and no escaping changes.
_PLACE = "\ue000"
_PLACES = 8


@dataclass(frozen=True)
class Marked:
    """What stands beside the cases themselves: badges of other modules by submission, and whose list it is.

    `owner` is who looks at her own cases: those of colleagues she stands in for are said to be theirs. None elsewhere.
    """

    badges: Mapping[UUID, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    owner: UUID | None = None


def drawn(rows: Sequence[ListRow], names: Sequence[str], marked: Marked) -> Markup:
    """The lines of the table; `names` of its columns in the reader's language."""
    # The addresses differ in the case only, so that one is looked up for all.
    before, after = reverse("cases:case", args=[NO_CASE]).split(str(NO_CASE))
    first, *pieces = _pieces(tuple(names))
    text = []
    for row in rows:
        text.append(first)
        for cell, piece in zip(_cells(row, f"{before}{row.id}{after}", marked), pieces, strict=True):
            text += (escape(cell), piece)
    return Markup("".join(text))  # noqa: S704  # the pieces come from the macro, the cells are escaped


def _cells(row: ListRow, href: str, marked: Marked) -> tuple[str, ...]:
    badge = labels.badge_of_closing(row.state) or labels.badge_of_deadline(row.colour, row.due)
    return (
        href,
        row.number,
        row.title,
        labels.protected_person() if row.is_protected else row.applicant,
        Markup(" ").join(labels.drawn(**one) for one in _badges(row, marked)),
        labels.drawn(**badge) if badge else "",
        _clerk(row, marked),
        day(row.received, "short"),
    )


def _badges(row: ListRow, marked: Marked) -> list[Mapping[str, str]]:
    """The state, and what marks this case besides."""
    others = marked.badges.get(row.submission_id, ()) if row.submission_id else ()
    return [
        labels.badge_of_state(row.state),
        *([labels.badge_of_protection()] if row.is_protected else []),
        *([labels.badge_of_answer()] if row.answer_unseen else []),
        *([labels.badge_of_test()] if row.is_test else []),
        *others,
    ]


def _clerk(row: ListRow, marked: Marked) -> str:
    if marked.owner in (None, row.assignee_id):
        return row.assignee_name
    return _("{name}, you stand in", name=row.assignee_name)


@lru_cache(64)
def _pieces(names: tuple[str, ...]) -> tuple[str, ...]:
    macros: Any = environment().get_template("cases/list_row.html").module
    return tuple(macros.row(names, *[_PLACE] * _PLACES).split(_PLACE))
