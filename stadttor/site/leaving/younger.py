"""What others have that hangs on rows which did not exist at the moment an authority goes back to.

Their rows stay where they are in a return; those that would point at nothing go, and the operator is told how many.
"""

import json
from collections.abc import Mapping
from uuid import UUID

from stadttor.site.leaving.archive import Export
from stadttor.site.leaving.tables import Connection

HELPERS, ASKINGS, REQUESTS = "identity_helper", "studio_asking", "studio_changerequest"
WHY: Mapping[str, str] = {
    HELPERS: "their colleagues had no account then",
    ASKINGS: "other authorities asked for changes that this publisher had not been asked for then",
}
_ASKED_SINCE = """
DELETE FROM studio_asking WHERE authority_id <> %(authority)s AND request_id <> ALL(%(kept)s::uuid[])
 AND request_id IN (SELECT id FROM studio_changerequest WHERE publisher_id = %(authority)s)
"""
_OF_NOBODY = """
DELETE FROM identity_helper h WHERE NOT EXISTS (SELECT FROM identity_staffaccount a WHERE a.id = h.account_id)
"""


def drop_askings(connection: Connection, export: Export, authority_id: UUID) -> dict[str, int]:
    """That others asked this publisher for what the export does not know. Before its rows go: then nobody sees whose they were."""
    kept = [json.loads(line)["id"] for line in export.lines(REQUESTS)]
    return _counted(ASKINGS, connection.execute(_ASKED_SINCE, {"authority": authority_id, "kept": kept}).rowcount)


def drop_helpers(connection: Connection) -> dict[str, int]:
    """Helpers without an account. After its rows came back."""
    return _counted(HELPERS, connection.execute(_OF_NOBODY).rowcount)


def _counted(table: str, rows: int) -> dict[str, int]:
    return {table: rows} if rows else {}
