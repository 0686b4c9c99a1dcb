"""Places in status lists: given out at random, so that nobody can count or guess (Token Status List §11, §12)."""

import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first, insert_unless_taken, read
from stadttor.ground.work import reading
from stadttor.identity.issuing.models import CredentialSigner, IssuedCredential
from stadttor.identity.issuing.signing import signer_of
from stadttor.identity.ports import issuer

SIZE = 1_000_000
"""Places of a list: even the first credentials of a small town stand among a million."""
BITS = 1
FULL = SIZE // 2
"""From here on there is a next list: a free place is found with the second try at the latest, as a rule."""
KEPT = timedelta(minutes=1)
"""A token that says what is so now is given out so long; verifiers may believe it for five minutes from when they got it."""
KEPT_MOST = 16

_NEWEST_SQL = (
    "SELECT list_number, count(*) FROM identity_issuedcredential"
    " WHERE authority_id = %s GROUP BY list_number ORDER BY list_number DESC LIMIT 1"
)
_REVOKED_SQL = (
    "SELECT place FROM identity_issuedcredential WHERE authority_id = %s AND list_number = %s AND revoked_from <= %s"
)
_STATE_SQL = (
    "SELECT count(*), coalesce(sum(place), 0), coalesce(sum(place::bigint * place), 0) FROM identity_issuedcredential"
    " WHERE authority_id = %s AND list_number = %s AND revoked_from <= %s"
)
_State = tuple[object, ...]
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


_kept: "OrderedDict[tuple[UUID, str], tuple[_State, datetime, str]]" = OrderedDict()


def public_list(authority_id: UUID, number: int, uri: str, now: datetime) -> str:
    """The same for everybody who asks: signed anew when something ended, and after `KEPT`."""
    state = _state(authority_id, number, now)
    key = (authority_id, uri)
    kept = _kept.get(key)
    if kept and kept[0] == state and now - KEPT < kept[1] <= now:
        return kept[2]
    text = status_list(authority_id, number, uri, now)
    _kept.pop(key, None)
    _kept[key] = (state, now, text)
    while len(_kept) > KEPT_MOST:
        _kept.popitem(last=False)
    return text


def _state(authority_id: UUID, number: int, now: datetime) -> _State:
    """With which certificate it is signed and which places have ended, as far as two lists can be told apart by it."""
    with reading(authority_id):
        signer = first(CredentialSigner, authority_id=authority_id)
        [ended] = read(_STATE_SQL, authority_id, number, now)
    return (signer.id if signer else None, *ended)


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
