"""What the pages of this module say, in the current language."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse

from stadttor.catalog.queries import adoptions
from stadttor.ground.clock import german_day
from stadttor.ground.web.formats import day, moment, money
from stadttor.ground.web.language import N_, _
from stadttor.payments.queries import PaymentRow
from stadttor.privacy.queries import DeletionRow, FormerHold, Found, OfferRow

GROUNDS = {
    "withdrawn": N_(
        "Nobody needs it any more: withdrawn before a decision, or the retention has ended (Art. 17 (1) (a) GDPR)"
    ),
    "unlawful": N_("There was no right to store it, for example sent to the wrong authority (Art. 17 (1) (d) GDPR)"),
}
CAUSES = {
    "retention": N_("The retention ended"),
    "withdrawn": N_("On request: withdrawn"),
    "unlawful": N_("On request: stored without a right to it"),
}
ARCHIVE = {
    "": N_("was not asked"),
    "accepted": N_("has taken it"),
    "refused": N_("did not want it"),
    "unanswered": N_("did not answer"),
}
STATES = {"offered": N_("Waiting for the archive"), "accepted": N_("The archive takes it")}
KINDS = {
    "barrier": N_("Report of a barrier"),
    "feedback": N_("Comment on a service"),
    "request": N_("Comment that was sent to a publisher"),
    "draft": N_("Draft, not sent"),
}
FORGETTABLE = frozenset({"barrier", "feedback", "request"})
ROLES_OF_KINDS = {
    "appointment": N_("booked herself"),
    "barrier": N_("wrote it, or is named in it"),
    "feedback": N_("wrote it, or is named in it"),
    "request": N_("wrote it, or is named in it"),
}
ROLES = {"applicant": N_("applied herself"), "named": N_("is named in somebody else's application")}


def found(one: Found, titles: Mapping[str, str]) -> dict[str, Any]:
    """A row of what was found about a person."""
    what = {"application": one.number, "appointment": _("Appointment {number}", number=one.number)}.get(
        one.kind, _(KINDS.get(one.kind, "Draft, not sent"))
    )
    service = titles.get(one.service, one.service)
    cells = {
        "what": what,
        "applicant": one.applicant or (_("Protected person") if one.is_masked else _("not said yet")),
        "service": service,
        "role": _(ROLES_OF_KINDS.get(one.kind, ROLES[one.role])),
        "at": day(one.at.date()),
    }
    return {"id": str(one.id), "name": f"{what} {one.applicant}".strip(), "cells": cells}


def titles_of(authority_id: UUID) -> dict[str, str]:
    """What the authority calls its services."""
    return {row.slug: row.title for row in adoptions(authority_id)}


def offer_row(one: OfferRow, titles: Mapping[str, str]) -> dict[str, Any]:
    """A row of the list for the archive: without a number, which stands in the file."""
    cells = {
        "service": titles.get(one.service, one.service),
        "closed": day(one.closed),
        "offered": day(one.offered),
        "answer_by": day(one.answer_by),
        "state": _(STATES[one.state]),
    }
    return {"cells": cells, "href": reverse("privacy:offer", args=[one.id])}


def deletion_row(one: DeletionRow, titles: Mapping[str, str]) -> dict[str, Any]:
    """A proof in one line."""
    cells = {
        "at": moment(one.at),
        "service": titles.get(one.service, one.service),
        "cause": _(CAUSES[one.cause]),
        "archive": _(ARCHIVE[one.archive]),
        "gone": _("rows: {rows}, files: {files}", rows=one.rows, files=one.files),
        "digest": one.digest[:16],
    }
    return {"cells": cells}


def former_hold(one: FormerHold) -> dict[str, str]:
    """What a hold said until it was changed."""
    until = f" ({_('until {day}', day=day(one.until))})" if one.until else ""
    return {"label": _("Until {moment}", moment=moment(one.changed)), "value": one.reason + until}


def stray(one: PaymentRow) -> dict[str, str]:
    """A payment whose application is gone."""
    came = day(german_day(one.settled)) if one.settled else ""
    text = _("{number}: {amount}, paid on {day}", number=one.reference, amount=money(one.left_cents), day=came)
    labels = {
        "refund": _("Pay back: {number}", number=one.reference),
        "keep": _("Keep: {number}", number=one.reference),
    }
    return {"text": text, "action": reverse("privacy:stray", args=[one.id]), **labels}
