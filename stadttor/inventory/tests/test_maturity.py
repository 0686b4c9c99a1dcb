"""The lowest answer decides, in each model by its own levels; nothing is said while answers are missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.inventory import queries, services
from stadttor.inventory.pages.maturity_wording import ANSWER_WORDS, QUESTION_WORDS
from stadttor.inventory.rules.maturity import HIGHEST, NEW, OLD, QUESTIONS, level_of, must_be_answers
from stadttor.inventory.tests.builders import HOME, kept, signed_in, text

BEST = {name: list(options)[-1] for name, options in QUESTIONS.items()}
ANSWERED = st.fixed_dictionaries({name: st.sampled_from(list(options)) for name, options in QUESTIONS.items()})


def test_the_models_ask_as_many_criteria_as_published_and_reach_their_highest_level():
    asked = {
        model: [name for name, options in QUESTIONS.items() if options[BEST[name]].level(model) is not None]
        for model in HIGHEST
    }
    assert (len(asked[OLD]), len(asked[NEW])) == (10, 13)
    assert [level_of(BEST, model).level for model in (OLD, NEW)] == [4, 7]
    assert level_of(BEST, NEW).held_by == ()


def test_every_question_and_answer_has_words():
    assert {name: set(options) for name, options in QUESTIONS.items()} == {
        name: set(words) for name, words in ANSWER_WORDS.items()
    }
    assert set(QUESTION_WORDS) == set(QUESTIONS)


@given(ANSWERED, st.sampled_from([OLD, NEW]))
def test_the_lowest_answer_decides(answers, model):
    caps = [level for name in QUESTIONS if (level := QUESTIONS[name][answers[name]].level(model)) is not None]
    level = level_of(answers, model)
    assert level.level == min(caps)
    for name in level.held_by:
        assert QUESTIONS[name][answers[name]].level(model) == level.level


@given(ANSWERED, st.sampled_from(sorted(QUESTIONS)))
def test_a_missing_answer_leaves_the_level_open(answers, name):
    level = level_of({**answers, name: ""}, NEW)
    assert (level.level, level.missing) == (None, 1)


def test_an_answer_nobody_offers_is_refused():
    with pytest.raises(Refused):
        must_be_answers({"payment": "gold"})


@pytest.mark.db
class TestPages:
    def test_an_organiser_assesses_a_service_and_reads_what_holds_it_there(self, authority, desk):
        process_id = kept(authority)
        assert "Fundsachen" in text(desk.get(f"{HOME}/maturity"))
        answers = {**BEST, "notice": "post", "version": "0"}
        assert desk.post(f"{HOME}/{process_id}/maturity", answers).status_code == 303
        page = text(desk.get(f"{HOME}/maturity"))
        assert "level 3 of 7" in page
        assert "level 2 of 4" in page
        assert "How does the decision reach people?" in page
        assert "level 3 of 7" in text(desk.get(f"{HOME}/{process_id}/maturity"))

    def test_two_organisers_do_not_overwrite_each_other(self, authority, desk):
        process_id = kept(authority)
        desk.post(f"{HOME}/{process_id}/maturity", {"payment": "free", "version": "0"})
        late = desk.post(f"{HOME}/{process_id}/maturity", {"payment": "counter", "version": "0"})
        assert late.status_code == 422
        assert "Somebody changed this" in text(late)
        assert queries.maturity(authority.id, process_id).answers == {"payment": "free"}
        assert desk.post(f"{HOME}/{process_id}/maturity", {"payment": "counter", "version": "1"}).status_code == 303

    def test_a_wrong_answer_is_explained_and_nothing_is_kept(self, authority, desk):
        process_id = kept(authority)
        assert desk.post(f"{HOME}/{process_id}/maturity", {"payment": "gold", "version": "0"}).status_code == 422
        assert queries.maturity(authority.id, process_id).version == 0

    def test_another_town_and_a_clerk_see_nothing(self, authority, neighbour):
        process_id = kept(authority)
        services.assess(
            authority_id=authority.id, process_id=process_id, answers=BEST, seen=0, actor=SYSTEM, now=clock.now()
        )
        other, clerk = signed_in(neighbour), signed_in(authority, "clerk")
        assert other.get(f"{HOME}/{process_id}/maturity").status_code == 404
        assert "Fundsachen" not in text(other.get(f"{HOME}/maturity"))
        assert clerk.get(f"{HOME}/maturity").status_code == 403
        with pytest.raises(Refused):
            services.assess(
                authority_id=neighbour.id, process_id=process_id, answers=BEST, seen=0, actor=SYSTEM, now=clock.now()
            )
