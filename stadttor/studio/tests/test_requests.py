"""Change requests: sent as they were checked, decided by a body until a day, seen by nobody whom they do not concern."""

import json
from contextlib import suppress
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
from django.db import Error

from stadttor.catalog.tests.builders import NAME, adopted, published
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.rows import read
from stadttor.ground.tests.queue import do, waiting
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import common, work
from stadttor.insights.queries.triage import comment_of, published_answers
from stadttor.insights.rules import across
from stadttor.insights.rules.summing import counts_of
from stadttor.insights.services.triage import strike
from stadttor.insights.tests.test_triage import WORDS, five, opinion
from stadttor.notices.models import Mail
from stadttor.studio.queries.requests import lines_of, publisher_of, request_at, request_for, requests_at, requests_for
from stadttor.studio.rules import requests as rules
from stadttor.studio.rules.requests import Standing, Wanted
from stadttor.studio.services import deciding, requesting, telling
from stadttor.studio.tests.builders import a_body, signed_in, text

pytestmark = pytest.mark.db
NOW = clock.now()
TODAY = clock.german_day(NOW)
SOON = TODAY + timedelta(days=30)
ASK = Wanted("Weniger Fragen", "Das Geburtsdatum wird zweimal gefragt.", "Seite 2", "Art. 5 DSGVO", "hinders", "length")
OWN, ALL = "/desk/requests", "/desk/studio/requests"


@pytest.fixture
def towns(authority, neighbour, body):
    """Both use the publisher's package."""
    for town in (authority, neighbour):
        adopted(town.id, NOW - timedelta(minutes=1))
    return authority, neighbour


def asked(town, *comments, key=None, wanted=ASK, package=NAME):
    return requesting.ask_for_change(
        authority_id=town.id,
        key=key or uuid4(),
        package=package,
        wanted=wanted,
        feedback_ids=comments,
        actor=SYSTEM,
        now=NOW,
    )


def joined(town, request, *comments):
    requesting.join_request(authority_id=town.id, request_id=request, feedback_ids=comments, actor=SYSTEM, now=NOW)


def checked(town, words=WORDS):
    """A comment without the name in it."""
    comment = five(town, words)
    strike(
        authority_id=town.id,
        feedback_id=comment,
        places=(0, 1),
        seen=comment_of(town.id, comment).seal,
        actor=SYSTEM,
        now=NOW,
    )
    return comment


def named(body, request, seen=0, *, who="Redaktionsbeirat", day=SOON):
    deciding.name_body(publisher_id=body, request_id=request, seen=seen, body=who, decide_by=day, actor=SYSTEM, now=NOW)


def decided(body, request, seen=1, outcome="accepted", reason="Stimmt.", planned="0.2.0", now=NOW + timedelta(hours=1)):
    deciding.decide(
        publisher_id=body,
        request_id=request,
        seen=seen,
        outcome=outcome,
        reason=reason,
        planned=planned,
        actor=SYSTEM,
        now=now,
    )


def merged(body, request, into, seen=0):
    deciding.merge(publisher_id=body, request_id=request, seen=seen, into=into, actor=SYSTEM, now=NOW)


def refused(act):
    with pytest.raises(Refused) as error:
        act()
    return error.value


def test_a_comment_goes_along_only_when_somebody_checked_it(towns, body):
    town, _other = towns
    comment = five(town)
    assert refused(lambda: asked(town, comment)).code == "request_unchecked"
    assert requests_at(body) == []
    strike(
        authority_id=town.id,
        feedback_id=comment,
        places=(0, 1),
        seen=comment_of(town.id, comment).seal,
        actor=SYSTEM,
        now=NOW,
    )
    made = asked(town, comment)
    (one,) = request_at(body, made).askers
    assert one.quotes == ("[…] Tel. 09141 1234, fragt zu viel und versteht nichts",)
    assert comment_of(town.id, comment).state == "request"


def test_a_comment_of_another_service_or_authority_goes_nowhere(towns, body):
    town, other = towns
    for _person in range(4):
        opinion(town, service="hund")
    elsewhere = opinion(town, "Auch hier", service="hund")
    assert refused(lambda: asked(town, elsewhere)).code == "request_service"
    assert refused(lambda: asked(town, checked(other))).status == 404
    made = asked(other)
    assert refused(lambda: joined(town, made, checked(other))).status == 404
    assert [row.count for row in requests_at(body)] == [1]


def test_the_same_form_twice_sends_one_request(towns, body):
    town, other = towns
    key = uuid4()
    assert at_once(lambda: asked(town, key=key), lambda: asked(town, key=key)) == [key, key]
    assert [row.count for row in requests_at(body)] == [1]
    # The key of another authority's request opens nothing.
    assert refused(lambda: asked(other, key=key)).status == 409


