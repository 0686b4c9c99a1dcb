"""A citizen shows her wallet: a question goes out, an encrypted answer comes in, and counts in the browser that began.

    begin → the wallet fetches the question → the wallet posts the answer (answer) → her browser comes back (arrive), or asks
    by itself where the wallet is on another device (look) → she looks at the values → take (into her draft) or dismiss

    open → processing → proven → arrived; refused from anywhere

Each step is one compare-and-set: whoever comes second finds nothing. Keys and nonces are wiped with the answer, and an
answer that lands in another browser is thrown away (OpenID4VP 1.0 §14.2, §14.3; HAIP 1.0 §5.1).
"""

import hmac
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN
from stadttor.ground.rows import change, first, insert
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_
from stadttor.ground.work import reading, work
from stadttor.identity.assertions import keep
from stadttor.identity.models import WalletSignIn
from stadttor.identity.ports import (
    Asker,
    Evidence,
    IdentityAssertion,
    NotProven,
    WalletQuestion,
    Wallets,
    wallets,
)
from stadttor.identity.queries import hashed
from stadttor.identity.vocabulary import read_assertion, written
from stadttor.identity.wallet_access import Access, access_of
from stadttor.identity.wallet_sealing import read_question, sealed, unsealed, written_proof, written_question

log = logging.getLogger("stadttor.identity")
FORMATS = ("dc+sd-jwt", "mso_mdoc")
LASTS = timedelta(minutes=10)
LASTS_ACROSS = timedelta(minutes=3)
"""A code on a screen can be shown to somebody else: it counts for as long as one needs to scan it."""
TO_TAKE_OVER = timedelta(minutes=30)
OTHER_BROWSER = N_(
    "This was begun in another browser. Nothing was taken over. Please go back to the browser in which you filled in the"
    " form and open your wallet from there once more."
)
OVER = N_(
    "This way back from your wallet counts no more: it was opened before, or it took too long. Please go back to your"
    " application; what your wallet showed is there, or you can ask it once more."
)
TOO_MUCH = N_("We cannot ask your wallet for this at the moment. Please go another way.")
# OpenID4VP 1.0 §8.5: what she can do something about. All others mean that our question was wrong.
DECLINED = {"access_denied": "declined", "wallet_unavailable": "no_wallet"}
OUR_FAULT = "question"
ENDED = frozenset({"credential_expired", "status_revoked"})
"""It was genuine once: whoever held it may know that it counts no more."""
OF_OWN = {"credential_not_yet_valid": "not_begun", "path_no_anchor": "signer"}
"""Why one of our own is refused, as far as its holder can do something about it."""
WITHOUT_IT = frozenset({"ended", "not_begun", "signer", "own"})
"""Problems with what she showed beside her identity card, or in its place: the card alone is enough."""


@dataclass(frozen=True)
class Begun:
    """`link` opens the wallet; `browser` is the secret her browser keeps meanwhile."""

    link: str
    browser: str


@dataclass(frozen=True)
class Open:
    """A question that waits for her wallet: `link` opens it, here or, as a QR code, `across`."""

    link: str
    across: bool
    expires: datetime


@dataclass(frozen=True)
class Arrival:
    """Whose draft it was for, and why nothing was proven, if nothing was: declined, no_wallet, question, late, invalid;
    ended, not_begun, signer or own for one of our own credentials, card_ended for the identity card. `across`: how she was asked.
    `proof`: the field of which a credential shall be the proof; empty where it was about who she is.
    """

    draft_id: UUID
    problem: str = ""
    across: bool = False
    proof: str = ""


def cookie_name(draft_id: UUID) -> str:
    """Of the browser's secret: one for each draft, so that two applications do not get into each other's way."""
    return f"wallet-{draft_id.hex[-12:]}"


def after(arrival: Arrival) -> str:
    """Where she goes on: to the values, or to why there are none."""
    about = {"draft_id": arrival.draft_id}
    page = url("portal:show_proof", proof=arrival.proof, **about) if arrival.proof else url("portal:wallet", **about)
    return f"{page}?problem={arrival.problem}" if arrival.problem else page


