"""The description of the API (OpenAPI 3.1) and the page that shows it: our own HTML, no script, nothing from elsewhere."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from stadttor.ground.web.render import render
from stadttor.site.api import limits, schemas
from stadttor.site.api.access import TokenIfGiven
from stadttor.site.api.app import api

# Django writes `{uuid:case_id}`, OpenAPI `{case_id}`.
_CONVERTER = re.compile(r"{[^}:]+:")
METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "#/components/schemas/Problem"
SCHEME = "Token"
RATES = {
    "public_reads": limits.PUBLIC_READS,
    "public_writes": limits.PUBLIC_WRITES,
    "token_calls": limits.TOKEN_CALLS,
}
DOCUMENTS = ("application/pdf", "image/jpeg", "image/png")
"""What uploads are of (forms/uploads/kinds.py)."""
_OTHER_ANSWERS: dict[str, dict[str, Any]] = {
    "form_schema": {"application/schema+json": {"schema": {"type": "object"}}},
    "document": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in DOCUMENTS},
}


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """`/api/openapi.json`."""
    return JsonResponse(description())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/api/docs`: everything on one page, for reading and for finding in it."""
    said = description()
    context = {
        "api": said["info"],
        "sections": _sections(said),
        "schemas": [_shape(said, name) for name in sorted(said["components"]["schemas"])],
        "rates": RATES,
    }
    return render(request, "site/api.html", context)


def description() -> dict[str, Any]:
    """The whole description as OpenAPI 3.1."""
    return deepcopy(_description())


@lru_cache(maxsize=1)
def _description() -> dict[str, Any]:
    # As JSON has it: with texts for keys, and nothing shared with the operations themselves.
    said: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    components = said["components"]
    components["schemas"] |= _defined(schemas.Problem)
    components["securitySchemes"] = {SCHEME: {"type": "http", "scheme": "bearer"}}
    said["servers"] = [{"url": "/", "description": "Each authority on its own host"}]
    for operation in _all_operations():
        for address, method in operation["places"]:
            _complete(said["paths"][address][method], operation["callback"], operation["url_name"])
    return said


def _defined(model: type[schemas.Problem]) -> dict[str, Any]:
    found = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**found.pop("$defs", {}), model.__name__: found}


def _all_operations() -> Iterator[dict[str, Any]]:
    for bound in api._get_bound_routers():
        for address, view in bound.path_operations.items():
            for operation in view.operations:
                name = "/api/v1/" + _CONVERTER.sub("{", address.strip("/"))
                yield {
                    "places": [(name, method.lower()) for method in operation.methods],
                    "callback": operation.auth_callbacks[0],
                    "url_name": getattr(operation, "url_name", "") or "",
                }


def _complete(operation: dict[str, Any], callback: Any, url_name: str) -> None:
    """Say who may call, what else is answered, and that refusals are problems."""
    scope = getattr(callback, "scope", "")
    operation.pop("security", None)
    if scope:
        operation["security"] = [{SCHEME: []}, {}] if isinstance(callback, TokenIfGiven) else [{SCHEME: []}]
        operation["x-scope"] = scope
    if content := _OTHER_ANSWERS.get(url_name):
        operation["responses"]["200"] = {"description": "OK", "content": content}
    problem = {"application/problem+json": {"schema": {"$ref": PROBLEM}}}
    operation["responses"]["default"] = {"description": "Refused (RFC 9457)", "content": problem}


# What the page shows


def _sections(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The operations by tag, in the order of the description."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for address, methods in said["paths"].items():
        for method in METHODS:
            if method in methods:
                row = _operation(said, address, method, methods[method])
                sections.setdefault(methods[method]["tags"][0], []).append(row)
    return [{"title": title, "operations": rows} for title, rows in sections.items()]


def _operation(said: dict[str, Any], address: str, method: str, found: dict[str, Any]) -> dict[str, Any]:
    answers = {code: one for code, one in found["responses"].items() if code != "default"}
    code, answer = next(iter(answers.items()))
    return {
        "id": found["operationId"],
        "method": method.upper(),
        "address": address,
        "text": found.get("description", ""),
        "scope": found.get("x-scope", ""),
        "optional": {} in found.get("security", []),
        "parameters": [_parameter(one) for one in found.get("parameters", [])],
        "body": _content(found.get("requestBody", {})),
        "code": code,
        "answer": _content(answer),
    }


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    schema = found["schema"]
    return {
        "name": found["name"],
        "place": found["in"],
        "required": found.get("required", False),
        "type": _type(schema),
        "text": found.get("description") or schema.get("description", ""),
    }


def _content(found: dict[str, Any]) -> dict[str, str]:
    for media_type, one in (found.get("content") or {}).items():
        return {"media_type": media_type, "type": _type(one["schema"]), "name": _name(one["schema"])}
    return {}


def _shape(said: dict[str, Any], name: str) -> dict[str, Any]:
    found = said["components"]["schemas"][name]
    required = found.get("required", [])
    rows = [
        {
            "name": field,
            "type": _type(one),
            "link": _name(one),
            "required": field in required,
            "text": one.get("description", ""),
        }
        for field, one in found.get("properties", {}).items()
    ]
    return {"name": name, "text": found.get("description", ""), "fields": rows}


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words: `string (uuid)`, `array of Fee`, `string or null`."""
    if name := _reference(schema):
        return name
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return " · ".join(str(value) or "(empty)" for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"array of {_type(schema.get('items', {}))}"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _name(schema: dict[str, Any]) -> str:
    """The first named schema in it, for a link; empty without one."""
    if name := _reference(schema):
        return name
    below = [*schema.get("anyOf", []), *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]
    return next((name for one in below if (name := _name(one))), "")


def _reference(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1]
