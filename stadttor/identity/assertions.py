"""Who a citizen is, as a sign-in said it: kept with the draft it was made for, and with the application that comes of it.

A draft has at most one assertion: whoever signs in again replaces what was said before, so that two people's values never
stand together. The caller holds the draft open (its secret, and that it was not sent) in the same work.

The link of a draft can be passed on, the sign-in cannot: what is open to her alone asks for the browser she signed in with,
from the first look at what came back.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.trust import as_trust, reaches
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.holdings import Tables, held
from stadttor.ground.rows import first, insert
from stadttor.ground.work import reading, work
from stadttor.identity.models import Assertion, CitizenSignIn, WalletSignIn
from stadttor.identity.queries import hashed
from stadttor.identity.vocabulary import IdentityAssertion, Source, read_claims, stored

BROWSER_KEPT = timedelta(hours=1)
"""How long a browser remembers that she signed in with it: half an hour to take it over, half an hour to use it."""


def browser_cookie(draft_id: UUID) -> str:
    """Of the secret of the browser that brought the sign-in back: one for each draft."""
    return f"ausgewiesen-{draft_id.hex[-12:]}"


def keep(
    *,
    authority_id: UUID,
    draft_id: UUID,
    assertion: IdentityAssertion,
    now: datetime,
    browser_hash: bytes | None = None,
) -> None:
    """This is who fills in the draft from now on, signed in with that browser; no other answer waits any more.

    The audit entry names source and level, no claim.
    """
    row = Assertion(
        authority_id=authority_id,
        draft_id=draft_id,
        source=assertion.source,
        level=assertion.level,
        obtained=assertion.obtained,
        claims=stored(assertion.claims),
        issuer=assertion.issuer,
        subject=assertion.subject,
        method=assertion.method,
        browser_hash=browser_hash,
    )
    with work(authority_id):
        before = first(Assertion, authority_id=authority_id, draft_id=draft_id, lock=True)
        if before is not None and _same_person(_read(before), assertion):
            # What was fetched for her stays hers.
            row.id = before.id
        Assertion.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
        insert(row)
        # Another answer that waits is of another sign-in, perhaps of somebody else.
        _forget_waiting(authority_id, draft_id)
        details = {"source": assertion.source, "level": assertion.level}
        audit.record(
            authority_id, act="identity.asserted", actor=CITIZEN, subject=("draft", draft_id), at=now, details=details
        )


def _same_person(before: IdentityAssertion, now: IdentityAssertion) -> bool:
    """By the pseudonym of her account, else by name and day of birth, known now at least as surely as before."""
    if before.subject and now.subject:
        return (before.issuer, before.subject) == (now.issuer, now.subject)
    return all(
        name in before.claims
        and name in now.claims
        and before.claims[name].value == now.claims[name].value
        and reaches(now.trust_of(name), before.trust_of(name))
        for name in ("family_name", "given_name", "birth_date")
    )


def drop(*, authority_id: UUID, draft_id: UUID) -> Erased:
    """Forget who it is: she goes on without, or the draft goes for good."""
    with work(authority_id):
        _forget_waiting(authority_id, draft_id)
        return erase(Assertion, authority_id, draft_id=draft_id)


def _forget_waiting(authority_id: UUID, draft_id: UUID) -> None:
    """What waits for her word, or is on its way, by whatever way."""
    CitizenSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
    WalletSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()


def assertion_of(authority_id: UUID, draft_id: UUID | None) -> IdentityAssertion | None:
    """Who fills in this draft, or sent the application made of it; none who did not sign in."""
    if draft_id is None:
        return None
    with reading(authority_id):
        row = first(Assertion, authority_id=authority_id, draft_id=draft_id)
    return _read(row) if row else None


def assertion_id(authority_id: UUID, draft_id: UUID | None) -> UUID | None:
    """Names the sign-in of the draft as long as it is the same person's; none without one."""
    if draft_id is None:
        return None
    with reading(authority_id):
        row = first(Assertion, authority_id=authority_id, draft_id=draft_id)
    return row.id if row else None


def signed_in_with(authority_id: UUID, draft_id: UUID, browser: str) -> tuple[UUID, IdentityAssertion] | None:
    """(id, what it said) of the sign-in of the draft, for the browser it was made with and for no other."""
    with reading(authority_id):
        row = first(Assertion, authority_id=authority_id, draft_id=draft_id)
    if row is None or row.browser_hash is None:
        return None
    return (row.id, _read(row)) if hmac.compare_digest(bytes(row.browser_hash), hashed(browser)) else None


def held_assertion(authority_id: UUID, draft_id: UUID) -> Tables:
    """The same as the person it is about may have it."""
    return held(Assertion, authority_id, draft_id=draft_id)


def _read(row: Assertion) -> IdentityAssertion:
    source: Source = row.source  # type: ignore[assignment]  # the assertion itself refuses any other text
    return IdentityAssertion(
        source, as_trust(row.level), row.obtained, read_claims(row.claims), row.issuer, row.subject, row.method
    )
