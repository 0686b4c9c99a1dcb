from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from stadttor.cases.services import ask_back, open_case
from stadttor.cases.services.asking import Asked
from stadttor.forms.queries import submission
from stadttor.ground import clock
from stadttor.ground.models import Authority
from stadttor.site.api.access import System
from stadttor.site.api.tests.builders import ANSWERS, adopted_with_files, fresh, hand_in, post, token

pytestmark = pytest.mark.db

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fedccc"
    "59e70000000049454e44ae426082"
)


def problems(response: Any) -> dict[str, str]:
    """The code of every problem by its path."""
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    return {one["path"]: one["code"] for one in response.json()["errors"]}


def test_an_application_gets_a_receipt(client: Client, authority: Authority, service: UUID) -> None:
    said = hand_in(client, language="tr").json()
    assert said["number"].startswith("WEI-")
    assert said["fees"] == [{"id": "genehmigung", "cents": 1200, "text": "Neue Genehmigung"}]
    assert said["total_cents"] == 1200
    kept = submission(authority.id, UUID(said["id"]))
    assert (kept.answers, kept.language, kept.applicant) == (ANSWERS, "tr", "Amira Yılmaz")


def test_the_applicants_page_opens(client: Client, receipt: dict[str, Any]) -> None:
    assert client.get(receipt["page"], follow=True).status_code == 200


def test_all_problems_are_said_at_once(client: Client, service: UUID) -> None:
    wrong = {
        "person": {"vorname": "Amira", "email": "amira", "nachnam": "Yılmaz"},
        "anliegen": {"art": "neu", "ab": "2020-01-07"},
        "hund": {},
    }
    response = hand_in(client, wrong)
    assert problems(response) == {
        "person.nachnam": "unknown",
        "hund": "unknown",
        "person.nachname": "required",
        "person.email": "email",
        "anliegen.ab": "nicht_rueckwirkend",
    }
    email = next(one for one in response.json()["errors"] if one["path"] == "person.email")
    assert email["pointer"] == "#/answers/person/email"


def test_problems_are_said_in_the_callers_language(client: Client, service: UUID) -> None:
    said = hand_in(client, {}, headers={"Accept-Language": "en"}).json()
    assert said["errors"][0]["detail"] == "Please fill in this field."


def test_nobody_hands_in_at_a_price_she_did_not_see(client: Client, service: UUID) -> None:
    refused = hand_in(client, total_cents=900)
    assert refused.status_code == 409
    assert "1200" in refused.json()["detail"]
    assert hand_in(client, total_cents=1200).status_code == 201


@pytest.mark.parametrize("group", ["Amira", [], [{}], 7, None, True])
def test_a_group_of_another_shape_is_a_problem(client: Client, service: UUID, group: object) -> None:
    assert problems(hand_in(client, {**ANSWERS, "person": group}))["person"] == "type"


@pytest.mark.parametrize("value", ["a\u0000b", "\ud800", "x" * 5000, 10**40, {"a": {}}, float("nan"), [[[]]]])
def test_hostile_answers_are_problems(client: Client, service: UUID, value: object) -> None:
    answers = {**ANSWERS, "person": {**ANSWERS["person"], "vorname": value}}
    assert "person.vorname" in problems(hand_in(client, answers))


def test_a_hidden_answer_is_not_taken_and_named(client: Client, authority: Authority, service: UUID) -> None:
    said = hand_in(client, {**ANSWERS, "anliegen": {**ANSWERS["anliegen"], "nummer": "4711"}}).json()
    assert said["not_taken"] == ["anliegen.nummer"]
    assert "nummer" not in submission(authority.id, UUID(said["id"])).answers["anliegen"]


def test_without_the_declaration_nothing_is_accepted(client: Client, service: UUID) -> None:
    response = post(client, "/api/v1/services/muster/applications", {"answers": ANSWERS, "declared": False})
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == "#/declared"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "7", '{"answers": ' + "[" * 5000 + "]" * 5000 + "}"])
def test_what_is_no_application_is_refused(client: Client, service: UUID, body: str) -> None:
    response = client.post(
        "/api/v1/services/muster/applications",
        body,
        content_type="application/json",
        headers={"Idempotency-Key": fresh()},
    )
    assert response.status_code in (400, 422)
    assert response["Content-Type"] == "application/problem+json"


