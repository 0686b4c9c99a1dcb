"""Settings by the day from which they count: what comes, what counted when, what was mistaken and where it was used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.catalog.models import AdoptionRevision, DatedValues
from stadttor.catalog.queries.adopted import AdoptedForm
from stadttor.catalog.stored import content_by_id
from stadttor.core.refused import not_found
from stadttor.ground.work import common


@dataclass(frozen=True)
class CorrectedRow:
    """What stood (`given`) until it was corrected `at` a moment by somebody, who said why."""

    given: Mapping[str, Any]
    source: str
    reason: str
    at: datetime
    actor_id: UUID | None
    id: UUID


@dataclass(frozen=True)
class DatedRow:
    """Values that count `since` a day, with the statute that says so; `before` what counted until then (once begun).

    `stood` is what was corrected, the latest first.
    """

    id: UUID
    since: date
    given: Mapping[str, Any]
    before: Mapping[str, Any]
    source: str
    state: str
    stood: tuple[CorrectedRow, ...] = field(default=())


@dataclass(frozen=True)
class UsedIn:
    """Where values that began were used: by applications of these `revisions`.

    What is reckoned by the day of its period (a yearly tax) took them besides with every decision from `began` to before `ended`,
    whichever revision the application is of: `by_day` says that the service does so.
    """

    revisions: tuple[int, ...]
    began: datetime
    ended: datetime | None
    by_day: bool


def dated_values(authority_id: UUID, adoption_id: UUID) -> list[DatedRow]:
    """What comes and what has begun, the latest day first; what was undone is in the history alone."""
    with common():
        mine = DatedValues.objects.filter(adoption__authority_id=authority_id, adoption_id=adoption_id)
        found = list(mine.exclude(state="undone").order_by("-since", "-at"))
    by_id = {one.id: one for one in found}
    return [_row(one, by_id) for one in found if one.state != "corrected"]


def _row(one: DatedValues, by_id: Mapping[UUID, DatedValues]) -> DatedRow:
    stood, newer = [], one
    while newer.corrects is not None:
        older = by_id[newer.corrects]
        stood.append(CorrectedRow(older.given, older.source, newer.reason, newer.at, newer.actor_id, older.id))
        newer = older
    return DatedRow(one.id, one.since, one.given, one.before, one.source, one.state, tuple(stood))


def begun_row(authority_id: UUID, adoption_id: UUID, dated_id: UUID) -> DatedRow:
    """What stands. Raises Refused (404) for what has not begun, was corrected, or is of another authority."""
    for one in dated_values(authority_id, adoption_id):
        if one.id == dated_id and one.state == "begun":
            return one
    raise not_found()


def used_in(authority_id: UUID, adoption_id: UUID, dated_id: UUID) -> UsedIn:
    """Where values were used that began and stand, or stood until they were corrected. Raises Refused (404)."""
    with common():
        mine = DatedValues.objects.filter(adoption__authority_id=authority_id, adoption_id=adoption_id)
        one = mine.filter(id=dated_id, state__in=("begun", "corrected")).first()
        if one is None:
            raise not_found()
        newer = mine.filter(corrects=one.id).first()
        wrong = {name: value for name, value in one.given.items() if newer is None or newer.given.get(name) != value}
        numbers = AdoptionRevision.objects.filter(adoption_id=adoption_id, number__gte=one.number)
        if newer is not None:
            numbers = numbers.filter(number__lt=newer.number)
        found = list(
            numbers.order_by("number").values_list("number", "parameters", "at", "version_id", "version__sha256")
        )
        assesses = content_by_id(*found[-1][3:]).assessment is not None
    used = [number for number, values, *_more in found if any(values.get(n) == v for n, v in wrong.items())]
    return UsedIn(tuple(used), found[0][2], newer.at if newer else None, assesses)


def corrected_after(authority_id: UUID, adoption_id: UUID, number: int) -> list[tuple[DatedRow, CorrectedRow]]:
    """What stands and what stood of each correction that came after an adoption's n-th change, which still had what stood."""
    stood = [(row, old) for row in dated_values(authority_id, adoption_id) for old in row.stood]
    return [(row, old) for row, old in stood if number in used_in(authority_id, adoption_id, old.id).revisions]


def form_on(form: AdoptedForm, day: date) -> AdoptedForm:
    """The same form with the values that counted on a day, for what is reckoned for a period and not for an application.

    Values with a day that began after the form's revision are taken in, those of a later day taken out again. What a member
    municipality sets itself stays as it has it.
    """
    with common():
        known = DatedValues.objects.filter(adoption_id=form.adoption_id, state__in=("begun", "corrected"))
        begun = list(known.order_by("since", "number"))
    names = {name for one in begun for name in one.given if name in form.parameters and name not in form.set_by_member}
    counted = {name: _counted(name, day, form.number, begun, form.parameters[name]) for name in names}
    values = {**form.parameters, **counted}
    return form if values == form.parameters else replace(form, parameters=values, _of_members={})


def _counted(name: str, day: date, number: int, begun: Sequence[DatedValues], known: Any) -> Any:
    """What counted on the day, where the n-th change knows a value."""
    mine = [one for one in begun if name in one.given]
    since = next((one for one in reversed(mine) if one.since <= day and one.state == "begun"), None)
    # What the form's revision knows may be of a later day already: then what counted before that is kept there.
    later = next((one for one in mine if one.since > day and one.number <= number), None)
    if since is not None and since.number > (number if later is None else later.number):
        return since.given[name]
    return known if later is None else later.before.get(name, known)
