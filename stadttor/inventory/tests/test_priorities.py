"""The organiser gives marks and weights, and sees what comes first."""

from dataclasses import replace

import pytest

from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.inventory import queries, services
from stadttor.inventory.pages.drawing import DRAWN, SIZE, UNIT, points
from stadttor.inventory.rules.ranking import ALIKE, CRITERIA, GIVEN, ranked
from stadttor.inventory.rules.stock import Process
from stadttor.inventory.tests.builders import HOME, LOST, kept, signed_in, text
from stadttor.inventory.tests.test_ranking import rated

MARKS = dict.fromkeys((*GIVEN, "effort"), "4")
database = pytest.mark.db


def give(authority, process_id, mark=4, effort=2):
    services.rate(
        authority_id=authority.id, process_id=process_id, marks=dict.fromkeys(GIVEN, mark), effort=effort,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip


@database
def test_marks_make_a_place_and_the_mark_of_the_cases_comes_from_the_stock(desk, authority):
    process_id = kept(authority)
    page = text(desk.get(f"{HOME}/priorities"))
    assert "No process has its marks yet" in page
    assert "It has no marks yet." in page
    assert desk.post(f"{HOME}/{process_id}/rating", MARKS).status_code == 303
    (place,) = queries.ranking(authority.id).places
    assert place.rated.marks == {**dict.fromkeys(GIVEN, 4), "volume": 2}
    page = text(desk.get(f"{HOME}/priorities"))
    assert "1. Fundsachen: benefit 3.7, effort 4" in page
    assert "Project" in page
    assert 'value="4" checked' in text(desk.get(f"{HOME}/{process_id}/rating"))


@database
def test_what_nobody_counted_has_no_place_and_says_why(desk, authority):
    give(authority, kept(authority, replace(LOST, volume=None)))
    assert queries.ranking(authority.id).places == ()
    assert "It has no number of cases yet." in text(desk.get(f"{HOME}/priorities"))


@database
def test_the_weights_are_the_towns_own(desk, authority, neighbour):
    few, many = kept(authority, Process("Flohmarkt", volume=10)), kept(authority, replace(LOST, volume=9_000))
    give(authority, few, mark=4)
    give(authority, many, mark=3)
    assert [one.rated.id for one in queries.ranking(authority.id).places] == [few, many]
    page = text(desk.get(f"{HOME}/priorities"))
    assert "Number of cases counts more than 6.2: “Fundsachen” comes before “Flohmarkt”." in page
    answer = desk.post(f"{HOME}/priorities", dict.fromkeys(CRITERIA, "5") | {"volume": "7"}, follow=True)
    assert "Saved." in text(answer)
    assert [one.rated.id for one in queries.ranking(authority.id).places] == [many, few]
    assert queries.weights_of(neighbour.id) == ALIKE


@database
@pytest.mark.parametrize("wrong", [{"volume": "11"}, {"volume": "viel"}, dict.fromkeys(CRITERIA, "0")])
def test_weights_that_cannot_be_are_refused_at_their_field(desk, authority, wrong):
    answer = desk.post(f"{HOME}/priorities", dict.fromkeys(CRITERIA, "1") | wrong)
    assert answer.status_code == 422
    assert f'href="#f-{next(iter(wrong))}"' in text(answer)
    assert queries.weights_of(authority.id) == ALIKE


@database
def test_a_missing_mark_is_asked_for_and_the_others_stay(desk, authority):
    process_id = kept(authority)
    answer = desk.post(f"{HOME}/{process_id}/rating", MARKS | {"effort": "9"})
    assert answer.status_code == 422
    assert 'href="#f-effort"' in text(answer)
    assert text(answer).count('value="4" checked') == len(GIVEN)
    assert queries.rating(authority.id, process_id) is None


@database
def test_marks_go_with_their_process(authority):
    process_id = kept(authority)
    give(authority, process_id)
    services.delete_process(authority_id=authority.id, process_id=process_id, actor=SYSTEM, now=clock.now())
    assert queries.rating(authority.id, process_id) is None


@database
def test_nobody_rates_a_process_of_another_town(authority, neighbour, desk):
    process_id = kept(authority)
    with pytest.raises(Refused, match="not_found"):
        give(neighbour, process_id)
    other, clerk = signed_in(neighbour), signed_in(authority, "clerk")
    assert other.get(f"{HOME}/{process_id}/rating").status_code == 404
    assert other.post(f"{HOME}/{process_id}/rating", MARKS).status_code == 404
    assert clerk.get(f"{HOME}/priorities").status_code == 403
    assert "Fundsachen" not in text(other.get(f"{HOME}/priorities"))


def test_points_never_cover_each_other_nor_leave_their_quarter():
    alike = [rated(number, *[3] * 6, effort=2) for number in range(9)]
    drawn = points(ranked(alike, ALIKE), ["x"] * 9)
    assert len({(one.x, one.y) for one in drawn}) == 9
    assert all(UNIT <= one.x < SIZE * 3 / 8 and one.y <= SIZE / 2 for one in drawn)
    assert len(points(ranked([rated(number, *[1] * 6) for number in range(40)], ALIKE), ["x"] * 40)) == DRAWN


@database
def test_the_order_is_saved_as_files_with_its_marks_and_weights(desk, authority):
    give(authority, kept(authority))
    head, line, weights = text(desk.get(f"{HOME}/priorities.csv")).removeprefix("\ufeff").splitlines()
    assert head.startswith("Rank;Process;Benefit;Effort;Where it belongs;OZG priority;")
    assert line.startswith("1;Fundsachen;3.7;2;")
    assert weights.startswith(";Weights;;;;")
    sheet = [[cell for _kind, cell in row] for row in cells(desk.get(f"{HOME}/priorities.xlsx"))]
    assert sheet[1][1] == "Fundsachen"
    assert f"{HOME}/priorities.csv" in text(desk.get(f"{HOME}/priorities"))
    assert signed_in(authority, "clerk").get(f"{HOME}/priorities.csv").status_code == 403
