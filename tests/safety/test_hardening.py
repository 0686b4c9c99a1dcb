from collections import Counter
from typing import Any

import pytest
from django.http import HttpResponse

from stadttor.ground.web.downloads import POLICY as FILES
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.headers import HEADERS
from stadttor.ground.web.look import HARMLESS
from stadttor.site import live, rates
from tests.architecture.routes import routes
from tests.measuring.circumstances import ROOT
from tests.safety.hardening import METHODS, ODD, WHO, outcome
from tests.safety.hardening.asvs import IDS, Requirement, faults_of, missing_from, read_map, shown_by
from tests.safety.hardening.opening import EXEMPT
from tests.safety.hardening.probes import faults_of as faults_of_response
from tests.safety.hardening.rushing import Send, rushes
from tests.safety.hardening.within import faults_of_stream, faults_within

MAP = ROOT / "docs" / "security" / "asvs.toml"


def test_every_requirement_of_the_standard_is_on_the_map() -> None:
    requirements = read_map(MAP)
    assert missing_from(requirements) == []
    assert len(requirements) == 253
    assert {one.level for one in requirements} == {1, 2}


@pytest.mark.parametrize("requirement", read_map(MAP), ids=lambda one: one.id)
def test_what_is_met_is_shown_and_what_is_not_has_a_reason(requirement: Requirement) -> None:
    assert faults_of(requirement, ROOT) == []


@pytest.mark.parametrize(
    ("state", "by", "why", "fault"),
    [
        ("met", ("tests/nowhere.py",), "", "tests/nowhere.py is not there"),
        ("met", ("tests/conftest.py::test_of_nothing",), "", "tests/conftest.py::test_of_nothing is not there"),
        ("met", (), "", "met, but nothing is named that shows it"),
        ("not met", (), "", "not met without a reason"),
        ("operator", (), "by the proxy", "operator, but nothing is named that shows it"),
    ],
)
def test_an_empty_claim_is_noticed(state: str, by: tuple[str, ...], why: str, fault: str) -> None:
    assert faults_of(Requirement("1.1.1", 1, state, "", by, why), ROOT) == [fault]
    said = outcome([{"kind": "requirement", "id": "1.1.1", "state": state, "faults": [fault]}])
    assert said.broken == (f"1.1.1: {fault}",)


def test_one_id_for_another_is_noticed() -> None:
    """Report: counts for each chapter let one requirement stand twice and another be missing."""
    requirements = read_map(MAP)
    moved = [*requirements[1:], Requirement("1.9.9", 1, "met", "", ("tests/conftest.py",), "")]
    assert missing_from(moved) == [requirements[0].id, "1.9.9"]


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        (("docs/security/README.md", "tests/safety/hardening"), "test"),
        (("docs/security/README.md", "stadttor/forms/rules/reading.py"), "file"),
        (("docs/security/README.md",), "document"),
    ],
)
def test_what_shows_a_requirement_is_told_apart(by: tuple[str, ...], kind: str) -> None:
    assert shown_by(Requirement("1.1.1", 1, "met", "", by, "")) == kind


def good() -> HttpResponse:
    answer = HttpResponse("<p>", headers={"Cache-Control": "no-store", **HEADERS})
    answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return answer


def spoiled(header: str, value: str | None) -> HttpResponse:
    answer = good()
    del answer.headers[header]
    if value is not None:
        answer.headers[header] = value
    return answer


def test_a_good_response_has_no_faults() -> None:
    assert list(faults_of_response(good(), "GET", "")) == []
    for policy in (HARMLESS, FILES, "default-src 'none'; frame-ancestors 'none'; sandbox"):
        assert list(faults_of_response(spoiled("Content-Security-Policy", policy), "GET", "")) == []


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'self'"),
        ("Content-Security-Policy", None),
        ("Content-Security-Policy", "default-src *; frame-ancestors 'self'"),
        ("Content-Security-Policy", "default-src 'self'; script-src https:; frame-ancestors 'self'"),
        ("Content-Security-Policy", "default-src 'self'; script-src data:; frame-ancestors 'self'"),
        ("Content-Security-Policy", "default-src 'self'; style-src https://cdn.example; frame-ancestors 'self'"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'; sandbox allow-scripts"),
        ("Content-Security-Policy", "default-src 'self'; frame-ancestors *"),
        ("X-Content-Type-Options", None),
        ("Referrer-Policy", "unsafe-url"),
        ("Strict-Transport-Security", "max-age=60; includeSubDomains"),
        ("Cache-Control", "public"),
        ("Content-Type", "text/html"),
    ],
)
def test_a_missing_guard_is_noticed(header: str, value: str | None) -> None:
    assert list(faults_of_response(spoiled(header, value), "GET", ""))


@pytest.mark.parametrize("more", [{}, {"httponly": True}, {"secure": True, "samesite": "Lax"}])
def test_a_loose_cookie_is_noticed(more: dict[str, Any]) -> None:
    answer = good()
    answer.set_cookie("__Host-x", "1", **more)
    assert list(faults_of_response(answer, "GET", ""))


def test_a_form_taken_without_its_token_is_noticed() -> None:
    assert list(faults_of_response(good(), "POST", "desk/cases"))


TABLE = {"kind": "routes", "opened": [["desk/cases/", "cases:work_list"], *([name, name] for name in EXEMPT)]}
PROBE = {"kind": "probe", "route": "desk/cases/", "method": "GET", "status": 200, "faults": []}


