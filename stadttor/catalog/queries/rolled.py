"""What many authorities have of one package: for whoever rolls it out and for who looks how far it is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.catalog.models import PackageVersion
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.stored import content_by_id
from stadttor.core.refused import Refused
from stadttor.ground.rows import read
from stadttor.ground.work import common

_SPREAD = """
SELECT a.authority_id, a.id, v.id, v.version, v.sha256, a.state, a.revision, r.preset_id::text,
 ARRAY(SELECT jsonb_object_keys(a.parameters))
FROM catalog_adoption a JOIN catalog_packageversion v ON v.id = a.version_id
JOIN catalog_adoptionrevision r ON r.adoption_id = a.id AND r.number = a.revision WHERE a.package_id = %s
"""


@dataclass(frozen=True)
class SpreadRow:
    """One authority's adoption of a package: `unset` are required parameters that nobody has set for it yet."""

    authority_id: UUID
    adoption_id: UUID
    version: str
    state: str
    revision: int
    unset: tuple[str, ...]


@dataclass(frozen=True)
class ReleaseRow:
    """A published version as a roll-out needs it."""

    id: UUID
    package_id: UUID
    package: str
    slug: str
    version: str
    manifest: Manifest
    is_revoked: bool


def release(package: str, version: str = "") -> ReleaseRow:
    """A published version by its names, without a number the highest. Raises Refused."""
    with common():
        rows = PackageVersion.objects.filter(package__name=package, **({"version": version} if version else {}))
        rows = rows.select_related("package", "signed_by", "withheld").defer("archive")
        row = rows.order_by("-major", "-minor", "-patch").first()
        if row is None:
            raise Refused("no_such_version", "The catalogue has no {package} {version}.", status=404,
                          package=package, version=version)  # fmt: skip
        return _release(row)


def release_at(slug: str) -> ReleaseRow | None:
    """The highest version of the package with this address; none where there is no such package."""
    with common():
        rows = PackageVersion.objects.filter(package__slug=slug)
        rows = rows.select_related("package", "signed_by", "withheld").defer("archive")
        row = rows.order_by("-major", "-minor", "-patch").first()
        return _release(row) if row else None


def newest_releases() -> list[ReleaseRow]:
    """The highest version of every package, by name."""
    with common():
        rows = PackageVersion.objects.select_related("package", "signed_by", "withheld").defer("archive")
        ordered = rows.order_by("package__name", "-major", "-minor", "-patch").distinct("package__name")
        return [_release(row) for row in ordered]


def _release(row: PackageVersion) -> ReleaseRow:
    return ReleaseRow(
        id=row.id,
        package_id=row.package_id,
        package=row.package.name,
        slug=row.package.slug,
        version=row.version,
        manifest=content_by_id(row.id, row.sha256).manifest,
        is_revoked=row.signed_by.revoked_at is not None or row.is_withdrawn,
    )


def spread(package_id: UUID) -> list[SpreadRow]:
    """Every adoption of a package, whatever its state."""
    with common():
        rows = read(_SPREAD, package_id)
        presets = _preset_names({row[7] for row in rows if row[7]})
        contents = {(row[2], row[4]): content_by_id(row[2], row[4]) for row in rows}
    required = {key[0]: required_parameters(content) for key, content in contents.items()}
    return [
        SpreadRow(authority, adoption, version, state, revision,
                  _unset(required[version_id], frozenset(own) | presets.get(preset, frozenset())))
        for authority, adoption, version_id, version, _sha, state, revision, preset, own in rows
    ]  # fmt: skip


def state_at(authority_id: UUID, package_id: UUID) -> str:
    """The state in which an authority has a package; empty when it has none."""
    with common():
        rows = read(
            "SELECT state FROM catalog_adoption WHERE authority_id = %s AND package_id = %s", authority_id, package_id
        )
    return rows[0][0] if rows else ""


_SERVED = """
SELECT a.id, r.id FROM catalog_adoption a JOIN catalog_adoptionrevision r ON r.adoption_id = a.id AND r.number = a.revision
WHERE a.authority_id = %s AND a.slug = %s AND a.state = 'live'
"""