def test_another_authority_joins_once_and_counts(towns, body):
    town, other = towns
    made = asked(town)
    joined(other, made)
    joined(other, made)
    joined(town, made)
    assert request_at(body, made).count == 2
    assert request_for(other.id, made).has_asked


def test_only_the_publisher_sees_who_asked_and_the_comments(towns, body):
    town, other = towns
    made = asked(town, checked(town))
    row = request_for(other.id, made)
    assert (row.title, row.quotes, row.askers, row.has_asked) == ("Weniger Fragen", (), (), False)
    assert [one.name for one in request_at(body, made).askers] == [town.name]
    with work(other.id):
        assert read("SELECT count(*) FROM studio_asking") == [(0,)]


def test_another_publisher_and_a_town_without_the_package_see_nothing(authority, neighbour, body):
    adopted(authority.id, NOW - timedelta(minutes=1))
    made, stranger = asked(authority), a_body("andere")
    assert requests_at(stranger) == []
    assert requests_for(neighbour.id) == []
    for act in (
        lambda: named(stranger, made), lambda: decided(stranger, made), lambda: merged(stranger, made, uuid4()),
        lambda: joined(neighbour, made), lambda: asked(neighbour),
    ):  # fmt: skip
        assert refused(act).status in (404, 422)
    for me in (stranger, neighbour.id):
        with work(me):
            for table in ("studio_changerequest", "studio_asking", "studio_requestline"):
                assert read(f"SELECT count(*) FROM {table}") == [(0,)]
    assert request_at(body, made).standing == Standing()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE studio_changerequest SET title = 'Anderes'", "DELETE FROM studio_changerequest", "DELETE FROM studio_asking",
        "UPDATE studio_requestline SET state = 'accepted'", "DELETE FROM studio_requestline",
    ],
)  # fmt: skip
def test_the_database_lets_nobody_change_what_was_sent(towns, body, statement):
    made = asked(towns[0])
    named(body, made)
    for me in (towns[0].id, body):
        with pytest.raises(Error), work(me):
            read(statement)


def test_the_database_lets_no_town_answer_for_the_publisher_or_ask_for_another(towns, body):
    town, other = towns
    made = asked(town)
    line = """
    INSERT INTO studio_requestline (id, request_id, number, state, body, reason, planned, published, at)
    VALUES (%s, %s, 1, 'accepted', '', '', '', '', now())
    """
    with pytest.raises(Error), work(town.id):
        read(line, uuid4(), made)
    asking = "INSERT INTO studio_asking (id, request_id, authority_id, at, quotes) VALUES (%s, %s, %s, now(), '{}')"
    for me in (town.id, body):
        with pytest.raises(Error), work(me):
            read(asking, uuid4(), made, other.id)
    with work(other.id):
        read("UPDATE studio_asking SET quotes = '{x}'")
    assert request_at(body, made).askers[0].quotes == ()
    with pytest.raises(Error), common():
        read("SELECT count(*) FROM studio_asking")


def test_a_body_decides_by_a_day_and_all_who_asked_read_it(towns, body):
    town, other = towns
    made = asked(town)
    joined(other, made)
    assert refused(lambda: decided(body, made, seen=0)).code == "request_body"
    named(body, made)
    assert not request_for(town.id, made).standing.is_overdue(SOON)
    assert request_for(town.id, made).standing.is_overdue(SOON + timedelta(days=1))
    decided(body, made)
    for one in (town, other):
        row = request_for(one.id, made)
        assert (row.standing.state, row.standing.body, row.standing.planned) == (
            "accepted",
            "Redaktionsbeirat",
            "0.2.0",
        )
        assert row.is_news
    requesting.take_note(authority_id=town.id, request_id=made, seen=2, now=NOW + timedelta(hours=2))
    assert [request_for(one.id, made).is_news for one in (town, other)] == [False, True]
    assert refused(lambda: requesting.take_note(authority_id=other.id, request_id=made, seen=1, now=NOW)).status == 409
    published(NOW, "0.1.1")
    note = lambda version, seen: deciding.note_published(  # noqa: E731  # said once
        publisher_id=body, request_id=made, seen=seen, version=version, actor=SYSTEM, now=NOW + timedelta(hours=3)
    )
    assert refused(lambda: note("9.9.9", 2)).field == "version"
    note("0.1.1", 2)
    assert request_for(town.id, made).is_news
    assert [standing.state for _at, standing in lines_of(other.id, made)] == ["open", "accepted", "published"]


def mails_told(town):
    with work(town.id):
        return [mail.values for mail in Mail.objects.filter(authority_id=town.id, kind="request_answered")]


