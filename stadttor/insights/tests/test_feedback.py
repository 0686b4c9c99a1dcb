from datetime import date
from uuid import UUID, uuid4

import pytest

from stadttor.ground.work import work
from stadttor.insights.models import Feedback
from stadttor.insights.queries import satisfaction
from stadttor.insights.rules import KEEP_DAYS
from stadttor.insights.services import add_comment, forget_old, give_score

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
PERMIT = "bewohnerparkausweis"


def given(authority, scores, day=TODAY):
    for score in scores:
        give_score(authority_id=authority.id, ballot=uuid4(), service=PERMIT, score=score, today=day)


def test_four_answers_are_shown_to_nobody(authority):
    given(authority, [5, 5, 4, 1])
    assert satisfaction(authority.id) == []


def test_from_five_answers_on_the_marks_are_counted(authority):
    given(authority, [5, 5, 4, 1, 1])
    (found,) = satisfaction(authority.id)
    assert (found.service, found.counts, found.total) == (PERMIT, (2, 1, 0, 0, 2), 5)


def test_a_second_tap_of_the_same_person_counts_once(authority):
    given(authority, [5, 5, 4, 1])
    for score in (2, 3):
        give_score(authority_id=authority.id, ballot=UUID(int=7), service=PERMIT, score=score, today=TODAY)
    assert satisfaction(authority.id)[0].counts == (2, 1, 1, 0, 1)


def test_a_comment_stands_with_its_mark_and_without_what_cannot_be_printed(authority):
    given(authority, [5, 5, 4, 1])
    give_score(authority_id=authority.id, ballot=UUID(int=7), service=PERMIT, score=2, today=TODAY)
    add_comment(authority_id=authority.id, ballot=UUID(int=7), text=" Zu viele Fragen \0", today=TODAY)
    assert satisfaction(authority.id)[0].comments == ("Zu viele Fragen",)


def test_the_neighbour_sees_nothing_of_it(authority, neighbour):
    given(authority, [5] * 6)
    assert satisfaction(neighbour.id) == []


def test_after_a_year_an_answer_is_gone(authority):
    given(authority, [5], day=date.fromordinal(TODAY.toordinal() - KEEP_DAYS - 1))
    given(authority, [4])
    forget_old(authority_id=authority.id, today=TODAY)
    with work(authority.id):
        assert list(Feedback.objects.filter(authority_id=authority.id).values_list("score", flat=True)) == [4]


def test_nothing_in_an_answer_leads_to_an_application():
    assert {field.name for field in Feedback._meta.fields} == {"id", "authority", "service", "day", "score", "comment"}
