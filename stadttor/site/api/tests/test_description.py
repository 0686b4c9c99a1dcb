"""The description of the API: valid OpenAPI, complete, readable as a page. That it tells the truth: `tests/safety/fuzz`."""

import re
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator, validators
from schemathesis.specs.openapi.definitions import OPENAPI_31

from stadttor.ground.models import Authority
from stadttor.site.api.description import description

METHODS = {"get", "post", "put", "patch", "delete"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = description()["paths"]
    return [
        (path, method, one) for path, methods in paths.items() for method, one in methods.items() if method in METHODS
    ]


def test_it_is_valid_openapi() -> None:
    said = description()
    assert said["openapi"] == "3.1.0"
    validators.validator_for(OPENAPI_31)(OPENAPI_31).validate(said)


def test_every_shape_is_a_valid_schema_and_is_there() -> None:
    said = description()
    for schema in said["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    named = set(re.findall(r"#/components/schemas/(\w+)", str(said)))
    assert named <= set(said["components"]["schemas"])


def test_every_operation_says_what_it_does_and_how_it_refuses() -> None:
    for path, _method, one in operations():
        assert one["description"], path
        assert "application/problem+json" in one["responses"]["default"]["content"], path
    assert len({one["operationId"] for _path, _method, one in operations()}) == len(operations())


def test_every_call_that_changes_something_has_a_key() -> None:
    changing = (one for one in operations() if one[0] != "/api/v1/cases/search")  # names are read by POST
    for path, method, one in changing:
        headers = {row["name"] for row in one["parameters"] if row["in"] == "header" and row["required"]}
        assert ("Idempotency-Key" in headers) == (method != "get"), path


def test_everything_about_cases_needs_a_token() -> None:
    for path, _method, one in operations():
        if path.startswith(("/api/v1/cases", "/api/v1/adoptions")):
            assert one["security"] == [{"Token": []}]
            assert f"Scope `{one['x-scope']}`" in one["description"]


@pytest.mark.db
def test_the_page_shows_every_operation_without_script(client: Client, authority: Authority) -> None:
    page = client.get("/api/docs?lang=en").content.decode()
    for path, method, one in operations():
        assert f"{method.upper()} {path}" in page
        assert f'id="{one["operationId"]}"' in page
    assert "<script" not in page
    assert "style=" not in page
    assert not re.search(r'(?:src|href)="https?:', page)


@pytest.mark.db
def test_the_links_on_the_page_lead_somewhere(client: Client, authority: Authority) -> None:
    page = client.get("/api/docs").content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.db
@pytest.mark.parametrize("host", ["weissenburg.localhost", "localhost"])
def test_page_and_description_are_there_on_every_host(authority: Authority, host: str) -> None:
    client = Client(headers={"host": host})
    assert client.get("/api/docs").status_code == 200
    assert client.get("/api/openapi.json").json()["info"]["title"] == "Stadttor"