def test_who_asked_is_told_of_the_answer_by_mail_once_and_can_switch_it_off(towns, body):
    quiet, keen = towns
    for town in towns:
        signed_in(town.id, town.slug, role="organiser")
    part, whole = asked(quiet), asked(keen)
    deciding.merge(publisher_id=body, request_id=part, seen=0, into=whole, actor=SYSTEM, now=NOW)
    named(body, whole)
    assert waiting("studio.tell_answer") == []
    telling.want_mails(authority_id=quiet.id, request_id=part, wanted=False, actor=SYSTEM, now=NOW)
    decided(body, whole)
    do("studio.tell_answer")
    do("studio.tell_answer")
    assert mails_told(quiet) == []
    assert [(one["request"], one["state"]) for one in mails_told(keen)] == [("Weniger Fragen", "Angenommen")]
    telling.want_mails(authority_id=quiet.id, request_id=part, wanted=True, actor=SYSTEM, now=NOW)
    do("studio.tell_answer")
    assert len(mails_told(quiet)) == 1


def test_an_answer_to_a_request_that_is_gone_is_told_to_nobody_and_the_job_is_done(towns, body):
    telling.tell_askers(publisher_id=body, request_id=uuid4(), number=1, now=NOW)
    assert mails_told(towns[0]) == []


def test_a_town_switches_its_own_mails_only(towns, body):
    request = asked(towns[0])
    telling.want_mails(authority_id=towns[1].id, request_id=request, wanted=False, actor=SYSTEM, now=NOW)
    assert request_for(towns[0].id, request).mail
    page = signed_in(towns[0].id, towns[0].slug, role="organiser")
    address = f"{OWN}/{request}"
    assert "No mails about this request" in text(page.get(address))
    assert page.post(address, {"act": "quiet"}).status_code == 303
    assert not request_for(towns[0].id, request).mail


def test_two_who_decide_at_one_moment_do_not_write_over_each_other(towns, body):
    made = asked(towns[0])
    named(body, made)
    became = at_once(lambda: decided(body, made), lambda: decided(body, made, outcome="refused"))
    assert sorted(map(str, became)) == ["None", "request_changed"]
    assert len(lines_of(body, made)) == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [({"who": " "}, "body"), ({"who": "x" * 121}, "body"), ({"day": None}, "decide_by"), ({"day": TODAY - timedelta(1)}, "decide_by")],
)  # fmt: skip
def test_a_body_has_a_name_and_a_day(towns, body, given, field):
    made = asked(towns[0])
    assert refused(lambda: named(body, made, **given)).field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [({"outcome": "merged"}, "outcome"), ({"reason": " "}, "reason"), ({"planned": ""}, "planned")],
)
def test_a_decision_has_a_reason_and_what_is_accepted_a_version(given, field):
    before = Standing(1, body="Beirat")
    values = {"outcome": "accepted", "reason": "Ja", "planned": "1.0.0", **given}
    assert (
        refused(lambda: rules.decided(before, **{name: text.strip() for name, text in values.items()})).field == field
    )


@pytest.mark.parametrize("field", ["title", "wrong", "urgency", "tag"])
def test_a_request_says_what_and_how_urgent(towns, field):
    assert refused(lambda: asked(towns[0], wanted=Wanted(**{**vars(ASK), field: "  "}))).field == field


def test_requests_become_one_and_its_answer_goes_to_all(towns, body):
    town, other = towns
    first, second, third = asked(town), asked(other), asked(other)
    merged(body, second, third)
    merged(body, third, first)
    assert request_at(body, first).count == 2
    assert refused(lambda: merged(body, first, second)).field == "into"
    named(body, first)
    decided(body, first, outcome="refused", planned="")
    for made in (second, third):
        row = request_for(other.id, made)
        assert (row.standing.state, row.standing.into, row.is_news) == ("refused", first, True)
    assert refused(lambda: decided(body, second)).status == 409


def test_of_two_that_become_one_crosswise_at_one_moment_one_is_left(towns, body, monkeypatch):
    """Report: both were part of the other, and nobody could decide about either."""
    one, other = asked(towns[0]), asked(towns[1])
    both_read, seen_by = Barrier(2), deciding.requests_at

    def reading(publisher_id):
        found = seen_by(publisher_id)
        with suppress(BrokenBarrierError):  # who is alone waits in vain
            both_read.wait(timeout=1)
        return found

    monkeypatch.setattr(deciding, "requests_at", reading)
    became = at_once(lambda: merged(body, one, other), lambda: merged(body, other, one))
    assert sorted(map(str, became)) == ["None", "request_into"]
    assert sorted(row.standing.state for row in seen_by(body)) == ["merged", "open"]


def test_scores_of_all_authorities_are_what_may_be_told_of_them():
    assert counts_of(across.read({})) == {}
    assert counts_of(across.read({"satisfied": [6, 11]})) == {"scored": 11, "satisfied": 6}


