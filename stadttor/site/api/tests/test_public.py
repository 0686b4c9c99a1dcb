from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from stadttor.catalog.rules.content import PackageContent
from stadttor.ground.models import Authority
from stadttor.site.api import access
from stadttor.site.api.tests.builders import ANSWERS

pytestmark = pytest.mark.db


def test_services_are_listed_with_links(client: Client, service: UUID) -> None:
    said = client.get("/api/v1/services").json()
    assert [row["slug"] for row in said["items"]] == ["muster"]
    assert said["items"][0]["form_schema"] == "http://weissenburg.localhost/api/v1/services/muster/schema"
    assert said["links"]["next"] is None


def test_a_service_tells_its_declaration(client: Client, service: UUID) -> None:
    said = client.get("/api/v1/services/muster").json()
    assert said["due"] == "P14D"
    assert said["declaration"].startswith("Ich bestätige")


def test_the_schema_is_valid_and_takes_the_answers(client: Client, service: UUID) -> None:
    response = client.get("/api/v1/services/muster/schema?language=en")
    assert response["Content-Type"] == "application/schema+json"
    schema = response.json()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(ANSWERS)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"person": ANSWERS["person"]},
        {**ANSWERS, "haustier": {}},
        {**ANSWERS, "anliegen": {"art": "anders", "ab": "2031-01-07"}},
        {**ANSWERS, "anliegen": {"art": "neu"}},
        {**ANSWERS, "person": {**ANSWERS["person"], "vorname": 7}},
    ],
)
def test_the_schema_refuses_what_the_form_refuses(client: Client, service: UUID, wrong: object) -> None:
    schema = client.get("/api/v1/services/muster/schema").json()
    assert not Draft202012Validator(schema).is_valid(wrong)


def test_conditions_stand_beside(client: Client, service: UUID) -> None:
    schema = client.get("/api/v1/services/muster/schema").json()
    assert schema["properties"]["anliegen"]["properties"]["nummer"]["x-show-if"] == "a.anliegen.art == 'verlaengerung'"


def test_who_is_responsible_works_without_a_town(authority: Authority) -> None:
    said = Client(headers={"host": "localhost"}).get("/api/v1/responsible?place=Nirgendwo").json()
    assert said == {"status": "none", "notes": ["unknown_place"], "candidates": []}


def test_an_unknown_service_is_not_found(client: Client, authority: Authority) -> None:
    response = client.get("/api/v1/services/muster")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["type"] == "urn:stadttor:problem:not_found"


def test_a_neighbour_offers_what_it_adopted_itself(service: UUID, elsewhere: Callable[[], Client]) -> None:
    assert elsewhere().get("/api/v1/services").json()["items"] == []


def test_the_bare_domain_has_no_services(authority: Authority) -> None:
    assert Client(headers={"host": "localhost"}).get("/api/v1/services").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/services"])
def test_unknown_addresses_are_problems(client: Client, authority: Authority, path: str) -> None:
    for response in (client.get(path), client.post(path)):
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"


def test_another_method_is_a_problem(client: Client, authority: Authority) -> None:
    response = client.put("/api/v1/services")
    assert response.status_code == 405
    assert response["Allow"] == "GET"
    assert response.json()["type"] == "urn:stadttor:problem:method_not_allowed"


def test_a_wrong_page_number_says_where(client: Client, authority: Authority) -> None:
    said = client.get("/api/v1/services?page=0").json()
    assert said["status"] == 422
    assert said["errors"][0]["pointer"] == "#/query/page"


def test_after_many_calls_one_waits(client: Client, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "time", SimpleNamespace(monotonic=lambda: 1.0))  # on a slow machine buckets fill again
    answers = [client.get("/api/v1/services") for _ in range(125)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_the_schemas_of_the_real_packages_take_their_examples(moment: datetime) -> None:
    from pathlib import Path

    from stadttor.catalog.rules.examples import filled
    from stadttor.site.api.form_schema import form_schema
    from stadttor.site.api.tests.real_packages import offered_by_nobody, real_packages

    for content in real_packages(Path(__file__).parents[4] / "packages"):
        assert isinstance(content, PackageContent)
        for example in content.examples:
            form = offered_by_nobody(content, example.data.get("parameters", {}))
            schema = form_schema(form, "de", "urn:example")
            Draft202012Validator.check_schema(schema)
            one = filled(example, content, form.parameters)
            if not one.validate_all():
                errors = [error.message for error in Draft202012Validator(schema).iter_errors(one.clean())]
                assert not [text for text in errors if "uuid" not in text], example.data["title"]
