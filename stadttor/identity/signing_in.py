"""A citizen signs in with an account service: away with a question, back with an answer, which waits for her word.

    begin → her browser posts the question → the service asks her → her browser posts the answer → receive → she looks at
    the values → take (into her draft) or dismiss

An answer counts once, for the question it was given to, in the browser that began. What it says belongs to one draft.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.core.trust import Trust, as_trust
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN
from stadttor.ground.rows import change, first, insert, insert_unless_taken
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import reading, work
from stadttor.identity.account_services import Service, service
from stadttor.identity.accounts import AccountAnswer, AccountQuestion, Failure, SignInFailed
from stadttor.identity.assertions import drop, keep
from stadttor.identity.models import CitizenSignIn, TakenAnswer
from stadttor.identity.ports import accounts
from stadttor.identity.queries import hashed
from stadttor.identity.vocabulary import IdentityAssertion, read_claims, stored

COOKIE = "anmeldung"
"""Holds the browser's secret while she is away."""
LASTS = timedelta(minutes=30)
"""From leaving to taking over: signing in with an identity card takes its time."""
Purpose = Literal["draft", "account"]
NOT_YOURS = N_(
    "This sign-in was not begun in this browser, or it took too long. Please go back to your application and sign in again."
)


@dataclass(frozen=True)
class Departure:
    """Where her browser goes, with what; `browser` is the secret it keeps meanwhile."""

    address: str
    fields: Mapping[str, str]
    browser: str


@dataclass(frozen=True)
class Arrival:
    """Whose draft it was for, and why there is no result, if there is none; or that it was for an account."""

    draft_id: UUID
    failure: Failure | None = None
    purpose: str = "draft"


def begin(
    *,
    authority_id: UUID,
    service_id: UUID,
    draft_id: UUID,
    level: Trust,
    claims: Mapping[str, bool],
    base: str,
    name: str,
    language: str,
    now: datetime,
    purpose: Purpose = "draft",
    back: str = "",
) -> Departure:
    """Ask the service who she is. The caller has seen that the draft is hers, or gives a new id where it is for her
    account; `back` is then where she wants to go on. Refused when the service is switched off.
    """
    chosen = service(authority_id, service_id)
    if not chosen.active:
        raise not_found()
    question = AccountQuestion(f"_{secrets.token_hex(20)}", level, dict(claims), language, _anew(purpose, now))
    relay, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    row = CitizenSignIn(
        authority_id=authority_id,
        service_id=service_id,
        draft_id=draft_id,
        purpose=purpose,
        relay_hash=hashed(relay),
        browser_hash=hashed(browser),
        question={"id": question.id, "level": level, "claims": dict(claims), "back": back},
        started=now,
        expires=now + LASTS,
    )
    asked = accounts().request(chosen.us(base, name), chosen.them, question, now)
    with work(authority_id):
        # One at a time: an answer to an earlier question is an answer to none.
        CitizenSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
        insert(row)
    return Departure(chosen.them.sign_in_url, {"SAMLRequest": asked, "RelayState": relay}, browser)


def _anew(purpose: str, started: datetime) -> datetime | None:
    """For her account she signs in herself: the service may still know who sat at this device before her."""
    return started if purpose == "account" else None


def receive(
    *, authority_id: UUID, service_id: UUID, relay: str, browser: str, posted: str, base: str, name: str, now: datetime
) -> Arrival:
    """Take what her browser brought back. Refused when this browser did not begin it, or it is over.

    A refused answer ends the sign-in; what was wrong stands in the audit, without a value.
    """
    row = _claimed(authority_id, service_id, relay, browser, now)
    chosen = service(authority_id, service_id)
    asked = row.question
    question = AccountQuestion(
        asked["id"], as_trust(asked["level"]), asked["claims"], anew=_anew(row.purpose, row.started)
    )
    try:
        if not chosen.active:
            raise SignInFailed("denied", "the service was switched off")
        answer = accounts().answer(chosen.us(base, name), chosen.them, question, posted, now)
        _keep_result(row, chosen, answer, now)
    except SignInFailed as failed:
        _note(row, "identity.sign_in_failed", now, reason=failed.reason, detail=failed.detail[:200])
        return Arrival(row.draft_id, failed.reason, row.purpose)
    return Arrival(row.draft_id, purpose=row.purpose)


