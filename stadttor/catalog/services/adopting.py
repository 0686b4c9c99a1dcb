"""An authority takes a package over, sets it up, opens and closes it, and changes to a higher version."""

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from stadttor.catalog.events import Adopted, AdoptionFact, BackToTest, Upgraded, WentLive, Withdrawn
from stadttor.catalog.members import Given, changed, members_of
from stadttor.catalog.models import Adoption, AdoptionRevision, MemberValues, PackageVersion, Preset
from stadttor.catalog.presets import presets_of, set_values
from stadttor.catalog.queries import forget_offered
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.differences import Difference, compare
from stadttor.catalog.rules.parameters import ParameterFault
from stadttor.catalog.rules.semver import step
from stadttor.catalog.rules.upgrades import carried, carried_members, required_unset, unset_after
from stadttor.catalog.stored import content_of
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.events import publish as publish_fact
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.tenancy.queries import member

FACTS: dict[str, type[AdoptionFact]] = {
    "adopted": Adopted,
    "went_live": WentLive,
    "to_test": BackToTest,
    "upgraded": Upgraded,
    "withdrawn": Withdrawn,
    "rolled_out": Adopted,
    "rolled_over": Upgraded,
}


MEMBER_DOES_NOT_FIT = N_("The settings of {member} would no longer fit. Please change those first.")


class ParametersRefused(Refused):
    """Parameters that do not fit; `faults` say which and why."""

    def __init__(self, faults: list[ParameterFault]) -> None:
        super().__init__("parameters", "Please check the settings: some values do not fit.")
        self.faults = faults


def adopt(*, authority_id: UUID, version_id: UUID, parameters: Mapping[str, Any], actor: Actor, now: datetime) -> UUID:
    """Take a package over with these parameters, in test mode.

    Raises ParametersRefused, and Refused when it is adopted already.
    """
    with work(authority_id):
        version = version_to_adopt(version_id)
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
        content = content_of(adoption.version)
        adoption.parameters = _checked(content, parameters)
        must_fit_members(content, adoption.parameters, members_of([adoption.id]).get(adoption.id, {}), authority_id)
        _revise(adoption, "parameters_changed", actor, now)


