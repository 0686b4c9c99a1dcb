"""Comments are sorted, struck out and answered; nobody's own words leave the house unless somebody released them."""

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import connection

from stadttor.catalog.tests.builders import adopted
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.insights.models import Feedback, Triage
from stadttor.insights.queries.triage import Asked, answers, comment_of, comments, published_answers, tags_used
from stadttor.insights.rules.triage import repeats, seal_of, struck, tags_of
from stadttor.insights.services import add_comment, forget_old, give_score, right_to_answer
from stadttor.insights.services import triage as services
from stadttor.insights.tests.test_figure_pages import signed_in, text

NOW = clock.now()
TODAY = clock.german_day(NOW)
WORDS = "Frau Adler, Tel. 09141 1234, fragt zu viel und versteht nichts"
HOME = "/desk/comments"
db = pytest.mark.db


def opinion(authority, comment="", *, score=2, service="muster", day=TODAY):
    """A mark, and perhaps a text: gives its id."""
    right = right_to_answer(authority_id=authority.id, service=service, way="online_sent", ballot=uuid4())
    said = {"authority_id": authority.id, "right": right, "service": service, "way": "online_sent", "today": day}
    give_score(**said, score=score)
    before = texts(authority)
    add_comment(**said, text=comment, is_pleased=score > 3)
    return next(iter(texts(authority) - before), None)


def texts(authority):
    with work(authority.id):
        return set(Feedback.objects.filter(authority_id=authority.id).values_list("id", flat=True))


def five(authority, comment=WORDS, **given):
    for _person in range(4):
        opinion(authority, score=5)
    return opinion(authority, comment, **given)


def answered(authority, ids, said="Zu viele Fragen", done="Zwei Seiten sind weg.", **given):
    return services.answer(
        authority_id=authority.id, feedback_ids=ids, said=said, done=done, actor=SYSTEM, now=NOW,
        **{"is_quote": False, "is_public": True, **given},
    )  # fmt: skip


def strike(authority, comment, *places, seen=None):
    services.strike(
        authority_id=authority.id,
        feedback_id=comment,
        places=places,
        seen=seen or seal_of(WORDS),
        actor=SYSTEM,
        now=NOW,
    )


def all_of(authority, **asked):
    return [row.text for row in comments(authority.id, Asked(TODAY - timedelta(days=365), **asked), most=50)[0]]


@pytest.mark.parametrize(
    ("places", "left"),
    [
        ((), WORDS), ((0, 1), "[…] Tel. 09141 1234, fragt zu viel und versteht nichts"),
        ((0, 3), "[…] Adler, Tel. […] 1234, fragt zu viel und versteht nichts"), (range(99), "[…]"), ((99, -1), WORDS),
    ],
)  # fmt: skip
def test_words_are_struck_out(places, left):
    assert struck(WORDS, places) == left


def test_lines_stay_lines():
    assert struck("eins\nzwei drei\n\nvier", {1, 2}) == "eins\n[…]\n\nvier"


def test_own_words_are_found_in_an_answer():
    assert repeats("Sie sagten: FRAGT zu viel und versteht!", WORDS)
    assert not repeats("Es wird zu viel gefragt", WORDS)
    assert repeats("„Ging schnell“", "Ging schnell")
    assert not repeats("Es geht schnell", "Schnell")


def test_tags_are_ours_or_their_own_and_few():
    assert tags_of(["length", "no such"], "Parkzone  Nord, , Parkzone Nord,Praise") == [
        "length",
        "Parkzone Nord",
        "praise",
    ]
    for own in ("x" * 31, ",".join("abcdefghi")):
        with pytest.raises(Refused):
            tags_of([], own)


@db
def test_texts_from_before_get_new_numbers_and_stay_sorted(authority, neighbour):
    """Report: of a text from before decision 0053 the id was the number in the cookie of whoever wrote it."""
    mine, theirs = five(authority), five(neighbour)
    answered(authority, [mine])
    statement = import_module("stadttor.insights.migrations.0012_new_numbers_for_texts").NEW_IDS
    with work(authority.id), connection.cursor() as cursor:
        cursor.execute(statement, {"authority": authority.id})
    (renamed,) = texts(authority)
    with work(authority.id):
        (sorted_one,) = Triage.objects.filter(authority_id=authority.id).values_list("feedback_id", flat=True)
    assert (renamed != mine, sorted_one, texts(neighbour)) == (True, renamed, {theirs})


