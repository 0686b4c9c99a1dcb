"""Live updates: who changed something says so by NOTIFY in its own transaction; browsers get ids and ask again.

Nothing but `authority`, `topic` and an id travels; whoever listens reads the rest under its own rights.
"""

import json
from uuid import UUID

from django.db import connection

CHANNEL = "stadttor_live"


def announce(authority_id: UUID, topic: str, thing_id: UUID) -> None:
    """Tell the live process, when the open work commits."""
    payload = json.dumps({"authority": str(authority_id), "topic": topic, "id": str(thing_id)})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])
