"""What cases need to know of an application: implements `stadttor.cases.ports.Applications` over forms and catalog."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.cases.ports import (
    AnswerGroup,
    AnswerRow,
    CaseRef,
    Choice,
    Content,
    Document,
    Opening,
    Origin,
    Permit,
    Vocabulary,
)
from stadttor.catalog.queries import AdoptedForm, adopted_revision
from stadttor.catalog.rules.texts import Texts
from stadttor.core.cel import Environment
from stadttor.core.refused import not_found
from stadttor.core.trust import Trust, as_trust
from stadttor.forms import queries as forms
from stadttor.forms.queries import AmendmentRow, AttachmentRow, SubmissionRow
from stadttor.forms.queries.entries import EntryRow, entry_of
from stadttor.forms.queries.retrieved import RetrievalRow, retrievals
from stadttor.forms.queries.reused import ReusedRow, reused
from stadttor.forms.rules.amending import amended
from stadttor.forms.rules.filled import Filled, Shown
from stadttor.forms.rules.overriding import Override
from stadttor.forms.rules.types import Words, show
from stadttor.forms.services.entering import CHANNELS
from stadttor.ground.clock import german_day
from stadttor.ground.web.formats import day, moment
from stadttor.ground.web.language import N_, _, language_name, speaking
from stadttor.identity.assertions import assertion_id, assertion_of
from stadttor.identity.ports import IdentityAssertion, Source
from stadttor.portal.journey import applicant_email, applicant_name
from stadttor.portal.prefill import PREFIX, left_over, standing, trust_of, value_of
from stadttor.portal.registers import named
from stadttor.portal.services import fee_rows
from stadttor.tenancy.queries import coverage_of, profile

TYPED: Origin = "typed"
NOT_SURE: Trust = "none"
LANDS = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip


@dataclass(frozen=True)
class Submitted:
    """A submission with the service as it was then, and its answers as they are now, ready to be shown.

    `amendments` is what was said otherwise since it was sent, `entry` how it came in that a colleague entered,
    `reused` what she took from an earlier application, by path, `fetched` what registers gave, by the id of the file,
    `written_in` the language of free texts that she did not write on a German page, by path.
    """

    row: SubmissionRow
    form: AdoptedForm
    filled: Filled
    attachments: dict[str, AttachmentRow]
    amendments: tuple[AmendmentRow, ...] = ()
    entry: EntryRow | None = None
    assertion: IdentityAssertion | None = None
    reused: Mapping[str, ReusedRow] = field(default_factory=dict)
    fetched: Mapping[str, RetrievalRow] = field(default_factory=dict)
    written_in: Mapping[str, str] = field(default_factory=dict)

    @property
    def applicant(self) -> str:
        """Who applies, by the answers as they are now."""
        return (applicant_name(self.filled) if self.amendments else "") or self.row.applicant

    @property
    def passed(self) -> tuple[Override, ...]:
        """What a colleague let pass that the form refuses."""
        return self.entry.overrides if self.entry else ()

    @property
    def email(self) -> str:
        """Where mails go, by the answers as they are now."""
        return (applicant_email(self.filled) if self.amendments else "") or self.row.email

    @property
    def fees(self) -> list[dict[str, Any]]:
        """What is owed by the answers as they are now, as it is kept with a submission."""
        return fee_rows(self.form, self.filled) if self.amendments else self.row.fees

    def words(self, language: str) -> Words:
        """How answers are said in this language."""
        texts = self.form.texts(language)

        def option(path: str, value: str) -> str:
            return texts.text(f"options.{path}.{value}", value)

        def file_name(attachment_id: str) -> str:
            row = self.attachments.get(attachment_id)
            return row.name if row else ""

        return Words(language, option, _, file_name)


def submitted(
    authority_id: UUID, submission_id: UUID, *, as_sent: bool = False, until: datetime | None = None
) -> Submitted:
    """Read a submission with everything that explains it; with `as_sent` without what was said otherwise later, with `until`
    with what was said otherwise up to a moment.
    """
    row = forms.submission(authority_id, submission_id)
    said_later = () if as_sent else forms.amendments(authority_id, submission_id)
    amendments = tuple(one for one in said_later if until is None or one.at <= until)
    answers = amended(row.answers, (change for one in amendments for change in one.changes))
    form = adopted_revision(authority_id, row.revision_id).for_answers(answers)
    filled = Filled(form.form, answers, form.parameters, german_day(row.received))
    attachments = {str(one.id): one for one in forms.attachments(authority_id, row.draft_id)}
    entry = entry_of(authority_id, row.draft_id) if row.channel in CHANNELS else None
    said, taken = assertion_of(authority_id, row.draft_id), reused(authority_id, row.draft_id)
    asked = retrievals(authority_id, row.draft_id)
    signed = assertion_id(authority_id, row.draft_id)
    # Under another person's sign-in it says nothing about who applies.
    mine = [one for one in asked if (signed and one.assertion_id == signed) or _is_of_nobody(one)]
    fetched = {str(one.attachment_id): one for one in mine if one.attachment_id}
    amended_since = {change.path for one in amendments for change in one.changes}
    written = {path: tag for path, tag in forms.written_in(authority_id, row).items() if path not in amended_since}
    return Submitted(row, form, filled, attachments, amendments, entry, said, taken, fetched, written)


def _is_of_nobody(one: RetrievalRow) -> bool:
    """Shown from a wallet while nobody was signed in: the paper says whom it names, whoever signed in later."""
    return one.way == "wallet" and one.assertion_id is None


def answer_groups(found: Submitted, language: str) -> tuple[AnswerGroup, ...]:
    """The answers in form order, in a language; what the citizen chose against a table's advice is marked."""
    with speaking(language):
        texts, words = found.form.texts(language), found.words(language)
        doubtful = set(found.filled.departures())
        return tuple(
            AnswerGroup(
                page.id,
                texts.text(f"pages.{page.id}.title"),
                tuple(
                    _answer(found, shown, texts, words, doubtful)
                    for shown in found.filled.shown(page)
                    if shown.field.type != "info"
                    and (
                        found.filled.answer(shown.field, shown.index) is not None
                        or _is_missing_now(found, shown)
                        or shown.path in {one.path for one in found.passed}
                    )
                ),
            )
            for page in found.filled.pages
        )


