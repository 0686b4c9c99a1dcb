"""The tools of the story: its day, its report, what it counts."""

import io
import json
import time
from datetime import date

import pytest
from PIL import Image

from stadttor.core.holidays import holidays_of
from stadttor.ground import clock
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Lines
from tests.town_hall import handbook
from tests.town_hall.hand_over import counted
from tests.town_hall.house import first_day
from tests.town_hall.plan import PLAN, wanted
from tests.town_hall.play import read, seen
from tests.town_hall.report import FIGURES, SUBJECT, recompute

RUN = {"kind": "begun", "machine": {}, "commit": "c", "uncommitted_changes": False, "date": "2026-11-23"}


def test_the_clock_of_other_tests_stays_as_it_is() -> None:
    """Report: whatever ran after these tests in one process asked for the file of the story's clock."""
    assert clock.now().tzinfo is not None


@pytest.mark.parametrize("year", range(2026, 2040))
def test_the_month_of_the_remedy_ends_on_a_holiday_in_bavaria_alone_and_the_next_day_is_none(year: int) -> None:
    begins = first_day(date(year, 12, 3))
    last, after = date(begins.year + 1, 1, 6), date(begins.year + 1, 1, 7)
    assert begins > date(year, 12, 3)
    assert last in holidays_of("BY", last.year)
    assert last not in holidays_of("HE", last.year)
    assert max(last.weekday(), after.weekday()) < 5


def test_a_day_that_has_come_is_not_passed_over() -> None:
    assert first_day(date(2026, 12, 2)) == date(2026, 12, 2)


def test_every_journey_is_there_or_says_why_not() -> None:
    for one in PLAN:
        assert (one.play() is None) == bool(one.why_not), one.name
    with pytest.raises(KeyError):
        wanted(["nowhere"])


def test_a_journey_fails_by_one_thing_that_is_wrong_or_when_it_breaks(tmp_path) -> None:
    lines = Lines(tmp_path)
    lines.write(SUBJECT, **RUN)
    lines.write(SUBJECT, journey="phone", **seen("the amount", "50 €", "40 €"))
    lines.write(SUBJECT, journey="wedding", **seen("her name", "YILMAZ", "YILMAZ"))
    lines.write(SUBJECT, journey="wedding", kind="broken", why="TimeoutError", pictures=["03-wedding-failed.png"])
    lines.write(SUBJECT, journey="plate", **read("valid", "heute gültig", "WUG-PL 1: heute\ngültig"))
    report = recompute(tmp_path)
    assert (report["figures"]["journeys"], report["figures"]["journeys_failed"], report["missed"]) == (
        3,
        2,
        ["journeys_failed"],
    )
    assert report["journeys"]["phone"]["failed"] == ["the amount: 50 € expected, 40 €"]
    assert report["journeys"]["wedding"]["failed"] == ["TimeoutError"]
    assert report["journeys"]["plate"]["failed"] == []


def test_what_was_not_played_is_named_and_its_figure_is_no_number(tmp_path) -> None:
    lines = Lines(tmp_path)
    lines.write(SUBJECT, **RUN)
    report = recompute(tmp_path)
    assert set(report["not_played"]) == {one.name for one in PLAN}
    assert report["figures"]["hand_over_lost"] is None
    assert set(report["figures"]) == set(FIGURES)


def test_files_that_are_missing_and_files_beyond_the_first_are_counted() -> None:
    files = [("a.xml", b"<Nr>MUE-1</Nr>"), ("a.xml", b"<Nr>MUE-1</Nr>"), ("b.xml", b"<Nr>MUE-2</Nr>")]
    assert counted(["MUE-1", "MUE-2", "MUE-3"], files) == (1, 1)


def test_a_letter_is_read_over_its_line_breaks_and_hyphens() -> None:
    assert read("remedy", "Widerspruch erhoben", "Wider\u00ad\nspruch\nerhoben werden")["right"]
    assert not read("remedy", "Klage", "Widerspruch")["right"]


def test_the_report_is_what_its_lines_say() -> None:
    kept = json.loads((ROOT / "reports" / "town-hall.json").read_text())
    assert recompute(ROOT / "reports" / "raw") == kept


def test_a_picture_of_the_handbook_has_few_colours_and_the_same_bytes_each_time() -> None:
    page = Image.effect_noise((1280, 3_000), 40).convert("RGB")
    data = io.BytesIO()
    page.save(data, "PNG")
    small = handbook.small(data.getvalue(), 100)
    assert small == handbook.small(data.getvalue(), 100)
    shown = Image.open(io.BytesIO(small))
    assert (shown.size, shown.mode) == ((1280, handbook.LONGEST), "P")


def test_a_journey_that_leaves_out_a_picture_of_the_handbook_is_wrong(tmp_path) -> None:
    for name in handbook.MOMENTS["phone"][1:]:
        handbook.path_of(name, tmp_path).write_bytes(b"")
    assert list(handbook.missing("phone", 0, tmp_path)) == [handbook.MOMENTS["phone"][0]]
    assert set(handbook.missing("phone", time.time() + 60, tmp_path)) == set(handbook.MOMENTS["phone"])
    assert list(handbook.missing("returned", 0, tmp_path)) == []


def test_only_journeys_of_the_plan_take_pictures_of_the_handbook() -> None:
    assert set(handbook.MOMENTS) <= {one.name for one in PLAN}
