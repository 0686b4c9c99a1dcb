"""What higher modules show on the case page (an appointment, a talk, a delivery): the page knows none of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from stadttor.cases.pages import labels, told
from stadttor.cases.ports import CaseRef
from stadttor.cases.queries.permits import PermitView
from stadttor.cases.queries.tags import TagView
from stadttor.ground.web.language import _
from stadttor.identity.queries import Staff


@dataclass(frozen=True)
class PanelView:
    """A drawn panel: `template` is included with `panel` = this view; texts are in the reader's language.

    `badge` is what the head of the case says of it at a glance: {label, kind, icon}.
    """

    title: str
    template: str
    context: Mapping[str, object]
    badge: Mapping[str, str] | None = None


class Panel(Protocol):
    """A part of the case page. `key` is stable, panels stand in order of their keys."""

    key: str

    def view(self, case: CaseRef, staff: Staff) -> PanelView | None:
        """What to show, none for nothing. Runs outside the page's own work."""
        ...


def permit_badge(permit: PermitView, today: date) -> dict[str, str]:
    """Colour, icon and word of a permit's state on a day, in the current language."""
    if permit.is_valid(today):
        return {"label": _("Valid"), "kind": "success", "icon": "check"}
    if permit.state == "valid" and today < permit.valid_from:
        return {"label": _("Not valid yet"), "kind": "info", "icon": "calendar-today"}
    return {"label": _(labels.PERMIT_STATES[permit.state]), "kind": "danger", "icon": "close"}


def tag_badge(tag: TagView, today: date) -> dict[str, str]:
    """Colour, icon and word of whether a tag counts on a day, in the current language."""
    if tag.counts(today):
        return {"label": _("Entered"), "kind": "success", "icon": "check"}
    return {"label": _("Ended"), "kind": "danger", "icon": "close"}


def back_to_case(case_id: UUID, done: str) -> HttpResponse:
    """From what a panel led to, back to the case, which says what was done (a key of the labels)."""
    return told.redirect(reverse("cases:case", args=[case_id]), done)


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Show this panel on every case page; the same key replaces."""
    _panels[panel.key] = panel


def views(case: CaseRef, staff: Staff) -> list[PanelView]:
    """All panels that have something to show for this case."""
    shown = (_panels[key].view(case, staff) for key in sorted(_panels))
    return [view for view in shown if view is not None]