def _is_missing_now(found: Submitted, shown: Shown) -> bool:
    """Whether an answer became necessary when others were changed, and was not given: a file, say."""
    return bool(found.amendments) and found.filled.required(shown.field, shown.index)


def _answer(found: Submitted, shown: Shown, texts: Texts, words: Words, doubtful: set[str]) -> AnswerRow:
    value = show(shown.field, found.filled.answer(shown.field, shown.index), words)
    doubt = _("Necessary since other answers were changed. Please ask for it.") if not value else ""
    if shown.path in doubtful:
        given = found.filled.looked_up(shown.field, shown.index)
        doubt = _("By the list of this authority it would be: {value}", value=given or "")
    if reasons := [one for one in found.passed if one.path == shown.path]:
        doubt = _(
            "Accepted by {name} although the form refuses it: {reason}", name=reasons[0].name, reason=reasons[0].reason
        )
    origin, trust, told = _origin(found, shown, words)
    fetched_by, sure, where = _fetched(found, shown)
    origin, trust = (fetched_by, sure) if where else (origin, trust)
    doubt = doubt or _not_compared(found, shown)
    if origin == "typed" and not where and (earlier := _earlier(found, shown)):
        origin, where = "prefilled", _("application {number} of {day}", number=earlier.number, day=day(earlier.day))
    tag = found.written_in.get(shown.path, "") if value else ""
    if tag and not where:
        where = _("written on the page in {language}", language=language_name(tag))
    return AnswerRow(
        shown.path,
        label_of(shown, texts),
        value,
        origin,
        trust,
        doubt or told,
        _former(found, shown, words),
        where,
        tag,
    )


def _fetched(found: Submitted, shown: Shown) -> tuple[Origin, Trust, str]:
    """(origin, how sure, which register or wallet gave which file, and when), each file marked where she uploaded another beside
    it. Where none was fetched it says nothing; one genuine file vouches for no other.
    """
    ids = (found.filled.answer(shown.field, shown.index) or ()) if shown.field.type == "file" else ()
    files = [(found.attachments[one].name, found.fetched.get(one)) for one in ids if one in found.attachments]
    if not any(row for _name, row in files):
        return "typed", "none", ""
    told = (
        ", ".join((name, _from(row), moment(row.asked)) if row else (name, _("uploaded by the applicant")))
        for name, row in files
    )
    ways = {_way(row) for _name, row in files}
    origin, trust = ways.pop() if len(ways) == 1 else (TYPED, NOT_SURE)
    return origin, trust, "; ".join(told)


