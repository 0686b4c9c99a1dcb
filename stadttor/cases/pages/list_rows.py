"""Draws the lines of the work list: what a line looks like is kept for each language, what a case says is put in."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from markupsafe import Markup, escape

from stadttor.cases.pages import labels
from stadttor.cases.queries import ListRow
from stadttor.ground.web.environment import environment
from stadttor.ground.web.formats import day

NO_CASE = UUID(int=0)
# Between the pieces, in a character that no keyboard types and no escaping changes.
_PLACE = "\ue000"
_PLACES = 8


def drawn(rows: Sequence[ListRow], names: Sequence[str]) -> Markup:
    """The lines of the table; `names` of its columns in the reader's language."""
    # The addresses differ in the case only, so that one is looked up for all.
    before, after = reverse("cases:case", args=[NO_CASE]).split(str(NO_CASE))
    first, *pieces = _pieces(tuple(names))
    text = []
    for row in rows:
        text.append(first)
        for cell, piece in zip(_cells(row, f"{before}{row.id}{after}"), pieces, strict=True):
            text += (escape(cell), piece)
    return Markup("".join(text))  # noqa: S704  # the pieces come from the macro, the cells are escaped


def _cells(row: ListRow, href: str) -> tuple[str, ...]:
    badge = labels.badge_of_deadline(row.colour, row.due)
    return (
        href,
        row.number,
        row.title,
        row.applicant,
        Markup(" ").join(labels.drawn(**badge) for badge in _badges(row)),
        labels.drawn(**badge) if badge else "",
        row.assignee_name,
        day(row.received, "short"),
    )


def _badges(row: ListRow) -> list[dict[str, str]]:
    """The state, and what marks this case besides."""
    return [
        labels.badge_of_state(row.state),
        *([labels.badge_of_answer()] if row.answer_unseen else []),
        *([labels.badge_of_test()] if row.is_test else []),
    ]


@lru_cache(64)
def _pieces(names: tuple[str, ...]) -> tuple[str, ...]:
    macros: Any = environment().get_template("cases/list_row.html").module
    return tuple(macros.row(names, *[_PLACE] * _PLACES).split(_PLACE))
