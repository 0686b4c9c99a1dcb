"""One act for many authorities in one transaction: adopt a version, change to a higher one, take that back.

Each authority is in the old state or in the new one. What it decided itself stays: who withdrew a service does not get it
again, who changed something since keeps it. Rows of the catalogue are global; the audit entry of each authority is
written in its turn (`ground.work.in_turn`).
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from stadttor.catalog.members import MembersThen, changed, members_of
from stadttor.catalog.models import Adoption, AdoptionRevision, MemberValues, PackageVersion, Preset
from stadttor.catalog.presets import preset_of, presets_of, written
from stadttor.catalog.queries import forget_offered
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.semver import step
from stadttor.catalog.rules.upgrades import migrated_parameters, steps_from, unset_after
from stadttor.catalog.services.adopting import note, version_to_adopt
from stadttor.catalog.stored import content_of
from stadttor.core.ids import new_id
from stadttor.ground.actor import Actor
from stadttor.ground.rows import read
from stadttor.ground.work import Turns

ROLLED_OUT, ROLLED_OVER, TAKEN_BACK = "rolled_out", "rolled_over", "taken_back"
OURS = (ROLLED_OUT, ROLLED_OVER)
_SAVE = """
UPDATE catalog_adoption a SET version_id = n.version::uuid, parameters = n.parameters::jsonb, state = n.state,
 since = n.since::timestamptz, revision = n.revision::int
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
 n(id, version, parameters, state, since, revision) WHERE a.id = n.id::uuid
