"""A body for each town that steers its Kreis: it looks on in the cockpit and acts on the roll-out planned there."""

from datetime import timedelta
from uuid import UUID

from stadttor.catalog import queries as catalog
from stadttor.ground.actor import SYSTEM
from stadttor.ground.authorities import STEERING
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import common
from stadttor.identity import services as staff
from stadttor.rollout import services as rollout
from stadttor.rollout.models import CommonCost, Rollout
from stadttor.rollout.queries.promises import Target
from stadttor.rollout.queries.steering import steering_at
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.rules.notice import NOTICE_DAYS, Notice
from stadttor.rollout.services.costing import state_common_costs
from stadttor.studio import services as publishing
from stadttor.studio.queries import publisher_at
from stadttor.tenancy import services as tenancy
from stadttor.tenancy.demo import REGISTER, VERSION
from stadttor.tenancy.models import ImportRun
from tests.isolation.names import PLACES, host_of, kreis_of, rollout_of

PACKAGE = "de.stadttor.hundesteuer"


def make_body(*, slug: str, town_id: UUID, email: str, password: str) -> UUID:
    """The body with one colleague, a roll-out planned for its Kreis, and the cockpit counted; the package is published."""
    moment = now()
    _know_places()
    tenancy.set_coverage(town_id, [PLACES[slug]], actor=SYSTEM, now=moment)
    body = tenancy.create_authority(
        slug=host_of(slug), name=f"Lenkung {kreis_of(slug)}", kind=STEERING, covers=[], actor=SYSTEM, now=moment
    )
    rollout.make_steering(authority_id=body, keys=[kreis_of(slug)], acts=True)
    publishing.make_publisher(
        slug=host_of(slug), namespace=PACKAGE.rpartition(".")[0], name=f"Redaktion {slug}", key_file="x.jwk"
    )
    publishing.open_published(publisher=publisher_at(body), package=PACKAGE, actor=SYSTEM, now=moment)
    staff.create_member(
        authority_id=body, email=email, name="Frau Sommer", roles=["organiser", "steering", "publisher"], unit_ids=[],
        password=password, actor=SYSTEM, now=moment,
    )  # fmt: skip
    rollout.plan(rollout.Plan(catalog.release(PACKAGE), "adopt", Group((kreis_of(slug),)), {}), now=moment)
    rollout.count_all(now=moment)
    return body


def shared(body_id: UUID, town_id: UUID) -> UUID:
    """What the service costs the body's partners together; the town, as if it had the service, bears all of it."""
    cost_id = state_common_costs(
        body=steering_at(body_id), package_id=catalog.release(PACKAGE).package_id, year=2026, cents=100_000, key="equal",
        source="Vertrag", actor=SYSTEM, now=now(),
    )  # fmt: skip
    with common(write=True):
        CommonCost.objects.filter(id=cost_id).update(shares={str(town_id): [1, 100_000]}, shared_at=now())
    return cost_id


def announce(slug: str) -> int:
    """An upgrade for the town's Kreis that nobody else is meant by; gives its number.

    Numbers are counted through the installation. It gets one of its own, as "1" and "2" stand in every page.
    """
    notice = Notice("§ 45 StVO", german_day(now()) + timedelta(days=NOTICE_DAYS))
    wanted = rollout.Plan(catalog.release(PACKAGE), "upgrade", Group((kreis_of(slug),)), {}, notice=notice)
    counted = rollout.plan(wanted, now=now())
    with common(write=True):
        Rollout.objects.filter(number=counted).update(number=rollout_of(slug))
    return rollout_of(slug)


def prepared(body_id: UUID) -> UUID:
    """A roll-out that the body prepares for its Kreis."""
    body = steering_at(body_id)
    wanted = rollout.Plan(catalog.release(PACKAGE), "adopt", Group(body.keys), {})
    return rollout.start_draft(body=body, wanted=wanted, actor=SYSTEM, now=now())


def promised(town_id: UUID) -> UUID:
    """What the town promised; its own organiser and the body of its Kreis see it."""
    return rollout.promise(
        entered_by=town_id, target=Target(town_id), package_id=catalog.release(PACKAGE).package_id, goal="live",
        due=german_day(now()) + timedelta(days=90), by=town_id, actor=SYSTEM, now=now(),
    )  # fmt: skip


def _know_places() -> None:
    """Once for all towns."""
    with common():
        known = ImportRun.objects.filter(sha256=VERSION).exists()
    if not known:
        tenancy.store_register(REGISTER, file_name="demo", sha256=VERSION, now=now())
