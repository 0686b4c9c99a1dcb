"""Settings by the day from which they count: what comes, what counted when."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from stadttor.catalog.models import AdoptionRevision, DatedValues
from stadttor.catalog.queries.adopted import AdoptedForm
from stadttor.ground.work import common


@dataclass(frozen=True)
class DatedRow:
    """Values that count `since` a day, with the statute that says so; `before` what counted until then (once begun)."""

    id: UUID
    since: date
    given: Mapping[str, Any]
    before: Mapping[str, Any]
    source: str
    state: str


def dated_values(authority_id: UUID, adoption_id: UUID) -> list[DatedRow]:
    """What comes and what has begun, the latest day first; what was undone is in the history alone."""
    with common():
        mine = DatedValues.objects.filter(adoption__authority_id=authority_id, adoption_id=adoption_id)
        found = mine.exclude(state="undone").order_by("-since", "-at")
        return [DatedRow(one.id, one.since, one.given, one.before, one.source, one.state) for one in found]


def form_on(form: AdoptedForm, day: date) -> AdoptedForm:
    """The same form with the values that counted on a day, for what is reckoned for a period and not for an application.

    Values with a day that began after the form's revision are taken in, those of a later day taken out again. What a member
    municipality sets itself stays as it has it.
    """
    with common():
        number = AdoptionRevision.objects.filter(id=form.revision_id).values_list("number", flat=True).first() or 0
        begun = list(
            DatedValues.objects.filter(adoption_id=form.adoption_id, state="begun").order_by("since", "number")
        )
    if not begun:
        return form
    values = dict(form.parameters)
    own = form.set_by_member
    for one in begun:
        if one.since <= day and one.number > number:
            values |= {name: value for name, value in one.given.items() if name in values and name not in own}
    for one in reversed(begun):
        if one.since > day and one.number <= number:
            values |= {name: value for name, value in one.before.items() if name in values and name not in own}
    return form if values == form.parameters else replace(form, parameters=values, _of_members={})