def _not_compared(found: Submitted, shown: Shown) -> str:
    """Of a proof whose names nobody compared with those of the sign-in, for there was none yet; its values are not kept."""
    ids = (found.filled.answer(shown.field, shown.index) or ()) if shown.field.type == "file" else ()
    mine = [row for one in ids if (row := found.fetched.get(one))]
    if found.assertion is None or not any(_is_of_nobody(row) for row in mine):
        return ""
    return _("Shown before the sign-in. Please compare whom it names with who signed in.")


def _way(row: RetrievalRow | None) -> tuple[Origin, Trust]:
    """How a file came, and how sure that makes it."""
    if row is None:
        return TYPED, NOT_SURE
    if row.way == "wallet":
        return "simulated_wallet" if row.simulated else "wallet", as_trust(row.level)
    return "register", NOT_SURE


def _from(row: RetrievalRow) -> str:
    """The register, or the credential with whoever issued it."""
    if row.way != "wallet":
        return named(row)
    return _("{proof} shown from the wallet, issued by {issuer}", proof=named(row), issuer=row.keeper)


def _earlier(found: Submitted, shown: Shown) -> ReusedRow | None:
    """From which application of hers an answer was taken, as long as it says the same."""
    row = found.reused.get(shown.path) if shown.index is None else None
    return row if row and row.value == found.filled.answer(shown.field, None) else None


def _origin(found: Submitted, shown: Shown, words: Words) -> tuple[Origin, Trust, str]:
    """(origin, how sure, what to look at): a value of her sign-in, as long as the answer still says the same.

    What she changed is typed and not verified; the clerk sees what the sign-in said, also of what no field could take.
    """
    claim = (shown.field.prefill or "").removeprefix(PREFIX)
    if found.assertion is None or not claim or shown.index is not None:
        return "typed", "none", ""
    answer = found.filled.answer(shown.field, None)
    stands = standing(shown.field, claim, answer, found.assertion)
    if stands == "same":
        return ORIGINS[found.assertion.source], trust_of(claim, found.assertion), ""
    if stands == "changed":
        told = left_over(shown.field, claim, found.assertion)
        said = told or show(shown.field, value_of(shown.field, claim, found.assertion), words)
        return "typed", "none", _("Her sign-in said: {value}", value=said)
    if stands == "part":
        told = left_over(shown.field, claim, found.assertion)
        return "typed", "none", _("Her sign-in knows this in part only: {value}", value=told)
    return "typed", "none", ""


ORIGINS: dict[Source, Origin] = {
    "bundid": "account",
    "bayernid": "account",
    "muk": "account",
    "eid": "eid",
    "wallet_pid": "wallet",
    "wallet_eaa": "wallet",
    "simulated": "simulated",
    "simulated_wallet": "simulated_wallet",
}
FORMER = {"citizen": N_("Earlier: {value}, changed on {day} by the applicant")}
BY_COLLEAGUE = N_("Earlier: {value}, changed on {day} by a colleague for the applicant")


def _former(found: Submitted, shown: Shown, words: Words) -> tuple[str, ...]:
    """What was said here before, newest first, each with the day of the change."""
    return tuple(
        _(
            FORMER.get(one.by, BY_COLLEAGUE),
            value=(show(shown.field, change.before, words) if change.before is not None else "") or _("not stated"),
            day=day(one.at),
        )
        for one in reversed(found.amendments)
        for change in one.changes
        if change.path == shown.path
    )


def label_of(shown: Shown, texts: Texts) -> str:
    """The field's label; in a repeated group with the number of its element."""
    label = texts.text(f"fields.{shown.field.path}.label", shown.field.id)
    if shown.index is None:
        return label
    item = texts.text(f"groups.{shown.field.group}.item")
    return f"{item} {shown.index + 1}: {label}" if item else f"{shown.index + 1}: {label}"


