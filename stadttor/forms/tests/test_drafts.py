"""A draft's life: nothing is overwritten, nothing stays longer than it may."""

from datetime import timedelta
from functools import partial

import pytest

from stadttor.core.refused import Refused
from stadttor.forms import queries
from stadttor.forms.models import Attachment, Draft
from stadttor.forms.services import drafting
from stadttor.forms.services.attaching import detach
from stadttor.forms.tests import hostile
from stadttor.forms.tests.conftest import TOKEN
from stadttor.ground import files
from stadttor.ground.models import AuditEntry, Blob
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work

pytestmark = pytest.mark.db


@pytest.fixture
def save(authority, draft_id, now):
    def keep(revision, name="Yılmaz", at=now):
        return drafting.save_answers(
            authority_id=authority.id, draft_id=draft_id, revision=revision, answers={"person": {"nachname": name}},
            language="tr", now=at,
        )  # fmt: skip

    return keep


def answers(authority, draft_id, now):
    return queries.draft_for(authority.id, draft_id, TOKEN, now).answers


def test_a_draft_opens_by_its_secret_only(authority, neighbour, draft_id, now):
    assert queries.draft_for(authority.id, draft_id, TOKEN, now).language == "tr"
    for owner, token in ((authority, "wrong"), (neighbour, TOKEN)):
        with pytest.raises(Refused, match="not_found"):
            queries.draft_for(owner.id, draft_id, token, now)
        assert queries.what_opens(owner.id, token, now) is None


def test_a_stale_page_is_refused_and_overwrites_nothing(authority, draft_id, save, now):
    assert save(0) == 1
    with pytest.raises(Refused) as caught:
        save(0, "Weber")
    assert (caught.value.code, caught.value.status) == ("edited_elsewhere", 409)
    assert answers(authority, draft_id, now) == {"person": {"nachname": "Yılmaz"}}


def test_of_many_windows_saving_at_once_one_wins_and_the_others_are_told(save):
    became = at_once(*[partial(save, 0, f"Name {number}") for number in range(6)])
    assert sorted(map(str, became)) == ["1"] + ["edited_elsewhere"] * 5


def test_an_edit_gives_thirty_more_days(authority, draft_id, save, now):
    save(0, at=now + timedelta(days=29))
    assert drafting.delete_expired(authority_id=authority.id, now=now + timedelta(days=31)) == 0
    assert drafting.delete_expired(authority_id=authority.id, now=now + timedelta(days=60)) == 1


def test_a_draft_whose_time_is_over_opens_no_more_though_nobody_deleted_it_yet(authority, draft_id, now):
    end = now + drafting.DRAFT_LASTS
    assert queries.what_opens(authority.id, TOKEN, end - timedelta(seconds=1)) == ("draft", draft_id)
    assert queries.what_opens(authority.id, TOKEN, end) is None
    with pytest.raises(Refused, match="not_found"):
        queries.draft_for(authority.id, draft_id, TOKEN, end)


def test_a_draft_that_was_sent_leads_to_its_application_for_ever(authority, draft_id, send, now):
    sent = send(authority, draft_id=draft_id)
    later = now + timedelta(days=400)
    assert queries.draft_for(authority.id, draft_id, TOKEN, later).submission_id == sent.submission_id


def test_a_submitted_draft_is_neither_changed_nor_deleted(authority, draft_id, save, send, now):
    send(authority, draft_id=draft_id)
    for act in (
        partial(save, 0),
        partial(drafting.delete_draft, authority_id=authority.id, draft_id=draft_id, now=now),
    ):
        with pytest.raises(Refused, match="already_submitted"):
            act()


def test_a_submitted_draft_does_not_expire(authority, draft_id, send, now):
    send(authority, draft_id=draft_id)
    assert drafting.delete_expired(authority_id=authority.id, now=now + timedelta(days=400)) == 0


def test_a_deleted_draft_takes_its_files_along_and_leaves_a_line_in_the_audit(authority, draft_id, attach, now):
    attach(hostile.pdf())
    with work(authority.id):
        path = files.path_of(authority.id, Blob.objects.get().id)
    assert path.exists()
    drafting.delete_draft(authority_id=authority.id, draft_id=draft_id, now=now)
    with work(authority.id):
        assert (Draft.objects.count(), Attachment.objects.count(), Blob.objects.count()) == (0, 0, 0)
        noted = AuditEntry.objects.get(act="draft.deleted")
        assert (noted.actor_kind, noted.subject_id, noted.details) == ("citizen", draft_id, {})
    assert not path.exists()


def test_expired_drafts_go_with_their_files_and_others_stay(authority, neighbour, draft_id, start, attach, now):
    attach(hostile.pdf())
    fresh, foreign = start(authority, "other", now + timedelta(days=5)), start(neighbour)
    assert drafting.delete_expired(authority_id=authority.id, now=now + timedelta(days=31)) == 1
    with work(authority.id):
        assert [draft.id for draft in Draft.objects.all()] == [fresh]
        assert AuditEntry.objects.get(act="draft.deleted").actor_kind == "system"
        assert Blob.objects.count() == 0
    with work(neighbour.id):
        assert Draft.objects.get().id == foreign


def test_a_draft_edited_while_the_old_ones_are_deleted_stays(authority, draft_id, save, now):
    """Report: the list of expired drafts was read before, and an edit in between was lost."""
    late = now + timedelta(days=31)
    became = at_once(partial(save, 0, at=late), partial(drafting.delete_expired, authority_id=authority.id, now=late))
    with work(authority.id):
        left = Draft.objects.count()
    assert (became[0], became[1], left) in ((1, 0, 1), ("not_found", 1, 0))


def test_files_survive_a_deletion_that_is_rolled_back(authority, draft_id, attach, now):
    """Report: bytes were removed before the work committed; a rolled-back deletion left a row without its file."""
    attach(hostile.pdf())

    def deletes_then_fails():
        with work(authority.id):
            drafting.delete_draft(authority_id=authority.id, draft_id=draft_id, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        deletes_then_fails()
    with work(authority.id):
        blob_id = Blob.objects.get().id
    assert files.read(authority.id, blob_id).startswith(b"%PDF")


def test_a_proof_is_taken_away_once_and_again_is_fine(authority, draft_id, attach, now):
    proof = attach(hostile.pdf())
    for _ in range(2):
        detach(authority_id=authority.id, draft_id=draft_id, attachment_id=proof, now=now)
    assert queries.attachments(authority.id, draft_id) == []


def test_after_submitting_proofs_stay_as_they_are(authority, draft_id, attach, send, now):
    proof = attach(hostile.pdf())
    send(authority, draft_id=draft_id)
    with pytest.raises(Refused, match="not_found"):
        detach(authority_id=authority.id, draft_id=draft_id, attachment_id=proof, now=now)
    with pytest.raises(Refused, match="not_found"):
        attach(hostile.pdf())


def test_the_address_of_the_link_is_kept(authority, draft_id, now):
    drafting.keep_email(authority_id=authority.id, draft_id=draft_id, email="amira.yilmaz@example.org")
    assert queries.draft_for(authority.id, draft_id, TOKEN, now).email == "amira.yilmaz@example.org"
