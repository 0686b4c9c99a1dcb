"""Who reported a barrier, or is named in a report or a comment, gets it with all that is held about her, and may have it deleted."""

import json
import zipfile
from datetime import date
from uuid import uuid4

import pytest

from stadttor.cases.tests.conftest import lead, staff
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.insights.models import Answer, Feedback, Triage
from stadttor.insights.rules.triage import STATES
from stadttor.notices.models import Mail
from stadttor.papers.models import Barrier
from stadttor.papers.tests.builders import signed_in, text
from stadttor.papers.tests.test_barriers import EMAIL, answered, kept, reported
from stadttor.privacy import queries, services
from stadttor.privacy.matching import Sought

pytestmark = pytest.mark.db
__all__ = ["lead"]
BORN = date(1988, 5, 25)


def found(authority, **sought):
    return {one.id for one in queries.find_person(authority.id, Sought(**sought))}


def commented(authority, comment):
    with work(authority.id):
        return Feedback.objects.create(
            authority_id=authority.id, service="ausweis", month=date(2026, 11, 1), is_pleased=False, comment=comment
        ).id


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_report_is_found_by_the_address_it_came_from_also_after_its_answer(authority, neighbour, is_answered):
    """Report: reports of barriers were in no information on a person."""
    barrier_id = reported(authority)
    reported(authority, email="jonas.weber@example.org")
    reported(neighbour)
    if is_answered:
        answered(authority, barrier_id)
    assert found(authority, email=EMAIL.upper()) == {barrier_id}


def test_what_names_her_is_found_by_her_whole_name(authority):
    barrier_id = reported(authority, email="", text="Ich bin Amira Yılmaz und sehe den Plan nicht.")
    reported(authority, email="", text="Frau Yılmaz sagt: zu klein.")
    comment_id = commented(authority, "Amira Yilmaz: danke")
    commented(authority, "Gut")
    assert found(authority, name="Amira Yılmaz", born=BORN) == {barrier_id, comment_id}


def test_it_is_saved_with_its_mail_and_without_who_answered(authority, lead):
    barrier_id = reported(authority)
    answered(authority, barrier_id)
    given = {"staff": lead, "sought": Sought(email=EMAIL), "chosen": [barrier_id], "now": now()}
    with zipfile.ZipFile(services.export_person(language="de", **given)) as saved:
        (one,) = json.loads(saved.read("data.json"))["applications"]
    (row,) = one["data"]["papers_barrier"]
    assert row["answer"] == "Es gibt jetzt eine Liste."
    assert "answered_by_name" not in row
    assert [mail["recipient"] for mail in one["data"]["notices_mail"]] == [EMAIL]
    with work(authority.id):
        assert AuditEntry.objects.filter(act="privacy.exported", subject_id=barrier_id, subject_kind="barrier").exists()


def test_what_was_ticked_goes_with_its_mail_and_leaves_a_hash(authority, lead):
    barrier_id, other = reported(authority), reported(authority)
    answered(authority, barrier_id)
    given = {"staff": lead, "sought": Sought(email=EMAIL), "now": now()}
    assert services.forget_texts(chosen=[barrier_id, uuid4()], **given) == 1
    assert [one.id for one in kept(authority, Barrier)] == [other]
    assert kept(authority, Mail) == []
    with work(authority.id):
        (entry,) = AuditEntry.objects.filter(authority_id=authority.id, act="privacy.text_deleted")
    assert entry.details["counts"] == {"papers_barrier": 1, "notices_mail": 1}
    assert EMAIL not in str(entry.details)


def test_a_comment_goes_with_what_a_colleague_made_of_it_and_its_quote_on_the_portal(authority, lead):
    comment_id, other_id = commented(authority, "Ich heiße Amira Yılmaz"), commented(authority, "Auch ich")
    with work(authority.id):
        quote = Answer.objects.create(
            authority_id=authority.id,
            service="ausweis",
            said="Zu lang",
            done="Kürzer",
            is_quote=True,
            is_public=True,
            at=now(),
        )
        for one in (comment_id, other_id):
            Triage.objects.create(
                authority_id=authority.id, feedback_id=one, state=next(iter(STATES)), answer_id=quote.id
            )
    given = {"staff": lead, "sought": Sought("Amira Yılmaz", BORN), "now": now()}
    assert services.forget_texts(chosen=[comment_id], **given) == 1
    assert [one.id for one in kept(authority, Feedback)] == [other_id]
    assert [(one.feedback_id, one.answer_id) for one in kept(authority, Triage)] == [(other_id, None)]
    assert kept(authority, Answer) == []


def test_a_quote_that_names_her_is_found_when_its_comment_is_gone(authority):
    with work(authority.id):
        values = {"authority_id": authority.id, "service": "ausweis", "done": "x", "at": now()}
        quote = Answer.objects.create(**values, said="Amira Yılmaz: zu lang", is_quote=True)
        Answer.objects.create(**values, said="Amira Yılmaz wurde geholfen, sagt die Stadt")
    assert found(authority, name="Amira Yılmaz", born=BORN) == {quote.id}


def test_only_a_lead_deletes_and_only_what_was_found_of_this_person(authority, lead):
    barrier_id, clerk = reported(authority), staff(authority, "Frau Adler", "clerk")
    with pytest.raises(Refused):
        services.forget_texts(staff=clerk, sought=Sought(email=EMAIL), chosen=[barrier_id], now=now())
    with pytest.raises(Refused, match="nothing_chosen"):
        services.forget_texts(staff=lead, sought=Sought(email="x@example.org"), chosen=[barrier_id], now=now())
    assert len(kept(authority, Barrier)) == 1


def test_on_the_page_it_is_a_row_with_its_words_and_goes_by_a_button(authority):
    barrier_id = reported(authority)
    client = signed_in(authority, "lead")
    page = text(client.post("/desk/person", {"email": EMAIL}))
    assert "Report of a barrier" in page
    assert "Delete ticked reports and comments" in page
    page = text(client.post("/desk/person/forget", {"email": EMAIL, "chosen": str(barrier_id)}))
    assert "One text was deleted" in page
    assert kept(authority, Barrier) == []
