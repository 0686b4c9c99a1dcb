"""Verbs of the catalogue: trust a publisher, publish, adopt, change, upgrade, go live, withdraw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from stadttor.catalog import archive as archives
from stadttor.catalog.events import Adopted, AdoptionFact, BackToTest, Upgraded, WentLive, Withdrawn
from stadttor.catalog.models import Adoption, AdoptionRevision, Package, PackageVersion, PublisherKey
from stadttor.catalog.queries import (
    RevokedAdoption,
    adoptions_signed_by,
    forget_offered,
    newest_version,
    trusted_keys,
)
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.differences import Difference, compare
from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.catalog.rules.parameters import ParameterFault
from stadttor.catalog.rules.semver import parse_version, step
from stadttor.catalog.rules.upgrades import carried
from stadttor.catalog.stored import content_of
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.events import publish as publish_fact
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import common, work
from stadttor.processes.services import store_definition

if TYPE_CHECKING:
    from stadttor.catalog.signing import Verified

FACTS: dict[str, type[AdoptionFact]] = {
    "adopted": Adopted,
    "went_live": WentLive,
    "to_test": BackToTest,
    "upgraded": Upgraded,
    "withdrawn": Withdrawn,
}


class ParametersRefused(Refused):
    """Parameters that do not fit; `faults` say which and why."""

    def __init__(self, faults: list[ParameterFault]) -> None:
        super().__init__("parameters", "Please check the settings: some values do not fit.")
        self.faults = faults


@dataclass(frozen=True)
class Published:
    """A version that is now in the catalogue; `is_new` is False when exactly this archive was there already."""

    version_id: UUID
    package: str
    version: str
    sha256: str
    is_new: bool


# Publishing


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
        raise _revoked(key.kid)
    return row.id


def _revoked(kid: str) -> PackageRefused:
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


def publish(*, archive: bytes, now: datetime) -> Published:
    """Put a signed archive into the catalogue after checking all of it.

    Raises PackageRefused, and then nothing is stored. Publishing the same archive again changes nothing.
    """
    # Here, because pages load this module for its other verbs and never publish: 8 MB in each web worker.
    from stadttor.catalog import signing
    from stadttor.catalog.checks import house_checks
    from stadttor.catalog.rules.checking import check_package

    opened = archives.open_archive(archive)
    verified = signing.verify(archive, trusted_keys(), newest_version(opened.id))
    if there := _published(verified):
        return there
    content = check_package(verified.files, house_checks()).accepted()
    if (content.manifest.id, content.manifest.version) != (verified.id, verified.version):
        raise refuse("package.yaml", 0, "The signed name or version is another one.", "Build the archive again.")
    try:
        with common(write=True):
            if content.process is not None:
                store_definition(xml=content.process, now=now)
            return _store(archive, verified, content, now)
    except IntegrityError:
        # Somebody else published this version at the same moment: then it is there now, or refused as changed.
        if there := _published(verified):
            return there
        raise


def _published(verified: "Verified") -> Published | None:
    """The version when exactly this archive is there; a version never changes."""
    with common():
        rows = PackageVersion.objects.filter(package__name=verified.id, version=verified.version)
        there = rows.values_list("id", "sha256").first()
    if there is None:
        return None
    if there[1] != verified.sha256:
        text = f"Version {verified.version} is published already, with other contents."
        raise refuse("package.yaml", 0, text, "Raise the version number.")
    return Published(there[0], verified.id, verified.version, verified.sha256, is_new=False)


def _store(archive: bytes, verified: "Verified", content: PackageContent, now: datetime) -> Published:
    """Refused when the key was revoked since the archive was verified."""
    key = PublisherKey.objects.select_for_update().get(kid=verified.signer.kid)
    if key.revoked_at:
        raise _revoked(key.kid)
    package, _ = Package.objects.get_or_create(name=verified.id, defaults={"slug": content.manifest.slug})
    version = parse_version(verified.version)
    row = PackageVersion.objects.create(
        package=package,
        version=verified.version,
        major=version.major,
        minor=version.minor,
        patch=version.patch,
        sha256=verified.sha256,
        archive=archive,
        signed_by=key,
        published_at=now,
    )
    return Published(row.id, verified.id, verified.version, verified.sha256, is_new=True)


# Adopting


def adopt(*, authority_id: UUID, version_id: UUID, parameters: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    """Take a package over with these parameters, in test mode.

    Raises ParametersRefused, and Refused when it is adopted already.
    """
    with work(authority_id):
        version = _version(version_id)
        values = _checked(content_of(version), parameters)
        adoption = Adoption(
            authority_id=authority_id,
            package=version.package,
            slug=version.package.slug,
            version=version,
            parameters=values,
            state="test",
            since=now,
            revision=0,
        )
        _insert(adoption)
        _revise(adoption, "adopted", actor, now)
    return adoption.id


def _insert(adoption: Adoption) -> None:
    try:
        with transaction.atomic():
            adoption.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            "adopted_already",
            "Your authority has adopted this service, or another one with the same address, already.",
            status=409,
        ) from None


def change_parameters(
    *, authority_id: UUID, adoption_id: UUID, parameters: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Set other parameters. Open applications keep theirs. Raises ParametersRefused."""
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        adoption.parameters = _checked(content_of(adoption.version), parameters)
        _revise(adoption, "parameters_changed", actor, now)


