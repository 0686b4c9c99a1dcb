"""A call that changes something happens once per Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).

The mark of a call is its audit entry, written in the same transaction as the effect: it names the caller's key by an
UUID derived from both, the request by a keyed hash, and the ids that came of it. What was refused leaves no mark and is
judged anew.
"""

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid5

from django.db import OperationalError, connection
from django.http import HttpRequest
from ninja import Header

from stadttor.core.refused import Refused
from stadttor.ground import audit, keys
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.site.api.access import Caller, caller_of, town_of

# Quoted as a structured field (RFC 9651), as the draft has it, or plain, as most send it.
KEY = re.compile(r'^"?([A-Za-z0-9_.:-]{16,100})"?$')
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY.pattern,
        description="A fresh UUID for each thing you want to do; 16 to 100 letters, digits or signs of - _ . :",
    ),
]
QUOTES = '"'
NAMES = UUID("6f1c8f0e-5d0b-5d39-9c5c-2f8a6c1e7b40")
ACT = "api.call"
Ids = Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """A call by its key. `digest` is a keyed hash over method, address and content."""

    authority_id: UUID
    caller: Caller
    id: UUID
    digest: bytes

    def secret(self, purpose: str) -> str:
        """256 bits that only this call with this content gives again, so that a repeated one gets the same receipt."""
        key = keys.derived(self.authority_id, f"api-{purpose}")
        made = hmac.digest(key, self.id.bytes + self.digest, "sha256")
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


@dataclass(frozen=True)
class Done:
    """What came of a call; `again` when it had been done before."""

    ids: Ids
    again: bool


def call_of(request: HttpRequest, key: str, content: Any) -> Call:
    """The call with its key (as `Key` lets through) and content: anything JSON holds."""
    authority, caller = town_of(request), caller_of(request)
    digest = hmac.digest(keys.derived(authority.id, "api-calls"), _said(request, content), "sha256")
    return Call(authority.id, caller, uuid5(NAMES, f"{caller.name}\n{key.strip(QUOTES)}"), digest)


def _said(request: HttpRequest, content: Any) -> bytes:
    try:
        return json.dumps([request.method, request.path_info, content], sort_keys=True).encode()
    except RecursionError:
        raise Refused("unreadable", "This request is nested too deeply.", status=400) from None


def once(call: Call, do: Callable[[], Ids], at: datetime) -> Done:
    """Do it in one work with its mark, or give what came of it the first time.

    Refused when the key was used for something else, or while the first call still runs.
    """
    with work(call.authority_id):
        _wait_for_my_turn(call)
        known = _known(call)
        if known is not None:
            return known
        ids = do()
        details = {"request": call.digest.hex(), **ids}
        actor = call.caller.actor()
        audit.record(call.authority_id, act=ACT, actor=actor, subject=("api_call", call.id), at=at, details=details)
    return Done(ids, again=False)


def known(call: Call) -> Done | None:
    """What came of this call before, none when it is new. Refused when the key was used for something else."""
    with work(call.authority_id):
        return _known(call)


def _known(call: Call) -> Done | None:
    rows = AuditEntry.objects.filter(authority_id=call.authority_id, subject_id=call.id, act=ACT)
    details = rows.values_list("details", flat=True).first()
    if details is None:
        return None
    if details["request"] != call.digest.hex():
        raise Refused("idempotency_key_reused", "This Idempotency-Key was used for another request already.")
    return Done({name: value for name, value in details.items() if name != "request"}, again=True)


def _wait_for_my_turn(call: Call) -> None:
    """Two calls with the same key follow each other; the lock ends with the transaction."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(call.id.bytes[:8], "big", signed=True)])
    except OperationalError as error:
        raise Refused(
            "in_progress", "A request with this Idempotency-Key is still running. Try again in a moment.", status=409
        ) from error
