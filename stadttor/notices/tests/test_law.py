"""When a decision counts as made known, and until when something can be done against it."""

from datetime import date

import pytest

from stadttor.core.ars import LAENDER
from stadttor.notices import law

LANDS = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")


def days(area: str, calendar: str, event: date, channel: str = "post") -> tuple[date, date]:
    known = law.known_rule(area, calendar, channel, event)
    remedy = law.remedy_rule(area, calendar, event)
    assert known
    assert remedy
    day = law.known_on(known, event, calendar)
    return day, law.remedy_until(remedy, day, calendar)


@pytest.mark.parametrize(
    ("area", "calendar", "posted", "known", "until"),
    [
        # The month ends on Epiphany: a holiday in Bavaria, a Wednesday like any other in Hesse.
        ("general", "BY", date(2026, 12, 2), date(2026, 12, 6), date(2027, 1, 7)),
        ("general", "HE", date(2026, 12, 2), date(2026, 12, 6), date(2027, 1, 6)),
        # Of a tax the day itself moves from the Sunday to the Monday (§ 108 Abs. 3 AO).
        ("tax", "HE", date(2026, 12, 2), date(2026, 12, 7), date(2027, 1, 7)),
        # Over Easter: known on Easter Sunday; the month ends on a Sunday.
        ("general", "BY", date(2027, 3, 24), date(2027, 3, 28), date(2027, 4, 28)),
        ("tax", "BY", date(2027, 3, 24), date(2027, 3, 30), date(2027, 4, 30)),
        # Corpus Christi is one in both, All Saints in Bavaria alone.
        ("general", "HE", date(2026, 4, 30), date(2026, 5, 4), date(2026, 6, 5)),
        ("general", "BY", date(2027, 9, 27), date(2027, 10, 1), date(2027, 11, 2)),
        ("general", "HE", date(2027, 9, 27), date(2027, 10, 1), date(2027, 11, 1)),
        # Assumption counts where the municipality says so.
        ("general", "BY+assumption", date(2028, 7, 11), date(2028, 7, 15), date(2028, 8, 16)),
        # Until the end of 2024 it was the third day; a month without a 31st ends with its last day.
        ("general", "HE", date(2024, 12, 28), date(2024, 12, 31), date(2025, 1, 31)),
        ("general", "BY", date(2026, 1, 27), date(2026, 1, 31), date(2026, 3, 2)),
    ],
)
def test_the_days_over_holidays(area: str, calendar: str, posted: date, known: date, until: date) -> None:
    assert days(area, calendar, posted) == (known, until)


def test_what_is_handed_over_is_known_at_once_and_what_is_opened_the_day_after() -> None:
    assert days("tax", "BY", date(2026, 12, 2), "counter")[0] == date(2026, 12, 2)
    assert days("general", "HE", date(2026, 12, 2), "account")[0] == date(2026, 12, 3)


def test_a_tax_is_not_assessed_in_the_mailbox_as_long_as_no_row_allows_it() -> None:
    assert law.known_rule("tax", "BY", "account", date(2026, 12, 2)) is None


def test_every_land_has_rules_for_every_area_and_each_row_says_where_it_stands() -> None:
    assert len(LAENDER) == len(LANDS)
    for land in LANDS:
        for area in ("general", "tax"):
            for channel in ("post", "counter"):
                assert law.known_rule(area, land, channel, date(2026, 1, 1))
            assert law.remedy_rule(area, land, date(2026, 1, 1))
    for one in (*law.table().known, *law.table().remedies, *law.table().courts):
        assert len(one.source) > 10


def test_no_two_rows_say_something_about_the_same_day() -> None:
    known = [(one.area, one.land, one.channel, one.since) for one in law.table().known]
    remedies = [(one.area, one.land, one.since) for one in law.table().remedies]
    assert len(set(known)) == len(known)
    assert len(set(remedies)) == len(remedies)


def test_a_lapse_of_time_belongs_to_what_must_be_opened() -> None:
    assert all((one.event == "opened") == (one.unopened is not None) for one in law.table().known)


@pytest.mark.parametrize(
    ("area", "prefix", "said"),
    [
        (
            "general",
            "095770177177",
            "Klage beim Bayerischen Verwaltungsgericht Ansbach, Promenade 24–28, 91522 Ansbach, erhoben",
        ),
        ("tax", "091620000000", "entweder Widerspruch eingelegt oder unmittelbar Klage"),
        ("tax", "091620000000", "Verwaltungsgericht München"),
    ],
)
def test_the_remedy_names_the_court_of_the_place(area: str, prefix: str, said: str) -> None:
    rule = law.remedy_rule(area, "BY", date(2026, 1, 1))
    assert rule
    assert said in law.remedy_text(rule.kind, authority="Stadt, Rathaus", court=law.court_of([prefix]))


