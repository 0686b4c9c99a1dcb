import pytest

from stadttor.papers.rules.screening import CRITERIA, Facts, screened

NOTHING = dict.fromkeys(("special", "joined", "children", "plates", "wallets", "refuses"), False)


def look(**facts):
    return screened(Facts(**(NOTHING | facts)))


def test_two_criteria_that_are_met_ask_for_an_assessment():
    assert look(special=True, children=True).result == "due"
    assert look(special=True).result == "judge"


@pytest.mark.parametrize("facts", [{}, {"special": True}, dict.fromkeys(NOTHING, True)])
def test_no_service_is_ever_declared_free_and_people_always_have_something_to_judge(facts):
    found = look(**facts)
    assert found.result in ("due", "judge")
    assert {"evaluation", "large"} <= set(found.those("judge"))
    assert set(found.findings) == set(CRITERIA)


@pytest.mark.parametrize(("fact", "criterion"), [("special", "sensitive"), ("children", "vulnerable")])
def test_what_the_data_say_counts(fact, criterion):
    assert criterion not in look().those("yes")
    assert look(**{fact: True}).those("yes") == (criterion,)


def test_what_the_data_only_hint_at_is_for_people():
    hints = {"plates": "monitoring", "refuses": "prevents", "joined": "matching", "wallets": "new"}
    for fact, criterion in hints.items():
        assert criterion in look(**{fact: True}).those("judge")
        assert criterion in look().those("no")
