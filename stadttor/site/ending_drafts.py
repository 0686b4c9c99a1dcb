"""Whoever had the link to a draft sent to her is told a week before it is deleted (§ 8a Abs. 3 OZG)."""

from datetime import datetime, timedelta
from uuid import UUID

from stadttor.catalog.queries import adopted_revision
from stadttor.forms.queries.ending import ending
from stadttor.ground import authorities
from stadttor.ground.clock import german_day
from stadttor.ground.web import formats
from stadttor.ground.web.language import speaking
from stadttor.notices.services import send_mail
from stadttor.portal.services import is_tried_out

BEFORE = timedelta(days=7)


def announce_ending_drafts(authority_id: UUID, now: datetime) -> None:
    """One mail for each draft and day of its end: an edit moves that day, and with it comes another mail."""
    town = authorities.by_id(authority_id)
    for draft in ending(authority_id, now, now + BEFORE):
        form, day = adopted_revision(authority_id, draft.revision_id), german_day(draft.expires)
        trial = {"trial": "yes"} if is_tried_out(form) else {}
        with speaking(draft.language):
            said = formats.day(day)
        send_mail(
            authority_id=authority_id, key=f"draft-ends:{draft.id}:{day}", to=draft.email, kind="draft_ends",
            subject_id=draft.id, language=draft.language, now=now,
            values={
                "service": form.texts(draft.language).text("title"), "day": said, "authority": town.name if town else "", **trial
            },
        )  # fmt: skip