@pytest.mark.parametrize("land", ["BE", "HH", "HB"])
def test_a_tax_of_a_city_state_takes_einspruch_which_is_not_confirmed(land: str) -> None:
    """Found in review: letters named Widerspruch and the administrative courts."""
    rule = law.remedy_rule("tax", land, date(2026, 1, 1))
    assert rule
    assert not rule.checked
    said = law.remedy_text(rule.kind, authority="Amt", court=None)
    assert "Einspruch" in said
    assert "Widerspruch" not in said


@pytest.mark.parametrize("land", ["NW", "HB"])
def test_a_land_with_a_law_of_its_own_says_that_its_days_are_not_confirmed(land: str) -> None:
    rule = law.known_rule("general", land, "post", date(2026, 1, 1))
    assert rule
    assert (rule.land, rule.days, rule.checked) == (land, 4, False)


def test_a_town_whose_name_ends_with_an_abbreviation_ends_the_sentence_once() -> None:
    """Seen on a letter of Weißenburg i. Bay.: "einzulegen bei: … i. Bay.."."""
    said = law.remedy_text("objection", authority="Rathaus, 91781 Weißenburg i. Bay.", court=None)
    assert "91781 Weißenburg i. Bay. Eine einfache" in said


def test_an_objection_goes_to_the_authority_and_a_court_nobody_knows_is_not_made_up() -> None:
    assert "bei: Stadt, Rathaus 1." in law.remedy_text("objection", authority="Stadt, Rathaus 1", court=None)
    assert law.remedy_text("action", authority="Stadt", court=None) == ""
    assert law.court_of(["064120000000"]) is None
    assert law.court_of([]) is None


def test_there_are_all_courts_and_no_area_belongs_to_two() -> None:
    courts = law.table().courts
    assert len({one.name for one in courts}) == len(courts) == 51
    areas = [area for one in courts for area in one.areas]
    assert [one for one in areas for other in areas if one is not other and one.startswith(other)] == []
    assert {area[:2] for area in areas} == set(LAENDER)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("053150000000", "Verwaltungsgericht Köln"),
        ("059540000000", "Verwaltungsgericht Arnsberg"),
        ("064120000000", "Verwaltungsgericht Frankfurt am Main"),
        ("032410001001", "Verwaltungsgericht Hannover"),
        ("160510000000", "Verwaltungsgericht Weimar"),
        ("073350000000", "Verwaltungsgericht Neustadt an der Weinstraße"),
    ],
)
def test_a_court_whose_district_nobody_compared_is_a_guess_and_in_no_letter(key: str, name: str) -> None:
    likely = law.likely_court([key])
    assert likely
    assert (likely.name, likely.checked) == (name, False)
    assert law.court_of([key]) is None
    assert law.remedy_text("action", authority="Stadt", court=law.court_of([key])) == ""


def test_the_only_court_of_a_land_is_named_with_its_seat() -> None:
    said = law.remedy_text("action", authority="Amt", court=law.court_of(["110000000000"]))
    assert "Klage beim Verwaltungsgericht Berlin mit Sitz in Berlin erhoben werden:" in said


def test_whoever_serves_places_of_two_courts_has_none_by_the_table() -> None:
    assert law.likely_court(["095770177177", "091620000000"]) is None


@pytest.mark.parametrize(
    ("land", "kind"),
    [
        ("NW", "action"),
        ("NI", "action"),
        ("BY", "action"),
        ("BW", "objection"),
        ("RP", "objection"),
        ("SN", "objection"),
    ],
)
def test_whether_there_is_an_objection_depends_on_the_land(land: str, kind: str) -> None:
    rule = law.remedy_rule("general", land, date(2026, 1, 1))
    assert rule
    assert rule.kind == kind


def test_abroad_nothing_is_counted_for_a_letter_but_a_month_for_a_tax() -> None:
    assert law.channel_of("post", "AT") == "abroad"
    assert law.channel_of("post", "DE") == law.channel_of("post", "") == "post"
    assert law.channel_of("counter", "AT") == "counter"
    general = law.known_rule("general", "BY", "abroad", date(2026, 12, 2))
    assert general
    assert (general.event, general.checked) == ("received", True)
    # A month after Wednesday 2 December is Saturday 2 January: the next working day (§ 108 Abs. 3 AO).
    assert days("tax", "BY", date(2026, 12, 2), "abroad")[0] == date(2027, 1, 4)
