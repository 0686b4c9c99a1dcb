from datetime import date, timedelta
from uuid import uuid4

import pytest

from stadttor.core.periods import months_later
from stadttor.ground.rows import read
from stadttor.ground.tests.races import at_once
from stadttor.ground.work import work
from stadttor.insights.models import Counter, Feedback, UsedRight
from stadttor.insights.queries import MOST_COMMENTS, satisfaction, written
from stadttor.insights.rules import KEEP_DAYS
from stadttor.insights.rules.spans import name_of
from stadttor.insights.services import add_comment, answering, forget_old, give_score, right_to_answer

pytestmark = pytest.mark.db
TODAY = date(2026, 11, 22)
MONTH = date(2026, 11, 1)
LATER = date(2027, 1, 22)
PERMIT = "bewohnerparkausweis"


def right(authority, ballot=None, service=PERMIT, way="online_sent"):
    return right_to_answer(authority_id=authority.id, service=service, way=way, ballot=ballot or uuid4())


def tap(authority, right, score, day=TODAY, way="online_sent"):
    return give_score(authority_id=authority.id, right=right, service=PERMIT, way=way, score=score, today=day)


def wrote(authority, right, text, day=TODAY, is_pleased=False):
    return add_comment(
        authority_id=authority.id, right=right, service=PERMIT, way="online_sent", text=text, is_pleased=is_pleased,
        today=day,
    )  # fmt: skip


def given(authority, scores, day=TODAY):
    for score in scores:
        tap(authority, right(authority), score, day)


def kept(authority, *names):
    with work(authority.id):
        return list(Feedback.objects.filter(authority_id=authority.id).values_list(*names, flat=len(names) == 1))


def marks(authority):
    with work(authority.id):
        rows = Counter.objects.filter(authority_id=authority.id).order_by("measure", "value")
        return [(row.measure, row.value, row.count) for row in rows]


def told(authority, day=LATER):
    return [(name_of(one.months), one.counts) for one in satisfaction(authority.id, day)]


def test_four_answers_are_shown_to_nobody(authority):
    given(authority, [5, 5, 4, 1])
    assert told(authority) == []


def test_from_five_answers_on_the_marks_are_counted_once_their_quarter_is_over(authority):
    """Report: the page counted the running month, and told day by day of each answer."""
    given(authority, [5, 5, 4, 1, 1])
    assert told(authority, TODAY) == []
    assert told(authority) == [("2026-Q4", (2, 1, 0, 0, 2)), ("2026", (2, 1, 0, 0, 2))]
    assert told(authority, months_later(LATER, 12)) == []


def test_a_month_of_few_does_not_follow_from_the_marks_of_its_quarter(authority):
    given(authority, [5] * 9, date(2026, 11, 3))
    given(authority, [1] * 3, date(2026, 12, 3))
    assert told(authority) == []


def test_a_second_tap_of_the_same_person_counts_once(authority):
    given(authority, [5, 5, 4, 1])
    hers = right(authority)
    assert [tap(authority, hers, score) for score in (2, 3)] == [True, True]
    assert told(authority)[0][1] == (2, 1, 0, 1, 1)


def test_two_taps_at_one_moment_count_once(authority):
    """Report: the second one broke on the key of the first."""
    for round_ in range(1, 6):
        hers = right(authority)
        assert (
            at_once(lambda hers=hers: tap(authority, hers, 2), lambda hers=hers: tap(authority, hers, 2)) == [True] * 2
        )
        assert marks(authority) == [("score:online_sent", 2, round_)]


def test_a_page_from_before_midnight_counts_after_it(authority):
    hers, tomorrow = right(authority), TODAY + timedelta(days=10)
    assert tap(authority, hers, 2)
    assert tap(authority, hers, 3, tomorrow)
    assert wrote(authority, hers, "Spät", tomorrow)
    assert kept(authority, "month", "is_pleased", "comment") == [(date(2026, 12, 1), False, "Spät")]
    assert marks(authority) == [("score:online_sent", 2, 1)]


def test_only_a_right_of_ours_counts_and_only_where_it_was_given(authority, neighbour):
    ballot = uuid4()
    for other in (
        "",
        str(ballot),
        f"{ballot}.{'0' * 64}",
        "ü.ü",
        right(neighbour),
        right(authority, service="hund"),
        right(authority, way="post"),
    ):
        assert not tap(authority, other, 5)
        assert not wrote(authority, other, "Nein")
    assert not tap(authority, right(authority), 5, way="no such")
    assert (kept(authority, "id"), marks(authority)) == ([], [])


