"""Letters of a case: what a package's template needs, from the application, the authority and the decision."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.ports import Choice, LetterDraft, Validity, must_say_why
from stadttor.cases.queries import DecisionView, QuestionView, case_of_submission, last_sent
from stadttor.cases.queries.tags import ended_before
from stadttor.core.languages import OFFICIAL
from stadttor.core.outcomes import is_decision
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import _, speaking
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import (
    AnswerGroup,
    AnswerRow,
    AssessedLine,
    AssessmentFacts,
    DemandFacts,
    LetterFacts,
    LoweredFacts,
    letter_data,
)
from stadttor.payments.queries.lowering import lowered_of
from stadttor.portal import entered
from stadttor.portal.questions import in_words_of
from stadttor.site.applications import Submitted, submitted
from stadttor.site.assessing import AssessedElement, Assessment, assessment_of, ended_by
from stadttor.site.decided_fees import asks_for_money, due_on, items_of
from stadttor.site.demands import demand_of
from stadttor.site.letter_facts import DECISION, letter_facts
from stadttor.site.lowering import as_facts, lowered_in
from stadttor.site.opinions import opinion_facts
from stadttor.site.part_fees import asked_until
from stadttor.site.remedies import remedy_in, remedy_of
from stadttor.site.tags import what_it_lowers


class PackageLetters:
    """Implements `stadttor.cases.ports.Letters`."""

    def letter_preview(self, draft: LetterDraft) -> bytes:
        if draft.case.submission_id is None:
            raise not_found()
        found = submitted(draft.case.authority_id, draft.case.submission_id)
        if draft.language not in found.form.manifest.languages:
            raise not_found()
        return _decision_pdf(
            found,
            draft.language,
            outcome=draft.outcome,
            reasons=draft.reasons,
            conditions=draft.conditions,
            clerk=draft.clerk,
            at=draft.at,
            validity=draft.validity,
            fee_cents=draft.fee_cents,
            tags=draft.tags,
        )


def decision_letters(found: Submitted, decision: DecisionView, at: datetime) -> dict[str, bytes]:
    """The decision by language: German, and a convenience copy in the applicant's other language."""
    languages = [OFFICIAL]
    if found.row.language in found.form.manifest.languages and found.row.language != OFFICIAL:
        languages.append(found.row.language)
    return {
        language: _decision_pdf(
            found,
            language,
            outcome=decision.outcome,
            reasons=[Choice(one["key"], one["text"]) for one in decision.reasons],
            conditions=[Choice(one["key"], one["text"]) for one in decision.conditions],
            clerk=decision.decided_by_name,
            at=at,
            validity=_validity(decision),
            decision=decision,
            fee_cents=decision.fee_cents,
            tags=decision.tags,
        )
        for language in languages
    }


def permit_of(found: Submitted, decision: DecisionView, at: datetime) -> tuple[str, bytes] | None:
    """Title and PDF of the permit that the decision brings along, in German; None where it brings none."""
    rule, validity = found.form.content.permit, _validity(decision)
    if rule is None or validity is None or decision.outcome not in rule.outcomes:
        return None
    title = found.form.texts(OFFICIAL).text(f"letters.{rule.letter}.subject")
    facts = letter_facts(
        found,
        OFFICIAL,
        kind="permit",
        subject=title,
        at=at,
        outcome=decision.outcome,
        valid_from=validity.begins,
        valid_until=validity.ends,
    )
    files = found.form.content.letter_files
    return title, render_letter(found.form.content.letters[rule.letter], files, letter_data(facts))


def _validity(decision: DecisionView) -> Validity | None:
    if decision.valid_from is None or decision.valid_until is None:
        return None
    return Validity(decision.valid_from, decision.valid_until)


def summary_letter(found: Submitted, language: str, at: datetime) -> bytes:
    """What was handed in, as PDF for applicant and file."""
    with speaking(language):
        subject = _("Summary of your application")
    facts = letter_facts(found, language, kind="summary", subject=subject, at=at)
    return render_letter(builtin("summary"), {}, letter_data(facts))


