"""A package that wants a proof of whoever decides is heard by the desk."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases import ports, queries
from stadttor.cases.queries import CaseView
from stadttor.catalog import stored
from stadttor.catalog.rules.content import PackageContent, read_package
from stadttor.catalog.rules.manifest import published_manifest
from stadttor.catalog.tests.builders import a_package
from stadttor.core.ids import new_id
from stadttor.ground.clock import now
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.site import wiring
from stadttor.site.api.tests.builders import post, token
from tests.isolation.world import in_work

pytestmark = pytest.mark.db


@pytest.mark.parametrize("wanted", [True, False])
def test_a_package_says_whether_it_wants_a_fresh_proof(wanted: bool) -> None:
    files = a_package(package=("version: 0.1.0", f"version: 0.1.0\nfresh_proof: {str(wanted).lower()}"))
    content = read_package(files, published_manifest).content
    assert content is not None
    assert content.manifest.fresh_proof is wanted


@pytest.fixture
def read_anew() -> Iterator[None]:
    """No package that this process has read before counts here, none from here later."""
    stored._kept.clear()
    yield
    stored._kept.clear()


@pytest.fixture
def case_where(authority: Authority, monkeypatch: pytest.MonkeyPatch, read_anew: None) -> Callable[[bool], CaseView]:
    """A case of a package that wants a fresh proof, or does not."""

    def case(wanted: bool) -> CaseView:
        def wanting(archive: bytes, sha256: str, read: Callable[..., PackageContent] = stored._read) -> PackageContent:
            content = read(archive, sha256)
            return replace(content, manifest=replace(content.manifest, fresh_proof=wanted))

        monkeypatch.setattr(stored, "_read", wanting)
        wiring.connect()
        town = in_work(authority)
        lead = Staff(new_id(), "Frau Wagner", "", authority.id, frozenset({"lead"}), frozenset())
        return queries.case_for(lead, UUID(town.things["case_id"]), now())

    return case


@pytest.mark.parametrize("wanted", [True, False])
def test_the_desk_hears_what_the_package_of_a_case_wants(
    authority: Authority, case_where: Callable[[bool], CaseView], wanted: bool
) -> None:
    case = case_where(wanted)
    with work(authority.id):
        assert ports.applications().vocabulary(case.ref).fresh_proof is wanted


@pytest.mark.parametrize("wanted", [True, False])
def test_where_the_package_wants_one_no_token_decides(
    client: Client, authority: Authority, case_where: Callable[[bool], CaseView], wanted: bool
) -> None:
    """Whoever holds a token cannot prove who she is: with it, the proof would be asked of nobody."""
    case = case_where(wanted)
    writing = token(authority.id, "cases:read", "cases:write")
    said = {"version": case.version, "outcome": "nonsense"}
    answer = post(client, f"/api/v1/cases/{case.ref.case_id}/decisions", said, **writing)
    assert answer.status_code == (403 if wanted else 422), answer.content
    assert (answer.json()["type"] == "urn:stadttor:problem:proof_by_people") is wanted, answer.content
