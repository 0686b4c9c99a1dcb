"""Every address of the product, by every method, over TLS and by nobody: what each response must carry."""

import re
from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponse
from django.test import Client, override_settings

from tests.architecture.routes import Route, routes
from tests.safety.running import RowLines

HOST = "weissenburg.localhost"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE")
YEAR = 31_536_000
TOO_BIG = 3_000_000
OVER_TLS = {"STADTTOR_HTTPS": True, "CSRF_COOKIE_NAME": "__Host-csrftoken", "CSRF_COOKIE_SECURE": True}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
UNKNOWN = str(UUID(int=7, version=4))


def probe(lines: RowLines) -> None:
    """One line for each route and method, and for each request that no honest browser sends."""
    with override_settings(**OVER_TLS):
        for route in routes():
            for method in METHODS:
                answer = _ask(method, path_of(route))
                lines.write(
                    "probe", route=route.pattern, method=method, status=answer.status_code,
                    faults=list(faults_of(answer, method, route.pattern)),
                )  # fmt: skip
        for name, faults in _odd():
            lines.write("probe", route=name, method="POST", status=0, faults=faults)


def path_of(route: Route) -> str:
    """The address with things that do not exist."""
    return "/" + PART.sub(lambda part: {"uuid": UNKNOWN, "int": "7"}.get(part[1], "unknown"), route.pattern)


def faults_of(answer: HttpResponse, method: str, pattern: str) -> Iterator[str]:
    """What a response lacks, whatever it says."""
    policy = answer.headers.get("Content-Security-Policy", "")
    if "unsafe" in policy or not all(part in policy for part in ("default-src", "frame-ancestors")):
        yield f"policy {policy!r}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "may be sniffed"
    if answer.headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield "sends its address elsewhere"
    if not _is_strict_transport(answer.headers.get("Strict-Transport-Security", "")):
        yield "no strict transport security"
    yield from _cookie_faults(answer)
    yield from _body_faults(answer)
    if method == "TRACE" and answer.status_code < 400:
        yield "answers TRACE"
    if method in ("POST", "PUT", "DELETE") and answer.status_code < 400 and not pattern.startswith("api/"):
        yield f"takes a form without its token: {answer.status_code}"


def _is_strict_transport(value: str) -> bool:
    age = re.match(r"max-age=(\d+); includeSubDomains", value)
    return bool(age) and int(age[1]) >= YEAR if age else False


def _cookie_faults(answer: HttpResponse) -> Iterator[str]:
    for name, cookie in answer.cookies.items():
        if not (name.startswith("__Host-") and cookie["secure"] and cookie["samesite"] and not cookie["domain"]):
            yield f"cookie {name}"
        if not cookie["httponly"] and cookie["max-age"] != 0:
            yield f"scripts read cookie {name}"


def _body_faults(answer: HttpResponse) -> Iterator[str]:
    kind = answer.headers.get("Content-Type", "")
    if answer.streaming or not answer.content:
        return
    if not kind or (kind.startswith("text/") and "charset" not in kind):
        yield f"type {kind!r}"
    if kind.startswith("text/html") and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "pages may be kept"


def _ask(method: str, path: str, **more: str) -> HttpResponse:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": more.pop("host", HOST)})
    return client.generic(
        method, path, more.get("body", ""), content_type="application/x-www-form-urlencoded", secure=True
    )


def _odd() -> Iterator[tuple[str, list[str]]]:
    evil = "evil.example"
    made_up = _ask("GET", "/", host=evil)
    repeated = evil in made_up.content.decode()
    yield "a made-up host", [f"status {made_up.status_code}"] if made_up.status_code != 400 or repeated else []
    large = _ask("POST", "/desk/sign-in", body="x=" + "y" * TOO_BIG)
    yield "a form of 3 MB", [] if large.status_code in (400, 403, 413) else [f"status {large.status_code}"]