def available(authority_id: UUID, service: str, now: datetime) -> Access | None:
    """With what the authority asks wallets for this service; None where it cannot."""
    speaker = wallets()
    access = access_of(authority_id) if speaker else None
    return access if speaker and access and _covers(speaker, access, service, now) else None


def _covers(speaker: Wallets, access: Access, service: str, now: datetime) -> bool:
    """A registration that has ended covers nothing any more; of an access certificate that has, no wallet hears."""
    if not access.covers(service):
        return False
    return all(end > now for end in speaker.ends(access.for_service(service)).values())


def registered(authority_id: UUID, service: str, evidence: Iterable[Evidence]) -> list[Evidence]:
    """Those of our own credentials that the authority registered to ask for; nothing where it asks no wallets."""
    speaker, access = wallets(), access_of(authority_id)
    if speaker is None or access is None:
        return []
    asker = access.for_service(service)
    return [one for one in evidence if not speaker.beyond(asker, (), (), (one,))]


def begin(
    *,
    authority_id: UUID,
    draft_id: UUID,
    service: str,
    claims: Collection[str],
    origin: str,
    now: datetime,
    across: bool = False,
    formats: Collection[str] = FORMATS,
    transaction_data: Collection[str] = (),
    evidence: Collection[Evidence] = (),
    alone: bool = False,
    proof: str = "",
) -> Begun:
    """Put a question to her wallet. The caller has seen that the draft is hers. `evidence` that is not registered is left out.
    With `proof`, a field of the form, it is about one credential in the place of a file there, and not about who she is.

    Refused when the authority would ask for more than it registered: no wallet ever sees such a question.
    """
    speaker, asker = _asking(authority_id, service, now, across=across)
    if too_much := speaker.beyond(asker, claims, tuple(formats)):
        log.error("The registration of %s does not cover %s", service, ", ".join(too_much))
        raise Refused("wallet_too_much", TOO_MUCH)
    shown = tuple(registered(authority_id, service, evidence))
    if proof and len(shown) != 1:
        raise Refused("wallet_too_much", TOO_MUCH)
    state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    question = WalletQuestion(
        claims=tuple(claims),
        formats=tuple(formats),
        state=state,
        nonce=secrets.token_urlsafe(32),
        key=speaker.new_key(),
        response_uri=origin + url("identity:wallet_answer", state=state),
        transaction_data=tuple(transaction_data),
        evidence=shown,
        alone=alone,
    )
    row = WalletSignIn(
        authority_id=authority_id,
        draft_id=draft_id,
        state_hash=hashed(state),
        browser_hash=hashed(browser),
        proof=proof,
        across=across,
        started=now,
        expires=now + (LASTS_ACROSS if across else LASTS),
    )
    row.question_sealed = sealed(row, {**written_question(question), "service": service})
    try:
        link = _link(speaker, asker, origin, state)
    except ValueError as error:
        log.error("%s", error)
        raise Refused("wallet_too_much", TOO_MUCH) from error
    with work(authority_id):
        # One at a time: an answer to an earlier question is an answer to none.
        WalletSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()
        insert(row)
        if proof:
            # She consented to this question; nothing may ever come of it, and that she did is known all the same.
            _note(row, "wallet_proof.asked", now, proof=proof, type=shown[0].type, across="yes" if across else "no")
    return Begun(link, browser)


def request_object(*, authority_id: UUID, state: str, wallet_nonce: str, now: datetime) -> str:
    """The signed question; as often as the wallet likes while it is open. Refused as not found otherwise."""
    with reading(authority_id):
        row = first(WalletSignIn, authority_id=authority_id, state_hash=hashed(state), status="open")
    if row is None or row.expires <= now:
        raise not_found()
    question, speaker, asker = _opened(row)
    return speaker.request(asker, question, wallet_nonce=wallet_nonce, now=now)


