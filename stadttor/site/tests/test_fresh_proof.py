"""A package that wants a proof of whoever decides is heard by the desk."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from stadttor.cases import ports, queries
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


@pytest.mark.usefixtures("read_anew")
@pytest.mark.parametrize("wanted", [True, False])
def test_the_desk_hears_what_the_package_of_a_case_wants(
    authority: Authority, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    def wanting(archive: bytes, sha256: str, read: Callable[..., PackageContent] = stored._read) -> PackageContent:
        content = read(archive, sha256)
        return replace(content, manifest=replace(content.manifest, fresh_proof=wanted))

    monkeypatch.setattr(stored, "_read", wanting)
    wiring.connect()
    town = in_work(authority)
    lead = Staff(new_id(), "Frau Wagner", "", authority.id, frozenset({"lead"}), frozenset())
    case = queries.case_for(lead, UUID(town.things["case_id"]), now())
    with work(authority.id):
        assert ports.applications().vocabulary(case.ref).fresh_proof is wanted
