"""Files as tests put them."""

from datetime import datetime
from uuid import UUID

from stadttor.ground import files
from stadttor.ground.work import work


def stored(authority_id: UUID, data: bytes, now: datetime, *, media_type: str = "text/plain") -> files.FileRef:
    """A file that counts: its bytes are put, its row is entered."""
    kept = files.put(authority_id, data, media_type=media_type)
    with work(authority_id):
        files.enter(authority_id, kept, now)
    return kept
