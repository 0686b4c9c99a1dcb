from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases.services import open_case
from stadttor.core.ids import new_id
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.work import work
from stadttor.identity.queries import tokens
from stadttor.identity.services import revoke_token
from stadttor.site.api.description import description
from stadttor.site.api.tests.builders import adopted_with_files, fresh, hand_in, post, token
from stadttor.site.api.tests.test_applying import PNG, upload, with_file

pytestmark = pytest.mark.db


@pytest.fixture
def reading(authority: Authority) -> dict[str, str]:
    return token(authority.id, "cases:read")


@pytest.fixture
def writing(authority: Authority) -> dict[str, str]:
    return token(authority.id, "cases:read", "cases:write")


def version_of(client: Client, case: UUID, headers: dict[str, str]) -> int:
    found: int = client.get(f"/api/v1/cases/{case}", headers=headers).json()["version"]
    return found


def decide(client: Client, case: UUID, headers: dict[str, str], *, key: str | None = None, **body: Any) -> Any:
    said = {"version": 1, "outcome": "granted", **body}
    return post(client, f"/api/v1/cases/{case}/decisions", said, key=key, **headers)


# Reading


def test_the_list_of_cases(client: Client, case: UUID, reading: dict[str, str]) -> None:
    said = client.get("/api/v1/cases", headers=reading).json()
    assert [row["id"] for row in said["items"]] == [str(case)]
    assert said["items"][0]["applicant"] == "Amira Yılmaz"
    assert said["links"]["next"] is None


def test_the_list_goes_on_page_by_page(
    client: Client, authority: Authority, service: UUID, reading: dict[str, str]
) -> None:
    system = token(authority.id, "applications:write")
    for _ in range(27):
        receipt = hand_in(client, headers=system).json()
        open_case(authority_id=authority.id, submission_id=UUID(receipt["id"]), now=clock.now())
    seen, address = [], "/api/v1/cases?service=muster&sort=received"
    while address:
        said = client.get(address, headers=reading).json()
        seen += [row["id"] for row in said["items"]]
        address = said["links"]["next"]
    assert len(seen) == len(set(seen)) == 27


@pytest.mark.parametrize(
    ("query", "count"), [("state=decided", 0), ("service=muster", 1), ("deadline=late", 0), ("sort=applicant", 1)]
)
def test_the_list_is_narrowed(client: Client, case: UUID, reading: dict[str, str], query: str, count: int) -> None:
    assert len(client.get(f"/api/v1/cases?{query}", headers=reading).json()["items"]) == count


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({"words": "yil"}, 1), ({"words": "weber"}, 0), ({"words": "Amira", "state": "decided"}, 0), ({"words": ""}, 1)],
)
def test_words_are_looked_for_by_post(
    client: Client, case: UUID, reading: dict[str, str], wanted: dict[str, str], count: int
) -> None:
    said = client.post("/api/v1/cases/search", wanted, content_type="application/json", headers=reading).json()
    assert [row["id"] for row in said["items"]] == [str(case)] * count
    assert (said["total"], said["after"]) == (count, None)


def test_a_name_in_an_address_is_refused_with_the_way_that_works(client: Client, reading: dict[str, str]) -> None:
    said = client.get("/api/v1/cases?q=yilmaz", headers=reading)
    assert (said.status_code, said.json()["type"]) == (400, "urn:stadttor:problem:search_in_address")
    assert "POST to /api/v1/cases/search" in said.json()["detail"]


def test_a_search_goes_on_behind_the_last_case(
    client: Client, authority: Authority, service: UUID, reading: dict[str, str]
) -> None:
    system = token(authority.id, "applications:write")
    for _ in range(27):
        receipt = hand_in(client, headers=system).json()
        open_case(authority_id=authority.id, submission_id=UUID(receipt["id"]), now=clock.now())
    seen, wanted = [], {"words": "amira", "sort": "applicant", "after": None}
    while True:
        said = client.post("/api/v1/cases/search", wanted, content_type="application/json", headers=reading).json()
        seen += [row["id"] for row in said["items"]]
        if said["after"] is None:
            break
        wanted["after"] = said["after"]
    assert len(seen) == len(set(seen)) == 27


def test_the_list_goes_on_behind_known_cases_only(client: Client, case: UUID, reading: dict[str, str]) -> None:
    assert client.get(f"/api/v1/cases?after={case}", headers=reading).json()["items"] == []
    assert client.get(f"/api/v1/cases?after={new_id()}", headers=reading).status_code == 404


def test_a_case_with_its_answers_and_choices(client: Client, case: UUID, reading: dict[str, str]) -> None:
    said = client.get(f"/api/v1/cases/{case}", headers=reading).json()
    assert said["answers"]["person"]["nachname"] == "Yılmaz"
    assert said["pages"][0]["rows"][0] == {"path": "person.vorname", "label": "Vorname", "value": "Amira", "doubt": ""}
    assert [one["key"] for one in said["choices"]["outcomes"]] == ["granted", "refused"]
    assert said["history"][-1]["act"] == "opened"