def summary_to_sign(found: Submitted, language: str, at: datetime) -> bytes:
    """What a colleague entered for somebody, with how it came in, what the person declares, and a line for her signature."""
    with speaking(language):
        subject = _("Summary of your application")
        how = _how_it_came_in(found)
    facts = letter_facts(
        found,
        language,
        kind="summary",
        subject=subject,
        at=at,
        signature=True,
        declaration=found.form.texts(language).text("declaration"),
        opinion=opinion_facts(found, language, at, is_decided=False),
    )
    facts = replace(facts, answers=(AnswerGroup("", _of_desk(language), how), *facts.answers))
    return render_letter(builtin("summary"), {}, letter_data(facts))


def _of_desk(language: str) -> str:
    with speaking(language):
        return _("How it came in")


def _how_it_came_in(found: Submitted) -> tuple[AnswerRow, ...]:
    """In the current language."""
    if found.entry is None:
        return ()
    return (
        AnswerRow("", _("How did it come in?"), entered.channel_of(found.entry)),
        AnswerRow("", _("Identity document seen"), entered.document_of(found.entry)),
        AnswerRow("", _("Entered by"), found.entry.staff_name),
    )


def sheet_facts(found: Submitted, subject: str, at: datetime) -> LetterFacts:
    """The facts of a sheet for the file, in German."""
    return letter_facts(found, OFFICIAL, kind="summary", subject=subject, at=at)


def question_letter(found: Submitted, question: QuestionView, at: datetime) -> bytes:
    """What the applicant is asked, as it stands on the status page, in her language; the clerk's own words in German."""
    language = found.row.language
    with speaking(language):
        subject = _("Question about your application")
        body = _(
            "Before we can go on with your application, we need something from you."
            " Please answer on the page of your application."
        )
        if not found.email:
            body = _(
                "Before we can go on with your application, we need something from you."
                " Please write or call us, or come to the town hall."
            )
    asked = in_words_of(language, question.items, found.form)
    facts = letter_facts(
        found,
        language,
        kind="question",
        subject=subject,
        at=at,
        clerk=question.asked_by_name,
        body=body,
        reasons=tuple(" – ".join(part for part in (one["text"], one.get("reason")) if part) for one in asked),
        own=tuple(one["text"] for one in asked if one["kind"] == "question"),
        valid_until=question.until,
    )
    return render_letter(builtin("question"), {}, letter_data(facts))


def _decision_pdf(
    found: Submitted,
    language: str,
    *,
    outcome: str,
    reasons: Sequence[Choice],
    conditions: Sequence[Choice],
    clerk: str,
    at: datetime,
    validity: Validity | None = None,
    decision: DecisionView | None = None,
    fee_cents: int | None = None,
    tags: Sequence[str] = (),
) -> bytes:
    must_say_why(outcome, [one.text for one in reasons])
    source = found.form.content.letters.get(DECISION)
    if source is None:
        raise Refused("no_letter", "This service has no letter for decisions. Please tell the publisher.", status=409)
    subject = found.form.texts(language).text("letters.bescheid.subject")
    day = german_day(decision.decided_at if decision else at)
    case_id = case_of_submission(found.form.authority_id, found.row.id)
    assessed = _assessed(found, outcome, decision, day, case_id)
    facts = letter_facts(
        found,
        language,
        kind=DECISION,
        subject=subject,
        at=at,
        outcome=outcome,
        reasons=_texts(found, language, "reasons", reasons),
        conditions=_texts(found, language, "conditions", conditions),
        own=(
            *own_words(reasons, conditions),
            *_untranslated(found, language, "reasons", reasons),
            *_untranslated(found, language, "conditions", conditions),
        ),
        clerk=clerk,
        remedy=remedy_in(language, remedy_of(found, german_day(at))) if is_decision(outcome) else "",
        valid_from=validity.begins if validity else None,
        valid_until=validity.ends if validity else None,
        replaces=_replaced(found, outcome),
        asked_until=_refused_until(found, validity),
        demand=_demand(found, outcome, decision, assessed, fee_cents, at),
        assessment=_as_facts(assessed) if assessed else None,
        opinion=opinion_facts(found, language, at, is_decided=True),
        tags=_still_there(found, case_id, tags, decision.decided_at if decision else at),
        lowered=_lowered(found, case_id, outcome, None if decision else day) if case_id else (),
    )
    if fee_cents is not None:
        with speaking(language):
            lines = items_of(fee_cents, facts.fee)
        facts = replace(facts, fee=lines, fee_due=due_on(found, day) if fee_cents else None)
    return render_letter(source, found.form.content.letter_files, letter_data(facts))


