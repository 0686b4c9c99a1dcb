from typing import Any

import pytest
from django.http import HttpResponse

from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.headers import HEADERS
from stadttor.site import live
from tests.measuring.circumstances import ROOT
from tests.safety.hardening import outcome
from tests.safety.hardening.asvs import Requirement, faults_of, missing_from, read_map, shown_by
from tests.safety.hardening.probes import faults_of as faults_of_response
from tests.safety.hardening.within import MUST_BE_SEEN, faults_of_stream, faults_within

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


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'self'"),
        ("Content-Security-Policy", None),
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


def test_a_desk_that_nobody_entered_proves_nothing() -> None:
    probe = {"kind": "probe", "route": "desk/cases/", "method": "GET", "status": 200, "faults": []}
    seen = [probe | {"who": who, "name": name} for who, name in MUST_BE_SEEN]
    assert outcome(seen).broken == ()
    assert outcome([probe]).broken[-1] == "no page of the desk was seen signed in"


def test_a_file_that_nobody_opened_proves_nothing() -> None:
    probe = {"kind": "probe", "route": "x", "method": "GET", "status": 200, "faults": []}
    seen = [probe | {"who": who, "name": name} for who, name in MUST_BE_SEEN]
    for left_out, (who, name) in enumerate(MUST_BE_SEEN):
        closed = [line | {"status": 404} if number == left_out else line for number, line in enumerate(seen)]
        assert outcome(closed).broken == (f"{name} was not seen by {who}",)


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