def test_documents_and_their_bytes(client: Client, authority: Authority, moment: Any, reading: dict[str, str]) -> None:
    adopted_with_files(authority.id, moment)
    draft = post(client, "/api/v1/drafts", {"service": "muster"}).json()
    added = upload(client, draft).json()["id"]
    receipt = hand_in(client, with_file(added), draft=draft["id"], headers={"Application-Token": draft["token"]}).json()
    case = open_case(authority_id=authority.id, submission_id=UUID(receipt["id"]), now=clock.now())
    (row,) = client.get(f"/api/v1/cases/{case}/documents", headers=reading).json()["items"]
    assert (row["label"], row["media_type"]) == ("Beleg", "image/png")
    response = client.get(row["content"], headers=reading)
    assert response.content == PNG
    assert response["Content-Disposition"] == "attachment"
    described = description()["paths"]["/api/v1/cases/{case_id}/documents/{document_id}"]["get"]["responses"]["200"]
    assert response["Content-Type"] in described["content"], "report: described was application/octet-stream alone"
    assert client.get(row["content"].replace(row["id"], str(new_id())), headers=reading).status_code == 404


def test_adoptions(client: Client, authority: Authority, service: UUID) -> None:
    said = client.get("/api/v1/adoptions", headers=token(authority.id, "services:read")).json()
    assert [(row["slug"], row["state"], row["parameters"]) for row in said["items"]] == [
        ("muster", "live", {"gebuehr_cents": 1200})
    ]


def test_what_a_system_read_stands_in_the_audit(
    client: Client, authority: Authority, moment: Any, reading: dict[str, str]
) -> None:
    adopted_with_files(authority.id, moment)
    draft = post(client, "/api/v1/drafts", {"service": "muster"}).json()
    added = upload(client, draft).json()["id"]
    receipt = hand_in(client, with_file(added), draft=draft["id"], headers={"Application-Token": draft["token"]}).json()
    case = open_case(authority_id=authority.id, submission_id=UUID(receipt["id"]), now=clock.now())
    for path in ("", f"/{case}", f"/{case}/documents", f"/{case}/documents/{added}", f"/{new_id()}"):
        client.get(f"/api/v1/cases{path}", headers=reading)
    with work(authority.id):
        entries = AuditEntry.objects.filter(authority_id=authority.id, actor_kind="api", act__startswith="case")
        found = list(entries.order_by("at", "id").values_list("act", "subject_id", "details"))
    assert found == [
        ("cases.listed", None, {"cases": 1}),
        ("case.seen", case, {}),
        ("case.seen", case, {}),
        ("case.document_saved", case, {"document_id": added}),
    ]


# Changing


def test_a_system_decides_under_its_own_name(client: Client, case: UUID, writing: dict[str, str]) -> None:
    response = decide(client, case, writing)
    assert response.status_code == 201, response.content
    said = client.get(f"/api/v1/cases/{case}", headers=writing).json()
    assert said["state"] == "decided"
    assert said["history"][0]["actor_kind"] == "api"
    assert said["history"][0]["actor_name"] == "Fachverfahren Parken"
    assert said["decisions"][0]["id"] == response.json()["decision_id"]


def test_a_refusal_needs_a_reason(client: Client, case: UUID, writing: dict[str, str]) -> None:
    response = decide(client, case, writing, outcome="refused")
    assert response.json()["type"] == "urn:stadttor:problem:reason_missing"
    assert response.json()["field"] == "reasons"
    assert decide(client, case, writing, outcome="refused", reasons=["voraussetzungen_fehlen"]).status_code == 201


def test_a_grant_with_a_reason_for_refusing_is_refused(client: Client, case: UUID, writing: dict[str, str]) -> None:
    choices = client.get(f"/api/v1/cases/{case}", headers=writing).json()["choices"]
    assert [(one["key"], one["outcomes"]) for one in choices["reasons"]] == [
        ("voraussetzungen_fehlen", ["refused"]),
        ("voraussetzungen", ["granted"]),
    ]
    response = decide(client, case, writing, reasons=["voraussetzungen_fehlen"])
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["type"] == "urn:stadttor:problem:reason_of_other_outcome"
    assert response.json()["field"] == "reasons"


def test_deciding_twice_with_the_same_key_is_one_decision(client: Client, case: UUID, writing: dict[str, str]) -> None:
    key = fresh()
    assert decide(client, case, writing, key=key).json() == decide(client, case, writing, key=key).json()
    other = decide(client, case, writing, key=key, outcome="refused", reasons=["voraussetzungen_fehlen"])
    assert other.json()["type"] == "urn:stadttor:problem:idempotency_key_reused"


def test_a_case_that_changed_meanwhile_is_left_alone(client: Client, case: UUID, writing: dict[str, str]) -> None:
    decide(client, case, writing)
    again = decide(client, case, writing)
    assert (again.status_code, again.json()["type"]) == (409, "urn:stadttor:problem:changed_meanwhile")