class SubmittedApplications:
    """The submissions below and the packages they were made with."""

    def opening(self, authority_id: UUID, submission_id: UUID) -> Opening:
        found = submitted(authority_id, submission_id)
        manifest, row = found.form.manifest, found.row
        return Opening(
            number=row.number,
            adoption_id=row.adoption_id,
            adoption_revision=found.form.number,
            service=row.service,
            title=found.form.texts("de").text("title"),
            applicant=row.applicant,
            language=row.language,
            received=row.received,
            channel=row.channel,
            trust=row.trust,
            due=manifest.due,
            retention=manifest.retention,
            four_eyes=manifest.four_eyes,
            process_hash=process_hash(found.form),
            land=calendar_of(authority_id),
            is_test=row.is_test,
            protects=found.filled.protects(),
            secrecy=manifest.secrecy,
        )

    def content(self, case: CaseRef, language: str) -> Content:
        found = submitted(case.authority_id, _submission_id(case))
        texts = found.form.texts(language)
        labels = {
            attachment_id: texts.text(f"fields.{shown.field.path}.label")
            for page in found.filled.pages
            for shown in found.filled.shown(page)
            if shown.field.type == "file"
            for attachment_id in found.filled.answer(shown.field, shown.index) or ()
        }
        documents = tuple(
            Document(
                one.id,
                one.name,
                one.media_type,
                one.size,
                labels.get(key, ""),
                "submission",
                found.row.received,
                one.state,
            )
            for key, one in found.attachments.items()
            if key in labels
        )
        return Content(answer_groups(found, language), documents)

    def document(self, case: CaseRef, document: Document) -> bytes:
        row = forms.submission(case.authority_id, _submission_id(case))
        if document.id not in {one.id for one in forms.attachments(case.authority_id, row.draft_id)}:
            raise not_found()
        return forms.attachment_bytes(case.authority_id, document.id)[1]

    def vocabulary(self, case: CaseRef) -> Vocabulary:
        found = submitted(case.authority_id, _submission_id(case))
        texts, environment = found.form.texts("de"), Environment(found.filled.seen)
        only_if = found.form.content.only_if
        evidences = {
            one.evidence: texts.text(f"fields.{one.path}.label")
            for one in found.form.form.fields.values()
            if one.evidence
        }
        return Vocabulary(
            outcomes=tuple(
                Choice(key, texts.text(f"outcomes.{key}", key), help=texts.text(f"outcome_help.{key}"))
                for key in found.form.manifest.outcomes
                if key not in only_if or only_if[key].holds(environment)
            ),
            reasons=_choices(found, texts, "reasons"),
            conditions=_choices(found, texts, "conditions"),
            evidences=tuple(Choice(key, label) for key, label in evidences.items()),
            permit=_permit(found),
            cautions=_cautions(found, texts),
            fresh_proof=found.form.manifest.fresh_proof,
            has_copy=case.language in found.form.manifest.languages,
            german_only=_german_only(found, case.language),
            follows={before: tuple(one.outcomes) for before, one in found.form.manifest.follows.items()},
        )


def process_hash(form: AdoptedForm) -> str:
    """The identity of the package's own process, empty for the built-in one."""
    return hashlib.sha256(form.content.process).hexdigest() if form.content.process else ""


def _choices(found: Submitted, texts: Texts, section: str) -> tuple[Choice, ...]:
    """The building blocks in the package's order that this application gives cause for, with their outcomes."""
    outcomes, only_if = found.form.outcomes_of(section), found.form.content.only_if
    environment = Environment(found.filled.seen)
    return tuple(
        Choice(key, text, outcomes.get(key, ()))
        for key, text in texts.section(section).items()
        if key not in only_if or only_if[key].holds(environment)
    )


def _german_only(found: Submitted, language: str) -> frozenset[str]:
    """What the applicant would read in German although the page around it is in her language."""
    texts = found.form.texts(language)
    blocks = [f"{section}.{key}" for section in ("reasons", "conditions") for key in texts.section(section)]
    keys = {key: key for key in blocks} | {
        f"evidences.{one.evidence}": f"fields.{one.path}.label"
        for one in found.form.form.fields.values()
        if one.evidence
    }
    return frozenset(name for name, key in keys.items() if texts.language_of(key) != language)


def _permit(found: Submitted) -> Permit | None:
    """The permit a decision brings along, as the application asks for it."""
    rule = found.form.content.permit
    if rule is None:
        return None
    begins, months = rule.proposed(Environment(found.filled.seen))
    return Permit(rule.outcomes, begins, months)


def _cautions(found: Submitted, texts: Texts) -> tuple[Choice, ...]:
    """What the package warns of about this application before some decisions."""
    environment = Environment(found.filled.seen)
    return tuple(
        Choice(rule.text, texts.text(f"cautions.{rule.text}"), rule.outcomes)
        for rule in found.form.content.cautions
        if rule.speaks(environment)
    )


def _submission_id(case: CaseRef) -> UUID:
    if case.submission_id is None:
        raise not_found()
    return case.submission_id


def calendar_of(authority_id: UUID) -> str:
    """The calendar that counts: of the Land of the first area the authority covers, with the holidays of its place."""
    prefixes = coverage_of(authority_id)
    land = LANDS.get(str(prefixes[0])[:2], "") if prefixes else ""
    return "+".join((land, *profile(authority_id).holidays))