@db
def test_with_four_answers_there_is_no_comment_to_sort(authority):
    for _person in range(3):
        opinion(authority)
    comment = opinion(authority, WORDS)
    assert all_of(authority) == []
    with pytest.raises(Refused):
        comment_of(authority.id, comment)
    with pytest.raises(Refused):
        answered(authority, [comment])


@db
def test_the_list_is_asked_by_service_mark_state_tag_and_period(authority):
    comment = five(authority)
    opinion(authority, "Alles gut", score=5, day=TODAY - timedelta(days=60))
    assert all_of(authority) == [WORDS, "Alles gut"]
    services.sort_in(
        authority_id=authority.id,
        feedback_id=comment,
        fixed=["length"],
        own="Nord",
        state="read",
        actor=SYSTEM,
        now=NOW,
    )
    for asked in ({"is_pleased": False}, {"state": "read"}, {"tag": "Nord"}, {"tag": "length", "service": "muster"}):
        assert all_of(authority, **asked) == [WORDS]
    assert all_of(authority, state="new") == ["Alles gut"]
    assert all_of(authority, service="hund") == []
    assert comments(authority.id, Asked(TODAY - timedelta(days=31)), most=9)[1] == 1
    assert tags_used(authority.id) == ["Nord", "length"]


@db
def test_what_is_struck_out_is_kept_nowhere(authority):
    comment = five(authority)
    strike(authority, comment, 0, 1, 3, 4)
    assert comment_of(authority.id, comment).text == "[…] Tel. […] fragt zu viel und versteht nichts"
    assert comment_of(authority.id, comment).is_checked
    with work(authority.id):
        assert AuditEntry.objects.filter(act="feedback.struck", subject_id=comment, details={}).count() == 1


@db
def test_nothing_is_struck_out_of_a_comment_that_a_colleague_changed_meanwhile(authority):
    comment = five(authority)
    strike(authority, comment)
    assert comment_of(authority.id, comment).is_checked
    strike(authority, comment, 0, 1)
    with pytest.raises(Refused) as refused:
        strike(authority, comment, 0)
    assert refused.value.status == 409
    assert comment_of(authority.id, comment).text == "[…] Tel. 09141 1234, fragt zu viel und versteht nichts"


@db
def test_an_applicants_own_words_go_out_only_when_they_are_released(authority):
    comment = five(authority)
    for said, done in (("fragt zu viel und versteht nichts", "Weg."), ("Zu viel", f"Wir lasen: {WORDS}")):
        with pytest.raises(Refused) as refused:
            answered(authority, [comment], said, done)
        assert refused.value.code == "answer_quotes"
    assert answers(authority.id) == []
    answered(authority, [comment], "fragt zu viel und versteht nichts", is_quote=True)
    assert published_answers(authority.id, "muster")[0].is_quote


@db
def test_an_answer_is_public_only_while_it_is_published(authority):
    comment = five(authority)
    made = answered(authority, [comment], is_public=False)
    assert comment_of(authority.id, comment).state == "answered"
    assert published_answers(authority.id, "muster") == []
    for is_public in (True, False):
        services.publish_answer(authority_id=authority.id, answer_id=made, is_public=is_public, actor=SYSTEM, now=NOW)
        assert bool(published_answers(authority.id, "muster")) is is_public


@db
def test_one_answer_is_about_one_service(authority):
    one = five(authority)
    for _person in range(4):
        opinion(authority, service="hund")
    other = opinion(authority, "Auch hier", service="hund")
    with pytest.raises(Refused):
        answered(authority, [one, other])
    assert answers(authority.id) == []