def served(authority_id: UUID, slug: str) -> tuple[UUID, UUID] | None:
    """(adoption, revision) of the open service at an address; nothing of it is read, so one that breaks is found as well."""
    with common():
        rows = read(_SERVED, authority_id, slug)
    return (rows[0][0], rows[0][1]) if rows else None


def was_live(revision_id: UUID) -> bool:
    """Whether a service was open as of a revision."""
    with common():
        return bool(read("SELECT 1 FROM catalog_adoptionrevision WHERE id = %s AND state = 'live'", revision_id))


def required_parameters(content: PackageContent) -> tuple[str, ...]:
    """The names of the parameters somebody has to set before the service is real."""
    return tuple(one.name for one in content.parameters.parameters if one.required)


def _unset(required: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in required if name not in known)


def _preset_names(presets: Collection[str]) -> dict[str, frozenset[str]]:
    rows = read("SELECT id::text, ARRAY(SELECT jsonb_object_keys(given)) FROM catalog_preset WHERE id::text = ANY(%s)",
                list(presets)) if presets else []  # fmt: skip
    return {preset: frozenset(names) for preset, names in rows}


_REACHED = """
SELECT a.authority_id, r.at, r.state, v.id, v.sha256, r.preset_id::text, ARRAY(SELECT jsonb_object_keys(r.parameters))
FROM catalog_adoption a JOIN catalog_adoptionrevision r ON r.adoption_id = a.id
JOIN catalog_packageversion v ON v.id = r.version_id
WHERE a.package_id = %s AND a.authority_id = ANY(%s) ORDER BY a.authority_id, r.number
"""


@dataclass(frozen=True)
class ReachedRow:
    """Since when an authority has a package (`adopted`), has set all that is required (`test`), is open (`live`).

    What was withdrawn, or is closed again, counts from when it comes again.
    """

    adopted: datetime | None = None
    test: datetime | None = None
    live: datetime | None = None

    def at(self, goal: str) -> datetime | None:
        """By the name of a stage: adopted, test or live."""
        return {"adopted": self.adopted, "test": self.test, "live": self.live}[goal]


def reached(package_id: UUID, authorities: Collection[UUID]) -> dict[UUID, ReachedRow]:
    """How far these authorities have come with a package, by the history of their adoptions."""
    with common():
        rows = read(_REACHED, package_id, list(authorities))
        presets = _preset_names({row[5] for row in rows if row[5]})
        required = {one[0]: required_parameters(content_by_id(*one)) for one in {(row[3], row[4]) for row in rows}}
    found: dict[UUID, ReachedRow] = {}
    for authority_id, at, state, version_id, _sha, preset, own in rows:
        before = found.get(authority_id, ReachedRow())
        is_ready = not _unset(required[version_id], frozenset(own) | presets.get(preset, frozenset()))
        found[authority_id] = (
            ReachedRow()
            if state == "withdrawn"
            else ReachedRow(
                before.adopted or at,
                before.test or (at if is_ready or state == "live" else None),
                (before.live or at) if state == "live" else None,
            )
        )
    return found


_CHANGED = """
SELECT c.authority_id, c.id, c.number,
 ARRAY(SELECT n.id::text FROM catalog_adoptionrevision n WHERE n.adoption_id = c.id AND n.number >= c.number)
FROM (SELECT a.authority_id, a.id, min(r.number) AS number FROM catalog_adoptionrevision r
 JOIN catalog_adoption a ON a.id = r.adoption_id
 WHERE a.authority_id = ANY(%s) AND r.version_id = %s AND r.act = 'rolled_over' GROUP BY a.authority_id, a.id) c
"""


@dataclass(frozen=True)
class ChangedRow:
    """An adoption, and the revision with which a roll-out changed its version; `later` are the ids of it and those after."""

    authority_id: UUID
    adoption_id: UUID
    revision: int
    later: frozenset[UUID]


def changed_by_rollout(version_id: UUID, authorities: Collection[UUID]) -> list[ChangedRow]:
    """The adoptions of these authorities that a roll-out brought to this version."""
    with common():
        return [
            ChangedRow(authority_id, adoption_id, number, frozenset(map(UUID, later)))
            for authority_id, adoption_id, number, later in read(_CHANGED, list(authorities), version_id)
        ]
