"""Asking only once: what somebody answered in her earlier applications here, and what of it a new form asks for, too.

The same question is the same field of the same service, or one that asks for the same claim; never a file. Only what lies in
her account is looked at, and nothing is taken that she does not choose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from stadttor.catalog.queries import AdoptedForm, adopted_revision
from stadttor.citizens.queries import Citizen, Kept, kept
from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.forms.definition import Field, FormDefinition
from stadttor.forms.rules.filled import Shown, options_of
from stadttor.forms.rules.types import show
from stadttor.forms.services.reusing import reuse
from stadttor.ground.clock import german_day
from stadttor.portal.journey import Journey

MOST = 3
NEVER = ("file", "info", "boolean", "iban")
"""A tick is a declaration, which is made anew each time, and a bank account goes with the mandate for it."""


@dataclass(frozen=True)
class Offer:
    """One answer that fits: what it says, as a person reads it, and in its stored form."""

    path: str
    label: str
    text: str
    value: Any


@dataclass(frozen=True)
class Earlier:
    """An earlier application with what of it fits."""

    id: UUID
    title: str
    number: str
    day: date
    offers: tuple[Offer, ...]


def earlier(citizen: Citizen, journey: Journey) -> list[Earlier]:
    """Her newest applications that know something the form asks for."""
    found: list[Earlier] = []
    for key in kept(citizen, "application"):
        if len(found) < MOST and (one := _of(citizen.authority_id, key, journey)):
            found.append(one)
    return found


def _of(authority_id: UUID, key: Kept, journey: Journey) -> Earlier | None:
    try:
        row = forms.submission_for(authority_id, key.thing_id, key.token)
    except Refused:
        return None
    old = adopted_revision(authority_id, row.revision_id)
    offers = tuple(_offers(journey, old, forms.answers_now(authority_id, row)))
    title = old.texts(journey.language).text("title")
    return Earlier(row.id, title, row.number, german_day(row.received), offers) if offers else None


def _offers(journey: Journey, old: AdoptedForm, answers: Mapping[str, Any]) -> Iterator[Offer]:
    new = journey.form
    for one in _single(new.form):
        source = _same_question(one, new, old)
        value = _answer(answers, source) if source else None
        text = show(one, value, journey.words) if _may_stand(one, value, new.parameters) else ""
        if text:
            yield Offer(one.path, journey.label(Shown(one, one.path, None)), text, value)


def _single(form: FormDefinition) -> list[Field]:
    """The fields outside repeated groups that can be answered by a value."""
    return [one for one in form.fields.values() if form.groups[one.group].repeat is None and one.type not in NEVER]


def _same_question(one: Field, new: AdoptedForm, old: AdoptedForm) -> Field | None:
    known = {field.path: field for field in _single(old.form)}
    same = known.get(one.path) if new.slug == old.slug else None
    if same is None and one.prefill:
        same = next((field for field in known.values() if field.prefill == one.prefill), None)
    return same if same and same.type == one.type else None


def _answer(answers: Mapping[str, Any], source: Field) -> Any:
    group = answers.get(source.group)
    return group.get(source.id) if isinstance(group, Mapping) else None


def _may_stand(one: Field, value: Any, parameters: Mapping[str, Any]) -> bool:
    """Whether every chosen option is still offered; anything else the form judges."""
    if one.type not in ("select", "multiselect"):
        return True
    chosen = value if isinstance(value, list) else [value]
    return set(chosen) <= set(options_of(one, parameters))


def take_over(*, citizen: Citizen, journey: Journey, submission_id: UUID, chosen: set[str], every: bool) -> bool:
    """Take what she chose of one application; gives False when that is nothing. Not found when it is not in her account."""
    found = next((one for one in earlier(citizen, journey) if one.id == submission_id), None)
    if found is None:
        raise not_found()
    values = {one.path: one.value for one in found.offers if every or one.path in chosen}
    if values:
        reuse(
            authority_id=citizen.authority_id,
            draft=journey.draft,
            number=found.number,
            day=found.day,
            values=values,
            language=journey.language,
            now=journey.now,
        )
    return bool(values)
