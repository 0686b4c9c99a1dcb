"""Passkeys of colleagues (W3C Web Authentication, Level 3): made, used to sign in, used to prove who one is, removed.

A passkey belongs to the host it was made at, so each authority has its own. The person is always verified by her device
(PIN, finger, face): the device and what unlocks it are the two factors. Where a device comes from is not asked
(attestation: none), since no list of permitted ones is kept. A question is answered once, within five minutes.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import common, work
from stadttor.identity import sessions, webauthn_calls
from stadttor.identity.helps import works_here
from stadttor.identity.models import Membership, PasskeyChallenge, StaffAccount, StaffPasskey
from stadttor.identity.rules import CHALLENGE_LASTS, LONGEST_NAME, MOST_PASSKEYS, WEAK_WAYS, must_be_name

REGISTER, SIGN_IN, PROVE = "register", "sign_in", "prove"
NOBODY_YET = Actor("staff")


@dataclass(frozen=True)
class Place:
    """Where the ceremony takes place: the authority, its host without port, and the origin a browser names."""

    authority_id: UUID
    host: str
    origin: str


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey as its owner sees it."""

    id: UUID
    name: str
    created: datetime
    used: datetime | None


def own_passkeys(account_id: UUID, host: str) -> list[PasskeyRow]:
    """Hers for this host, the oldest first."""
    with common():
        found = list(StaffPasskey.objects.filter(account_id=account_id, host=host).order_by("created", "id"))
    return [PasskeyRow(one.id, one.name, one.created, one.used) for one in found]


def ask_to_register(*, place: Place, account_id: UUID, calls_itself: str, now: datetime) -> dict[str, Any]:
    """What the browser needs to make a passkey; those she has are named, so that no device makes a second one."""
    with common():
        account = StaffAccount.objects.get(id=account_id)
        known = _credential_ids(account_id, place.host)
    challenge = _ask(REGISTER, place.host, account_id, now)
    return webauthn_calls.to_register(place.host, calls_itself, account, known, challenge)


def ask_to_sign_in(*, place: Place, now: datetime) -> dict[str, Any]:
    """What the browser needs to let her choose one of her passkeys; nobody is known yet, so none is named."""
    return webauthn_calls.to_answer(place.host, [], _ask(SIGN_IN, place.host, None, now))


def ask_to_prove(*, place: Place, account_id: UUID, now: datetime) -> dict[str, Any]:
    """What the browser needs to ask for one of hers."""
    with common():
        known = _credential_ids(account_id, place.host)
    return webauthn_calls.to_answer(place.host, known, _ask(PROVE, place.host, account_id, now))


def register(
    *, place: Place, account_id: UUID, token: str, is_first: bool, credential: str, name: str, now: datetime
) -> str:
    """Keep a new passkey, and let the session of `token` count as one with a passkey; gives the token it goes on under.

    Refused without a fresh proof of who she is, or when the answer is none to our question. With `is_first` she may
    have none yet: so one who came with a password alone cannot add a second.
    """
    sessions.must_be_proved(token, now)
    must_be_name(name)
    challenge = _take(credential, REGISTER, place.host, account_id, now)
    made = webauthn_calls.registered(credential, challenge, place.host, place.origin)
    with work(place.authority_id):
        account = StaffAccount.objects.select_for_update().get(id=account_id)
        has = StaffPasskey.objects.filter(account_id=account_id, host=place.host).count()
        if has >= MOST_PASSKEYS or (is_first and has):
            raise Refused("passkeys_enough", "You have a passkey already. Please confirm with it first.", status=403)
        if StaffPasskey.objects.filter(host=place.host, credential_id=made.credential_id).exists():
            raise Refused("passkey_exists", "This passkey is registered already.")
        StaffPasskey.objects.create(
            account=account,
            host=place.host,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            name=name.strip()[:LONGEST_NAME],
            created=now,
        )
        _note("staff.passkey_added", place.authority_id, _actor(account), account_id, now)
        return sessions.note_proof(account, token, authority_id=place.authority_id, now=now, way="passkey")


def sign_in(*, place: Place, credential: str, device: str, now: datetime) -> str:
    """Start a session for the owner of the passkey that answered; gives its token.

    Refused when it is unknown here, its signature does not hold, or its owner does not work here.
    """
    try:
        challenge = _take(credential, SIGN_IN, place.host, None, now)
        passkey = _answering(credential, place.host)
        count = webauthn_calls.answered(credential, challenge, place.host, place.origin, passkey)
    except Refused:
        _note_failed(place.authority_id, now)
        raise
    with work(place.authority_id):
        account = _working_here(place.authority_id, passkey.account_id, now)
        _must_still_be(passkey, count, now)
        token = sessions.begin(account, device=device, now=now, proved=now, way="passkey")
        _note("staff.signed_in", place.authority_id, _actor(account), account.id, now, way="passkey")
    return token


