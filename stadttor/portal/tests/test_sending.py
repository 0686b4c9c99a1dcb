"""What is sent is what the person saw: through the pages, as her browser goes."""

import re
from uuid import UUID

import pytest

from stadttor.catalog.queries import adopted_form
from stadttor.catalog.tests.builders import adopted
from stadttor.forms.models import Draft, Submission
from stadttor.forms.services.drafting import save_answers, start_draft
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.portal import access
from stadttor.portal.pages import sending

pytestmark = pytest.mark.db

ANSWERS = {
    "person": {"vorname": "Amira", "nachname": "Yılmaz", "email": "a@example.org"},
    "anliegen": {"art": "neu", "ab": "2026-12-24"},
}
TOKEN = "t" * 43
CHANGED = "Ihre Angaben oder die Kosten haben sich inzwischen geändert."


@pytest.fixture
def adoption_id(authority):
    return adopted(authority.id, now())


@pytest.fixture
def draft_id(authority, client, adoption_id):
    """A complete application, not yet sent; her browser holds its secret."""
    form = adopted_form(authority.id, "muster")
    found = start_draft(
        authority_id=authority.id,
        token=TOKEN,
        service="muster",
        adoption_id=adoption_id,
        revision_id=form.revision_id,
        language="de",
        now=now(),
        answers=ANSWERS,
    )
    client.cookies[access.cookie_name(found)] = TOKEN
    return found


@pytest.fixture
def summary(draft_id):
    return f"/antrag/{draft_id}/zusammenfassung"


def test_what_was_seen_is_accepted(authority, client, summary):
    sent = client.post(summary, declared_on(client.get(summary)))
    assert "/status/" in sent.headers["Location"]
    assert amounts(authority) == [1200]


def test_who_never_got_the_answer_to_sending_still_comes_to_the_receipt(client, draft_id, summary):
    """Report: the web process died after accepting; the form led to a status page that this browser could not open."""
    seen = declared_on(client.get(summary))
    receipt = client.post(summary, seen).headers["Location"]
    cookie = access.cookie_name(UUID(receipt.rpartition("/")[2]))
    for again in (lambda: client.post(summary, seen), lambda: client.get(f"/antrag/{draft_id}/seite/anliegen")):
        del client.cookies[cookie]
        assert client.get(receipt).status_code == 404
        assert again().headers["Location"] == receipt
        assert client.get(receipt).status_code == 200


def test_the_right_to_one_opinion_is_handed_out_with_the_receipt_and_never_again(client, summary):
    seen = declared_on(client.get(summary))
    sent, again = client.post(summary, seen), client.post(summary, seen)
    assert [any(name.startswith("meinung") for name in one.cookies) for one in (sent, again)] == [True, False]
    assert 'name="score"' in client.get(sent.headers["Location"]).content.decode()


def test_another_window_saved_meanwhile(authority, client, draft_id, summary):
    seen = declared_on(client.get(summary))
    save(authority, draft_id, {**ANSWERS, "person": {**ANSWERS["person"], "vorname": "Mira"}})
    again = client.post(summary, seen, follow=True)
    assert_shown_anew(again)
    assert "Mira" in again.content.decode()
    assert nothing_sent(authority)
    assert client.post(summary, declared_on(again)).status_code == 302


def test_a_declaration_without_the_summary_it_stood_on(authority, client, summary):
    assert_shown_anew(client.post(summary, {"declared": "yes"}, follow=True))
    assert nothing_sent(authority)


def test_another_price_than_the_one_she_saw(authority, client, summary):
    seen = declared_on(client.get(summary))
    revision, _dot, _cents = seen["seen"].partition(".")
    assert_shown_anew(client.post(summary, {**seen, "seen": f"{revision}.1100"}, follow=True))
    assert nothing_sent(authority)


def test_a_save_between_look_and_acceptance(authority, client, draft_id, summary, monkeypatch):
    """The revision is compared once more under the draft's lock."""
    seen = declared_on(client.get(summary))
    send = sending.services.send

    def late(**arguments):
        save(authority, draft_id, {**ANSWERS, "person": {**ANSWERS["person"], "vorname": "Mira"}})
        return send(**arguments)

    monkeypatch.setattr(sending.services, "send", late)
    assert_shown_anew(client.post(summary, seen, follow=True))
    assert nothing_sent(authority)


def test_a_forgotten_tick_is_explained_on_a_page_to_come_back_to(authority, client, summary):
    """Report: back from the status page ended at the browser's "Confirm form resubmission"."""
    answer = client.post(summary, declared_on(client.get(summary)) | {"declared": ""})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{summary}?after=check#error-summary")
    page = client.get(answer.headers["Location"])
    assert "Bitte bestätigen Sie die Erklärung" in page.content.decode()
    assert client.post(summary, declared_on(page)).status_code == 302


def test_no_address_ticks_the_declaration(client, summary):
    assert "checked" not in client.get(f"{summary}?after=declared").content.decode()


def declared_on(response):
    """What the summary's form sends when the declaration is ticked."""
    found = re.search(r'name="seen" value="([^"]+)"', response.content.decode())
    return {"declared": "yes", "seen": found[1] if found else ""}


def assert_shown_anew(response):
    """On a page of its own address, so that the way back never sends again."""
    assert [status for _address, status in response.redirect_chain] == [303]
    text = response.content.decode()
    assert CHANGED in text
    assert "checked" not in text


def save(authority, draft_id, answers):
    save_answers(
        authority_id=authority.id, draft_id=draft_id, revision=draft_of(authority, draft_id).revision,
        answers=answers, language="de", now=now(),
    )  # fmt: skip


def draft_of(authority, draft_id):
    with work(authority.id):
        return Draft.objects.get(authority_id=authority.id, id=draft_id)


def nothing_sent(authority):
    with work(authority.id):
        return not Submission.objects.filter(authority_id=authority.id).exists()


def amounts(authority):
    with work(authority.id):
        return [fee["cents"] for sent in Submission.objects.filter(authority_id=authority.id) for fee in sent.fees]
