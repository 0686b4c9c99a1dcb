"""A granted application brings the permit itself, with its last day in the letter, on file and on the status page."""

import os
import subprocess

import pytest

from stadttor.cases import services as cases
from stadttor.cases.queries import case_for
from stadttor.core.refused import Refused
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments import services as payments
from stadttor.portal.services import accept
from stadttor.records import queries as records
from stadttor.records.services import open_file
from stadttor.site.delivery import send_decision_letter
from stadttor.site.demo_cast import APPLICATIONS

pytestmark = pytest.mark.db

FIRST = APPLICATIONS[0]["answers"] | {
    "antrag": {"art": "neu"},
    "laufzeit": {"gueltig_ab": "2027-03-01", "dauer": "ein_jahr"},
}


@pytest.fixture
def olsen(authority):
    return Staff(authority.id, "Herr Olsen", "", authority.id, frozenset({"clerk", "lead"}), frozenset())


@pytest.fixture
def applied(authority, permit, now):
    """Hand in an application whose fee is waived; gives (case id, submission id)."""

    def apply(answers):
        application = Application(
            service=permit.slug, adoption_id=permit.adoption_id, revision_id=permit.revision_id, answers=answers,
            fees=[{"id": "ein_jahr", "cents": 3070, "text": "Gebühr"}], language="tr", email="", applicant="Amira Yılmaz",
        )  # fmt: skip
        submission_id = accept(
            form=permit, application=application, key="test:amira", token="t" * 43, randomness=os.urandom(16), now=now
        ).submission_id
        payments.waive(authority_id=authority.id, subject_id=submission_id, actor=SYSTEM, now=now)
        case_id = cases.open_case(authority_id=authority.id, submission_id=submission_id, now=now)
        with work(authority.id):
            open_file(authority_id=authority.id, case_id=case_id, number="WEI-1", title="Bewohnerparkausweis", now=now)
        return case_id, submission_id

    return apply


def settle(olsen, case_id, now, outcome="granted", **said):
    """Decide, and have the letter leave at once; gives what was filed by kind."""
    version = case_for(olsen, case_id, now).version
    decision_id = cases.decide(staff=olsen, case_id=case_id, version=version, outcome=outcome, now=now, **said)
    send_decision_letter(authority_id=olsen.authority_id, case_id=case_id, decision_id=decision_id)
    with work(olsen.authority_id):
        return {(row.kind, row.title): row.id for row in records.documents(olsen.authority_id, case_id)}


def text_of(authority, document_id):
    data = records.document_bytes(authority.id, document_id)[1]
    said = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(said.stdout.decode().split())


def test_a_grant_brings_the_permit(authority, olsen, applied, client, now):
    case_id, submission_id = applied(FIRST)
    filed = settle(olsen, case_id, now)
    permit = text_of(authority, filed["permit", "Bewohnerparkausweis"])
    # 2028 is a leap year: a year from 1 March 2027 ends on 29 February.
    for said in ("WUG-AY 88", "1. März 2027", "29. Februar 2028", case_for(olsen, case_id, now).number):
        assert said in permit
    assert "Yılmaz" not in permit
    letter = next(document for (kind, _title), document in filed.items() if kind == "letter")
    assert "29. Februar 2028" in text_of(authority, letter)
    client.get(f"/weiter/{'t' * 43}")
    assert str(filed["permit", "Bewohnerparkausweis"]) in client.get(f"/status/{submission_id}").content.decode()


def test_a_refusal_brings_none(olsen, applied, now):
    case_id, _submission_id = applied(FIRST)
    filed = settle(olsen, case_id, now, "refused", reasons=["nicht_gemeldet"])
    assert "permit" not in {kind for kind, _title in filed}


def test_a_replacement_is_granted_when_the_clerk_says_until_when(olsen, applied, now):
    case_id, _submission_id = applied(APPLICATIONS[0]["answers"])
    with pytest.raises(Refused) as refused:
        settle(olsen, case_id, now)
    assert refused.value.code == "validity_missing"
