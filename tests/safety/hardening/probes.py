"""Every address of the product, by every method, over TLS: by nobody, and the desk's by a colleague who may do everything. What
each response must carry.
"""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from uuid import UUID

from django.http import HttpResponse
from django.test import Client, override_settings

from tests.architecture.routes import Route, routes
from tests.safety.hardening import METHODS
from tests.safety.running import RowLines

HOST = "weissenburg.localhost"
OURS = frozenset({"'self'", "'none'"})
HARMLESS = {"img-src": {"data:", "blob:"}, "frame-src": {"blob:"}}
"""Icons in our style sheets, and what somebody is about to upload, shown from her own memory."""
YEAR = 31_536_000
TOO_BIG = 3_000_000
OVER_TLS = {"STADTTOR_HTTPS": True, "CSRF_COOKIE_NAME": "__Host-csrftoken", "CSRF_COOKIE_SECURE": True}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")
UNKNOWN = str(UUID(int=7, version=4))


def over_tls() -> AbstractContextManager[None]:
    """As behind a proxy that speaks TLS."""
    return override_settings(**OVER_TLS)


def probe(lines: RowLines, town: UUID) -> None:
    """One line for each route and method, and for each request that no honest browser sends."""
    for route in routes():
        for method in sorted(METHODS):
            answer = _ask(method, path_of(route))
            lines.write(
                "probe", route=route.pattern, method=method, status=answer.status_code,
                faults=list(faults_of(answer, method, route.pattern)),
            )  # fmt: skip
    colleague = _colleague(town)
    for route in routes():
        if route.pattern.startswith("desk") and "<" not in route.pattern:
            answer = colleague.get(path_of(route), secure=True)
            faults = list(faults_of(answer, "GET", route.pattern))
            lines.write(
                "probe",
                route=route.pattern,
                method="GET",
                who="colleague",
                status=answer.status_code,
                faults=faults,
            )
    for name, status, faults in _odd():
        lines.write("probe", route=name, method="POST", status=status, faults=faults)


def path_of(route: Route) -> str:
    """The address with things that do not exist."""
    return "/" + PART.sub(lambda part: {"uuid": UNKNOWN, "int": "7"}.get(part[1], "unknown"), route.pattern)


def faults_of(answer: HttpResponse, method: str, pattern: str) -> Iterator[str]:
    """What a response lacks, whatever it says."""
    policy = answer.headers.get("Content-Security-Policy", "")
    if not _is_strict(policy):
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


def _is_strict(policy: str) -> bool:
    """Nothing may run, be styled or be fetched that is not ours, in files as in pages."""
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    is_ours = all(set(value.split()) <= OURS | HARMLESS.get(name, set()) for name, value in parts.items())
    return "frame-ancestors" in parts and "default-src" in parts and is_ours


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


def _colleague(town: UUID) -> Client:
    """Signed in, with every role."""
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity.services import create_member

    sent = {"email": "adler@weissenburg.example", "password": "vier woerter im regal"}
    roles = ["clerk", "lead", "organiser", "warden"]
    create_member(authority_id=town, name="Frau Adler", roles=roles, unit_ids=[], actor=SYSTEM, now=now(), **sent)
    client = Client(raise_request_exception=False, headers={"host": HOST})
    answer = client.post("/desk/sign-in", sent, secure=True)
    assert answer.status_code == 302, answer.status_code
    return client


def _odd() -> Iterator[tuple[str, int, list[str]]]:
    """What no honest browser sends."""
    evil = "evil.example"
    made_up = _ask("GET", "/", host=evil)
    repeated = evil in made_up.content.decode()
    faults = [f"status {made_up.status_code}"] if made_up.status_code != 400 or repeated else []
    yield "a made-up host", made_up.status_code, faults
    large = _with_token("x=" + "y" * TOO_BIG)
    yield (
        "a form of 3 MB",
        large.status_code,
        [] if large.status_code in (400, 413) else [f"status {large.status_code}"],
    )
    small = _with_token("x=y")
    faults = ["refused for its token, so the large one was, too"] if small.status_code in (400, 403, 413) else []
    yield "its twin of three bytes", small.status_code, faults


def _with_token(body: str) -> HttpResponse:
    """A form with the token of its page."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": HOST})
    page = client.get("/desk/sign-in", secure=True).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    sent = f"csrfmiddlewaretoken={token[1] if token else ''}&{body}"
    form = "application/x-www-form-urlencoded"
    return client.post(
        "/desk/sign-in", sent, content_type=form, secure=True, headers={"referer": f"https://{HOST}/desk/sign-in"}
    )
