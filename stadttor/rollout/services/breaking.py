"""Count the pages and forms of a service that broke, for whoever watches a new version."""

from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.ids import new_id
from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.rollout.rules.watching import LOOKS_BACK

KEPT = LOOKS_BACK + timedelta(days=30)
_ADD = """
INSERT INTO rollout_brokenpage (id, authority_id, adoption_id, revision_id, hour, count) VALUES (%s, %s, %s, %s, %s, 1)
ON CONFLICT (authority_id, adoption_id, revision_id, hour) DO UPDATE SET count = rollout_brokenpage.count + 1
"""
_FORGET = "DELETE FROM rollout_brokenpage WHERE authority_id = %s AND hour < %s"


def note_broken(*, authority_id: UUID, adoption_id: UUID, revision_id: UUID, now: datetime) -> None:
    """One more page of this service broke in this hour, as it is set since a revision; which page and for whom is not kept."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with work(authority_id):
        read(_ADD, new_id(), authority_id, adoption_id, revision_id, hour)


def forget_broken(*, authority_id: UUID, now: datetime) -> None:
    """Delete the counts that no watch looks back at any more. By the clock, as a town whose pages stay whole has old ones too."""
    with work(authority_id):
        read(_FORGET, authority_id, now - KEPT)