"""


@dataclass(frozen=True)
class NotDone:
    """Why an authority stays as it is.

    Codes: has_it, address_taken, withdrawn_here, not_adopted, not_higher, changed_since, parameters with the
    `faults` that say which value does not fit and why, and unset with those that an open service lacks.
    """

    code: str
    faults: tuple[str, ...] = ()


@dataclass
class _Changes:
    """What is to be written: new adoptions, changed ones, the preset of each, and who stays as it is."""

    presets: dict[UUID, Preset | None] = field(default_factory=dict)
    new: list[Adoption] = field(default_factory=list)
    changed: list[Adoption] = field(default_factory=list)
    not_done: dict[UUID, NotDone] = field(default_factory=dict)
    members: list[MemberValues] = field(default_factory=list)


def adopt_in_turn(
    turns: Turns, *, version_id: UUID, given: Mapping[UUID, Mapping[str, Any]], actor: Actor, now: datetime
) -> dict[UUID, NotDone]:
    """Adopt a version for these authorities, in test mode, with the values given for each; gives who was left out."""
    version = version_to_adopt(version_id)
    values = _Values(content_of(version))
    there = {row.authority_id: row for row in _locked(version, given)}
    taken = Adoption.objects.filter(slug=version.package.slug, authority_id__in=list(given))
    elsewhere = set(taken.exclude(package=version.package).values_list("authority_id", flat=True))
    returned = _last_taken_back(there.values())
    changes = _Changes()
    ids = _growing(len(given))
    for authority_id, wanted in sorted(given.items()):
        known = there.get(authority_id)
        if known and not (known.state == "withdrawn" and known.id in returned):
            changes.not_done[authority_id] = NotDone("withdrawn_here" if known.state == "withdrawn" else "has_it")
        elif authority_id in elsewhere:
            changes.not_done[authority_id] = NotDone("address_taken")
        elif faults := values.faults(wanted):
            changes.not_done[authority_id] = NotDone("parameters", faults)
        else:
            row = known or Adoption(
                id=next(ids), authority_id=authority_id, package=version.package, slug=version.package.slug
            )
            row.revision = known.revision if known else 0
            row.version, row.parameters, row.state, row.since = version, {}, "test", now
            changes.presets[row.id] = values.preset(wanted)
            (changes.changed if known else changes.new).append(row)
    return _write(turns, changes, ROLLED_OUT, actor, now)


def upgrade_in_turn(
    turns: Turns, *, version_id: UUID, given: Mapping[UUID, Mapping[str, Any]], actor: Actor, now: datetime
) -> dict[UUID, NotDone]:
    """Change these authorities to a higher version; gives who was left out.

    What an authority has set itself goes over the values given, and these over an earlier roll-out's.
    """
    version = version_to_adopt(version_id)
    values = _Values(content_of(version))
    there = {row.authority_id: row for row in _locked(version, given)}
    before = presets_of(row.id for row in there.values())
    given_by_members = members_of(row.id for row in there.values())
    changes = _Changes()
    for authority_id, wanted in given.items():
        row = there.get(authority_id)
        if row is None or row.state == "withdrawn":
            changes.not_done[authority_id] = NotDone("withdrawn_here" if row else "not_adopted")
        elif step(row.version.version, version.version) in ("same", "lower"):
            changes.not_done[authority_id] = NotDone("not_higher")
        else:
            preset = before.get(row.id)
            common = values.moved(row.version.version, preset.given if preset else {}) | dict(wanted)
            own = values.moved(row.version.version, row.parameters)
            theirs = given_by_members.get(row.id, {})
            moved = {ars: values.moved(row.version.version, one) for ars, one in theirs.items()}
            if faults := values.faults_of_all(common | own, moved.values()):
                changes.not_done[authority_id] = NotDone("parameters", faults)
                continue
            if row.state == "live" and (missing := values.newly_unset(row.version, preset, row.parameters, wanted)):
                changes.not_done[authority_id] = NotDone("unset", tuple(f"{name}: required" for name in missing))
                continue
            changes.members += changed(row, row.revision + 1, theirs, moved)
            row.version, row.parameters = version, own
            changes.presets[row.id] = values.preset(common)
            changes.changed.append(row)
    return _write(turns, changes, ROLLED_OVER, actor, now)


def take_back_in_turn(
    turns: Turns, *, version_id: UUID, authorities: Collection[UUID], actor: Actor, now: datetime
) -> dict[UUID, NotDone]:
    """Put these authorities back to where they were before this version was rolled out; gives who was left out.

    An adoption that was new then is withdrawn. Open cases go on with what they began with.
    """
    version = PackageVersion.objects.select_related("package").defer("archive").get(id=version_id)
    there = {row.authority_id: row for row in _locked(version, authorities)}
    standing, members = _standing(there.values()), MembersThen(row.id for row in there.values())
    changes = _Changes()
    for authority_id in authorities:
        row = there.get(authority_id)
        stack = standing.get(row.id, []) if row else []
        if row is None or not stack or stack[-1].act not in OURS or stack[-1].version_id != version_id:
            changes.not_done[authority_id] = NotDone("changed_since" if row else "not_adopted")
            continue
        _put_back(row, stack[-2] if len(stack) > 1 else None, now)
        if len(stack) > 1:
            at = row.revision + 1
            changes.members += changed(row, at, members.at(row.id, at), members.at(row.id, stack[-2].number))
        changes.presets[row.id] = stack[-2].preset if len(stack) > 1 else stack[-1].preset
        changes.changed.append(row)
    return _write(turns, changes, TAKEN_BACK, actor, now)


def _standing(rows: Iterable[Adoption]) -> dict[UUID, list[AdoptionRevision]]:
    """By adoption: the changes that still stand, oldest first. What was taken back stands no more."""
    query = AdoptionRevision.objects.filter(adoption__in=[row.id for row in rows]).order_by("adoption", "number")
    revisions = list(query)
    # Thousands share a version and what was set for all of them: each is read once.
    versions = PackageVersion.objects.defer("archive").in_bulk({one.version_id for one in revisions})
    presets = Preset.objects.in_bulk({one.preset_id for one in revisions if one.preset_id})
    found: dict[UUID, list[AdoptionRevision]] = {}
    for revision in revisions:
        revision.version = versions[revision.version_id]
        revision.preset = presets[revision.preset_id] if revision.preset_id else None
        stack = found.setdefault(revision.adoption_id, [])
        stack.pop() if revision.act == TAKEN_BACK else stack.append(revision)
    return found


def _put_back(row: Adoption, before: AdoptionRevision | None, now: datetime) -> None:
    state = before.state if before else "withdrawn"
    if before:
        row.version, row.parameters = before.version, before.parameters
    if row.state != state:
        row.state, row.since = state, now


class _Values:
    """The values of a version: judged, moved and kept once for all who set the same."""

    def __init__(self, content: PackageContent) -> None:
        self._content = content
        self._faults: dict[str, tuple[str, ...]] = {}
        self._presets: dict[str, Preset | None] = {}

    def faults(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """What does not fit, over the defaults."""
        key = written(values)
        if key not in self._faults:
            found = self._content.check_parameters(self._content.parameters.defaults() | dict(values))
            self._faults[key] = tuple(map(str, found))
        return self._faults[key]

    def faults_of_all(self, own: Mapping[str, Any], members: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
        """What does not fit of the authority's values, or of those that its members set over them."""
        return next((faults for one in ({}, *members) if (faults := self.faults({**own, **one}))), ())

    def newly_unset(
        self, version: PackageVersion, preset: Preset | None, own: Mapping[str, Any], wanted: Mapping[str, Any]
    ) -> list[str]:
        """What is required now and neither set before nor given; an open service would run on the package's example."""
        known = {**(preset.given if preset else {}), **own}
        return [name for name in unset_after(content_of(version), self._content, known)[1] if name not in wanted]

    def preset(self, values: Mapping[str, Any]) -> Preset | None:
        key = written(values)
        if key not in self._presets:
            self._presets[key] = preset_of(values)
        return self._presets[key]

    def moved(self, old: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Under the names of this version; those it does not know any more are left out."""
        moved = migrated_parameters(steps_from(self._content.manifest, old), values)
        known = self._content.parameters.defaults()
        return {name: value for name, value in moved.items() if name in known}


def _growing(count: int) -> Iterator[UUID]:
    """Ids for new rows in the order in which they are written, so that the keys only ever grow at their end."""
    return iter(sorted(new_id() for _ in range(count)))


def _locked(version: PackageVersion, authorities: Iterable[UUID]) -> list[Adoption]:
    """In one order: two roll-outs at once wait for each other and do not lock each other out."""
    rows = Adoption.objects.select_for_update(of=("self",)).filter(
        package=version.package_id, authority_id__in=list(authorities)
    )
    return list(rows.select_related("version", "package").defer("version__archive").order_by("authority_id"))


def _last_taken_back(rows: Iterable[Adoption]) -> set[UUID]:
    """Those of the adoptions whose last change was that something was taken back."""
    last = AdoptionRevision.objects.filter(adoption__in=[row.id for row in rows], number=F("adoption__revision"))
    return set(last.filter(act=TAKEN_BACK).values_list("adoption_id", flat=True))


def _write(turns: Turns, changes: _Changes, act: str, actor: Actor, now: datetime) -> dict[UUID, NotDone]:
    # In the order of the authorities, as they are locked: two at once wait for each other and do not lock each other out.
    rows = sorted((*changes.new, *changes.changed), key=attrgetter("authority_id"))
    for row in rows:
        row.revision += 1
    Adoption.objects.bulk_create(sorted(changes.new, key=attrgetter("authority_id")))
    _save(changes.changed)
    revisions = [_revision(row, changes.presets[row.id], act, actor, now) for row in rows]
    AdoptionRevision.objects.bulk_create(sorted(revisions, key=attrgetter("id")))
    MemberValues.objects.bulk_create(changes.members)
    for row in rows:
        with turns.of(row.authority_id):
            note(row, act, actor, now)
        transaction.on_commit(partial(forget_offered, row.authority_id))
    return changes.not_done


def _save(rows: Collection[Adoption]) -> None:
    """All in one statement."""
    if rows:
        columns = zip(*(_columns(row) for row in rows), strict=True)
        read(_SAVE, *map(list, columns))


def _columns(row: Adoption) -> tuple[str, ...]:
    version, parameters = str(row.version_id), json.dumps(row.parameters)
    return str(row.id), version, parameters, row.state, row.since.isoformat(), str(row.revision)


def _revision(row: Adoption, preset: Preset | None, act: str, actor: Actor, now: datetime) -> AdoptionRevision:
    return AdoptionRevision(
        adoption=row,
        number=row.revision,
        act=act,
        version=row.version,
        preset=preset,
        parameters=row.parameters,
        state=row.state,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
