"""A value that was mistaken when its day began: put right from that day on, and what stood stays to be read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.catalog.members import members_of
from stadttor.catalog.models import Adoption, DatedValues
from stadttor.catalog.presets import presets_of, set_values
from stadttor.catalog.services.adopting import ParametersRefused, _locked, _revise, must_fit_members
from stadttor.catalog.services.dating import LONGEST_SOURCE
from stadttor.catalog.stored import content_of
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import Actor
from stadttor.ground.work import work

LONGEST_REASON = 500


def correct_values(
    *,
    authority_id: UUID,
    adoption_id: UUID,
    dated_id: UUID,
    parameters: Mapping[str, Any],
    source: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Put what began on a day right from that day on, with the reason; gives the id of what stands now.

    Of `parameters` those count that the day brought. Nothing decided changes: cases keep what they began with. A value of a
    later day, or one that was changed at once since, stays the one of today. Raises ParametersRefused; Refused without a reason
    or where nothing differs; not found for what has not begun or was corrected already.
    """
    why, said = " ".join(reason.split())[:LONGEST_REASON], " ".join(source.split())[:LONGEST_SOURCE]
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        stood = DatedValues.objects.filter(adoption_id=adoption.id, id=dated_id, state="begun").first()
        if stood is None:
            raise not_found()
        content, preset = content_of(adoption.version), presets_of([adoption.id]).get(adoption.id)
        own = content.parameters.merged(set_values(adoption, preset))
        stands = {name: parameters[name] for name in stood.given if name in own and name in parameters}
        if faults := content.check_parameters({**own, **stands}):
            raise ParametersRefused(faults)
        given = {**stood.given, **stands}
        if given == stood.given and said == stood.source:
            raise Refused("nothing_differs", "Nothing differs from what stands there.")
        if not why:
            raise Refused("reason_missing", "Please say why it is corrected.", field="reason")
        today = {name: value for name, value in stands.items() if own[name] == stood.given[name]}
        today = {name: value for name, value in today.items() if name not in _of_later_days(adoption, stood)}
        must_fit_members(content, {**own, **today}, members_of([adoption.id]).get(adoption.id, {}), authority_id)
        adoption.parameters = {**adoption.parameters, **today}
        row = DatedValues(adoption=adoption, since=stood.since, given=given, before=stood.before, source=said, at=now)
        row.corrects, row.reason, row.actor_kind, row.actor_id = stood.id, why, actor.kind, actor.id
        row.state, row.number = "begun", adoption.revision + 1
        stood.state = "corrected"
        stood.save(update_fields=["state"])
        row.save(force_insert=True)
        _revise(adoption, "parameters_corrected", actor, now, preset, details=_ids(stood, row))
    return row.id


def _of_later_days(adoption: Adoption, stood: DatedValues) -> frozenset[str]:
    """The names whose value of today is that of a later day."""
    begun = DatedValues.objects.filter(adoption_id=adoption.id, state="begun", since__gte=stood.since)
    later = [one for one in begun if (one.since, one.number) > (stood.since, stood.number)]
    return frozenset(name for one in later for name in one.given)


def _ids(stood: DatedValues, stands: DatedValues) -> dict[str, Any]:
    """For the audit, which holds ids and codes; both rows stay, with values and reason."""
    names = sorted(name for name, value in stands.given.items() if stood.given[name] != value)
    return {"stood": str(stood.id), "stands": str(stands.id), "settings": names}