def test_the_nearest_publisher_is_asked(body):
    from stadttor.studio.services import make_publisher
    from stadttor.tenancy.services import create_authority

    near = create_authority(slug="nah", name="Nah", kind="steering", covers=[], actor=SYSTEM, now=NOW)
    make_publisher(slug="nah", namespace="de.example.land", name="Nah", key_file="x.jwk")
    assert publisher_of("de.example.land.hund").authority_id == near
    assert publisher_of(NAME).authority_id == body
    assert publisher_of("org.other.hund") is None


def test_from_a_comment_to_the_answer_in_the_browser(towns, body):
    town, _other = towns
    desk = signed_in(town.id, town.slug, "kern", "organiser")
    comment = five(town, f"<i>x</i> {WORDS}")
    page = text(desk.get(f"{OWN}/new?comment={comment}"))
    assert "Look for personal data first" in page
    assert "<i>x" not in page
    given = {
        **vars(ASK),
        "package": NAME,
        "comment": str(comment),
        "key": str(uuid4()),
        "act": "send",
        "title": "<b>Kürzer</b>",
    }
    assert desk.post(f"{OWN}/new", given).status_code == 422
    strike(
        authority_id=town.id,
        feedback_id=comment,
        places=(1, 2),
        seen=comment_of(town.id, comment).seal,
        actor=SYSTEM,
        now=NOW,
    )
    assert desk.post(f"{OWN}/new", {**given, "title": ""}).status_code == 422
    file = desk.post(f"{OWN}/new", {**given, "act": "file"})
    content = json.loads(text(file))
    assert content["comments"] == ["<i>x</i> […] Tel. 09141 1234, fragt zu viel und versteht nichts"]
    sent = desk.post(f"{OWN}/new", given, follow=True)
    assert "The request is sent" in text(sent)
    made = requests_for(town.id)[0].id
    editor = signed_in(body, "redaktion")
    every = text(editor.get(f"{ALL}?state=open&tag=length&package={NAME}"))
    assert "&lt;b&gt;Kürzer&lt;/b&gt;" in every
    assert "<b>Kürzer" not in every
    step = lambda act, seen, **more: editor.post(f"{ALL}/{made}", {"act": act, "seen": str(seen), **more})  # noqa: E731
    day = {"decide_by.day": str(SOON.day), "decide_by.month": str(SOON.month), "decide_by.year": str(SOON.year)}
    assert step("body", 0, body="Beirat").status_code == 422
    assert step("body", 0, body="Beirat", **day).status_code == 303
    assert step("body", 0, body="Beirat", **day).status_code == 409
    assert step("decide", 1, outcome="refused", reason="Das Gesetz verlangt es.").status_code == 303
    own = text(desk.get(f"{OWN}/{made}"))
    assert "The publisher has answered" in own
    assert "Das Gesetz verlangt es." in own
    assert "New answers of publishers: 1" in text(desk.get(OWN))
    desk.post(f"{OWN}/{made}", {"act": "note", "seen": "2"})
    assert (request_for(town.id, made).is_news, request_for(town.id, made).since < clock.now()) == (False, True)
    assert "New answers" not in text(desk.get(OWN))
    desk.post(f"{OWN}/{made}", {"act": "tell", "said": "Kürzer", "done": "Das geht leider nicht.", "to": "public"})
    assert published_answers(town.id, "muster")[0].done == "Das geht leider nicht."
    assert [desk.get(page).status_code for page in (ALL, f"{ALL}/{made}", f"{OWN}/{uuid4()}")] == [404] * 3


def test_a_clerk_and_another_publishers_staff_have_no_such_page(towns, body):
    town, _other = towns
    made = asked(town)
    clerk = signed_in(town.id, town.slug, "olsen", "clerk")
    assert [clerk.get(f"{OWN}{page}").status_code for page in ("", "/new", f"/{made}")] == [403] * 3
    assert clerk.post(f"{OWN}/{made}", {"act": "join"}).status_code == 403
    stranger = signed_in(a_body("andere"), "andere")
    assert stranger.get(ALL).status_code == 200
    assert stranger.get(f"{ALL}/{made}").status_code == 404
    assert stranger.post(f"{ALL}/{made}", {"act": "body", "seen": "0", "body": "x"}).status_code == 404


def test_a_package_from_elsewhere_is_saved_as_a_file(authority, now):
    adopted(authority.id, NOW - timedelta(minutes=1))
    desk = signed_in(authority.id, authority.slug, "kern", "organiser")
    assert "not in this installation" in text(desk.get(f"{OWN}/new"))
    given = {**vars(ASK), "package": NAME, "key": str(uuid4())}
    assert "not in this installation" in text(desk.post(f"{OWN}/new", {**given, "act": "send"}))
    assert json.loads(text(desk.post(f"{OWN}/new", {**given, "act": "file"})))["title"] == "Weniger Fragen"
    assert requests_for(authority.id) == []
