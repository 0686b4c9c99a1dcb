"""Whoever had the link to a draft sent to her, or keeps it in her account, is told a week before it is deleted (§ 8a Abs. 3 OZG).

An account has no address of its own: the mail goes where her sign-in for the draft says, else where the draft itself does. A
draft that nobody keeps in an account and whose link nobody had sent gets none, whatever is typed in it: it may be anybody's.
"""

from datetime import datetime, timedelta
from uuid import UUID

from stadttor.catalog.queries import AdoptedForm, adopted_revision
from stadttor.citizens.queries import kept_by_somebody
from stadttor.forms.queries.ending import EndingDraft, ending
from stadttor.ground import authorities
from stadttor.ground.clock import german_day
from stadttor.ground.web import formats
from stadttor.ground.web.language import speaking
from stadttor.identity.assertions import assertion_of
from stadttor.notices.services import send_mail
from stadttor.portal.services import is_tried_out

BEFORE = timedelta(days=7)


def announce_ending_drafts(authority_id: UUID, now: datetime) -> None:
    """One mail for each draft and day of its end: an edit moves that day, and with it comes another mail."""
    town = authorities.by_id(authority_id)
    drafts = ending(authority_id, now, now + BEFORE)
    kept = kept_by_somebody(authority_id, [draft.id for draft in drafts if not draft.email])
    for draft in drafts:
        if not draft.email and draft.id not in kept:
            continue
        form, day = adopted_revision(authority_id, draft.revision_id), german_day(draft.expires)
        to = draft.email or _address(authority_id, draft, form)
        if not to:
            continue
        trial = {"trial": "yes"} if is_tried_out(form) else {}
        with speaking(draft.language):
            said = formats.day(day)
        send_mail(
            authority_id=authority_id, key=f"draft-ends:{draft.id}:{day}", to=to, kind="draft_ends",
            subject_id=draft.id, language=draft.language, now=now,
            values={
                "service": form.texts(draft.language).text("title"), "day": said, "authority": town.name if town else "", **trial
            },
        )  # fmt: skip


def _address(authority_id: UUID, draft: EndingDraft, form: AdoptedForm) -> str:
    """Where whoever keeps it in her account can be reached; empty where nobody knows."""
    said = assertion_of(authority_id, draft.id)
    if said and (claim := said.claims.get("email")):
        return str(claim.value)
    for one in form.form.fields.values():
        group = draft.answers.get(one.group)
        typed = group.get(one.id) if one.type == "email" and isinstance(group, dict) else None
        if isinstance(typed, str) and "@" in typed:
            return typed
    return ""
