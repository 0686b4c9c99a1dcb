"""Which publishers this installation believes: keys trusted and revoked."""

from datetime import datetime
from uuid import UUID

from stadttor.catalog import archive as archives
from stadttor.catalog.models import PublisherKey
from stadttor.catalog.queries import RevokedAdoption, adoptions_signed_by
from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import common, work


def trust_key(key: archives.TrustedKey, *, now: datetime, is_demo: bool = False) -> UUID:
    """Accept packages signed with this key from now on, below its namespace. Safe to repeat."""
    values = {
        "public_jwk": dict(key.public_jwk),
        "publisher": key.publisher,
        "namespace": key.namespace,
        "is_demo": is_demo,
        "trusted_since": now,
    }
    with common(write=True):
        row, _ = PublisherKey.objects.get_or_create(kid=key.kid, defaults=values)
    if row.revoked_at:
        raise revoked_here(key.kid)
    return row.id


def revoked_here(kid: str) -> PackageRefused:
    """The refusal of whatever rests on a revoked key."""
    return refuse(kid, 0, "This key was revoked here.", "Ask the publisher for a new key.")


def revoke_key(kid: str, *, actor: Actor, now: datetime) -> list[RevokedAdoption]:
    """Trust a publisher's key no more: nothing new signed with it is published or adopted.

    What is adopted goes on; the adoptions that rest on it are given, and noted in the audit chain of each authority.
    Raises PackageRefused for a key that was never trusted. Safe to repeat.
    """
    with common(write=True):
        key = PublisherKey.objects.select_for_update().filter(kid=kid).first()
        if key is None:
            raise refuse(kid, 0, "This installation never trusted this key.", "List the keys: stadttor package keys")
        if key.revoked_at is None:
            key.revoked_at = now
            key.save(update_fields=["revoked_at"])
    found = adoptions_signed_by(kid)
    for one in found:
        _note_revoked(one, kid, actor, now)
    return found


def _note_revoked(adoption: RevokedAdoption, kid: str, actor: Actor, now: datetime) -> None:
    """Once per adoption and key, also when the command is given again after it broke off."""
    act, subject = "catalog.key_revoked", ("adoption", adoption.adoption_id)
    with work(adoption.authority_id):
        noted = AuditEntry.objects.filter(authority_id=adoption.authority_id, act=act, subject_id=subject[1])
        if noted.filter(details__key=kid).exists():
            return
        details = {"key": kid, "package": adoption.package, "version": adoption.version}
        audit.record(adoption.authority_id, act=act, actor=actor, subject=subject, at=now, details=details)
