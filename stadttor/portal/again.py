"""A new application that begins with a permit or a tag: its number and what was answered for it stand in the form already."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.cases.queries.permits import PermitView
from stadttor.cases.queries.tags import TagView
from stadttor.catalog.queries import AdoptedForm, Again, adopted_form
from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.definition import FormDefinition
from stadttor.forms.queries import SubmissionRow
from stadttor.forms.services.drafting import start_draft
from stadttor.ground.web.language import N_

ACTS = {
    "renew": N_("Renew this permit"),
    "change": N_("Tell a new number plate"),
    "lost": N_("Get a replacement"),
}


# With its name: alone the German word is that for signing out.
TAG_ACTS = {"end": N_("Deregister {name}")}


def acts_for_tag(authority_id: UUID, tag: TagView) -> tuple[str, ...]:
    """What can be asked for with this tag, by the service as it is offered now; nothing once it was ended."""
    form = _form(authority_id, tag.service) if tag.stands else None
    rule = form.content.tag if form else None
    return tuple(act for act in TAG_ACTS if rule and act in rule.again)


def acts_for(authority_id: UUID, permit: PermitView) -> tuple[str, ...]:
    """What can be asked for with this permit, by the service as it is offered now; nothing once it was taken away."""
    if permit.state == "revoked":
        return ()
    form = _form(authority_id, permit.service)
    rule = form.content.permit if form else None
    return tuple(act for act in ACTS if rule and act in rule.again)


def _form(authority_id: UUID, service: str) -> AdoptedForm | None:
    try:
        return adopted_form(authority_id, service)
    except Refused:
        return None


def begin_again(*, row: SubmissionRow, permit: PermitView | TagView, act: str, token: str, language: str, now: datetime,
                authority_id: UUID) -> tuple[UUID, str]:  # fmt: skip
    """Begin the holder's new application; gives the draft and its first page. Not found when the service has no such act."""
    fill = prefilled_by_tag if isinstance(permit, TagView) else prefilled
    form, answers = fill(authority_id, row, permit, act)  # type: ignore[arg-type]  # each takes what it is for
    draft_id = start_draft(
        authority_id=authority_id,
        token=token,
        service=form.slug,
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        language=language,
        now=now,
        answers=answers,
    )
    return draft_id, form.form.pages[0].id


def prefilled(
    authority_id: UUID, row: SubmissionRow, permit: PermitView, act: str
) -> tuple[AdoptedForm, dict[str, Any]]:
    """The form as it is offered now, and the answers that the permit and its application give for it.

    Files are not taken along: they belong to the application they were sent with.
    """
    form = _form(authority_id, permit.service)
    rule = form.content.permit.again.get(act) if form and form.content.permit else None
    if form is None or rule is None or permit.state == "revoked":
        raise not_found()
    answers = _known(form, rule, forms.answers_now(authority_id, row), permit.number)
    if rule.plate and permit.plates:
        _put(answers, rule.plate, permit.plates[0])
    return form, answers


def prefilled_by_tag(
    authority_id: UUID, row: SubmissionRow, tag: TagView, act: str
) -> tuple[AdoptedForm, dict[str, Any]]:
    """The same for a tag: with the answers of its own element. Not found once it was ended."""
    form = _form(authority_id, tag.service)
    rule = form.content.tag.again.get(act) if form and form.content.tag else None
    if form is None or form.content.tag is None or rule is None or not tag.stands:
        raise not_found()
    before = forms.answers_now(authority_id, row)
    answers = _known(form, rule, before, tag.number)
    elements = before.get(form.content.tag.each)
    own = elements[tag.entry] if isinstance(elements, list) and tag.entry < len(elements) else {}
    for path, name in rule.element.items():
        if own.get(name):
            _put(answers, path, own[name])
    return form, answers


def _known(form: AdoptedForm, rule: Again, before: Mapping[str, Any], number: str) -> dict[str, Any]:
    """The groups that are kept, the fixed answers and the number."""
    answers = {group: kept for group in rule.keep if (kept := _kept(before.get(group), group, form.form))}
    for path, value in rule.answers.items():
        _put(answers, path, value)
    if rule.number:
        _put(answers, rule.number, number)
    return answers


def _kept(answers: Any, group: str, definition: FormDefinition) -> Any:
    """The answers of a group that the form of now still asks for, files left out."""
    if group not in definition.groups:
        return None
    known = {one.id for one in definition.groups[group].fields if one.type not in ("file", "info")}
    if isinstance(answers, Mapping):
        return {name: deepcopy(value) for name, value in answers.items() if name in known}
    if isinstance(answers, list) and definition.groups[group].repeat:
        return [
            {name: deepcopy(one[name]) for name in one if name in known} for one in answers if isinstance(one, dict)
        ]
    return None


def _put(answers: dict[str, Any], path: str, value: object) -> None:
    group, _dot, name = path.partition(".")
    answers[group] = {**answers.get(group, {}), name: value}