def test_what_is_too_much_for_a_month_no_longer_counts(authority, monkeypatch):
    monkeypatch.setattr(answering, "MOST_A_MONTH", 2)
    hers = right(authority)
    assert [tap(authority, one, 4) for one in (hers, right(authority), right(authority), hers)] == [
        True,
        True,
        False,
        True,
    ]
    assert marks(authority) == [("score:online_sent", 4, 2)]


def test_a_comment_follows_its_mark_once_and_without_what_cannot_be_printed(authority):
    given(authority, [5, 5, 4, 1])
    hers = right(authority)
    assert not wrote(authority, hers, "ohne Note")
    tap(authority, hers, 2)
    assert [wrote(authority, hers, text) for text in (" ", " Zu viele Fragen \0", "Noch eine")] == [True] * 3
    assert written(authority.id, TODAY) == {}
    assert written(authority.id, LATER) == {PERMIT: ("Zu viele Fragen",)}


def test_the_newest_comments_are_shown(authority):
    for month in range(MOST_COMMENTS + 5):
        hers, day = right(authority), months_later(TODAY, month)
        tap(authority, hers, 3, day)
        wrote(authority, hers, f"{month:02}", day)
    comments = written(authority.id, months_later(day, 2))[PERMIT]
    assert (comments[0], comments[-1], len(comments)) == ("54", "05", MOST_COMMENTS)


def test_the_neighbour_sees_nothing_of_it(authority, neighbour):
    given(authority, [5] * 6)
    assert (satisfaction(neighbour.id, LATER), written(neighbour.id, LATER)) == ([], {})


def test_after_a_year_a_text_is_gone_and_its_mark_still_counts(authority):
    for day in (date.fromordinal(MONTH.toordinal() - 1), months_later(TODAY, 11)):
        hers = right(authority)
        tap(authority, hers, 5, day)
        wrote(authority, hers, f"{day}", day)
    forget_old(authority_id=authority.id, today=MONTH + timedelta(days=KEEP_DAYS))
    assert kept(authority, "comment") == ["2027-10-22"]
    with work(authority.id):
        assert UsedRight.objects.filter(authority_id=authority.id).count() == 2
    assert marks(authority) == [("score:online_sent", 5, 1)] * 2


def test_after_a_night_no_row_says_which_text_and_mark_were_written_together(authority):
    """Report: by the number of the last transaction (xmin) a text lay beside its mark, and both beside what has a time."""
    for score in (1, 5):
        hers = right(authority)
        tap(authority, hers, score)
        wrote(authority, hers, "Text")
    forget_old(authority_id=authority.id, today=TODAY + timedelta(days=1))
    with work(authority.id):
        written = {
            row
            for table in ("feedback", "usedright", "counter")
            for row in read(f"SELECT xmin::text FROM insights_{table} WHERE authority_id = %s", authority.id)
        }
    assert len(written) == 1


def test_no_row_leads_from_a_text_or_a_mark_to_another_or_to_who_gave_it(authority):
    """Neither ids nor times: of what her browser holds and of the mark nothing stands beside her words."""
    ballot = uuid4()
    hers = right(authority, ballot)
    tap(authority, hers, 4)
    wrote(authority, hers, "Gut", is_pleased=True)
    names = {model: {field.name for field in model._meta.fields} for model in (Feedback, UsedRight, Counter)}
    assert names[Feedback] == {"id", "authority", "service", "month", "is_pleased", "comment"}
    assert names[UsedRight] == {"id", "authority", "month"}
    assert names[Counter] == {"id", "authority", "service", "month", "measure", "value", "count"}
    with work(authority.id):
        ids = {
            model: list(model.objects.filter(authority_id=authority.id).values_list("id", flat=True)) for model in names
        }
    found = [one for rows in ids.values() for one in rows]
    assert (len(set(found)), ballot in found) == (4, False)
    # Ids that follow the time would tell which rows were written together.
    assert {one.version for model in (Feedback, Counter) for one in ids[model]} == {4}
    assert kept(authority, "month") == [MONTH]