def answer(*, authority_id: UUID, state: str, posted: str, error: str, now: datetime) -> str | None:
    """Take what the wallet posted: an encrypted answer, or why there is none. Gives the code with which her browser comes
    back; None where that is on another device.

    Refused without a reason for whatever does not hold; the reason stands in the audit, without a value.
    """
    row = _claimed(authority_id, state, now)
    code = secrets.token_urlsafe(32)
    if error and not posted:
        _end(row, "refused", now, problem=DECLINED.get(error, OUR_FAULT), code=code, reason=error[:60])
        return None if row.across else code
    try:
        question, speaker, asker = _opened(row)
        if row.proof:
            shown = speaker.proof(asker, question, posted, now)
            result, details = written_proof(shown), {**shown.evidence, "proof": row.proof}
        else:
            proven = speaker.proven(asker, question, posted, now)
            result, details = written(proven.assertion), dict(proven.evidence)
    except Exception as failed:
        reason = failed.reason if isinstance(failed, NotProven) else "error"
        _end(row, "refused", now, problem=_problem(failed), reason=reason)
        if isinstance(failed, NotProven):
            raise _not_accepted() from failed
        raise
    _end(row, "proven", now, code=code, result=result, details=details)
    return None if row.across else code


def _problem(failed: Exception) -> str:
    """What she reads of it."""
    if not isinstance(failed, NotProven):
        return "invalid"
    if failed.reason in ENDED:
        return "ended" if failed.of_own else "card_ended"
    return OF_OWN.get(failed.reason, "own") if failed.of_own else "invalid"


def open_question(*, authority_id: UUID, draft_id: UUID, browser: str, now: datetime, proof: str = "") -> Open | None:
    """What waits for her wallet, for the browser that began."""
    with reading(authority_id):
        row = first(WalletSignIn, authority_id=authority_id, draft_id=draft_id, status="open", proof=proof)
    if row is None or row.expires <= now or not hmac.compare_digest(bytes(row.browser_hash), hashed(browser)):
        return None
    question, speaker, asker = _opened(row)
    origin = question.response_uri.partition("/wallet/")[0]
    return Open(_link(speaker, asker, origin, question.state), row.across, row.expires)


def arrive(*, authority_id: UUID, code: str, browser_of: Callable[[UUID], str], now: datetime) -> Arrival:
    """Her browser is back. `browser_of` gives the secret it holds for a draft. A code counts once.

    Refused in any other browser than the one that began; then nothing of what the wallet proved is left.
    """
    with work(authority_id):
        row = first(WalletSignIn, authority_id=authority_id, code_hash=hashed(code), lock=True)
        if row is None:
            raise Refused("wallet_over", OVER, status=404)
        ours = hmac.compare_digest(bytes(row.browser_hash), hashed(browser_of(row.draft_id)))
        if ours and row.expires <= now:
            return Arrival(row.draft_id, "late", proof=row.proof)
        if not ours:
            row.delete()
            _note(row, "identity.wallet_other_browser", now)
        elif row.status == "proven":
            _arrived(row, now)
        else:
            change(WalletSignIn, {"code_hash": None}, authority_id=authority_id, id=row.id)
    if not ours:
        raise Refused("wallet_other_browser", OTHER_BROWSER, status=403)
    return Arrival(row.draft_id, row.problem, proof=row.proof)


def look(*, authority_id: UUID, draft_id: UUID, browser: str, now: datetime, proof: str = "") -> Arrival | None:
    """What became of her question: refused, late, or, with the wallet on another device, proven; from there it is arrived.

    None while nothing came, and to anybody else who asks. On one device what was proven comes with her browser alone.
    """
    with work(authority_id):
        row = first(WalletSignIn, authority_id=authority_id, draft_id=draft_id, proof=proof, lock=True)
        if row is None or not hmac.compare_digest(bytes(row.browser_hash), hashed(browser)):
            return None
        if row.across and row.status == "proven" and row.expires > now:
            _arrived(row, now)
            return Arrival(draft_id, proof=proof)
    if row.status != "refused" and row.expires > now:
        return None
    return Arrival(draft_id, row.problem or "late", row.across, proof)


def waiting(authority_id: UUID, draft_id: UUID, browser: str, now: datetime) -> IdentityAssertion | None:
    """What her wallet proved and she has not taken over yet; for nobody but the browser that began."""
    kept = came_back(authority_id, draft_id, browser, now)
    return read_assertion(kept) if kept else None


def came_back(
    authority_id: UUID, draft_id: UUID, browser: str, now: datetime, proof: str = ""
) -> dict[str, Any] | None:
    """The result as it is kept, of this kind of question."""
    with reading(authority_id):
        row = first(
            WalletSignIn, authority_id=authority_id, draft_id=draft_id, status="arrived", browser_hash=hashed(browser),
            proof=proof,
        )  # fmt: skip
    if row is None or row.expires <= now or row.result_sealed is None:
        return None
    return unsealed(row, row.result_sealed)


