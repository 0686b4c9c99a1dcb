"""Refusals as problem+json (RFC 9457): all problems of an application at once, each with its path."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from stadttor.core.refused import Refused, not_found
from stadttor.site.api.access import Refusal
from stadttor.site.buckets import TooMany
from stadttor.site.errors import problem

View = Callable[..., HttpResponseBase]
TOO_BIG = Refused("too_big", "This request is too large.", status=413)


@dataclass(frozen=True)
class Detail:
    """One problem: `pointer` (RFC 6901) into the request, `path` as in the form, `detail` in the reader's language."""

    code: str
    detail: str
    pointer: str
    path: str = ""


class Invalid(Refused):
    """Several things are wrong with what was sent."""

    def __init__(self, code: str, text: str, errors: Sequence[Detail]) -> None:
        super().__init__(code, text)
        self.errors = tuple(errors)


def answer(error: Refused) -> HttpResponse:
    """The refusal as a response with the headers that belong to it."""
    response: HttpResponse = problem(error)
    if isinstance(error, Invalid):
        body = json.loads(response.content) | {"errors": [asdict(one) for one in error.errors]}
        response.content = json.dumps(body).encode()
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    if isinstance(error, Refusal):
        response.headers["WWW-Authenticate"] = 'Bearer realm="stadttor"'
    return response


def explain_to(api: NinjaAPI) -> None:
    """Let this API answer every refusal as problem+json; bugs go on to the middleware, which gives a reference."""
    kinds: dict[type[Exception], Callable[[Any], Refused]] = {
        Refused: lambda error: error,
        ValidationError: _invalid,
        HttpError: _unreadable,
        MultiPartParserError: _unreadable,
        RequestDataTooBig: lambda error: TOO_BIG,
        TooManyFilesSent: lambda error: TOO_BIG,
    }
    for kind, refusal in kinds.items():
        api.add_exception_handler(kind, _handler(refusal))


def _handler(refusal: Callable[[Any], Refused]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: answer(refusal(error))


def _unreadable(error: Exception) -> Refused:
    if isinstance(error.__cause__ or error.__context__, RequestDataTooBig):
        return TOO_BIG
    return Refused("unreadable", "This request cannot be read. Look at its form in the documentation.", status=400)


def _invalid(error: ValidationError) -> Invalid:
    details = [_detail(one) for one in error.errors[:100]]
    return Invalid("invalid", "This request does not have the documented form.", details)


def _detail(error: Mapping[str, Any]) -> Detail:
    """`loc` begins with where it was sent (body, query, header) and, for a body, the parameter's name."""
    source, *place = (str(part) for part in error["loc"])
    if source == "body":
        place = place[1:]
    return Detail(str(error["type"]), str(error["msg"])[:300], pointer([source, *place] if source != "body" else place))


def pointer(parts: Sequence[str]) -> str:
    """A JSON pointer as fragment: `#/answers/person/vorname`."""
    return "#" + "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def guarded(view: View) -> View:
    """The view with answers that nobody keeps, and a problem for a method that the address does not know."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response.headers["Allow"]
            response = answer(Refused("method_not_allowed", "This address does not know this method.", status=405))
            response.headers["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return run


def unknown_address(request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address below /api/ that does not exist."""
    return answer(not_found())


unknown_address.csrf_exempt = True  # type: ignore[attr-defined]  # changes nothing; must answer as problem, not as page
