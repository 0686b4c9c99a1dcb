"""Addresses that need a case or a secret: asked with true ones, by link and by staff; and the stream of what changes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.downloads import SHOWN
from stadttor.ground.web.manifest import PREFIX, asset
from tests.architecture.routes import Route, routes
from tests.safety.hardening.probes import PART, faults_of
from tests.safety.marker.towns import let_issue
from tests.safety.running import RowLines

if TYPE_CHECKING:
    from tests.isolation.table import Target
    from tests.isolation.world import Town

FOR_EVERYBODY = (
    "issuing:status", "identity:account_metadata", "static", "accent", "crest", "api:description", "well_known:issuer",
    "well_known:server",
)  # fmt: skip
"""What is the same for everybody and may be kept: it says nothing of anybody."""
OWN = {"word": "go-on"}
"""What stands in addresses here, where the table of isolation has a word that opens nothing."""
QUERIES = {"api:who_is_responsible": {"place": "91781"}}
"""What is asked for where the table of isolation asks for nothing."""
NO_FILES = ("text/html", "application/json", "application/problem+json", "application/schema+json")


def probe_within(lines: RowLines, town_id: UUID) -> None:
    """One line for each address that can be opened and each who might, in a town with one of everything."""
    from stadttor.ground.models import Authority
    from stadttor.ground.work import common
    from tests.isolation.table import GLOBAL, targets
    from tests.isolation.world import made, steer

    with common():
        authority = Authority.objects.get(id=town_id)
    town = made(authority)
    steer(town)
    let_issue(town_id)
    _sign_in_anew(town)
    town.things = GLOBAL | town.things | OWN | {"name": static_name(), "document_id": _letter(town)}
    who = {
        "link": town.citizen, "colleague": town.clerk, "leader": lambda: town.colleague("olsen"), "system": town.system,
        "steering": town.steering,
    }  # fmt: skip
    opened = [one for one in targets() if one.route.answers_get]
    lines.write("routes", opened=sorted({(one.route.pattern, one.route.name) for one in opened}))
    for target in opened:
        if all(name in town.things for name in _names(target)):
            for name, browser in who.items():
                _ask(lines, name, target.route, _over_tls(browser()), _path(target, town.things))
    _asked_no_more(lines, town, [one for one in opened if one.route.name in ("cases:ask", "cases:decide")])
    _by_secret(lines, town.browser(), town.secrets["submission_id"])
    _stream(lines, _over_tls(town.clerk()))


def _sign_in_anew(town: "Town") -> None:
    """The citizen at her account, so short ago that she may close it."""
    from stadttor.citizens.services import open_account
    from stadttor.identity.ports import IdentityAssertion

    said = IdentityAssertion("simulated", "hoch", now(), {}, "simulated", f"amira of {town.name}")
    town.secrets["konto"] = open_account(authority_id=town.authority_id, assertion=said, now=now())


def static_name() -> str:
    """Of a file of the product."""
    return asset("icon.svg").removeprefix(PREFIX)


def _asked_no_more(lines: RowLines, town: "Town", targets: "list[Target]") -> None:
    """Who waits for an answer can neither ask nor decide: first she takes her question back."""
    from tests.isolation.world import version_of

    stop = f"/desk/cases/{town.things['case_id']}/stop-asking"
    _over_tls(town.clerk()).post(stop, {"version": version_of(town)}, secure=True)
    for target in targets:
        _ask(lines, "colleague", target.route, _over_tls(town.clerk()), _path(target, town.things))


def _by_secret(lines: RowLines, browser: Client, secret: str) -> None:
    """In a browser that knows nothing but the link from the mail: it leads to the status page."""
    (link,) = (route for route in routes() if route.name == "portal:resume")
    (status,) = (route for route in routes() if route.name == "portal:status")
    led = _ask(lines, "secret", link, browser, f"/weiter/{secret}")
    _ask(lines, "secret", status, browser, led.headers.get("Location", "/"))


def _letter(town: "Town") -> str:
    """A decision's, as it is filed."""
    from stadttor.records.services import file_document, put
    from tests.isolation.world import pdf

    filed = file_document(
        authority_id=town.authority_id, case_id=UUID(town.things["case_id"]), kind="letter", title="Bescheid", origin="clerk",
        kept=put(authority_id=town.authority_id, data=pdf()), source_key="decision", now=now(),
    )  # fmt: skip
    return str(filed)


def _over_tls(browser: Client) -> Client:
    """With its cookies as they are called there."""
    for name, morsel in list(browser.cookies.items()):
        browser.cookies[cookies.named(name)] = morsel.value
    return browser


def _names(target: "Target") -> list[str]:
    return [*(found[2] for found in PART.finditer(target.route.pattern)), *target.entry.names()]


def _path(target: "Target", things: dict[str, str]) -> str:
    from tests.isolation.table import filled

    query = filled({**target.entry.query, **QUERIES.get(target.route.name, {})}, things)
    path = "/" + PART.sub(lambda part: things[part[2]], target.route.pattern)
    return f"{path}?{urlencode(query)}" if query else path


def _ask(lines: RowLines, who: str, route: Route, browser: Client, path: str) -> HttpResponse:
    answer = browser.get(path, secure=True)
    faults = [*faults_of(answer, "GET", route.pattern), *faults_within(answer, route.name)]
    lines.write(
        "probe", route=route.pattern, method="GET", who=who, name=route.name, status=answer.status_code, faults=faults
    )
    return answer


def faults_within(answer: HttpResponse, name: str) -> Iterator[str]:
    """What an answer lacks that is about somebody, whatever it is: a page, a file, data."""
    kind = answer.headers.get("Content-Type", "")
    keeps = answer.headers.get("Cache-Control", "")
    if answer.status_code == 200 and "no-store" not in keeps and name not in FOR_EVERYBODY:
        yield f"may be kept: {keeps!r}"
    how = answer.headers.get("Content-Disposition", "")
    is_file = answer.status_code == 200 and not kind.startswith(NO_FILES) and name not in FOR_EVERYBODY
    if is_file and not how.startswith(("attachment", "inline; filename=")):
        yield f"a file without a name: {kind}"
    if is_file and how.startswith("inline") and not kind.startswith(SHOWN):
        yield f"shown, not saved: {kind}"


def _stream(lines: RowLines, clerk: Client) -> None:
    """What the live process says first, behind TLS as the pages."""
    from tests.isolation.events import heard

    answer = heard(clerk, "events/cases", "get", {})
    faults = list(faults_of_stream(answer.headers)) if answer.status == 200 else []
    lines.write(
        "probe", route="events/cases", method="GET", who="clerk", name="live:cases", status=answer.status, faults=faults
    )


def faults_of_stream(headers: dict[str, str]) -> Iterator[str]:
    """What a stream of events must carry; its policy is that of the page that listens."""
    if not headers.get("content-type", "").startswith("text/event-stream"):
        yield "no stream of events"
    if "no-store" not in headers.get("cache-control", ""):
        yield "may be kept"
    if headers.get("x-content-type-options") != "nosniff":
        yield "may be sniffed"
    if headers.get("referrer-policy") not in ("same-origin", "no-referrer"):
        yield "sends its address elsewhere"
    if headers.get("access-control-allow-origin", "") == "*":
        yield "anybody may listen"
