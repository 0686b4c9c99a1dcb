"""With which key an authority signs the credentials that it issues: its own, never the operator's."""

from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.keys import derived
from stadttor.ground.rows import first
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.work import reading, work
from stadttor.identity.issuing.models import CredentialSigner
from stadttor.identity.ports import Signer, issuer
from stadttor.identity.wallet_access import EVERY_SERVICE, WARN_BEFORE, Ending

PURPOSE = "credential signer"


def put_signer(
    *, authority_id: UUID, key: bytes, chain: str, actor: Actor, now: datetime, believe_earlier: bool = True
) -> None:
    """Sign with these from now on. Refused when they do not fit together or have ended.

    What was signed before is still believed here until the certificate of then ends; not so with `believe_earlier` false,
    for a key that got into other hands.
    """
    signer = Signer(key, chain)
    try:
        issuer().must_be_usable(signer, now)
    except ValueError as error:
        raise Refused("credential_signer", "These certificates cannot be used: {why}", why=str(error)) from error
    row = CredentialSigner(authority_id=authority_id, chain=chain, changed=now)
    row.key_sealed = seal(derived(authority_id, PURPOSE), row.id, key)
    with work(authority_id):
        former = first(CredentialSigner, lock=True, authority_id=authority_id)
        if former is not None:
            row.earlier = _still(former, chain, now) if believe_earlier else []
            former.delete()
        row.save(force_insert=True)
        audit.record(authority_id, act="wallet.signer_put", actor=actor, subject=("credential_signer", row.id), at=now)


def _still(former: CredentialSigner, chain: str, now: datetime) -> list[str]:
    """The chains before this one that hold."""
    found = dict.fromkeys((former.chain, *former.earlier))
    return [one for one in found if one != chain and issuer().ends(Signer(b"", one)) > now]


def issues(authority_id: UUID, now: datetime) -> bool:
    """Whether the authority has a key to issue with, and its certificate has not ended."""
    signer = signer_of(authority_id)
    return signer is not None and issuer().may_sign(signer, now)


def signer_of(authority_id: UUID) -> Signer | None:
    """None where the authority issues nothing."""
    with reading(authority_id):
        row = first(CredentialSigner, authority_id=authority_id)
    if row is None:
        return None
    return Signer(unseal(derived(authority_id, PURPOSE), row.id, bytes(row.key_sealed)), row.chain)


def earlier_of(authority_id: UUID) -> tuple[str, ...]:
    """The chains (PEM, leaf first) it signed with before, newest first."""
    with reading(authority_id):
        row = first(CredentialSigner, authority_id=authority_id)
    return tuple(row.earlier) if row else ()


def ending(authority_id: UUID, now: datetime) -> list[Ending]:
    """Its certificate, if that ends within sixty days or has ended: what it signed counts no more from then on."""
    signer = signer_of(authority_id)
    ends = issuer().ends(signer) if signer else None
    return [Ending("signing", EVERY_SERVICE, ends)] if ends and ends <= now + WARN_BEFORE else []
