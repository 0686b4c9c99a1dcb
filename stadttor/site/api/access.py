"""Who calls: anybody, or another system of the authority with a token and its scopes."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from stadttor.core.network import neighbourhood
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.authorities import AuthorityRow
from stadttor.ground.clock import now
from stadttor.identity.queries import Staff, scopes_of
from stadttor.site.api import limits

SAFE = ("GET", "HEAD", "OPTIONS")
LONGEST_TOKEN = 200


@dataclass(frozen=True)
class System(Staff):
    """Another system of this authority: works like a lead, stands in history and audit as what it is."""

    def actor(self) -> Actor:
        return Actor("api", self.id, self.name)


@dataclass(frozen=True)
class Caller:
    """Who calls. `name` keeps the Idempotency-Keys of different callers apart: of systems, of network addresses."""

    name: str
    system: System | None = None

    def actor(self) -> Actor:
        """How the caller stands in history and audit."""
        return self.system.actor() if self.system else CITIZEN


class Refusal(Refused):
    """No valid token (RFC 6750 §3): the answer says how to come with one."""

    def __init__(self) -> None:
        super().__init__(
            "token_missing",
            "This needs a token of this authority in the header Authorization: Bearer. An organiser creates it.",
            status=401,
        )


def anybody(request: HttpRequest) -> Caller:
    """No token needed; calls are counted by address."""
    buckets = limits.public_reads if request.method in SAFE else limits.public_writes
    address = address_of(request)
    buckets.spend(address, time.monotonic())
    # Whoever has seen a key and its content elsewhere must not get the receipt of the one who sent them.
    return Caller(f"public:{address}")


class Token(HttpBearer):
    """A living token of the host's authority with this scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refusal
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The system behind the token. Refused: 401 without a valid one, 403 without the scope, 429 after many."""
        authority = town_of(request)
        found = _known(request, authority, token)
        if found is None:
            limits.wrong_tokens.spend(address_of(request), time.monotonic())
            raise Refusal
        token_id, name, scopes = found
        limits.token_calls.spend(str(token_id), time.monotonic())
        if self.scope not in scopes:
            raise Refused(
                "scope_missing",
                "This token lacks the scope {scope}. An organiser can create one that has it.",
                status=403,
                scope=self.scope,
            )
        roles = frozenset({"lead", "clerk"})
        return Caller(f"token:{token_id}", System(token_id, name, "", authority.id, roles, frozenset()))


class TokenIfGiven(Token):
    """Like `Token` when a token is given; anybody else may call too."""

    def __call__(self, request: HttpRequest) -> Caller:
        if "Authorization" in request.headers:
            return super().__call__(request)
        return anybody(request)


def town_of(request: Any) -> AuthorityRow:
    """The authority of the host. Refused as not found on the bare domain."""
    if request.authority is None:
        raise not_found()
    found: AuthorityRow = request.authority
    return found


def caller_of(request: Any) -> Caller:
    """Who called, after authentication."""
    found: Caller = request.auth
    return found


def system_of(request: Any) -> System:
    """The system that called, in operations that need a token."""
    system = caller_of(request).system
    if system is None:
        raise Refusal
    return system


def address_of(request: HttpRequest) -> str:
    """The network address calls are counted by."""
    return neighbourhood(request.META.get("REMOTE_ADDR", ""))


def _known(request: HttpRequest, authority: AuthorityRow, token: str) -> tuple[UUID, str, frozenset[str]] | None:
    limits.wrong_tokens.must_have(address_of(request), time.monotonic())
    return scopes_of(authority.id, token, now()) if len(token) <= LONGEST_TOKEN else None
