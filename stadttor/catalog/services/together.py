"""Several packages at once: a new authority takes over what it begins with, and sets what must be set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.catalog.models import Adoption
from stadttor.catalog.services.adopting import adopt, change_parameters, version_to_adopt
from stadttor.catalog.stored import content_of
from stadttor.core.refused import Refused
from stadttor.ground.actor import Actor
from stadttor.ground.work import work

MOST = 50


def adopt_together(
    *, authority_id: UUID, version_ids: list[UUID], proposed: Mapping[str, Any], actor: Actor, now: datetime
) -> list[UUID]:
    """Take these packages over in test mode, all or none; one that was adopted meanwhile stays as it is.

    `proposed` are values by the names of parameters, set where a package has one of this name that takes the value; else its
    own default counts. Raises ParametersRefused, and Refused for a version that must not be adopted, or for more than `MOST`.
    """
    if len(version_ids) > MOST:
        raise Refused(
            "too_many", "Please take over at most {most} services at once, and the others afterwards.",
            field="versions", most=MOST,
        )  # fmt: skip
    made = []
    with work(authority_id):
        known = set(Adoption.objects.filter(authority_id=authority_id).values_list("package_id", flat=True))
        for version_id in version_ids:
            version = version_to_adopt(version_id)
            if version.package_id in known:
                continue
            content = content_of(version)
            values = content.parameters.defaults()
            for name, value in proposed.items():
                if name in values and not content.check_parameters({**values, name: value}):
                    values[name] = value
            made.append(
                adopt(authority_id=authority_id, version_id=version_id, parameters=values, actor=actor, now=now)
            )
    return made


def change_together(
    *, authority_id: UUID, parameters: Mapping[UUID, Mapping[str, Any]], actor: Actor, now: datetime
) -> None:
    """Set the parameters of several adopted services, all or none. Raises ParametersRefused."""
    with work(authority_id):
        for adoption_id in sorted(parameters):
            change_parameters(
                authority_id=authority_id,
                adoption_id=adoption_id,
                parameters=parameters[adoption_id],
                actor=actor,
                now=now,
            )