def change_member_parameters(
    *, authority_id: UUID, adoption_id: UUID, ars: str, parameters: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Set parameters of one municipality that the authority serves with others; what is as the authority has it follows it.

    Open applications keep theirs. Raises ParametersRefused, and Refused (404) where no address picks a member.
    """
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        content, preset = content_of(adoption.version), presets_of([adoption.id]).get(adoption.id)
        if content.manifest.member is None or member(authority_id, ars) is None:
            raise not_found()
        own = content.parameters.merged(set_values(adoption, preset))
        if faults := content.check_parameters({**own, **parameters}):
            raise ParametersRefused(faults)
        given = {name: value for name, value in parameters.items() if own[name] != value}
        before = members_of([adoption.id]).get(adoption.id, {})
        _revise(adoption, "member_parameters_changed", actor, now, preset, before, {**before, ars: given})


def must_fit_members(content: PackageContent, own: Mapping[str, Any], given: Given, authority_id: UUID) -> None:
    """Refused when what a member set does not fit any more: whoever applies there would meet settings that contradict."""
    for ars, values in sorted(given.items()):
        if content.check_parameters({**content.parameters.merged(own), **values}):
            row = member(authority_id, ars)
            raise Refused("member_parameters", MEMBER_DOES_NOT_FIT, member=row.name if row else ars)


def go_live(*, authority_id: UUID, adoption_id: UUID, actor: Actor, now: datetime) -> None:
    """Open the service to citizens. Raises Refused unless it is in test mode or withdrawn, and while a required setting has
    only the example of the package, which is for trying.
    """
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
        if state == "live":
            _must_be_set(adoption)
        adoption.state, adoption.since = state, now
        _revise(adoption, act, actor, now, presets_of([adoption.id]).get(adoption.id))


def _must_be_set(adoption: Adoption) -> None:
    content = content_of(adoption.version)
    if names := required_unset(content, set_values(adoption, presets_of([adoption.id]).get(adoption.id))):
        raise Refused(
            "unset",
            "Set these first, the package has only an example: {names}.",
            status=409,
            names=titles(content, names),
        )


def titles(content: PackageContent, names: Collection[str]) -> str:
    """What settings are called, for a sentence."""
    return "; ".join(one.title for one in content.parameters.parameters if one.name in names)


def upgrade(*, authority_id: UUID, adoption_id: UUID, version_id: UUID, actor: Actor, now: datetime) -> Difference:
    """Change to a higher version; parameters are kept, new ones get their default. Gives the difference.

    The version's `migrations` carry parameters over. Drafts and cases go on with the version they began with.
    A required one that nobody set stays unset, so that the service is not opened with an example.
    Raises Refused for a lower version or another package and for a service that is open and would run on such an example,
    ParametersRefused when a kept value no longer fits.
    """
    with work(authority_id):
        adoption = _locked(authority_id, adoption_id)
        version = version_to_adopt(version_id)
        if version.package_id != adoption.package_id:
            raise not_found()
        if step(adoption.version.version, version.version) in ("same", "lower"):
            raise Refused("not_higher", "Only a higher version can be adopted.", status=409)
        before, after = content_of(adoption.version), content_of(version)
        known = set_values(adoption, presets_of([adoption.id]).get(adoption.id))
        unset, missing = unset_after(before, after, known)
        if missing and adoption.state == "live":
            raise Refused(
                "unset_in_version",
                "This version has settings that nobody has set yet: {names}. Set the service back to test, change the version, "
                "set them and open it again.",
                status=409,
                names=titles(after, missing),
            )
        given = members_of([adoption.id]).get(adoption.id, {})
        moved = {ars: carried_members(after, adoption.version.version, values) for ars, values in given.items()}
        values = _checked(after, carried(after, adoption.version.version, known))
        adoption.parameters = {name: value for name, value in values.items() if name not in unset}
        must_fit_members(after, adoption.parameters, moved, authority_id)
        adoption.version = version
        _revise(adoption, "upgraded", actor, now, None, given, moved)
    return compare(before, after)


def _checked(content: PackageContent, parameters: Mapping[str, Any]) -> dict[str, Any]:
    values = content.parameters.defaults() | dict(parameters)
    if faults := content.check_parameters(values):
        raise ParametersRefused(faults)
    return values


def version_to_adopt(version_id: UUID) -> PackageVersion:
    """A version to adopt or change to. Refused when its publisher's key was revoked, or took the version back."""
    rows = PackageVersion.objects.select_related("package", "signed_by", "withheld").defer("archive")
    row = rows.filter(id=version_id).first()
    if row is None:
        raise not_found()
    if row.signed_by.revoked_at:
        raise Refused(
            "key_revoked",
            "The key that signed this version is no longer trusted here. Please wait for a new version.",
            status=409,
        )
    if row.is_withdrawn:
        raise Refused(
            "version_withdrawn",
            "This version was withdrawn by its publisher. Please wait for a new version.",
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


def _revise(
    adoption: Adoption,
    act: str,
    actor: Actor,
    now: datetime,
    preset: Preset | None = None,
    before: Given = MappingProxyType({}),
    after: Given = MappingProxyType({}),
    details: Mapping[str, Any] = MappingProxyType({}),
) -> UUID:
    """Save the adoption as it is now, with its audit entry; gives the new revision's id.

    `before` and `after` are what members set, where that changes; `details` what the audit says besides.
    """
    adoption.revision += 1
    adoption.save()
    revision = AdoptionRevision.objects.create(
        adoption=adoption,
        number=adoption.revision,
        act=act,
        version=adoption.version,
        preset=preset,
        parameters=adoption.parameters,
        state=adoption.state,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    MemberValues.objects.bulk_create(changed(adoption, adoption.revision, before, after))
    note(adoption, act, actor, now, details)
    transaction.on_commit(lambda: forget_offered(adoption.authority_id))
    return revision.id


def note(
    adoption: Adoption, act: str, actor: Actor, now: datetime, more: Mapping[str, Any] = MappingProxyType({})
) -> None:
    """The audit entry of a change and the fact that is told, inside the work of its authority."""
    details = {**more, "package": adoption.package.name, "version": adoption.version.version, "state": adoption.state}
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
