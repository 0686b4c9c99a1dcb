"""One permit, or one application, for each person where the service says so: what the clerk sees before she grants another.

A permit keeps its holder's name alone; who she is follows from the application it came from. The same name with the same day of
birth is the same person; where none is known, the same address is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from stadttor.cases.ports import CaseRef, Caution, Choice, Vocabulary
from stadttor.cases.queries import standing_decision
from stadttor.cases.queries.permits import open_cases_of, permits_of_holder
from stadttor.cases.queries.seen import named_to
from stadttor.core.cel import Environment
from stadttor.forms import queries as forms
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import _
from stadttor.site.applications import Submitted, SubmittedApplications, submitted
from stadttor.site.tags import tags_of

KEY = "one_per_person"
FAVOURABLE = frozenset({"granted", "partly", "registered", "handed_over", "assessed"})
BIRTH, ADDRESS = "claim:birth_date", "claim:address"


class OnePerPerson(SubmittedApplications):
    """The applications, with a caution where the same person has a permit or another application already."""

    def vocabulary(self, case: CaseRef) -> Vocabulary:
        words = super().vocabulary(case)
        if case.submission_id is None:
            return words
        found = submitted(case.authority_id, case.submission_id)
        words = replace(_with_former_end(words, found, case.case_id), tags=tags_of(found, case.case_id))
        said = list(_permits(found, case)) if found.form.manifest.one_per_person else []
        if not said:
            return words
        outcomes = tuple(one.key for one in words.outcomes if one.key in FAVOURABLE)
        caution = Choice(KEY, " ".join(said), outcomes)
        return replace(words, cautions=(*words.cautions, caution), reasoned=words.reasoned | {KEY})


def _with_former_end(words: Vocabulary, found: Submitted, case_id: UUID) -> Vocabulary:
    """A changed plate or a replacement says no time of its own: the permit ends when the former one would have.

    Whoever lost hers may not know its number: then it is the one she has.
    """
    rule, permit = found.form.content.permit, words.permit
    if permit is None or permit.months or rule is None or rule.replaces is None:
        return words
    number = rule.replaces_of(Environment(found.filled.seen)).upper()
    held = permits_of_holder(
        found.form.authority_id, found.row.service, found.applicant, german_day(now()), but=case_id
    )
    former = [one for one in held if (one.number == number if number else _is_same(found, one.submission_id))]
    return replace(words, permit=replace(permit, ends=former[0].valid_until)) if len(former) == 1 else words


def applies_twice(case: CaseRef) -> Sequence[Caution]:
    """Says that the same person has another open application; nobody must answer to it. Implements `Cautions`."""
    if case.submission_id is None or standing_decision(case.authority_id, case.case_id):
        return ()
    found = submitted(case.authority_id, case.submission_id)
    if not found.form.manifest.one_per_person:
        return ()
    said = " ".join(_applications(found, case))
    return (Caution(_("Another application of this person"), said),) if said else ()


def _permits(found: Submitted, case: CaseRef) -> Iterator[str]:
    """Which permits stand against another one, in the current language; by name those of cases that the viewer sees."""
    authority_id, today = found.form.authority_id, german_day(now())
    service = found.row.service
    rule = found.form.content.permit
    replaced = rule.replaces_of(Environment(found.filled.seen)).upper() if rule else ""
    held = permits_of_holder(authority_id, service, found.applicant, today, but=case.case_id)
    same = [one for one in held if one.number != replaced and _is_same(found, one.submission_id)]
    named = _named(case, [one.case_id for one in same])
    for permit in same:
        if permit.case_id in named:
            yield _(
                "This person has the permit {number}, valid until {day}.",
                number=permit.number,
                day=day(permit.valid_until),
            )
    if len(same) > len(named):
        yield _("There is another valid permit of this person. Please ask a lead.")


def _applications(found: Submitted, case: CaseRef) -> Iterator[str]:
    """The other open applications of the same person, in the current language; by name those that the viewer sees."""
    authority_id, service = found.form.authority_id, found.row.service
    others = open_cases_of(authority_id, service, found.applicant, but=case.case_id)
    same = [(case_id, number) for case_id, number, submission_id in others if _is_same(found, submission_id)]
    named = _named(case, [case_id for case_id, _number in same])
    numbers = [number for case_id, number in same if case_id in named]
    if len(numbers) == 1:
        yield _("This person has another open application, {number}.", number=numbers[0])
    elif numbers:
        yield _(
            "This person has {count} more open applications: {numbers}.",
            count=len(numbers),
            numbers=_(", ").join(numbers),
        )
    if len(same) > len(named):
        yield _("There is another open application of this person. Please ask a lead.")


def _named(case: CaseRef, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    return named_to(case.viewer, case_ids, now()) if case.viewer and case_ids else frozenset()


def _is_same(found: Submitted, submission_id: UUID | None) -> bool:
    """Whether the other application is the same person's, as far as both say who she is; the names are the same."""
    if submission_id is None or not forms.is_accepted(found.form.authority_id, submission_id):
        return False
    other = submitted(found.form.authority_id, submission_id)
    births = _answer(found, BIRTH), _answer(other, BIRTH)
    if all(births):
        return bool(births[0] == births[1])
    homes = _answer(found, ADDRESS), _answer(other, ADDRESS)
    return bool(all(homes) and homes[0] == homes[1])


def _answer(found: Submitted, claim: str) -> Any:
    """Her answer to the question that a sign-in would fill in so."""
    field = next((one for one in found.form.form.fields.values() if one.prefill == claim), None)
    return found.filled.answer(field, None) if field and found.form.form.groups[field.group].repeat is None else None
