"""Live updates: who changed something says so by NOTIFY in its own transaction; browsers get ids and ask again.

Nothing but `authority`, `topic`, an id and the units for which alone it exists travels; whoever listens reads the rest under
its own rights.
"""

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection

CHANNEL = "stadttor_live"


def announce(authority_id: UUID, topic: str, thing_id: UUID, only: Iterable[UUID] | None = None) -> None:
    """Tell the live process, when the open work commits. `only`: members of these units hear of it and nobody else."""
    told: dict[str, object] = {"authority": str(authority_id), "topic": topic, "id": str(thing_id)}
    if only is not None:
        told["only"] = [str(one) for one in only]
    payload = json.dumps(told)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
