"""The road map: three horizons, and pilots that end with figures and a lesson."""

import pytest

from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.inventory import queries, services
from stadttor.inventory.rules.roadmap import Plan, must_be_plan
from stadttor.inventory.tests.builders import HOME, kept, signed_in, text

PILOT = {
    "horizon": "near", "goal": "Antworten am selben Tag", "before": "12 Tage", "after": "1 Tag", "lesson": "Formular kürzen",
    "verdict": "scale",
}  # fmt: skip
database = pytest.mark.db


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"horizon": "soon"}, "horizon"),
        ({"verdict": "maybe"}, "verdict"),
        ({"goal": ""}, "goal"),
        ({"after": ""}, "after"),
        ({"lesson": "", "verdict": "stop"}, "lesson"),
        ({"goal": "x" * 301}, "goal"),
    ],
)
def test_what_a_plan_cannot_be_names_its_field(wrong, field):
    with pytest.raises(Refused) as refused:
        must_be_plan(Plan(**{**PILOT, **wrong}))
    assert refused.value.field == field


def test_a_turn_without_a_pilot_and_a_pilot_under_way_are_plans():
    must_be_plan(Plan("far"))
    must_be_plan(Plan("near", goal="x", before="12 Tage"))
    must_be_plan(Plan(**PILOT))


@database
def test_a_process_gets_its_turn_and_its_pilot_and_loses_it_again(desk, authority):
    process_id = kept(authority)
    page = text(desk.get(f"{HOME}/roadmap"))
    assert page.count("Nothing has its turn here yet.") == 3
    assert "Fundsachen" in page
    assert desk.post(f"{HOME}/{process_id}/plan", PILOT).status_code == 303
    assert queries.plan(authority.id, process_id) == Plan(**PILOT)
    page = text(desk.get(f"{HOME}/roadmap"))
    assert "Antworten am selben Tag" in page
    assert "12 Tage" in text(desk.get(f"{HOME}/{process_id}/plan"))
    desk.post(f"{HOME}/{process_id}/plan", PILOT | {"horizon": "none"})
    assert queries.plan(authority.id, process_id) is None


@database
def test_words_about_a_pilot_are_not_lost_where_no_turn_is_chosen(desk, authority):
    process_id = kept(authority)
    answer = desk.post(f"{HOME}/{process_id}/plan", PILOT | {"horizon": "none", "verdict": "open"})
    assert answer.status_code == 422
    assert "Antworten am selben Tag" in text(answer)
    assert desk.post(f"{HOME}/{process_id}/plan", {"horizon": "none", "verdict": "open"}).status_code == 303


@database
def test_a_verdict_without_its_figures_is_refused_at_the_field(desk, authority):
    process_id = kept(authority)
    answer = desk.post(f"{HOME}/{process_id}/plan", PILOT | {"after": ""})
    assert answer.status_code == 422
    assert 'href="#f-after"' in text(answer)
    assert 'value="12 Tage"' in text(answer)
    assert queries.plan(authority.id, process_id) is None


@database
def test_nobody_plans_a_process_of_another_town(desk, authority, neighbour):
    process_id = kept(authority)
    with pytest.raises(Refused, match="not_found"):
        services.plan_process(
            authority_id=neighbour.id, process_id=process_id, plan=Plan("near"), actor=SYSTEM, now=clock.now()
        )
    other, clerk = signed_in(neighbour), signed_in(authority, "clerk")
    assert other.get(f"{HOME}/{process_id}/plan").status_code == 404
    assert "Fundsachen" not in text(other.get(f"{HOME}/roadmap"))
    assert clerk.get(f"{HOME}/roadmap").status_code == 403


@database
def test_the_road_map_is_saved_as_files(desk, authority):
    process_id = kept(authority)
    desk.post(f"{HOME}/{process_id}/plan", PILOT)
    _head, line = text(desk.get(f"{HOME}/roadmap.csv")).removeprefix("\ufeff").splitlines()
    assert "Fundsachen;Antworten am selben Tag;12 Tage" in line
    assert desk.get(f"{HOME}/roadmap.xlsx").status_code == 200
    assert f"{HOME}/roadmap.xlsx" in text(desk.get(f"{HOME}/roadmap"))
    assert signed_in(authority, "clerk").get(f"{HOME}/roadmap.csv").status_code == 403
