"""What an adoption sets: the values of its preset, and its own over them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F

from stadttor.catalog.models import Adoption, AdoptionRevision, Preset


def presets_of(adoptions: Iterable[UUID]) -> dict[UUID, Preset]:
    """The presets of these adoptions as they are now, by adoption; of those that have one."""
    rows = AdoptionRevision.objects.filter(adoption__in=list(adoptions), number=F("adoption__revision"))
    return {row.adoption_id: row.preset for row in rows.exclude(preset=None).select_related("preset") if row.preset}


def set_values(row: Adoption, preset: Preset | None) -> dict[str, Any]:
    """What was set for an adoption; a parameter that is not in it has the default of the package."""
    return {**(preset.given if preset else {}), **row.parameters}


def preset_of(given: Mapping[str, Any]) -> Preset | None:
    """The preset with exactly these values, inside a door that may write; none for no values."""
    if not given:
        return None
    sha256 = hashlib.sha256(written(given).encode()).hexdigest()
    return Preset.objects.get_or_create(sha256=sha256, defaults={"given": dict(given)})[0]


def written(given: Mapping[str, Any]) -> str:
    """Values as one text, the same for the same values."""
    return json.dumps(given, sort_keys=True, ensure_ascii=False)
