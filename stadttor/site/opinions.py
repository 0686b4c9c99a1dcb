"""Where letters, mails and pages send somebody who shall say how it was: the same place for all, none for a trial."""

from datetime import date, datetime
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.qr import drawing
from stadttor.insights.queries.inviting import invitation, place
from stadttor.notices.letters.data import OpinionFacts
from stadttor.site.applications import Submitted


def opinion_facts(found: Submitted, language: str, at: datetime, *, is_decided: bool) -> OpinionFacts:
    """What stands last in a letter: words, the address to type, the code for a camera."""
    address = opinion_address(found, language, at, is_decided=is_decided)
    if not address:
        return OpinionFacts()
    with speaking(language):
        text = _("How was it for you? Say it in one tap, without your name: many people have this address.")
    return OpinionFacts(text, address.partition("://")[2].partition("?")[0], drawing(address))


def opinion_address(found: Submitted, language: str, at: datetime, *, is_decided: bool) -> str:
    """Empty for a trial, and where the authority does not ask."""
    if found.row.is_test:
        return ""
    row, day = found.row, german_day(at)
    return invitation(
        found.form.authority_id, row.service, channel=row.channel, is_decided=is_decided, day=day, language=language
    )


def after_appointment(authority_id: UUID, service: str, day: date, today: date) -> str:
    """For the page of an appointment that took place on this day."""
    return place(authority_id, service, "appointment", True, day, today=today)
