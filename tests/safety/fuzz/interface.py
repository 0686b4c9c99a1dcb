"""The API against its own description: anything it allows, and much it does not."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stadttor.cases.services import open_case
from stadttor.ground import clock
from stadttor.site.api.description import description
from stadttor.site.api.tests.builders import adopted_with_files, hand_in, token
from stadttor.site.buckets import Buckets

ALL = ("services:read", "cases:read", "cases:write", "applications:write")
# What a rule refuses (a wrong version, an unknown key) no schema can say: that valid data is accepted is not promised.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
METHODS = {"get", "post", "put", "patch", "delete"}
HOST = "weissenburg.localhost"


def operations() -> list[str]:
    """Every operation that is described, by its id."""
    paths = description()["paths"].values()
    return [one["operationId"] for methods in paths for method, one in methods.items() if method in METHODS]


def prepared(town: UUID) -> Mapping[str, str]:
    """The town offers a service and has a case of it; gives the headers of a system that may do everything."""
    adopted_with_files(town, clock.now())
    receipt = hand_in(Client(headers={"host": HOST}))
    assert receipt.status_code == 201, receipt.content
    open_case(authority_id=town, submission_id=UUID(receipt.json()["id"]), now=clock.now())
    return token(town, *ALL)


@contextmanager
def asking(headers: Mapping[str, str]) -> Iterator[Callable[[Any], tuple[int, str]]]:
    """Gives who asks: what one request was answered, and what the answer breaks of the description, nothing if none."""

    def ask(one: Any) -> tuple[int, str]:
        response = one.call(base_url=f"http://{HOST}", headers=dict(headers))
        try:
            one.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as failed:
            return response.status_code, str(failed)[:1_500]
        return response.status_code, ""

    with patch.object(Buckets, "spend", lambda self, name, at: None):
        yield ask


def requests_of(operation: str) -> Any:
    """What may be asked of an operation, as a strategy of hypothesis."""
    found = schemathesis.openapi.from_dict(description())
    found.app = WSGIHandler()
    return found.find_operation_by_id(operation).as_strategy()
