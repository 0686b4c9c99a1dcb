"""The report of the key figures of a month: made as a letter is, on the authority's paper, in German.

A steering body gets one over the authorities of its Länder.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.languages import OFFICIAL
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import speaking
from stadttor.insights.key_figures.reporting import said
from stadttor.insights.key_figures.steering import said_of_many
from stadttor.insights.queries.across import across_by_month
from stadttor.insights.queries.reports import month_to_report, months_reported
from stadttor.insights.services.reporting import keep_report
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import CaseFacts, LetterFacts, letter_data
from stadttor.rollout.queries import steering_body
from stadttor.rollout.queries.promises import titles
from stadttor.site.letter_facts import authority_facts


def report_last_month(authority_id: UUID, now: datetime) -> None:
    """Make the report of the last month that is told, if there is none and something to tell. Safe to repeat."""
    month = month_to_report(german_day(now))
    if month in months_reported(authority_id):
        return
    pdf = report(authority_id, month, german_day(now))
    if pdf:
        keep_report(authority_id=authority_id, month=month, pdf=pdf, now=now)


def report(authority_id: UUID, month: date, today: date) -> bytes | None:
    """The PDF, none where there is nothing to tell."""
    with speaking(OFFICIAL):
        values = said(authority_id, month) or _said_to_body(authority_id, month)
        if values is None:
            return None
        facts = LetterFacts(
            kind="figures",
            language=OFFICIAL,
            subject=values["title"],
            day=today,
            authority=authority_facts(authority_id),
            case=CaseFacts(f"{month:%Y-%m}", values["title"]),
            values=values,
        )
    return render_letter(builtin("figures"), {}, letter_data(facts))


def _said_to_body(authority_id: UUID, month: date) -> dict[str, Any] | None:
    """What a steering body is told; None for every other authority, and before the sums end with this month."""
    body = steering_body(authority_id)
    lands = body.lands_in() if body else None
    return None if lands is None else said_of_many(across_by_month(lands), titles(), month)
