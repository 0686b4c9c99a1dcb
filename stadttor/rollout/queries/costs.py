"""What services cost together, and who bears which part."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.catalog.queries import ReleaseRow, spread
from stadttor.core.refused import not_found
from stadttor.ground.models import Authority
from stadttor.ground.work import common
from stadttor.rollout.models import CommonCost, Counted
from stadttor.rollout.queries.steering import SteeringRow
from stadttor.rollout.queries.targets import targets
from stadttor.rollout.rules.groups import Group
from stadttor.tenancy.queries import Competent


@dataclass(frozen=True)
class Share:
    """One partner: `weight` is its part of the key (1, inhabitants, applications of twelve months)."""

    authority_id: UUID
    name: str
    weight: int
    cents: int


@dataclass(frozen=True)
class CostRow:
    """The common costs of a package in a year, stated by a body. Without `shared_at` the shares are not reckoned yet."""

    id: UUID
    package_id: UUID
    package: str
    title: str
    by: str
    year: int
    cents: int
    key: str
    source: str
    stated_at: datetime
    shared_at: datetime | None
    shares: tuple[Share, ...]
    weights: int

    @property
    def left(self) -> int:
        """Cents of partners that have left this installation since, and what nobody bears."""
        return self.cents - sum(one.cents for one in self.shares)


def partners(release: ReleaseRow, body: SteeringRow) -> list[Competent]:
    """The authorities within the body's bounds that have the service, in test or open."""
    there = {row.authority_id for row in spread(release.package_id) if row.state != "withdrawn"}
    return [one for one in targets(release, Group(body.keys)).authorities if one.authority.id in there]


def common_costs(body: SteeringRow, package_id: UUID) -> list[CostRow]:
    """What this body stated of a package, the newest year first; nobody sees what another body stated."""
    with common():
        return _told(list(CommonCost.objects.filter(by_id=body.authority_id, package_id=package_id).order_by("-year")))


def common_costs_as(body: SteeringRow, cost_id: UUID) -> CostRow:
    """Those of one year. Raises Refused (404) for what another body stated as for what nobody did."""
    with common():
        found = _told(list(CommonCost.objects.filter(by_id=body.authority_id, id=cost_id)))
    if not found:
        raise not_found()
    return found[0]


def own_shares(authority_id: UUID) -> list[CostRow]:
    """All costs that an authority has a share in, with its own share alone; the newest year first."""
    with common():
        rows = list(CommonCost.objects.filter(shares__has_key=str(authority_id)).order_by("-year", "package_id"))
        return _told(rows, only=authority_id)


def _told(rows: list[CommonCost], only: UUID | None = None) -> list[CostRow]:
    """With names; inside the open door."""
    titles = dict(Counted.objects.values_list("package_id", "title"))
    wanted = {one for row in rows for one in row.shares if only is None or one == str(only)}
    names = dict(Authority.objects.filter(id__in=wanted).values_list("id", "name"))
    bodies = dict(Authority.objects.filter(id__in={row.by_id for row in rows}).values_list("id", "name"))
    return [
        CostRow(
            id=row.id,
            package_id=row.package_id,
            package=row.package.name,
            title=titles.get(row.package_id, row.package.name),
            by=bodies[row.by_id],
            year=row.year,
            cents=row.cents,
            key=row.key,
            source=row.source,
            stated_at=row.stated_at,
            shared_at=row.shared_at,
            shares=tuple(
                Share(UUID(one), names[UUID(one)], weight, cents)
                for one, (weight, cents) in row.shares.items()
                if UUID(one) in names
            ),
            weights=sum(weight for weight, _cents in row.shares.values()),
        )
        for row in rows
    ]
