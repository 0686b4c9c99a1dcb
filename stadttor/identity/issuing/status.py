"""Places in status lists: given out at random, so that nobody can count or guess (Token Status List §11, §12)."""

import secrets
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import insert_unless_taken, read
from stadttor.ground.work import reading
from stadttor.identity.issuing.models import IssuedCredential
from stadttor.identity.issuing.signing import signer_of
from stadttor.identity.ports import issuer

SIZE = 1_000_000
"""Places of a list: even the first credentials of a small town stand among a million."""
BITS = 1
FULL = SIZE // 2
"""From here on there is a next list: a free place is found with the second try at the latest, as a rule."""

_NEWEST_SQL = (
    "SELECT list_number, count(*) FROM identity_issuedcredential"
    " WHERE authority_id = %s GROUP BY list_number ORDER BY list_number DESC LIMIT 1"
)
_REVOKED_SQL = (
    "SELECT place FROM identity_issuedcredential WHERE authority_id = %s AND list_number = %s AND revoked_from <= %s"
)
_KNOWN_SQL = "SELECT 1 FROM identity_issuedcredential WHERE authority_id = %s AND list_number = %s LIMIT 1"


def give_place(row: IssuedCredential) -> None:
    """Write the row at a free place of the newest list, inside the open work."""
    row.list_number = _open_list(row.authority_id)
    row.place = secrets.randbelow(SIZE)
    while not insert_unless_taken(row):
        row.place = secrets.randbelow(SIZE)


def _open_list(authority_id: UUID) -> int:
    found = read(_NEWEST_SQL, authority_id)
    number, taken = found[0] if found else (1, 0)
    return int(number) + int(taken >= FULL)


def status_list(authority_id: UUID, number: int, uri: str, now: datetime) -> str:
    """The signed list at its address. Refused as not found for one without a credential."""
    signer = signer_of(authority_id)
    with reading(authority_id):
        known = read(_KNOWN_SQL, authority_id, number)
    if signer is None or not known:
        raise not_found()
    with reading(authority_id):
        revoked = [place for (place,) in read(_REVOKED_SQL, authority_id, number, now)]
    return issuer().status_token(signer, uri, SIZE, BITS, revoked, now)
