"""Accepted once: the same key at the same moment, from anywhere, is one application with one receipt."""

from functools import partial

import pytest

from stadttor.core.refused import Refused
from stadttor.forms import queries
from stadttor.forms.models import Submission
from stadttor.forms.rules.receipt import ALPHABET, receipt_number
from stadttor.forms.services import submitting
from stadttor.ground.models import AuditEntry
from stadttor.ground.tests.queue import waiting
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work

pytestmark = pytest.mark.db


def count(authority):
    with work(authority.id):
        return Submission.objects.filter(authority_id=authority.id).count()


def test_the_same_key_again_gives_the_same_receipt_and_has_no_second_effect(authority, send):
    first, second = send(authority), send(authority, randomness=b"another 16 bytes")
    assert (second.submission_id, second.number, second.again) == (first.submission_id, first.number, True)
    assert len(waiting("site.submitted")) == 1
    with work(authority.id):
        assert AuditEntry.objects.filter(act="submission.accepted").count() == 1


@pytest.mark.parametrize("clicks", [2, 5, 20])
def test_many_clicks_at_once_are_one_application(authority, send, clicks):
    acts = [partial(send, authority, randomness=bytes([number] * 16)) for number in range(clicks)]
    became = at_once(*acts)
    assert len({accepted.number for accepted in became}) == 1
    assert sorted(accepted.again for accepted in became) == [False] + [True] * (clicks - 1)
    assert (count(authority), len(waiting("site.submitted"))) == (1, 1)


def test_without_the_unique_key_there_would_be_doubles(authority, send, monkeypatch):
    """The twin: each try under a key of its own, as if the table did not compare them."""
    real = submitting.insert_unless_taken

    def write_under_another_key(row):
        row.key += f":{row.id}"
        row.token_hash += row.id.bytes
        return real(row)

    monkeypatch.setattr(submitting, "insert_unless_taken", write_under_another_key)
    at_once(*[partial(send, authority, randomness=bytes([number] * 16)) for number in range(4)])
    assert count(authority) > 1


def test_one_draft_is_one_application_whatever_the_key(authority, draft_id, send):
    first = send(authority, "one", draft_id=draft_id)
    assert send(authority, "two", draft_id=draft_id).submission_id == first.submission_id
    assert queries.submission_of_draft(authority.id, draft_id) == first.submission_id


def test_one_draft_sent_under_many_keys_at_once_is_one_application(authority, draft_id, send):
    at_once(*[partial(send, authority, f"key {n}", draft_id=draft_id, randomness=bytes([n] * 16)) for n in range(6)])
    assert count(authority) == 1


def test_the_same_key_in_another_town_is_another_application(authority, neighbour, send):
    ours, theirs = at_once(partial(send, authority), partial(send, neighbour))
    assert ours.submission_id != theirs.submission_id
    assert (count(authority), count(neighbour)) == (1, 1)


def test_a_number_that_is_taken_gives_the_next_one(authority, send):
    """Report: seven random characters meet a taken number in a large town; the citizen saw an error."""
    first, second = send(authority, "one"), send(authority, "two")
    assert first.number != second.number
    assert not second.again


def test_a_draft_of_the_neighbour_cannot_be_sent(authority, neighbour, start, send):
    with pytest.raises(Refused, match="not_found"):
        send(authority, draft_id=start(neighbour))
    assert count(authority) == 0


def test_what_fails_after_the_receipt_takes_the_receipt_back(authority, send):
    def fails():
        with work(authority.id):
            send(authority)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert (count(authority), waiting("site.submitted")) == (0, [])


def test_the_status_opens_by_its_secret_and_the_link_can_be_mailed_again(authority, neighbour, send, now):
    accepted = send(authority, token="geheim")
    assert queries.what_opens(authority.id, "geheim", now) == ("submission", accepted.submission_id)
    assert queries.link_token(authority.id, accepted.submission_id) == "geheim"
    for owner, token in ((neighbour, "geheim"), (authority, "falsch")):
        with pytest.raises(Refused, match="not_found"):
            queries.submission_for(owner.id, accepted.submission_id, token)
    with pytest.raises(Refused, match="not_found"):
        queries.link_token(neighbour.id, accepted.submission_id)


def test_numbers_use_no_letter_that_is_taken_for_another():
    assert not set("01IOU") & set(ALPHABET)
    assert receipt_number("WEI", 2026, bytes(16)) == "WEI-2026-2222-2222"