@db
def test_the_neighbour_can_do_nothing_with_a_comment_or_an_answer_of_ours(authority, neighbour):
    comment = five(authority)
    made = answered(authority, [comment])
    five(neighbour)
    acts = (
        lambda: comment_of(neighbour.id, comment),
        lambda: strike(neighbour, comment, 0),
        lambda: answered(neighbour, [comment]),
        lambda: services.became_request(authority_id=neighbour.id, feedback_ids=[comment]),
        lambda: services.publish_answer(
            authority_id=neighbour.id, answer_id=made, is_public=False, actor=SYSTEM, now=NOW
        ),
        lambda: services.sort_in(
            authority_id=neighbour.id, feedback_id=comment, fixed=[], own="", state="read", actor=SYSTEM, now=NOW
        ),
    )
    for act in acts:
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 404
    assert comment_of(authority.id, comment).text == WORDS
    assert published_answers(neighbour.id, "muster") == []


@db
def test_a_forgotten_comment_takes_its_sorting_along(authority):
    old = TODAY - timedelta(days=366)
    for _person in range(4):
        opinion(authority)
    comment = opinion(authority, WORDS, day=old)
    services.sort_in(
        authority_id=authority.id, feedback_id=comment, fixed=["other"], own="", state="read", actor=SYSTEM, now=NOW
    )
    forget_old(authority_id=authority.id, today=TODAY)
    with work(authority.id):
        assert not Triage.objects.filter(authority_id=authority.id).exists()


@db
def test_the_pages_are_an_organisers_alone(authority):
    comment = five(authority)
    clerk = signed_in(authority, "clerk")
    for page in ("", ".csv", "/answers", f"/{comment}", f"/answer?comment={comment}"):
        assert clerk.get(f"{HOME}{page}").status_code in (403, 404)
    assert clerk.post(f"{HOME}/{comment}", {"act": "strike", "word": "0", "seen": seal_of(WORDS)}).status_code in (
        403,
        404,
    )
    assert comment_of(authority.id, comment).text == WORDS


@db
def test_a_comment_is_sorted_struck_and_answered_in_the_browser(authority):
    adopted(authority.id, NOW - timedelta(minutes=1))
    comment = five(authority, f"<script>x</script> =1+1 {WORDS}")
    desk = signed_in(authority)
    assert "&lt;script&gt;" in text(desk.get(HOME))
    assert f"{HOME}/{comment}" in text(desk.get(f"{HOME}?since=1&pleased=no&state=new&page=1"))
    page = text(desk.get(f"{HOME}/{comment}"))
    assert "<script>x" not in page
    seen = comment_of(authority.id, comment).seal
    struck_out = desk.post(f"{HOME}/{comment}", {"act": "strike", "word": ["0", "1", "x"], "seen": seen}, follow=True)
    assert "gone for good" in text(struck_out)
    # The button a second time, from the page before.
    assert desk.post(f"{HOME}/{comment}", {"act": "strike", "word": "0", "seen": seen}).status_code == 409
    too_many = desk.post(f"{HOME}/{comment}", {"tag": ["length"], "own": "x" * 40, "state": "read"})
    assert (too_many.status_code, "x" * 40 in text(too_many)) == (422, True)
    desk.post(f"{HOME}/{comment}", {"tag": ["length"], "own": "Nord", "state": "read"})
    export = text(desk.get(f"{HOME}.csv?tag=Nord"))
    assert "[…] Frau Adler" in export
    assert "Too much is asked, Nord" in export
    given = {"comment": str(comment), "said": "<b>Zu viel</b>", "done": "Weniger.", "to": "public"}
    assert desk.post(f"{HOME}/answer", {**given, "said": ""}).status_code == 422
    assert "stands beside the service now" in text(desk.post(f"{HOME}/answer", given, follow=True))
    beside = text(desk.get("/leistungen/muster"))
    assert "&lt;b&gt;Zu viel&lt;/b&gt;" in beside
    assert "Frau Adler" not in beside
    desk.post(f"{HOME}/answers", {"act": "withdraw", "answer": str(answers(authority.id)[0].id)})
    assert "Zu viel" not in text(desk.get("/leistungen/muster"))
    for bad in ("x", str(uuid4())):
        assert desk.post(f"{HOME}/answers", {"act": "publish", "answer": bad}).status_code == 404
    assert desk.get(f"{HOME}/answer?comment=x").status_code == 404
    assert desk.get(f"{HOME}?page=99&pleased=9&service=%00&since=x").status_code == 302
