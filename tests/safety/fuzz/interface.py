"""The API against its own description: anything it allows, and much it does not."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch
from uuid import UUID

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stadttor.ground import clock
from stadttor.site.api.description import description
from stadttor.site.api.tests.builders import adopted_with_files, fresh, token
from stadttor.site.buckets import Buckets
from tests.safety.fuzz.inputs import spoiled_data
from tests.safety.fuzz.known import Known, Sound

ALL = ("services:read", "cases:read", "cases:write", "applications:write")
# What a rule refuses (a wrong version, an unknown key) no schema can say: that valid data is accepted is not promised.
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
METHODS = {"get", "post", "put", "patch", "delete"}
HOST = "weissenburg.localhost"


def operations() -> list[str]:
    """Every operation that is described, by its id."""
    paths = description()["paths"].values()
    return [one["operationId"] for methods in paths for method, one in methods.items() if method in METHODS]


def prepared(town: UUID) -> Known:
    """The town offers a service; a system may do everything there."""
    adopted_with_files(town, clock.now())
    return Known(town, HOST, token(town, *ALL))


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


def requests_of(operation: str, known: Known) -> Any:
    """What is asked of an operation, as a strategy of hypothesis: half of it what the description does not allow, a part
    about things that exist, and a part sound but for some places.
    """
    found = schemathesis.openapi.from_dict(description())
    found.app = WSGIHandler()
    described = found.find_operation_by_id(operation)
    allowed, forbidden = (described.as_strategy(mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE))
    return st.one_of(
        allowed,
        forbidden,
        allowed.flatmap(lambda one: _about(one, known.shared(operation))),
        forbidden.flatmap(lambda one: _about(one, known.shared(operation))),
        allowed.flatmap(lambda one: _nearly(one, known.shared(operation))),
        allowed.map(lambda one: _as(one, known.sound(operation))),
    )


def _about(one: Any, sound: Sound | None) -> Any:
    """The same request about something that exists."""
    return st.just(_as(one, sound, body=False))


def _nearly(one: Any, sound: Sound | None) -> Any:
    """A sound request with some places of its body spoiled, or of its query where it has none."""
    if sound is None:
        return st.just(one)
    if sound.body is None:
        return spoiled_data(dict(sound.query)).map(lambda query: _as(one, replace(sound, query=_written(query))))
    files = {name: value for name, value in sound.body.items() if isinstance(value, bytes)}
    if files:
        words = {name: value for name, value in sound.body.items() if name not in files}
        return spoiled_data(words).map(lambda body: _as(one, replace(sound, body=_written(body) | files)))
    return spoiled_data(sound.body).map(lambda body: _as(one, replace(sound, body=body)))


def _written(values: Mapping[str, Any]) -> dict[str, str]:
    """As text that can be sent in an address or a form."""
    return {name: str(value).encode("utf-8", "replace").decode() for name, value in values.items()}


def _as(one: Any, sound: Sound | None, *, body: bool = True) -> Any:
    """The generated request with the parts of the sound one; body and query only where they are wanted, too."""
    if sound is None:
        return one
    one.path_parameters = dict(sound.path)
    for name, value in sound.headers.items():
        one.headers[name] = fresh() if name == "Idempotency-Key" else value
    if body:
        one.query = dict(sound.query)
        one.body = NOT_SET if sound.body is None else sound.body
    return one
