"""The secret of an appointment: found by its SHA-256, sealed so that a later mail can carry the link again."""

import secrets
from uuid import UUID

from stadttor.ground import keys
from stadttor.ground.sealed import seal, unseal

PURPOSE = "appointment links"


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def sealed(authority_id: UUID, booking_id: UUID, token: str) -> bytes:
    """The token under the authority's key."""
    return seal(keys.derived(authority_id, PURPOSE), booking_id, token.encode())


def opened(authority_id: UUID, booking_id: UUID, data: bytes) -> str:
    """The token again. Raises cryptography.exceptions.InvalidTag when it was changed."""
    return unseal(keys.derived(authority_id, PURPOSE), booking_id, data).decode()
