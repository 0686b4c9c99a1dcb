"""ID tokens and logout tokens, judged without asking anybody (Core 1.0 §3.1.3.7, Back-Channel Logout 1.0 §2.6).

A key is chosen by the provider's list alone: what a token's header says of keys (`jwk`, `jku`, `x5c`) is not looked at.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from adapters.oidc.reading import read_object
from stadttor.core.comparing import same_text
from stadttor.identity.ports import NotBelieved, OpenIdLogout, OpenIdPerson

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Asymmetric ones only: with a shared secret, whoever verifies can also sign (RFC 8725 §2.1, §3.2)."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST = 32_768
LONGEST_SUBJECT = 255
MOST_GROUPS = 1_000
# Clocks differ; an answer of the provider comes at once.
SKEW_S = 60
ID_TOKEN_AGE_S = 600
LOGOUT_AGE_S = 300

KeyOf = Callable[[str, str], Any]
"""`key_of(algorithm, kid)` gives the provider's key of this id, or its only one that fits."""


def person_in(
    token: str, key_of: KeyOf, *, issuer: str, client_id: str, nonce: str, groups_claim: str, now: datetime
) -> OpenIdPerson:
    """Whom an ID token names. NotBelieved when it was not made by this issuer, for us, for this question, now."""
    said = _signed(token, key_of, ("jwt", ""))
    _must_be_from(said, issuer, client_id)
    _must_be_of_now(said, now, ID_TOKEN_AGE_S)
    if not same_text(said.get("nonce"), nonce):
        raise NotBelieved("nonce")
    return OpenIdPerson(
        subject=_subject(said),
        sid=_text(said, "sid"),
        name=_text(said, "name"),
        email=_text(said, "email"),
        email_verified=said.get("email_verified") is True,
        groups=_groups(said, groups_claim),
        acr=_text(said, "acr"),
        signed_in=_moment(said["auth_time"]) if "auth_time" in said else None,
    )


def logout_in(token: str, key_of: KeyOf, *, issuer: str, client_id: str, now: datetime) -> OpenIdLogout:
    """Who signed out. NotBelieved for anything that is no logout token of this issuer for us, made now."""
    said = _signed(token, key_of, ("logout+jwt",))
    _must_be_from(said, issuer, client_id)
    _must_be_of_now(said, now, LOGOUT_AGE_S)
    if "nonce" in said:
        raise NotBelieved("nonce")
    events = said.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise NotBelieved("events")
    sid, token_id = _text(said, "sid"), _text(said, "jti")
    subject = _subject(said) if "sub" in said else ""
    if not (subject or sid) or not token_id:
        raise NotBelieved("subject")
    return OpenIdLogout(subject, sid, token_id, _moment(said["exp"] + SKEW_S))


def _signed(token: str, key_of: KeyOf, types: tuple[str, ...]) -> dict[str, Any]:
    """The claims, once the signature holds."""
    from joserfc import jws
    from joserfc.errors import JoseError

    header = _header(token)
    algorithm, kid, type_ = header.get("alg"), header.get("kid", ""), header.get("typ", "")
    if algorithm not in ALGORITHMS or not isinstance(kid, str) or not isinstance(type_, str):
        raise NotBelieved("algorithm")
    if type_.lower().removeprefix("application/") not in types or "crit" in header:
        raise NotBelieved("type")
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    try:
        verified = jws.deserialize_compact(token, key_of(algorithm, kid), registry=registry)
    except (JoseError, ValueError, TypeError) as error:
        raise NotBelieved("signature") from error
    return read_object(verified.payload, "claims")


def _header(token: str) -> dict[str, Any]:
    if not isinstance(token, str) or len(token) > LONGEST or token.count(".") != 2:
        raise NotBelieved("token")
    first = token.partition(".")[0]
    try:
        return read_object(urlsafe_b64decode(first + "=" * (-len(first) % 4)), "token")
    except ValueError as error:
        raise NotBelieved("token") from error


def _must_be_from(said: dict[str, Any], issuer: str, client_id: str) -> None:
    """By this issuer, for us and nobody else: an audience we do not know is one more who could misuse it."""
    if said.get("iss") != issuer:
        raise NotBelieved("issuer")
    if said.get("aud") not in (client_id, [client_id]):
        raise NotBelieved("audience")
    if said.get("azp", client_id) != client_id:
        raise NotBelieved("authorized_party")


def _must_be_of_now(said: dict[str, Any], now: datetime, oldest_s: int) -> None:
    at = now.timestamp()
    made, ends = _number(said, "iat"), _number(said, "exp")
    if not at - oldest_s - SKEW_S <= made <= at + SKEW_S:
        raise NotBelieved("issued")
    if ends <= at - SKEW_S:
        raise NotBelieved("expired")
    if "nbf" in said and _number(said, "nbf") > at + SKEW_S:
        raise NotBelieved("not_yet")


def _number(said: dict[str, Any], name: str) -> float:
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 1e11:
        raise NotBelieved(name)
    return found


def _moment(seconds: Any) -> datetime:
    return datetime.fromtimestamp(_number({"auth_time": seconds}, "auth_time"), UTC)


def _subject(said: dict[str, Any]) -> str:
    found = said.get("sub")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_SUBJECT:
        raise NotBelieved("subject")
    return found


def _text(said: dict[str, Any], name: str) -> str:
    found = said.get(name, "")
    if not isinstance(found, str) or len(found) > LONGEST_SUBJECT:
        raise NotBelieved(name)
    return found


def _groups(said: dict[str, Any], name: str) -> frozenset[str]:
    """A list of names; one alone may stand without a list."""
    found = said.get(name, [])
    listed = [found] if isinstance(found, str) else found
    if not isinstance(listed, list) or len(listed) > MOST_GROUPS or not all(isinstance(one, str) for one in listed):
        raise NotBelieved("groups")
    return frozenset(listed)