def test_a_body_without_end_is_refused(client: Client, service: UUID) -> None:
    response = hand_in(client, {"person": {"vorname": "x" * 11_000_000}})
    assert response.status_code == 413


def test_it_is_no_page_form(service: UUID) -> None:
    """No cookie counts here, so no other site can use one; the check of page forms is not needed."""
    strict = Client(enforce_csrf_checks=True, headers={"host": "weissenburg.localhost"})
    assert hand_in(strict).status_code == 201


# Once


def test_the_same_key_twice_is_one_application(client: Client, service: UUID) -> None:
    key = fresh()
    first, second = hand_in(client, key=key), hand_in(client, key=key)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()


def test_the_same_key_for_something_else_is_refused(client: Client, service: UUID) -> None:
    key = fresh()
    hand_in(client, key=key)
    other = hand_in(client, {**ANSWERS, "anliegen": {"art": "neu", "ab": "2031-01-08"}}, key=key)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:stadttor:problem:idempotency_key_reused"


def test_somebody_elses_key_and_content_give_no_receipt_of_hers(client: Client, service: UUID) -> None:
    """Report: all anonymous callers shared their keys; who repeated a call got the secret of its receipt."""
    key = fresh()
    hers = hand_in(client, key=key).json()
    stranger = Client(headers={"host": "weissenburg.localhost"}, REMOTE_ADDR="203.0.113.9")
    his = hand_in(stranger, key=key).json()
    assert hers["token"] != his["token"]
    assert hers["number"] != his["number"]
    assert hand_in(client, key=key).json()["token"] == hers["token"]


def test_what_was_refused_may_come_again_mended(client: Client, service: UUID) -> None:
    key = fresh()
    assert hand_in(client, {}, key=key).status_code == 422
    assert hand_in(client, key=key).status_code == 201


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "ä" * 20])
def test_a_key_must_be_well_formed(client: Client, service: UUID, key: str) -> None:
    response = client.post(
        "/api/v1/services/muster/applications",
        {"answers": ANSWERS, "declared": True},
        content_type="application/json",
        headers={"Idempotency-Key": key} if key else {},
    )
    assert response.status_code in (400, 422)


def test_keys_of_different_callers_do_not_meet(client: Client, authority: Authority, service: UUID) -> None:
    key, system = fresh(), token(authority.id, "applications:write")
    first, second = hand_in(client, key=key), hand_in(client, key=key, headers=system)
    assert second.status_code == 201
    assert first.json()["number"] != second.json()["number"]


def test_five_at_the_same_moment_are_one(client: Client, service: UUID) -> None:
    key = fresh()

    def call(_: int) -> str:
        try:
            return str(hand_in(Client(headers={"host": "weissenburg.localhost"}), key=key).json()["number"])
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        assert len(set(pool.map(call, range(5)))) == 1


# By systems


def test_a_system_hands_in_under_its_own_name(client: Client, authority: Authority, service: UUID) -> None:
    said = hand_in(client, headers=token(authority.id, "applications:write")).json()
    assert submission(authority.id, UUID(said["id"])).channel == "api"


def test_a_token_without_the_scope_cannot_hand_in(client: Client, authority: Authority, service: UUID) -> None:
    assert hand_in(client, headers=token(authority.id, "cases:read")).status_code == 403


def test_a_wrong_token_is_not_anybody(client: Client, service: UUID) -> None:
    assert hand_in(client, headers={"Authorization": "Bearer nonsense"}).status_code == 401


# The status


def status(client: Client, receipt: dict[str, Any], **headers: str) -> Any:
    return client.get(receipt["status"], headers={"Application-Token": receipt["token"], **headers})


def test_the_status_before_and_after_the_case_is_opened(
    client: Client, authority: Authority, receipt: dict[str, Any]
) -> None:
    assert status(client, receipt).json()["state"] == "received"
    case_id = open_case(authority_id=authority.id, submission_id=UUID(receipt["id"]), now=clock.now())
    system = System(UUID(int=5), "Fachverfahren", "", authority.id, frozenset({"lead"}), frozenset())
    asked = [Asked("q", "question", "Welche Farbe hat das Auto?")]
    ask_back(staff=system, case_id=case_id, version=1, items=asked, now=clock.now())
    said = status(client, receipt).json()
    assert said["state"] == "waiting_for_citizen"
    assert said["question"]["items"][0]["text"] == "Welche Farbe hat das Auto?"
    assert [step["act"] for step in said["steps"]] == ["opened", "asked_back"]