def test_asking_back(client: Client, case: UUID, writing: dict[str, str]) -> None:
    items = [{"kind": "field", "key": "person.vorname"}, {"kind": "question", "text": "Seit wann?"}]
    key, path, body = fresh(), f"/api/v1/cases/{case}/questions", {"version": 1, "items": items}
    first, second = post(client, path, body, key=key, **writing), post(client, path, body, key=key, **writing)
    assert first.status_code == 201, first.content
    assert first.json() == second.json()
    (asked,) = client.get(f"/api/v1/cases/{case}", headers=writing).json()["questions"]
    assert [item["text"] for item in asked["items"]] == ["Vorname", "Seit wann?"]


def test_asking_for_what_the_package_does_not_know(client: Client, case: UUID, writing: dict[str, str]) -> None:
    items = [{"kind": "document", "key": "reisepass"}]
    response = post(client, f"/api/v1/cases/{case}/questions", {"version": 1, "items": items}, **writing)
    assert response.json()["field"] == "items.0.key"


def test_the_mark_of_a_call_holds_no_personal_data(
    client: Client, authority: Authority, case: UUID, writing: dict[str, str]
) -> None:
    decide(client, case, writing, outcome="refused", free_reason="Amira Yılmaz wohnt nicht hier.")
    with work(authority.id):
        marks = list(
            AuditEntry.objects.filter(authority_id=authority.id, act="api.call").values_list("details", flat=True)
        )
    assert marks
    assert "Amira" not in str(marks)


# Who may


CALLS = [
    ("GET", "/api/v1/adoptions", "services:read"),
    ("GET", "/api/v1/cases", "cases:read"),
    ("GET", "/api/v1/cases/{case}", "cases:read"),
    ("GET", "/api/v1/cases/{case}/documents", "cases:read"),
    ("GET", "/api/v1/cases/{case}/documents/{case}", "cases:read"),
    ("POST", "/api/v1/cases/{case}/questions", "cases:write"),
    ("POST", "/api/v1/cases/{case}/decisions", "cases:write"),
]
SCOPES = {"services:read", "cases:read", "cases:write", "applications:write"}


def call(client: Client, method: str, path: str, headers: dict[str, str]) -> Any:
    if method == "GET":
        return client.get(path, headers=headers)
    return post(client, path, {"version": 1, "outcome": "granted", "items": []}, **headers)


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_each_call_needs_its_scope(
    client: Client, authority: Authority, case: UUID, method: str, path: str, scope: str
) -> None:
    address = path.format(case=case)
    nobody = call(client, method, address, {})
    assert (nobody.status_code, nobody["WWW-Authenticate"]) == (401, 'Bearer realm="stadttor"')
    others = token(authority.id, *(SCOPES - {scope}))
    assert call(client, method, address, others).json()["type"] == "urn:stadttor:problem:scope_missing"


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_a_token_opens_its_own_town_only(
    elsewhere: Callable[[], Client], authority: Authority, case: UUID, method: str, path: str, scope: str
) -> None:
    response = call(elsewhere(), method, path.format(case=case), token(authority.id, *SCOPES))
    assert response.status_code == 401


@pytest.mark.parametrize(("method", "path", "scope"), CALLS[2:])
def test_a_neighbours_case_is_like_an_unknown_one(
    elsewhere: Callable[[], Client], neighbour: Authority, case: UUID, method: str, path: str, scope: str
) -> None:
    headers, client = token(neighbour.id, *SCOPES), elsewhere()
    foreign = _asked(client, method, path.format(case=case), headers)
    unknown = _asked(client, method, path.format(case=new_id()), headers)
    assert foreign.status_code == 404
    assert foreign.json() == unknown.json()


def _asked(client: Client, method: str, path: str, headers: dict[str, str]) -> Any:
    if method == "GET":
        return client.get(path, headers=headers)
    question = {"version": 1, "items": [{"kind": "question", "text": "Warum?"}]}
    return post(
        client, path, question if path.endswith("questions") else {"version": 1, "outcome": "granted"}, **headers
    )


def test_a_revoked_token_ends_at_once(
    client: Client, authority: Authority, case: UUID, reading: dict[str, str]
) -> None:
    (row,) = tokens(authority.id)
    revoke_token(authority_id=authority.id, token_id=row.id, actor=SYSTEM, now=clock.now() - timedelta(seconds=1))
    assert client.get("/api/v1/cases", headers=reading).status_code == 401


def test_guessing_tokens_ends_soon(client: Client, authority: Authority, reading: dict[str, str]) -> None:
    wrong = [client.get("/api/v1/cases", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(12)]
    assert (wrong[0], wrong[-1]) == (401, 429)


def test_a_signed_in_colleagues_cookie_opens_nothing(client: Client, authority: Authority, case: UUID) -> None:
    from stadttor.catalog.tests.test_pages import signed_in

    assert signed_in(client, authority, "lead").get("/api/v1/cases").status_code == 401
