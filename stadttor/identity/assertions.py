"""Who a citizen is, as a sign-in said it: kept with the draft it was made for, and with the application that comes of it.

A draft has at most one assertion: whoever signs in again replaces what was said before, so that two people's values never
stand together. The caller holds the draft open (its secret, and that it was not sent) in the same work.
"""

from datetime import datetime
from uuid import UUID

from stadttor.core.trust import as_trust
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.holdings import Tables, held
from stadttor.ground.rows import first, insert
from stadttor.ground.work import reading, work
from stadttor.identity.models import Assertion, CitizenSignIn, WalletSignIn
from stadttor.identity.vocabulary import IdentityAssertion, Source, read_claims, stored


def keep(*, authority_id: UUID, draft_id: UUID, assertion: IdentityAssertion, now: datetime) -> None:
    """This is who fills in the draft from now on. The audit entry names source and level, no claim."""
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
    )
    with work(authority_id):
        Assertion.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
        insert(row)
        details = {"source": assertion.source, "level": assertion.level}
        audit.record(
            authority_id, act="identity.asserted", actor=CITIZEN, subject=("draft", draft_id), at=now, details=details
        )


def drop(*, authority_id: UUID, draft_id: UUID) -> Erased:
    """Forget who it is: she goes on without, or the draft goes for good."""
    with work(authority_id):
        CitizenSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
        # What waits for her word, or is on its way, goes along.
        WalletSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
        return erase(Assertion, authority_id, draft_id=draft_id)


def assertion_of(authority_id: UUID, draft_id: UUID | None) -> IdentityAssertion | None:
    """Who fills in this draft, or sent the application made of it; none who did not sign in."""
    if draft_id is None:
        return None
    with reading(authority_id):
        row = first(Assertion, authority_id=authority_id, draft_id=draft_id)
    return _read(row) if row else None


def held_assertion(authority_id: UUID, draft_id: UUID) -> Tables:
    """The same as the person it is about may have it."""
    return held(Assertion, authority_id, draft_id=draft_id)


def _read(row: Assertion) -> IdentityAssertion:
    source: Source = row.source  # type: ignore[assignment]  # the assertion itself refuses any other text
    return IdentityAssertion(
        source, as_trust(row.level), row.obtained, read_claims(row.claims), row.issuer, row.subject, row.method
    )