def test_the_status_needs_number_and_token(client: Client, receipt: dict[str, Any]) -> None:
    assert status(client, receipt, **{"Application-Token": "x" * 43}).status_code == 404
    assert status(client, receipt | {"status": "/api/v1/applications/WEI-2026-AAAA-AAAA"}).status_code == 404
    assert client.get(receipt["status"]).status_code == 422


def test_a_neighbour_does_not_know_the_application(receipt: dict[str, Any], elsewhere: Callable[[], Client]) -> None:
    path = receipt["status"].removeprefix("http://weissenburg.localhost")
    assert elsewhere().get(path, headers={"Application-Token": receipt["token"]}).status_code == 404


# Files


@pytest.fixture
def draft(client: Client, authority: Authority, moment: Any) -> dict[str, Any]:
    adopted_with_files(authority.id, moment)
    found: dict[str, Any] = post(client, "/api/v1/drafts", {"service": "muster"}).json()
    return found


def upload(
    client: Client, draft: dict[str, Any], data: bytes = PNG, path: str = "anliegen.beleg", key: str = ""
) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(
        f"/api/v1/drafts/{draft['id']}/attachments",
        {"path": path, "file": SimpleUploadedFile("beleg.png", data)},
        headers={"Idempotency-Key": key or fresh(), "Application-Token": draft["token"]},
    )


def with_file(*ids: str) -> dict[str, Any]:
    return {**ANSWERS, "anliegen": {**ANSWERS["anliegen"], "beleg": list(ids)}}


def test_a_file_belongs_to_the_application(client: Client, authority: Authority, draft: dict[str, Any]) -> None:
    added = upload(client, draft)
    assert added.status_code == 201, added.content
    secret = {"Application-Token": draft["token"]}
    said = hand_in(client, with_file(added.json()["id"]), draft=draft["id"], headers=secret)
    assert said.status_code == 201, said.content
    assert submission(authority.id, UUID(said.json()["id"])).answers["anliegen"]["beleg"] == [added.json()["id"]]


def test_the_same_upload_twice_is_one_file(client: Client, draft: dict[str, Any]) -> None:
    key = fresh()
    assert upload(client, draft, key=key).json() == upload(client, draft, key=key).json()


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "file_empty"), (b"MZ...", "file_false"), (PNG[:40], "file_broken"), (PNG * 20_000, "too_big")],
)
def test_a_bad_file_is_refused(client: Client, draft: dict[str, Any], data: bytes, code: str) -> None:
    response = upload(client, draft, data)
    assert response.json()["type"] == f"urn:stadttor:problem:{code}"


def test_a_file_goes_to_a_question_for_files(client: Client, draft: dict[str, Any]) -> None:
    assert upload(client, draft, path="anliegen.ab").status_code == 422


def test_somebody_elses_file_is_unknown(client: Client, draft: dict[str, Any]) -> None:
    other = post(client, "/api/v1/drafts", {"service": "muster"}).json()
    foreign = upload(client, other).json()["id"]
    secret = {"Application-Token": draft["token"]}
    response = hand_in(client, with_file(foreign), draft=draft["id"], headers=secret)
    assert problems(response) == {"anliegen.beleg": "unknown_file"}
    assert problems(hand_in(client, with_file(foreign))) == {"anliegen.beleg": "unknown_file"}


def test_a_draft_opens_with_its_token_only(client: Client, draft: dict[str, Any]) -> None:
    assert upload(client, draft | {"token": "x" * 43}).status_code == 404
    assert hand_in(client, draft=draft["id"]).status_code == 404


def test_a_draft_is_handed_in_once(client: Client, draft: dict[str, Any]) -> None:
    secret = {"Application-Token": draft["token"]}
    assert hand_in(client, draft=draft["id"], headers=secret).status_code == 201
    again = hand_in(client, draft=draft["id"], headers=secret)
    assert (again.status_code, again.json()["type"]) == (409, "urn:stadttor:problem:already_submitted")


def test_a_draft_can_be_deleted(client: Client, draft: dict[str, Any]) -> None:
    upload(client, draft)
    headers = {"Idempotency-Key": fresh(), "Application-Token": draft["token"]}
    path = f"/api/v1/drafts/{draft['id']}"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(path, headers=headers | {"Idempotency-Key": fresh()}).status_code == 404
