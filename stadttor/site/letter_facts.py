"""What every letter of a case says: sender, recipient, the case with its answers and fees, in one language."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.languages import OFFICIAL
from stadttor.forms.rules.filled import Shown
from stadttor.forms.rules.types import show
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import _, current, speaking
from stadttor.notices.letters import BUILTIN
from stadttor.notices.letters.data import (
    AnswerGroup,
    AnswerRow,
    AuthorityFacts,
    CaseFacts,
    FeeItem,
    LetterFacts,
)
from stadttor.payments.queries import payment_of
from stadttor.site.applications import Submitted, answer_groups
from stadttor.site.representing import recipient_of
from stadttor.tenancy.queries import MemberRow, authority_by_id, handled_by, profile

DECISION = "bescheid"


def letter_facts(found: Submitted, language: str, *, at: datetime, clerk: str = "", **more: Any) -> LetterFacts:
    """What every letter of a case says, and `more` of `LetterFacts` that this one says besides."""
    row, texts = found.row, found.form.texts(language)
    payment = payment_of(found.form.authority_id, row.id)
    with speaking(language):
        return LetterFacts(
            language=language,
            day=german_day(at),
            authority=_sender(found, german_day(at)),
            recipient=recipient_of(found),
            case=CaseFacts(row.number, texts.text("title"), german_day(row.received), clerk, found.applicant),
            answers=_answers(found, language),
            values=_values(found, language),
            parameters=dict(found.form.parameters),
            fee=tuple(FeeItem(_fee_text(found, fee, language), int(fee["cents"])) for fee in found.fees),
            fee_state=payment.state if payment else "",
            # Our own letters say nothing of the package's; a decision may say any of it.
            texts={} if more.get("kind") in BUILTIN else texts.nested(),
            is_test=row.is_test,
            convenience=language != OFFICIAL and more.get("kind") in (DECISION, "revocation"),
            **more,
        )


def _fee_text(found: Submitted, fee: dict[str, Any], language: str) -> str:
    keys = {item.id: item.text for item in found.form.fees}
    return found.form.texts(language).text(f"fees.{keys.get(fee['id'], '')}", str(fee["text"]))


def authority_facts(authority_id: UUID, whose: MemberRow | None = None) -> AuthorityFacts:
    """The sender of a letter, and the municipality whose matter it is, in the current language."""
    row, described = authority_by_id(authority_id), profile(authority_id)
    return AuthorityFacts(
        name=row.name if row else "",
        lines=(whose.lines if whose else ()) or described.lines,
        phone=(whose.phone if whose else "") or described.phone,
        email=(whose.email if whose else "") or described.email,
        website=(whose.website if whose else "") or described.website,
        crest=(whose.crest if whose else "") or described.crest,
        in_name_of=_in_name_of(whose) if whose else "",
    )


def _sender(found: Submitted, day: date) -> AuthorityFacts:
    """The responsible authority; who handles the service for it on this day stands below its name."""
    sender = authority_facts(found.form.authority_id, found.form.in_name_of)
    handled = handled_by(found.form.authority_id, found.form.slug, day)
    if handled is None:
        return sender
    words = _("handled by: {helper}", helper=handled.helper)
    return replace(sender, in_name_of=" · ".join(filter(None, (sender.in_name_of, words))))


def _in_name_of(whose: MemberRow) -> str:
    """German bends the name, other languages leave it as it is."""
    is_german = current().tag.split("-")[0] == OFFICIAL
    return _("in the name of {member}", member=whose.of_it if is_german else whose.name)


def _answers(found: Submitted, language: str) -> tuple[AnswerGroup, ...]:
    return tuple(
        AnswerGroup(
            group.id, group.title, tuple(AnswerRow(row.path, row.label, row.value) for row in group.rows if row.value)
        )
        for group in answer_groups(found, language)
    )


def _values(found: Submitted, language: str) -> dict[str, Any]:
    """Every visible answer as shown, nested by path; repeated groups are lists."""
    words = found.words(language)
    values: dict[str, Any] = {}
    for page in found.filled.pages:
        for group in found.filled.groups(page):
            elements = [
                {one.field.id: _shown(found, one, words) for one in found.filled.fields(group, index)}
                for index in found.filled.indexes(group)
            ]
            values[group.id] = elements if group.repeat else elements[0]
    return values


def _shown(found: Submitted, one: Shown, words: Any) -> str:
    return show(one.field, found.filled.answer(one.field, one.index), words)