def test_what_was_opened_or_has_a_reason_is_seen() -> None:
    assert outcome([TABLE, PROBE]).broken == ()


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([TABLE, PROBE | {"status": 302}], "cases:work_list was opened by nobody"),
        ([TABLE, PROBE | {"method": "POST"}], "cases:work_list was opened by nobody"),
        ([TABLE, PROBE, PROBE | {"route": "desk"}], "desk needs no exemption"),
        ([PROBE], "the run does not say what can be opened"),
    ],
    ids=["led away", "not opened", "opened after all", "no table"],
)
def test_a_page_that_nobody_opened_proves_nothing(lines: list[dict[str, Any]], fault: str) -> None:
    """Report: half of the addresses had answered with 302, 403 or 404 alone, and nothing said so."""
    assert fault in outcome(lines).broken


WHOLE = [
    {"kind": "begun", "size": "ci"},
    *({"kind": "requirement", "id": one, "state": "met", "faults": []} for one in IDS),
    TABLE,
    *(PROBE | {"route": f"{number}", "method": method, "status": 404} for number in range(200) for method in METHODS),
    *[PROBE | {"who": "colleague"}] * 150,
    *(PROBE | {"who": who} for who in WHO),
    *(PROBE | {"route": name, "method": "POST", "status": 400} for name in ODD),
]


def test_a_whole_run_has_asked_everything() -> None:
    assert outcome(WHOLE).broken == ()


@pytest.mark.parametrize(
    ("gone", "fault"),
    [
        ({"kind": "requirement", "id": "1.1.1"}, "252 requirements instead of 253"),
        ({"route": "7", "method": "TRACE"}, "199 routes by every method instead of 200"),
        ({"who": "colleague"}, "0 requests of the colleague instead of 150"),
        ({"who": "steering"}, "nobody came as steering"),
        ({"route": "a rush at one town"}, "was not tried: a rush at one town"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_run_that_asked_less_proves_nothing(gone: dict[str, str], fault: str) -> None:
    """Report: a run without one request was kept."""
    left = [line for line in WHOLE if any(line.get(name) != value for name, value in gone.items())]
    assert fault in outcome(left).broken


def test_an_error_of_the_server_is_none_of_the_answers_that_carry_guards() -> None:
    assert outcome([TABLE, PROBE, PROBE | {"status": 500}]).broken == ("GET desk/cases/ answered 500",)


def test_each_exemption_is_of_a_page_that_there_is() -> None:
    known = {route.name for route in routes() if route.answers_get}
    assert set(EXEMPT) <= known
    gone = TABLE | {"opened": [one for one in TABLE["opened"] if one[0] != "desk"]}
    assert "desk needs no exemption" in outcome([gone, PROBE]).broken


def sending(*, towns_apart: bool = True, counts: bool = True, waits: str = "5") -> Send:
    """A product with the real limits, or one that lacks something."""
    sent: Counter[str] = Counter()

    def send(town: str, address: str) -> HttpResponse:
        name = town if towns_apart else ""
        is_too_many = sent[address] >= rates.BY_ADDRESS.rate.burst or sent[name] >= rates.BY_AUTHORITY.rate.burst
        sent[address] += not is_too_many
        sent[name] += not is_too_many
        return HttpResponse(status=429, headers={"Retry-After": waits}) if is_too_many and counts else HttpResponse()

    return send


@pytest.mark.parametrize(
    ("lacks", "faults"),
    [
        ({}, [0, 0, 0]),
        ({"counts": False}, [1, 1, 0]),
        ({"towns_apart": False}, [0, 0, 1]),
        ({"waits": ""}, [1, 1, 0]),
    ],
    ids=["sound", "no limit", "one bucket for all towns", "nobody says how long"],
)
def test_a_rush_that_is_not_slowed_or_slows_the_neighbour_is_noticed(lacks: dict[str, Any], faults: list[int]) -> None:
    assert [len(found) for _, _, found in rushes(sending(**lacks), "a", "b")] == faults


def shown(**changed: str) -> HttpResponse:
    answer = file_response(b"%PDF-", "application/pdf", "Bescheid.pdf")
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    answer.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    for name, value in changed.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def faults_of_file(answer: HttpResponse) -> list[str]:
    return [*faults_of_response(answer, "GET", ""), *faults_within(answer, "portal:document")]


def test_a_letter_as_it_is_shown_has_no_faults() -> None:
    assert faults_of_file(shown()) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"Cache_Control": "private, max-age=60"},
        {"Content_Disposition": ""},
        {"Content_Disposition": "inline"},
        {"Content_Type": "image/svg+xml"},
        {"Content_Security_Policy": "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'self'"},
        {"Content_Security_Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"},
        {"Content_Security_Policy": "default-src 'none'"},
        {"X_Content_Type_Options": ""},
    ],
    ids=str,
)
def test_a_letter_without_a_guard_is_noticed(changed: dict[str, str]) -> None:
    assert faults_of_file(shown(**changed))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("content-type", "text/html"),
        ("cache-control", "max-age=60"),
        ("x-content-type-options", ""),
        ("referrer-policy", "unsafe-url"),
        ("access-control-allow-origin", "*"),
    ],
)
def test_a_stream_without_a_guard_is_noticed(header: str, value: str) -> None:
    sound = {"content-type": "text/event-stream"} | {name.decode(): said.decode() for name, said in live.GUARDS}
    assert list(faults_of_stream(sound)) == []
    assert list(faults_of_stream(sound | {header: value}))
