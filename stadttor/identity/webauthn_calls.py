"""The calls into the WebAuthn library: our names in, our words out. Loaded when first needed: it is large, and most
requests of a web worker never touch it.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from stadttor.core.refused import Refused
from stadttor.ground.web.language import N_
from stadttor.identity.models import StaffAccount, StaffPasskey

LONGEST = 16_384
UNKNOWN = N_(
    "This passkey opens nothing here. Please sign in with your password, or ask a colleague with the role organiser."
)
T = TypeVar("T")


@dataclass(frozen=True)
class Made:
    """What is kept of a new passkey: the public half and how often the device says it was used."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def to_register(
    host: str, calls_itself: str, account: StaffAccount, known: list[bytes], challenge: bytes
) -> dict[str, Any]:
    """PublicKeyCredentialCreationOptionsJSON: one the device can find by itself, after verifying the person."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=calls_itself,
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        challenge=challenge,
        attestation=structs.AttestationConveyancePreference.NONE,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return _plain(webauthn.options_to_json(options))


def to_answer(host: str, known: list[bytes], challenge: bytes) -> dict[str, Any]:
    """PublicKeyCredentialRequestOptionsJSON; without `known` the device offers what it has for the host."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=host,
        challenge=challenge,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return _plain(webauthn.options_to_json(options))


def registered(credential: str, challenge: bytes, host: str, origin: str) -> Made:
    """The new passkey. Refused unless it answers this challenge, at this origin, by a person the device verified."""
    import webauthn

    _or_refused(lambda: _must_be_asked_here(credential))
    verified = _or_refused(
        lambda: webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    )
    _or_refused(lambda: _must_be_a_key(verified.credential_public_key))
    return Made(verified.credential_id, verified.credential_public_key, verified.sign_count)


def answered(credential: str, challenge: bytes, host: str, origin: str, passkey: StaffPasskey) -> int:
    """How often the device says the passkey was used now. Refused unless its signature holds and the person was verified."""
    import webauthn

    _or_refused(lambda: _must_be_asked_here(credential))
    _or_refused(lambda: _must_be_owners(credential, passkey))
    verified = _or_refused(
        lambda: webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    )
    return verified.new_sign_count


def challenge_in(credential: str) -> bytes:
    """Which question it claims to answer; the library compares the whole of it later. Refused when there is none."""
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        said = json.loads(_bytes(_read(credential)["response"]["clientDataJSON"]))
        return _bytes(said["challenge"])
    raise Refused("passkey_unread", UNKNOWN, field="credential")


def credential_id_in(credential: str) -> bytes:
    """Of the passkey that claims to answer. Refused when there is none."""
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        return _bytes(_read(credential)["id"])
    raise Refused("passkey_unread", UNKNOWN, field="credential")


def _must_be_asked_here(credential: str) -> None:
    """No page of ours stands within another site's (WebAuthn §7.1 step 10, §7.2 step 14), which the library does not look at."""
    said = json.loads(_bytes(_read(credential)["response"]["clientDataJSON"]))
    if said.get("crossOrigin") or said.get("topOrigin") is not None:
        raise ValueError("asked from within another site")


def _must_be_a_key(public_key: bytes) -> None:
    """One that nobody can ever sign with would be kept otherwise: without an attestation the library does not use it."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    try:
        decoded_public_key_to_cryptography(decode_credential_public_key(public_key))
    except UnsupportedAlgorithm as error:
        raise ValueError("no key") from error


def _must_be_owners(credential: str, passkey: StaffPasskey) -> None:
    """A device that names its user names the passkey's owner (WebAuthn §7.2 step 6)."""
    named = _read(credential).get("response", {}).get("userHandle")
    if named and _bytes(named) != passkey.account_id.bytes:
        raise Refused("passkey_unread", UNKNOWN, field="credential")


def _or_refused(verify: Callable[[], T]) -> T:
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        return verify()
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        # What exactly did not hold is no help to a person, and one to whoever forges.
        raise Refused("passkey_unread", UNKNOWN, field="credential") from error


def _read(credential: str) -> dict[str, Any]:
    if len(credential) > LONGEST:
        raise ValueError("longer than any passkey's answer")
    found = json.loads(credential)
    if not isinstance(found, dict):
        raise TypeError(type(found))
    return found


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _plain(text: str) -> dict[str, Any]:
    options: dict[str, Any] = json.loads(text)
    return options
