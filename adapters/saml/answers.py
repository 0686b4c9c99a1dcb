"""The answer of an account service, with every check of SAML 2.0 Profiles 4.1.4.2 and 4.1.4.3, in this order.

Nothing is read from the message but what the signature covers. Exactly one assertion may be in it, and in its place, so
that no second one can be slipped in (Somorovsky et al., 2012: signature wrapping).
"""

from copy import deepcopy
from datetime import datetime, timedelta

from adapters.saml import attributes
from adapters.saml.decrypting import decrypted
from adapters.saml.documents import Element, children, instant, invalid, only, posted, text
from adapters.saml.names import ASSERTION, BEARER, ENCRYPTED_ASSERTION, RESPONSE, SAML, SAMLP, STATUS, tag
from adapters.saml.signatures import Trusted, is_signed, verified
from stadttor.core.trust import Trust, reaches
from stadttor.identity.ports import (
    AccountAnswer,
    AccountQuestion,
    AccountService,
    IdentityAssertion,
    Relying,
    SignInFailed,
)

SKEW = timedelta(seconds=60)
LONGEST = timedelta(hours=1)
"""How long an answer may be usable at most: its id is remembered so long."""
ISSUER, CONDITIONS = tag(SAML, "Issuer"), tag(SAML, "Conditions")
KNOWN_CONDITIONS = {tag(SAML, name) for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")}


def answer(us: Relying, them: AccountService, question: AccountQuestion, message: str, now: datetime) -> AccountAnswer:
    """The person, as the service knows her. Raises SignInFailed when any check fails."""
    response = posted(message)
    _must_be_for_us(response, us, them, question)
    _must_be_success(response)
    trusted = Trusted(them.certificates, them.algorithms, now)
    assertion = _assertion(response, us, them, trusted)
    _must_be_version_2(assertion)
    if text(only(assertion, ISSUER)) != them.entity_id:
        raise invalid("the assertion has another issuer")
    until = min(_confirmed_until(assertion, us, question, now), _allowed_until(assertion, us, now))
    reached = _level(assertion, question, now)
    return AccountAnswer(_read(assertion, them, question, reached, now), assertion.get("ID", ""), until + SKEW)


def _must_be_for_us(response: Element, us: Relying, them: AccountService, question: AccountQuestion) -> None:
    if response.tag != RESPONSE:
        raise invalid("not a Response")
    _must_be_version_2(response)
    if text(only(response, ISSUER)) != them.entity_id:
        raise invalid("another issuer")
    if response.get("Destination") != us.answer_url:
        raise invalid("for another address")
    if response.get("InResponseTo") != question.id:
        raise invalid("an answer to another question, or to none")


def _must_be_version_2(element: Element) -> None:
    if element.get("Version") != "2.0":
        raise invalid("another version")


def _must_be_success(response: Element) -> None:
    """The errors of BundID; what the service says in words is not shown: nobody signed it."""
    status = only(response, tag(SAMLP, "Status"))
    codes = [one.get("Value", "").removeprefix(STATUS) for one in status.iter(tag(SAMLP, "StatusCode"))]
    if codes == ["Success"]:
        return
    detail = "status " + " ".join(code for code in codes if code.isalpha())
    if "NoAuthnContext" in codes:
        raise SignInFailed("level", detail)
    if "AuthnFailed" in codes:
        raise SignInFailed("cancelled", detail)
    if "RequestDenied" in codes:
        missing = children(status, tag(SAMLP, "StatusDetail"))
        raise SignInFailed("missing" if missing else "denied", detail)
    raise SignInFailed("denied", detail)


def _assertion(response: Element, us: Relying, them: AccountService, trusted: Trusted) -> Element:
    """The one assertion, signed as agreed, read from what was signed."""
    inside = list(response.iter(ASSERTION, ENCRYPTED_ASSERTION))
    expected = ENCRYPTED_ASSERTION if them.encrypted else ASSERTION
    if len(inside) != 1 or inside[0].tag != expected or inside[0].getparent() is not response:
        raise invalid("not exactly one assertion, encrypted as agreed")
    if is_signed(response) or them.signed == "response":
        response = verified(response, trusted)
        inside = children(response, expected)
    assertion = decrypted(inside[0], us.keys) if them.encrypted else deepcopy(inside[0])
    if assertion.tag != ASSERTION or len(list(assertion.iter(ASSERTION, ENCRYPTED_ASSERTION))) != 1:
        raise invalid("not exactly one assertion inside")
    if is_signed(assertion) or them.signed == "assertion":
        return verified(assertion, trusted)
    return assertion


def _confirmed_until(assertion: Element, us: Relying, question: AccountQuestion, now: datetime) -> datetime:
    """Until when whoever brings it may be taken for the person: a bearer, with our question, at our address."""
    confirmations = children(only(assertion, tag(SAML, "Subject")), tag(SAML, "SubjectConfirmation"))
    bearers = [one for one in confirmations if one.get("Method") == BEARER]
    if len(bearers) != 1:
        raise invalid("not confirmed for a bearer")
    data = only(bearers[0], tag(SAML, "SubjectConfirmationData"))
    if data.get("Recipient") != us.answer_url or data.get("InResponseTo") != question.id:
        raise invalid("confirmed for somebody else")
    if data.get("NotBefore") is not None:
        raise invalid("a bearer's confirmation that begins later")
    return _until(data, now)


def _allowed_until(assertion: Element, us: Relying, now: datetime) -> datetime:
    """Until when its conditions hold; a condition nobody here knows does not hold (SAML Core 2.5.1.1)."""
    conditions = only(assertion, CONDITIONS)
    if any(one.tag not in KNOWN_CONDITIONS for one in conditions):
        raise invalid("an unknown condition")
    audiences = children(conditions, tag(SAML, "AudienceRestriction"))
    if not audiences or any(us.entity_id not in _audience(one) for one in audiences):
        raise invalid("for another audience")
    if conditions.get("NotBefore") is not None and instant(conditions.get("NotBefore")) > now + SKEW:
        raise invalid("not valid yet")
    return _until(conditions, now)


def _audience(restriction: Element) -> list[str]:
    return [text(one) for one in children(restriction, tag(SAML, "Audience"))]


def _until(element: Element, now: datetime) -> datetime:
    until = instant(element.get("NotOnOrAfter"))
    if until + SKEW <= now:
        raise invalid("not valid any more")
    if until > now + LONGEST:
        raise invalid("valid for too long")
    return until


def _level(assertion: Element, question: AccountQuestion, now: datetime) -> Trust:
    """The level of the one sign-in it speaks of."""
    statement = only(assertion, tag(SAML, "AuthnStatement"))
    signed_in = instant(statement.get("AuthnInstant"))
    if signed_in > now + SKEW:
        raise invalid("a sign-in of the future")
    if question.anew and signed_in < question.anew - SKEW:
        raise invalid("a sign-in before the question")
    reference = only(only(statement, tag(SAML, "AuthnContext")), tag(SAML, "AuthnContextClassRef"))
    reached = attributes.level(text(reference))
    if not reaches(reached, question.level):
        raise SignInFailed("level", "the level is lower than asked")
    return reached


def _read(
    assertion: Element, them: AccountService, question: AccountQuestion, reached: Trust, now: datetime
) -> IdentityAssertion:
    found, others = attributes.read(only(assertion, tag(SAML, "AttributeStatement")))
    # Not every service hands over only what was asked for.
    claims = {name: claim for name, claim in found.items() if name in question.claims}
    try:
        return IdentityAssertion(
            source=them.source,
            level=reached,
            obtained=now,
            claims=claims,
            issuer=them.entity_id,
            subject=others.get(attributes.PSEUDONYM, ""),
            method=others.get(attributes.METHOD, "")[:40],
        )
    except ValueError:
        raise invalid("a value that cannot be one") from None