def go_live(*, authority_id: UUID, adoption_id: UUID, actor: Actor, now: datetime) -> None:
    """Open the service to citizens. Raises Refused unless it is in test mode or withdrawn."""
    _to_state(authority_id, adoption_id, "live", "went_live", actor, now)


def to_test(*, authority_id: UUID, adoption_id: UUID, actor: Actor, now: datetime) -> None:
    """Close the service to citizens and keep it open for staff to try."""
    _to_state(authority_id, adoption_id, "test", "to_test", actor, now)


def withdraw(*, authority_id: UUID, adoption_id: UUID, actor: Actor, now: datetime) -> None:
    """Offer the service no longer. Applications that were sent are worked on to their end."""
    _to_state(authority_id, adoption_id, "withdrawn", "withdrawn", actor, now)


def _to_state(authority_id: UUID, adoption_id: UUID, state: str, act: str, actor: Actor, now: datetime) -> None:
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        if adoption.state == state:
            raise Refused("state_already", "The service is in this state already.", status=409)
        adoption.state, adoption.since = state, now
        _revise(adoption, act, actor, now)


def upgrade(*, authority_id: UUID, adoption_id: UUID, version_id: UUID, actor: Actor, now: datetime) -> Difference:
    """Change to a higher version; parameters are kept, new ones get their default. Gives the difference.

    The version's `migrations` carry parameters over. Drafts and cases go on with the version they began with.
    Raises Refused for a lower version or another package, ParametersRefused when a kept value no longer fits.
    """
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        version = _version(version_id)
        if version.package_id != adoption.package_id:
            raise not_found()
        if step(adoption.version.version, version.version) in ("same", "lower"):
            raise Refused("not_higher", "Only a higher version can be adopted.", status=409)
        before, after = content_of(adoption.version), content_of(version)
        adoption.parameters = _checked(after, carried(after, adoption.version.version, adoption.parameters))
        adoption.version = version
        _revise(adoption, "upgraded", actor, now)
    return compare(before, after)


def _checked(content: PackageContent, parameters: Mapping[str, Any]) -> dict[str, Any]:
    values = content.parameters.defaults() | dict(parameters)
    if faults := content.parameters.check(values):
        raise ParametersRefused(faults)
    return values


def _version(version_id: UUID) -> PackageVersion:
    """A version to adopt or change to. Refused when its publisher's key was revoked."""
    row = PackageVersion.objects.select_related("package", "signed_by").filter(id=version_id).first()
    if row is None:
        raise not_found()
    if row.signed_by.revoked_at:
        raise Refused(
            "key_revoked",
            "The key that signed this version is no longer trusted here. Please wait for a new version.",
            status=409,
        )
    return row


def _locked(authority_id: UUID, adoption_id: UUID) -> Adoption:
    """The adoption, for this transaction alone: two organisers never overwrite each other silently."""
    rows = Adoption.objects.select_for_update(of=("self",)).select_related("version", "package")
    row = rows.filter(authority_id=authority_id, id=adoption_id).first()
    if row is None:
        raise not_found()
    return row


def _revise(adoption: Adoption, act: str, actor: Actor, now: datetime) -> UUID:
    """Save the adoption as it is now, with its audit entry; gives the new revision's id."""
    adoption.revision += 1
    adoption.save()
    revision = AdoptionRevision.objects.create(
        adoption=adoption,
        number=adoption.revision,
        act=act,
        version=adoption.version,
        parameters=adoption.parameters,
        state=adoption.state,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    details = {"package": adoption.package.name, "version": adoption.version.version, "state": adoption.state}
    audit.record(
        adoption.authority_id,
        act=f"catalog.{act}",
        actor=actor,
        subject=("adoption", adoption.id),
        at=now,
        details=details | {"revision": adoption.revision},
    )
    if fact := FACTS.get(act):
        publish_fact(fact(adoption.authority_id, adoption.id, adoption.version_id))
    transaction.on_commit(lambda: forget_offered(adoption.authority_id))
    return revision.id
