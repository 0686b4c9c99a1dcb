from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import HttpResponse

from stadttor.catalog.queries import adopted_form
from stadttor.catalog.tests.builders import adopted
from stadttor.forms.services.submitting import Application
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.insights.models import Counter, Feedback
from stadttor.insights.services import right_to_answer
from stadttor.portal import access
from stadttor.portal.pages import feedback
from stadttor.portal.services import accept

pytestmark = pytest.mark.db


@pytest.fixture
def status(authority, client):
    """The address of the status page of an application of hers; her browser holds its secret."""
    adopted(authority.id, now() - timedelta(minutes=1))
    form = adopted_form(authority.id, "muster")
    application = Application(
        service="muster",
        adoption_id=form.adoption_id,
        revision_id=form.revision_id,
        answers={},
        fees=[],
        language="de",
        email="",
        applicant="Amira Yılmaz",
    )
    sent = accept(form=form, application=application, key="k", token="geheim", randomness=b"r" * 16, now=now())
    client.cookies[access.cookie_name(sent.submission_id)] = "geheim"
    handed = HttpResponse()
    feedback.hand_out(handed, authority.id, sent.submission_id, "muster")
    client.cookies.update(handed.cookies)
    return f"/status/{sent.submission_id}"


def kept(authority):
    """(marks with how often each was given, texts with whether somebody was pleased)."""
    with work(authority.id):
        marks = Counter.objects.filter(authority_id=authority.id, service="muster", measure="score:online_sent")
        texts = Feedback.objects.filter(authority_id=authority.id, service="muster")
        return list(marks.values_list("value", "count")), list(texts.values_list("comment", "is_pleased"))


def test_one_tap_and_a_comment_without_javascript(authority, client, status):
    assert 'name="score"' in client.get(status).content.decode()
    assert client.post(f"{status}/meinung", {"score": "4"}).headers["Location"] == f"{status}#feedback"
    page = client.get(status).content.decode()
    assert 'name="score"' not in page
    client.post(f"{status}/meinung", {"comment": "Ging schnell"})
    assert kept(authority) == ([(4, 1)], [("Ging schnell", True)])
    assert 'name="comment"' not in client.get(status).content.decode()


def right_of(client):
    """(name, value) of the cookie with the right to answer."""
    return next((name, morsel.value) for name, morsel in client.cookies.items() if name.startswith("meinung"))


def test_a_double_tap_counts_once(authority, client, status):
    name, right = right_of(client)
    for _tap in range(2):
        client.cookies[name] = right
        client.post(f"{status}/meinung", {"score": "2"})
    assert kept(authority) == ([(2, 1)], [])


def test_one_application_is_one_answer_however_often_its_link_is_opened(authority, client, status):
    """Report: without the cookie every post counted anew, so one person alone could make the figures."""
    name, _right = right_of(client)
    for _device in range(3):
        client.cookies.pop(name, None)
        assert 'name="score"' not in client.get(status).content.decode()
        client.post(f"{status}/meinung", {"score": "1"})
        client.cookies[name] = "5f0c6a57-2c3e-4a53-9c0e-0d6f6a0c9f11." + "0" * 64
        client.post(f"{status}/meinung", {"score": "1"})
    assert kept(authority) == ([], [])


def test_a_right_of_the_page_for_all_counts_nothing_at_the_address_of_an_application(authority, client, status):
    """Report: each look at the page of a code gave a right, and here it counted as that of whoever had just sent."""
    name, _right = right_of(client)
    client.cookies[name] = right_to_answer(authority_id=authority.id, service="muster", way="online", ballot=uuid4())
    client.post(f"{status}/meinung", {"score": "1"})
    assert kept(authority) == ([], [])


@pytest.mark.parametrize(("how_far", "thanks"), [("", False), (".said", True), (".pleased", True)])
def test_a_browser_with_a_right_from_before_is_asked_nothing_and_told_that_its_text_is_not_kept(
    authority, client, status, how_far, thanks
):
    """Report: it saw room for a text, which was lost without a word, and a second mark counted."""
    name, _right = right_of(client)
    client.cookies[name] = "5f0c6a57-2c3e-4a53-9c0e-0d6f6a0c9f11." + "0" * 64 + how_far
    page = client.get(status).content.decode()
    assert ('name="score"' in page, 'name="comment"' in page, 'id="feedback"' in page) == (False, False, thanks)
    client.post(f"{status}/meinung", {"score": "1"})
    refused = client.post(f"{status}/meinung", {"comment": "nur Text"})
    assert (refused.status_code, "nicht aufgehoben" in refused.content.decode()) == (409, True)
    assert kept(authority) == ([], [])


@pytest.mark.parametrize("sent", [{"score": "6"}, {"score": ""}, {"comment": " "}, {}])
def test_anything_else_is_no_answer(authority, client, status, sent):
    assert client.post(f"{status}/meinung", sent).status_code == 302
    assert kept(authority) == ([], [])


def test_without_the_secret_there_is_nothing_to_answer(authority, client, status):
    client.cookies.clear()
    assert client.post(f"{status}/meinung", {"score": "4"}).status_code == 404
