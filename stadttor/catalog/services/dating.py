"""Settings that count from a day on, each with the statute that says so: planned, undone before, begun on their day."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from stadttor.catalog.members import members_of
from stadttor.catalog.models import DatedValues
from stadttor.catalog.presets import presets_of, set_values
from stadttor.catalog.services.adopting import ParametersRefused, _locked, _revise, change_parameters, must_fit_members
from stadttor.catalog.stored import content_of
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import common, work

log = logging.getLogger("stadttor.catalog")
LONGEST_SOURCE = 300
MOST_COMING = 20
WAITING = ("coming", "unfit")


def plan_parameters(
    *,
    authority_id: UUID,
    adoption_id: UUID,
    parameters: Mapping[str, Any],
    since: date | None,
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Set other parameters from a day on, or at once without a day; `source` is the statute with its date.

    What is planned is only what differs from now: everything else may change before. Raises ParametersRefused, and Refused
    for a day that is not in the future, without a source for a planned value, and where nothing differs.
    """
    today, said = german_day(now), " ".join(source.split())[:LONGEST_SOURCE]
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        content = content_of(adoption.version)
        own = content.parameters.merged(set_values(adoption, presets_of([adoption.id]).get(adoption.id)))
        given = {name: value for name, value in parameters.items() if own.get(name) != value}
        row = DatedValues(adoption=adoption, since=since or today, given=given, source=said, at=now)
        row.actor_kind, row.actor_id = actor.kind, actor.id
        if since is None:
            change_parameters(
                authority_id=authority_id, adoption_id=adoption_id, parameters=parameters, actor=actor, now=now
            )
            if given and said:
                adoption.refresh_from_db(fields=["revision"])
                row.state, row.number, row.before = "begun", adoption.revision, {name: own.get(name) for name in given}
                row.save(force_insert=True)
            return
        if faults := content.check_parameters({**own, **parameters}):
            raise ParametersRefused(faults)
        _must_be_plannable(adoption_id, since, today, said, given)
        row.save(force_insert=True)
        _revise(adoption, "parameters_planned", actor, now, presets_of([adoption.id]).get(adoption.id))


def change_planned(
    *,
    authority_id: UUID,
    adoption_id: UUID,
    planned_id: UUID,
    parameters: Mapping[str, Any],
    since: date | None,
    source: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Other values, another day or statute for what has not begun. Not found once it has; refused as `plan_parameters` is."""
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        planned = DatedValues.objects.filter(adoption_id=adoption.id, id=planned_id, state__in=WAITING).first()
        if planned is None:
            raise not_found()
        if since is None:
            raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="since")
        content, preset = content_of(adoption.version), presets_of([adoption.id]).get(adoption.id)
        own, said = content.parameters.merged(set_values(adoption, preset)), " ".join(source.split())[:LONGEST_SOURCE]
        given = {name: value for name, value in parameters.items() if own.get(name) != value}
        if faults := content.check_parameters({**own, **parameters}):
            raise ParametersRefused(faults)
        planned.state = "undone"
        planned.save(update_fields=["state"])
        _must_be_plannable(adoption_id, since, german_day(now), said, given)
        row = DatedValues(adoption=adoption, since=since, given=given, source=said, at=now)
        row.actor_kind, row.actor_id = actor.kind, actor.id
        row.save(force_insert=True)
        _revise(adoption, "planned_changed", actor, now, preset)


def _must_be_plannable(adoption_id: UUID, since: date, today: date, source: str, given: Mapping[str, Any]) -> None:
    if since <= today:
        raise Refused("since_past", "Please enter a day in the future, or none: then the settings count at once.")
    if not source:
        raise Refused("source_missing", "Please say which statute says so, with its date.")
    if not given:
        raise Refused("nothing_changed", "Nothing differs from the settings of today.")
    if DatedValues.objects.filter(adoption_id=adoption_id, state="coming").count() >= MOST_COMING:
        raise Refused("too_many_coming", "So many settings cannot wait at once. Please undo some first.")


def undo_planned(*, authority_id: UUID, adoption_id: UUID, planned_id: UUID, actor: Actor, now: datetime) -> None:
    """What was planned does not come. Not found once it has begun. Safe to repeat."""
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        row = DatedValues.objects.filter(adoption_id=adoption.id, id=planned_id).first()
        if row is None or row.state in ("begun", "corrected"):
            raise not_found()
        if row.state != "undone":
            row.state = "undone"
            row.save(update_fields=["state"])
            _revise(adoption, "planned_undone", actor, now, presets_of([adoption.id]).get(adoption.id))


def begin_planned(now: datetime) -> None:
    """Let the values count whose day has come, of all authorities; one that cannot does not keep the others waiting."""
    with common():
        due = DatedValues.objects.filter(state="coming", since__lte=german_day(now)).order_by("since", "at")
        found = list(due.values_list("adoption__authority_id", "adoption_id", "id"))
    for authority_id, adoption_id, planned_id in found:
        try:
            _begin(authority_id, adoption_id, planned_id, now)
        except Exception:
            log.exception("planned settings %s did not begin", planned_id)


def _begin(authority_id: UUID, adoption_id: UUID, planned_id: UUID, now: datetime) -> None:
    with work(authority_id), transaction.atomic():
        adoption = _locked(authority_id, adoption_id)
        row = DatedValues.objects.filter(adoption_id=adoption_id, id=planned_id, state="coming").first()
        if row is None:
            return
        preset, content = presets_of([adoption.id]).get(adoption.id), content_of(adoption.version)
        own = content.parameters.merged(set_values(adoption, preset))
        # The version may be another one by now: what does not fit it waits for an organiser, who reads so.
        if set(row.given) - set(own) or not _fits(content, {**own, **row.given}, adoption.id, authority_id):
            row.state = "unfit"
            row.save(update_fields=["state"])
            _revise(adoption, "planned_unfit", SYSTEM, now, preset)
            return
        adoption.parameters = {**adoption.parameters, **row.given}
        _revise(adoption, "parameters_begun", SYSTEM, now, preset)
        row.state, row.number, row.before = "begun", adoption.revision, {name: own[name] for name in row.given}
        row.save(update_fields=["state", "number", "before"])


def _fits(content: Any, values: Mapping[str, Any], adoption_id: UUID, authority_id: UUID) -> bool:
    if content.check_parameters(values):
        return False
    try:
        must_fit_members(content, values, members_of([adoption_id]).get(adoption_id, {}), authority_id)
    except Refused:
        return False
    return True