def prove(*, place: Place, account_id: UUID, token: str, credential: str, now: datetime) -> str:
    """By one of her passkeys; gives the token under which her session goes on. Refused when it is not hers."""
    challenge = _take(credential, PROVE, place.host, account_id, now)
    passkey = _answering(credential, place.host)
    if passkey.account_id != account_id:
        raise _unknown()
    count = webauthn_calls.answered(credential, challenge, place.host, place.origin, passkey)
    with work(place.authority_id):
        account = StaffAccount.objects.get(id=account_id)
        _must_still_be(passkey, count, now)
        return sessions.note_proof(account, token, authority_id=place.authority_id, now=now, way="passkey")


def rename(*, place: Place, account_id: UUID, passkey_id: UUID, name: str) -> None:
    """Call it otherwise. Not found for somebody else's."""
    must_be_name(name)
    with common(write=True):
        mine = StaffPasskey.objects.filter(account_id=account_id, host=place.host, id=passkey_id)
        if not mine.update(name=name.strip()):
            raise not_found()


def remove(*, place: Place, account_id: UUID, token: str, passkey_id: UUID, is_needed: bool, now: datetime) -> None:
    """Let it open nothing more. Not found for somebody else's; refused without a fresh proof.

    Where passkeys are asked for, refused to whoever came without one.
    """
    with work(place.authority_id):
        found = StaffPasskey.objects.select_related("account").filter(account_id=account_id, id=passkey_id)
        passkey = found.filter(host=place.host).first()
        if passkey is None:
            raise not_found()
        sessions.must_be_proved(token, now)
        if is_needed and sessions.way_of(token) in WEAK_WAYS:
            raise Refused("passkeys_enough", "You have a passkey already. Please confirm with it first.", status=403)
        passkey.delete()
        _note("staff.passkey_removed", place.authority_id, _actor(passkey.account), account_id, now)


def remove_all_of(*, authority_id: UUID, membership_id: UUID, host: str, actor: Actor, now: datetime) -> int:
    """An organiser removes a colleague's passkeys for this host, whose device was lost; gives how many.

    Her sessions end: whoever found the device may have one.
    """
    with work(authority_id):
        member = Membership.objects.filter(authority_id=authority_id, id=membership_id).first()
        if member is None:
            raise not_found()
        gone = StaffPasskey.objects.filter(account_id=member.account_id, host=host).delete()[0]
        _note("staff.passkeys_removed", authority_id, actor, member.account_id, now, count=gone)
    sessions.end_sessions_of(authority_id=authority_id, membership_id=membership_id, actor=actor, now=now)
    return gone


def _ask(purpose: str, host: str, account_id: UUID | None, now: datetime) -> bytes:
    """256 new random bits, which wait for one answer."""
    challenge = secrets.token_bytes(32)
    with common(write=True):
        PasskeyChallenge.objects.create(
            digest=_digest(challenge), purpose=purpose, host=host, account_id=account_id, asked=now
        )
    return challenge


def _take(credential: str, purpose: str, host: str, account_id: UUID | None, now: datetime) -> bytes:
    """The question this claims to answer, which nobody can answer again. Refused when it was never asked here of her."""
    challenge = webauthn_calls.challenge_in(credential)
    with common(write=True):
        waiting = PasskeyChallenge.objects.filter(
            digest=_digest(challenge),
            purpose=purpose,
            host=host,
            account_id=account_id,
            asked__gt=now - CHALLENGE_LASTS,
        )
        if not waiting.delete()[0]:
            raise Refused("passkey_late", "That took too long. Please try again with your passkey.", field="credential")
    return challenge


def _answering(credential: str, host: str) -> StaffPasskey:
    with common():
        found = StaffPasskey.objects.filter(host=host, credential_id=webauthn_calls.credential_id_in(credential))
        passkey = found.first()
    if passkey is None:
        raise _unknown()
    return passkey


def _working_here(authority_id: UUID, account_id: UUID, now: datetime) -> StaffAccount:
    """Inside the open work, and so until its end."""
    account = StaffAccount.objects.select_for_update().filter(id=account_id, active=True).first()
    if account is None or not works_here(authority_id, account_id, german_day(now)):
        raise _unknown()
    return account


def _must_still_be(passkey: StaffPasskey, count: int, now: datetime) -> None:
    """Inside the open work: nobody removed it since, nor used a copy of it (WebAuthn §6.1.1)."""
    same = StaffPasskey.objects.filter(id=passkey.id, sign_count=passkey.sign_count)
    if not same.update(sign_count=count, used=now):
        raise _unknown()


def _credential_ids(account_id: UUID, host: str) -> list[bytes]:
    found = StaffPasskey.objects.filter(account_id=account_id, host=host).values_list("credential_id", flat=True)
    return [bytes(one) for one in found]


def _digest(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()


def _unknown() -> Refused:
    return Refused("passkey_unknown", webauthn_calls.UNKNOWN, field="credential")


def _note_failed(authority_id: UUID, now: datetime) -> None:
    with work(authority_id):
        audit.record(
            authority_id,
            act="staff.sign_in_failed",
            actor=NOBODY_YET,
            subject=("account", None),
            at=now,
            details={"way": "passkey"},
        )


def _actor(account: StaffAccount) -> Actor:
    return Actor("staff", account.id, account.name)


def _note(act: str, authority_id: UUID, actor: Actor, account_id: UUID, now: datetime, **details: object) -> None:
    audit.record(authority_id, act=act, actor=actor, subject=("account", account_id), at=now, details=details)
