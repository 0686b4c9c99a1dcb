"""What was sent goes for good, with everything that was made of it below the case."""

import pytest

from stadttor.forms.models import Attachment, Draft, Submission
from stadttor.forms.queries import held_application
from stadttor.forms.services import drafting
from stadttor.forms.services.erasing import erase_application
from stadttor.forms.tests import hostile
from stadttor.ground import files
from stadttor.ground.models import Blob
from stadttor.ground.work import work
from stadttor.identity import assertions
from stadttor.identity.vocabulary import Claim, IdentityAssertion
from stadttor.notices.models import Mail
from stadttor.notices.services import send_mail

pytestmark = pytest.mark.db


def mail(authority, subject_id, now):
    send_mail(
        authority_id=authority.id, key=f"mail:{subject_id}", to="amira.yilmaz@example.org", kind="resume",
        subject_id=subject_id, language="de", values={"service": "x", "link": "x", "authority": "x"}, now=now,
    )  # fmt: skip


def left(authority):
    with work(authority.id):
        return {one.__name__: one.objects.count() for one in (Submission, Draft, Attachment, Mail, Blob)}


def test_an_application_goes_with_draft_proofs_files_and_mails(authority, draft_id, attach, send, now):
    attach(hostile.pdf())
    sent = send(authority, draft_id=draft_id)
    mail(authority, sent.submission_id, now)
    mail(authority, draft_id, now)
    with work(authority.id):
        path = files.path_of(authority.id, Blob.objects.get().id)
    gone = erase_application(authority_id=authority.id, submission_id=sent.submission_id)
    assert set(left(authority).values()) == {0}
    assert not path.exists()
    assert gone.counts == {
        "forms_submission": 1, "forms_draft": 1, "forms_attachment": 1, "notices_mail": 2, "ground_blob": 1,
    }  # fmt: skip
    assert (len(gone.rows), len(gone.files)) == (5, 1)


def test_what_her_sign_in_said_goes_with_it(authority, draft_id, send, now):
    sent = send(authority, draft_id=draft_id)
    assertion = IdentityAssertion("bundid", "hoch", now, {"family_name": Claim("YILMAZ", "hoch", "urn:oid:2.5.4.4")})
    assertions.keep(authority_id=authority.id, draft_id=draft_id, assertion=assertion, now=now)
    assert "identity_assertion" in held_application(authority.id, sent.submission_id)
    erase_application(authority_id=authority.id, submission_id=sent.submission_id)
    assert assertions.assertion_of(authority.id, draft_id) is None


def test_what_others_sent_stays(authority, neighbour, send):
    gone, stays, elsewhere = send(authority), send(authority, "other"), send(neighbour)
    erase_application(authority_id=authority.id, submission_id=gone.submission_id)
    with work(authority.id):
        assert [row.id for row in Submission.objects.all()] == [stays.submission_id]
    assert not erase_application(authority_id=authority.id, submission_id=elsewhere.submission_id).counts
    assert left(neighbour)["Submission"] == 1


def test_the_hashes_tell_nothing_without_the_key_of_the_authority(authority, neighbour, send):
    one = erase_application(authority_id=authority.id, submission_id=send(authority).submission_id)
    other = erase_application(authority_id=neighbour.id, submission_id=send(neighbour).submission_id)
    assert one.digest(authority.id) != other.digest(authority.id)
    assert one.digest(authority.id) != one.digest(neighbour.id)


def test_a_deleted_draft_takes_the_mails_with_its_link_along(authority, draft_id, now):
    """Report: the applicant's address stayed in the table of mails when she deleted her draft."""
    mail(authority, draft_id, now)
    drafting.delete_draft(authority_id=authority.id, draft_id=draft_id, now=now)
    assert left(authority)["Mail"] == 0
