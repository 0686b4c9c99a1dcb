"""Comments that went to a publisher: found, given and taken out for whom they name, and gone after a year."""

import json
import zipfile
from datetime import date, timedelta

import pytest

from stadttor.cases.tests.conftest import lead
from stadttor.ground.clock import now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.privacy import queries, services
from stadttor.privacy.matching import Sought
from stadttor.studio.queries.requests import request_at
from stadttor.studio.services.quotes import forget_quotes
from stadttor.studio.tests.builders import a_body
from stadttor.studio.tests.test_requests import NOW, asked, checked, joined, towns

pytestmark = pytest.mark.db
__all__ = ["lead", "towns"]
HERSELF = Sought("Amira Yılmaz", date(1988, 5, 25))
NAMED, OTHER = "zu lang, schreibt Amira Yılmaz", "auch mir zu lang"


@pytest.fixture
def body(_clean):
    """The publisher."""
    return a_body()


@pytest.fixture
def sent(towns, body):
    """A request of the first town with two comments, one of which names her, and one the second town sent along."""
    town, other = towns
    made = asked(town, checked(town, f"Frau Meier {NAMED}"), checked(town, f"Frau Meier {OTHER}"))
    joined(other, made, checked(other, f"Frau Meier {NAMED}"))
    return made


def said(body, request):
    return {one.name: [quote[-len(OTHER) :] for quote in one.quotes] for one in request_at(body, request).askers}


def test_she_is_given_hers_alone_and_it_is_taken_out_for_the_publisher_as_well(towns, body, sent, lead):
    """Found by a review: what was sent to a publisher was in no information, and nothing took it out."""
    town, other = towns
    (one,) = [one for one in queries.find_person(town.id, HERSELF) if one.kind == "request"]
    given = {"staff": lead, "sought": HERSELF, "chosen": [one.id], "now": now()}
    with zipfile.ZipFile(services.export_person(language="de", **given)) as saved:
        whole = saved.read("data.json").decode()
    (row,) = json.loads(whole)["applications"][0]["data"]["studio_asking"]
    assert "Amira Yılmaz" in row["quotes"][0]
    assert OTHER not in whole, "the other comment is of somebody else"
    assert services.forget_texts(**given) == 1
    assert said(body, sent) == {town.name: [OTHER], other.name: [NAMED[-len(OTHER) :]]}
    with work(town.id):
        entry = AuditEntry.objects.get(authority_id=town.id, act="privacy.text_deleted")
    assert entry.details["counts"] == {"studio_asking": 1}


def test_after_a_year_the_comments_are_gone_and_the_asking_stays(towns, body, sent):
    town, other = towns
    forget_quotes(authority_id=town.id, now=NOW + timedelta(days=364))
    assert len(said(body, sent)[town.name]) == 2
    forget_quotes(authority_id=town.id, now=NOW + timedelta(days=366))
    assert {name: len(quotes) for name, quotes in said(body, sent).items()} == {town.name: 0, other.name: 1}