def _assessed(
    found: Submitted, outcome: str, decision: DecisionView | None, day: date, case_id: UUID | None
) -> Assessment | None:
    """What this decision assesses; what an earlier one let go stays so."""
    lowered = lowered_of(found.form.authority_id, case_id) if case_id else ()
    before = [one for one in lowered if decision is None or one.decision_id != decision.id]
    return assessment_of(found, outcome, day, ended=ended_by(before))


def _still_there(found: Submitted, case_id: UUID | None, tags: Sequence[str], at: datetime) -> tuple[str, ...]:
    """The numbers without those of what was ended before."""
    gone = ended_before(found.form.authority_id, case_id, at) if case_id and tags else frozenset[int]()
    return tuple("" if entry in gone else number for entry, number in enumerate(tags))


def _lowered(found: Submitted, case_id: UUID, outcome: str, today: date | None) -> tuple[LoweredFacts, ...]:
    """What the decision of this case ended of others; with a day what one of that day would end."""
    if today is not None:
        tag = found.form.content.manifest.tag
        made = what_it_lowers(found, case_id, today) if tag and tag.ends and outcome in tag.ends.outcomes else None
        return (as_facts(made),) if made else ()
    return tuple(as_facts(one) for one in lowered_in(found.form.authority_id, case_id))


def _demand(
    found: Submitted,
    outcome: str,
    decision: DecisionView | None,
    assessed: Assessment | None,
    fee_cents: int | None,
    at: datetime,
) -> DemandFacts:
    """How to pay, in a letter that asks for money; the specimen of a trial names no account."""
    asks = bool(assessed.asked) if assessed else asks_for_money(found, outcome, fee_cents)
    if not asks or found.row.is_test:
        return DemandFacts()
    first = assessed.due[0].cents if assessed else fee_cents or 0
    whose = found.form.in_name_of
    ars = whose.ars if whose else ""
    return demand_of(found.form.authority_id, decision.id if decision else None, at, cents=first, member=ars)


def _as_facts(assessed: Assessment) -> AssessmentFacts:
    due = [(one.due, one.cents) for one in assessed.due]
    earlier = [(one.year, _lines(one.elements)) for one in assessed.earlier]
    return AssessmentFacts(assessed.year, _lines(assessed.elements), due, assessed.once, earlier)


def _lines(elements: Sequence[AssessedElement]) -> list[AssessedLine]:
    return [AssessedLine(one.full, one.cents, one.begins, one.of_year, one.ends) for one in elements]


def _replaced(found: Submitted, outcome: str) -> date | None:
    """The day of the decision that went out before, for a case that was opened again; none where this one follows it."""
    last = last_sent(found.form.authority_id, found.row.id)
    follow = found.form.manifest.follows.get(last.outcome) if last else None
    return None if last is None or (follow and outcome in follow.outcomes) else german_day(last.at)


def _refused_until(found: Submitted, granted: Validity | None) -> date | None:
    """The last day that was applied for, where less was granted."""
    asked = asked_until(found, granted) if granted else None
    return asked.ends if granted and asked and asked.ends > granted.ends else None


def _texts(found: Submitted, language: str, section: str, chosen: Sequence[Choice]) -> tuple[str, ...]:
    """The building blocks in this language; what the clerk wrote freely stays German."""
    texts = found.form.texts(language)
    return tuple(one.text if one.is_free else texts.text(f"{section}.{one.key}", one.text) for one in chosen)


def _untranslated(found: Submitted, language: str, section: str, chosen: Sequence[Choice]) -> tuple[str, ...]:
    """Building blocks that the package has in German alone: in a copy they are marked like what the clerk wrote."""
    texts = found.form.texts(language)
    keys = [f"{section}.{one.key}" for one in chosen if not one.is_free]
    return tuple(texts.text(key) for key in keys if texts.language_of(key) != language and texts.text(key))


def own_words(*chosen: Sequence[Choice]) -> tuple[str, ...]:
    """What the clerk wrote freely."""
    return tuple(one.text for blocks in chosen for one in blocks if one.is_free)