def take(*, authority_id: UUID, draft_id: UUID, browser: str, now: datetime) -> IdentityAssertion | None:
    """She takes it over: from now on it says who fills in the draft. Inside the work that saves the draft's answers."""
    with work(authority_id):
        assertion = waiting(authority_id, draft_id, browser, now)
        if assertion is not None:
            bound = hashed(browser)
            keep(authority_id=authority_id, draft_id=draft_id, assertion=assertion, now=now, browser_hash=bound)
    return assertion


def dismiss(*, authority_id: UUID, draft_id: UUID) -> None:
    """Forget what was proven, or that a question is open."""
    with work(authority_id):
        WalletSignIn.objects.filter(authority_id=authority_id, draft_id=draft_id).delete()


def forget_ended(*, authority_id: UUID, now: datetime) -> None:
    """Delete what nobody finished."""
    with work(authority_id):
        WalletSignIn.objects.filter(authority_id=authority_id, expires__lte=now).delete()


def _asking(authority_id: UUID, service: str, now: datetime, *, across: bool = False) -> tuple[Wallets, Asker]:
    speaker, access = wallets(), access_of(authority_id)
    if speaker is None or access is None or (across and service not in access.across):
        raise not_found()
    if not _covers(speaker, access, service, now):
        log.error("The access certificate has ended, or the registration for %s; or there is none", service)
        raise Refused("wallet_too_much", TOO_MUCH)
    return speaker, access.for_service(service)


def _claimed(authority_id: UUID, state: str, now: datetime) -> WalletSignIn:
    """The open question, ours alone from now on."""
    with work(authority_id):
        row = first(WalletSignIn, authority_id=authority_id, state_hash=hashed(state))
        if row is None or row.expires <= now:
            raise not_found()
        if not change(WalletSignIn, {"status": "processing"}, authority_id=authority_id, id=row.id, status="open"):
            raise _not_accepted()
    return row


def _end(
    row: WalletSignIn,
    status: str,
    now: datetime,
    *,
    problem: str = "",
    code: str = "",
    reason: str = "",
    result: Mapping[str, Any] | None = None,
    details: Mapping[str, str] | None = None,
) -> None:
    """The key of the question and everything else that could open the answer once more is wiped."""
    values: dict[str, Any] = {
        "status": status,
        "problem": problem,
        "question_sealed": None,
        "code_hash": hashed(code) if code and not row.across else None,
        "result_sealed": sealed(row, result) if result else None,
    }
    with work(row.authority_id):
        if not change(WalletSignIn, values, authority_id=row.authority_id, id=row.id, status="processing"):
            raise _not_accepted()
        act = "identity.wallet_proven" if result else "identity.wallet_refused"
        about = {"proof": row.proof} if row.proof else {}
        _note(row, act, now, **(details or {"reason": reason, **about}))


def _arrived(row: WalletSignIn, now: datetime) -> None:
    values = {"status": "arrived", "code_hash": None, "expires": now + TO_TAKE_OVER}
    change(WalletSignIn, values, authority_id=row.authority_id, id=row.id)


def _opened(row: WalletSignIn) -> tuple[WalletQuestion, Wallets, Asker]:
    """The question as it was put. Refused as not found when it was wiped meanwhile."""
    if row.question_sealed is None:
        raise not_found()
    kept = unsealed(row, row.question_sealed)
    speaker, asker = _asking(row.authority_id, kept.pop("service"), row.started)
    return read_question(kept), speaker, asker


def _link(speaker: Wallets, asker: Asker, origin: str, state: str) -> str:
    host = origin.split("/")[2].partition(":")[0]
    return speaker.link(asker, origin + url("identity:wallet_request", state=state), host)


def _not_accepted() -> Refused:
    return Refused("invalid_request", "This answer was not accepted.", status=400)


def _note(row: WalletSignIn, act: str, now: datetime, **details: object) -> None:
    subject = ("draft", row.draft_id)
    audit.record(row.authority_id, act=act, actor=CITIZEN, subject=subject, at=now, details=details)
