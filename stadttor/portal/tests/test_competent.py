"""Who looks for a service in a town that another authority does for it is led there, by the table of the Länder."""

from datetime import date

import pytest
from django.test import Client

from stadttor.catalog import services as catalog
from stadttor.catalog.queries import release
from stadttor.catalog.tests.builders import ADLER, NAME, published
from stadttor.rollout.services import set_competence
from stadttor.tenancy import demo, queries

pytestmark = pytest.mark.db
KREIS = "landkreis-weissenburg-gunzenhausen"


@pytest.fixture
def towns(_clean, now):
    """The Kreis offers it; in this Land small places leave it to their Kreis."""
    queries.forget()
    found = demo.load(now=now)
    version_id = published(now).version_id
    adoption_id = catalog.adopt(authority_id=found[KREIS], version_id=version_id, parameters={}, actor=ADLER, now=now)
    catalog.go_live(authority_id=found[KREIS], adoption_id=adoption_id, actor=ADLER, now=now)
    yield found
    queries.forget()


def says(since: date = date(2026, 1, 1)) -> None:
    set_competence(
        package_id=release(NAME).package_id, land="09", level="kreis", source="Art. 1 BayBeispielG", since=since,
        themselves=["grosse_kreisstadt"],
    )  # fmt: skip


def asked_at(slug: str):
    client = Client(headers={"host": f"{slug}.localhost", "accept-language": "en"})
    return client.get("/leistungen/muster")


def test_an_association_leads_to_the_kreis_that_does_it(towns):
    says()
    page = asked_at("vg-ellingen")
    assert page.status_code == 200
    assert "Landratsamt Weißenburg-Gunzenhausen" in page.content.decode()
    assert f"//{KREIS}.localhost" in page.content.decode()


def test_who_does_it_itself_leads_nowhere(towns):
    says()
    assert asked_at("weissenburg").status_code == 404


def test_before_its_day_the_table_says_nothing(towns):
    says(date(2999, 1, 1))
    assert asked_at("vg-ellingen").status_code == 404


@pytest.mark.parametrize(("place", "slug"), [("Ettenstatt", KREIS), ("Weißenburg", "weissenburg")])
def test_the_api_answers_by_the_table_too(towns, place, slug):
    says()
    client = Client(headers={"host": "localhost"})
    said = client.get("/api/v1/responsible", {"place": place, "service": "muster"}).json()
    assert said["candidates"][0]["authority"]["slug"] == slug