@step
def _claimed(authority_id: UUID, service_id: UUID, relay: str, browser: str, now: datetime) -> CitizenSignIn:
    """The open sign-in, ours alone from now on. A stranger who knows only half of it ends nothing."""
    with work(authority_id):
        row = first(CitizenSignIn, authority_id=authority_id, relay_hash=hashed(relay), service_id=service_id)
        if row is None or not hmac.compare_digest(bytes(row.browser_hash), hashed(browser)) or row.expires <= now:
            raise Refused("sign_in_not_yours", NOT_YOURS, status=403)
        if not change(CitizenSignIn, {"state": "ended"}, authority_id=authority_id, id=row.id, state="open"):
            raise Refused("sign_in_not_yours", NOT_YOURS, status=403)
    return row


@step
def _keep_result(row: CitizenSignIn, chosen: Service, answer: AccountAnswer, now: datetime) -> None:
    taken = TakenAnswer(
        authority_id=row.authority_id, service_id=chosen.id, answer_hash=hashed(answer.id), until=answer.until
    )
    with work(row.authority_id):
        if not insert_unless_taken(taken):
            raise SignInFailed("invalid", "the answer was taken before")
        values = {"state": "answered", "result": _written(answer.assertion)}
        if not change(CitizenSignIn, values, authority_id=row.authority_id, id=row.id, state="ended"):
            raise SignInFailed("invalid", "another sign-in was begun meanwhile")


def waiting(authority_id: UUID, draft_id: UUID, browser: str, now: datetime) -> IdentityAssertion | None:
    """What came back for this draft and waits for the person's word; for nobody but the browser that went away for it."""
    with reading(authority_id):
        row = first(
            CitizenSignIn, authority_id=authority_id, draft_id=draft_id, state="answered", browser_hash=hashed(browser)
        )
    return _read(row.result) if row and row.result and row.expires > now else None


@dataclass(frozen=True)
class Recognised:
    """What came back for an account: `id` by which it is dismissed, `back` where she wants to go on."""

    id: UUID
    assertion: IdentityAssertion
    back: str


def came_back(authority_id: UUID, browser: str, now: datetime) -> Recognised | None:
    """What came back to this very browser for an account."""
    with reading(authority_id):
        row = first(
            CitizenSignIn, authority_id=authority_id, browser_hash=hashed(browser), purpose="account", state="answered"
        )
    if row is None or not row.result or row.expires <= now:
        return None
    return Recognised(row.draft_id, _read(row.result), row.question["back"])


def take(*, authority_id: UUID, draft_id: UUID, browser: str, now: datetime) -> IdentityAssertion | None:
    """She takes it over: from now on it says who fills in the draft. Inside the work that saves the draft's answers."""
    with work(authority_id):
        assertion = waiting(authority_id, draft_id, browser, now)
        if assertion is not None:
            bound = hashed(browser)
            keep(authority_id=authority_id, draft_id=draft_id, assertion=assertion, now=now, browser_hash=bound)
    return assertion


def dismiss(*, authority_id: UUID, draft_id: UUID) -> None:
    """Forget what came back, or that somebody is on the way."""
    with work(authority_id):
        CitizenSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()


def forget(*, authority_id: UUID, draft_id: UUID) -> None:
    """She goes on without having signed in: nothing of it is left."""
    drop(authority_id=authority_id, draft_id=draft_id)


def forget_ended_sign_ins(*, authority_id: UUID, now: datetime) -> None:
    """Delete sign-ins that nobody finished, and ids of answers that could not be used again anyway."""
    with work(authority_id):
        CitizenSignIn.objects.filter(authority_id=authority_id, expires__lte=now).delete()
        TakenAnswer.objects.filter(authority_id=authority_id, until__lte=now).delete()


def _written(assertion: IdentityAssertion) -> dict[str, Any]:
    return {
        "source": assertion.source,
        "level": assertion.level,
        "obtained": assertion.obtained.isoformat(),
        "claims": stored(assertion.claims),
        "issuer": assertion.issuer,
        "subject": assertion.subject,
        "method": assertion.method,
    }


def _read(kept: Mapping[str, Any]) -> IdentityAssertion:
    return IdentityAssertion(
        source=kept["source"],
        level=as_trust(kept["level"]),
        obtained=datetime.fromisoformat(kept["obtained"]),
        claims=read_claims(kept["claims"]),
        issuer=kept["issuer"],
        subject=kept["subject"],
        method=kept["method"],
    )


def _note(row: CitizenSignIn, act: str, now: datetime, **details: object) -> None:
    with work(row.authority_id):
        subject = ("draft", row.draft_id)
        audit.record(row.authority_id, act=act, actor=CITIZEN, subject=subject, at=now, details=details)
