from datetime import date, timedelta
from uuid import uuid4

import pytest

from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.insights.models import Feedback
from stadttor.insights.queries import MOST_COMMENTS, satisfaction
from stadttor.insights.rules import KEEP_DAYS
from stadttor.insights.services import add_comment, answering, forget_old, give_score, right_to_answer

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
PERMIT = "bewohnerparkausweis"


def right(authority, ballot=None, service=PERMIT):
    return right_to_answer(authority_id=authority.id, service=service, ballot=ballot or uuid4())


def tap(authority, right, score, day=TODAY):
    return give_score(authority_id=authority.id, right=right, service=PERMIT, score=score, today=day)


def given(authority, scores, day=TODAY):
    for score in scores:
        tap(authority, right(authority), score, day)


def kept(authority, *names):
    with work(authority.id):
        return list(Feedback.objects.filter(authority_id=authority.id).values_list(*names, flat=len(names) == 1))


def test_four_answers_are_shown_to_nobody(authority):
    given(authority, [5, 5, 4, 1])
    assert satisfaction(authority.id) == []


def test_from_five_answers_on_the_marks_are_counted(authority):
    given(authority, [5, 5, 4, 1, 1])
    (found,) = satisfaction(authority.id)
    assert (found.service, found.counts, found.total) == (PERMIT, (2, 1, 0, 0, 2), 5)


def test_a_second_tap_of_the_same_person_counts_once(authority):
    given(authority, [5, 5, 4, 1])
    hers = right(authority)
    assert [tap(authority, hers, score) for score in (2, 3)] == [True, True]
    assert satisfaction(authority.id)[0].counts == (2, 1, 1, 0, 1)


def test_two_taps_at_one_moment_count_once(authority):
    """Report: the second one broke on the key of the first."""
    for _round in range(5):
        hers, before = right(authority), len(kept(authority, "id"))
        assert (
            at_once(lambda hers=hers: tap(authority, hers, 2), lambda hers=hers: tap(authority, hers, 2)) == [True] * 2
        )
        assert len(kept(authority, "id")) == before + 1


def test_a_page_from_before_midnight_counts_after_it(authority):
    hers, tomorrow = right(authority), TODAY + timedelta(days=1)
    assert tap(authority, hers, 2)
    assert tap(authority, hers, 3, tomorrow)
    assert add_comment(authority_id=authority.id, right=hers, service=PERMIT, text="Spät")
    assert kept(authority, "day", "score", "comment") == [(TODAY, 3, "Spät")]


def test_only_a_right_of_ours_counts_and_only_where_it_was_given(authority, neighbour):
    ballot = uuid4()
    for other in ("", str(ballot), f"{ballot}.{'0' * 64}", "ü.ü", right(neighbour), right(authority, service="hund")):
        assert not tap(authority, other, 5)
        assert not add_comment(authority_id=authority.id, right=other, service=PERMIT, text="Nein")
    assert kept(authority, "id") == []


def test_what_is_too_much_for_a_day_no_longer_counts(authority, monkeypatch):
    monkeypatch.setattr(answering, "MOST_A_DAY", 2)
    hers = right(authority)
    assert [tap(authority, one, 4) for one in (hers, right(authority), right(authority), hers)] == [
        True,
        True,
        False,
        True,
    ]


def test_a_comment_stands_with_its_mark_and_without_what_cannot_be_printed(authority):
    given(authority, [5, 5, 4, 1])
    hers = right(authority)
    assert not add_comment(authority_id=authority.id, right=hers, service=PERMIT, text="ohne Note")
    tap(authority, hers, 2)
    add_comment(authority_id=authority.id, right=hers, service=PERMIT, text=" Zu viele Fragen \0")
    assert satisfaction(authority.id)[0].comments == ("Zu viele Fragen",)


def test_the_newest_comments_are_shown(authority):
    for day in range(MOST_COMMENTS + 5):
        hers = right(authority)
        tap(authority, hers, 3, TODAY + timedelta(days=day))
        add_comment(authority_id=authority.id, right=hers, service=PERMIT, text=f"{day:02}")
    comments = satisfaction(authority.id)[0].comments
    assert (comments[0], comments[-1], len(comments)) == ("54", "05", MOST_COMMENTS)


def test_the_neighbour_sees_nothing_of_it(authority, neighbour):
    given(authority, [5] * 6)
    assert satisfaction(neighbour.id) == []


def test_after_a_year_an_answer_is_gone(authority):
    given(authority, [5], day=date.fromordinal(TODAY.toordinal() - KEEP_DAYS - 1))
    given(authority, [4])
    forget_old(authority_id=authority.id, today=TODAY)
    assert kept(authority, "score") == [4]


def test_nothing_in_an_answer_leads_to_an_application():
    assert {field.name for field in Feedback._meta.fields} == {"id", "authority", "service", "day", "score", "comment"}
