"""Upgrade of a package against submission: what a citizen declared is what she saw, whatever is offered meanwhile."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.test import Client

from stadttor.catalog import queries as catalog
from stadttor.catalog import services as catalog_services
from stadttor.catalog.models import Adoption
from stadttor.catalog.tests.builders import ADLER, a_package, published
from stadttor.forms.models import Submission
from stadttor.forms.services.drafting import save_answers
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import common, work
from stadttor.portal import access, services
from tests.safety.races.meeting import Point
from tests.safety.races.race import Guard, Race, Round
from tests.safety.stand import make_authority

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
SLUG, FEE_CENTS = "muster", 1200
SEEN = f"1.{FEE_CENTS}"
"""What the summary she declared on showed: the draft as it was saved first, and the cents."""
DEARER = ("fee_cents: 1200", "fee_cents: 2400")
DRAFT_READ = Point(
    "application or adoption read",
    ("stadttor.forms.queries:draft_for", "stadttor.catalog.services.adopting:_locked"),
)
JUDGED = Point(
    "answers or parameters judged",
    ("stadttor.portal.services:fee_rows", "stadttor.catalog.services.adopting:_checked"),
)
WRITTEN = Point(
    "written, not committed",
    ("stadttor.forms.services.submitting:publish", "stadttor.catalog.services.adopting:publish_fact"),
)
KEPT_REVISION = Guard(
    checks={
        "stadttor.portal.journey:adopted_revision": lambda _: lambda town, revision: catalog.adopted_form(town, SLUG),
        "stadttor.portal.pages.sending:_seen": lambda _: lambda journey: SEEN,
    }
)
"""A draft keeps the revision it began with, and a declaration counts for the cents that stood above it."""


def race_of_packages() -> Race:
    """Each round in a town of its own, which goes from the first version to the second one, twice as dear."""
    old = published(BEGIN).version_id
    dearer = a_package(
        package=("version: 0.1.0", "version: 0.2.0"), fees=("p.gebuehr_cents", "p.gebuehr_cents * 2"), neu=DEARER
    )
    new = published(BEGIN, "0.2.0", dearer).version_id
    points = (DRAFT_READ, JUDGED, WRITTEN)
    return Race("upgrade against submission", lambda: _round(old, new), points, DRAFT_READ, KEPT_REVISION)


def _round(old: UUID, new: UUID) -> Round:
    slug = f"stadt-{uuid4().hex[:12]}"
    town = make_authority(slug, "Weißenburg i. Bay.")
    adoption = catalog_services.adopt(authority_id=town, version_id=old, parameters={}, actor=ADLER, now=BEGIN)
    catalog_services.go_live(authority_id=town, adoption_id=adoption, actor=ADLER, now=BEGIN)
    draft, client = _filled_in(town, slug)

    def send() -> None:
        told = client.post(f"/antrag/{draft}/zusammenfassung", {"declared": "yes", "seen": SEEN})
        assert told.status_code == 302, told.status_code

    def upgrade() -> None:
        catalog_services.upgrade(authority_id=town, adoption_id=adoption, version_id=new, actor=ADLER, now=BEGIN)

    return Round((send, upgrade), lambda became: _other(town, adoption, became))


def _filled_in(town: UUID, slug: str) -> tuple[UUID, Client]:
    """Amira has filled in the form of the first version and stands before its summary."""
    token, moment = uuid4().hex, now()
    draft = services.start(form=catalog.adopted_form(town, SLUG), token=token, language="de", now=moment)
    person = {"vorname": "Amira", "nachname": "Yılmaz", "email": "amira.yilmaz@example.org"}
    wanted = {"art": "neu", "ab": (german_day(moment) + timedelta(days=30)).isoformat()}
    answers = {"person": person, "anliegen": wanted}
    save_answers(authority_id=town, draft_id=draft, revision=0, answers=answers, language="de", now=moment)
    client = Client(headers={"host": f"{slug}.localhost"})
    client.cookies[access.cookie_name(draft)] = token
    return draft, client


def _other(town: UUID, adoption: UUID, became: tuple[str, str]) -> str:
    """Handed in under the revision and for the cents of the form she saw; the town offers the new version from then on."""
    with work(town):
        found = list(Submission.objects.filter(authority_id=town))
    with common():
        offered = Adoption.objects.select_related("version").get(id=adoption).version.version
    said = [
        (catalog.adopted_revision(town, one.revision_id).version, sum(fee["cents"] for fee in one.fees))
        for one in found
    ]
    right = (became, said, offered) == (("done", "done"), [("0.1.0", FEE_CENTS)], "0.2.0")
    return "" if right else f"{became}, handed in as (version, cents) {said}, offered {offered}"
