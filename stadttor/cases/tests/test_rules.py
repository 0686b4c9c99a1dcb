"""States, deadlines, decisions and search words, without a database."""

from datetime import date
from itertools import product

import pytest

from stadttor.cases.rules import (
    ACTS,
    OPEN_STATES,
    STATES,
    Choice,
    Vocabulary,
    colour,
    due_on,
    in_print,
    may,
    must,
    must_be_decidable,
    next_act,
    resumed,
    working_days_between,
)
from stadttor.cases.rules.deadlines import is_working_day, soon_until
from stadttor.cases.rules.words import range_of, terms_of, words_of
from stadttor.core.refused import Refused

LEADS_TO = {
    ("received", "take"): "in_review",
    ("received", "assign"): "received",
    ("received", "ask_back"): "waiting_for_citizen",
    ("received", "complete_step"): "in_review",
    ("received", "decide"): "decided",
    ("received", "propose"): "awaiting_second",
    ("received", "withdraw"): "withdrawn",
    ("in_review", "take"): "in_review",
    ("in_review", "assign"): "in_review",
    ("in_review", "ask_back"): "waiting_for_citizen",
    ("in_review", "complete_step"): "in_review",
    ("in_review", "decide"): "decided",
    ("in_review", "propose"): "awaiting_second",
    ("in_review", "withdraw"): "withdrawn",
    ("waiting_for_citizen", "take"): "waiting_for_citizen",
    ("waiting_for_citizen", "assign"): "waiting_for_citizen",
    ("waiting_for_citizen", "answer"): "in_review",
    ("waiting_for_citizen", "withdraw"): "withdrawn",
    ("awaiting_second", "take"): "awaiting_second",
    ("awaiting_second", "assign"): "awaiting_second",
    ("awaiting_second", "confirm"): "decided",
    ("awaiting_second", "send_back"): "in_review",
    ("awaiting_second", "undo"): "in_review",
    ("awaiting_second", "withdraw"): "withdrawn",
    ("decided", "take"): "decided",
    ("decided", "assign"): "decided",
    ("decided", "undo"): "in_review",
    ("decided", "close"): "closed",
    ("closed", "reopen"): "in_review",
    ("withdrawn", "reopen"): "in_review",
    ("waiting_for_citizen", "stop_asking"): "in_review",
    **{(state, "give_back"): state for state in OPEN_STATES},
    **{(state, "note"): state for state in STATES},
}


@pytest.mark.parametrize(("state", "act"), list(product(STATES, ACTS)))
def test_every_act_in_every_state(state: str, act: str) -> None:
    if (state, act) in LEADS_TO:
        assert must(act, state) == LEADS_TO[state, act]  # type: ignore[arg-type]
    else:
        with pytest.raises(Refused) as refused:
            must(act, state)  # type: ignore[arg-type]
        assert (refused.value.code, refused.value.status) == ("not_now", 409)


def test_every_state_can_be_reached_and_left() -> None:
    reached = {"received", *LEADS_TO.values()}
    left = {state for (state, _), after in LEADS_TO.items() if after != state}
    assert reached == left == set(STATES)


@pytest.mark.parametrize(
    ("state", "mine", "by_me", "sent", "act"),
    [
        ("received", False, False, False, "take"),
        ("in_review", True, False, False, "decide"),
        ("in_review", False, False, False, "take"),
        ("waiting_for_citizen", True, False, False, None),
        ("awaiting_second", False, False, False, "confirm"),
        ("awaiting_second", True, True, False, None),
        ("decided", True, True, False, None),
        ("decided", False, False, False, None),
        ("decided", True, True, True, "close"),
        ("closed", True, True, True, None),
        ("withdrawn", True, False, False, None),
    ],
)
def test_the_next_sensible_act(state: str, mine: bool, by_me: bool, sent: bool, act: str | None) -> None:
    found = next_act(state, mine=mine, decided_by_me=by_me, sent=sent)
    assert found == act
    assert found is None or may(found, state)


@pytest.mark.parametrize(
    ("start", "duration", "land", "due"),
    [
        (date(2026, 11, 23), "P14D", "BY", date(2026, 12, 7)),
        (date(2026, 11, 23), "P2W", "BY", date(2026, 12, 7)),
        (date(2026, 12, 11), "P14D", "BY", date(2026, 12, 28)),  # 25 and 26 December, then a weekend
        (date(2026, 10, 18), "P14D", "BY", date(2026, 11, 2)),  # 1 November is a Sunday
        (date(2026, 12, 23), "P14D", "BY", date(2027, 1, 7)),  # Epiphany is a holiday in Bavaria …
        (date(2026, 12, 23), "P14D", "NW", date(2027, 1, 6)),  # … and a working day in North Rhine-Westphalia
        (date(2026, 8, 31), "P6M", "BY", date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2024, 2, 29), "P1Y", "BY", date(2025, 2, 28)),
        (date(2026, 11, 23), "P1M", "ZZ", date(2026, 12, 23)),
    ],
)
def test_a_deadline_ends_on_a_working_day(start: date, duration: str, land: str, due: date) -> None:
    assert due_on(start, duration, land) == due


def test_no_duration_is_no_deadline() -> None:
    assert due_on(date(2026, 11, 23), "", "BY") is None
    assert resumed(None, date(2026, 11, 23), date(2026, 11, 30), "BY") is None


@pytest.mark.parametrize("duration", ["14", "P", "PT5H", "P1.5D", "14D", "P99999D", "P1D; DROP TABLE"])
def test_other_durations_are_a_fault_of_the_package(duration: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        due_on(date(2026, 11, 23), duration, "BY")


def test_the_clock_stands_still_while_the_applicant_has_the_turn() -> None:
    assert resumed(date(2026, 12, 7), date(2026, 11, 25), date(2026, 12, 2), "BY") == date(2026, 12, 14)
    assert resumed(date(2026, 12, 7), date(2026, 11, 25), date(2026, 11, 25), "BY") == date(2026, 12, 7)
    assert resumed(date(2026, 12, 7), date(2026, 11, 25), date(2026, 11, 24), "BY") == date(2026, 12, 7)


def test_working_days_know_weekends_and_holidays_of_the_land() -> None:
    assert not is_working_day(date(2026, 11, 22), "BY")
    assert not is_working_day(date(2027, 1, 6), "BY")
    assert is_working_day(date(2027, 1, 6), "HH")
    assert working_days_between(date(2026, 12, 23), date(2026, 12, 29), "BY") == 3
    assert working_days_between(date(2026, 12, 29), date(2026, 12, 23), "BY") == -3
    assert soon_until(date(2026, 12, 23), "BY") == date(2026, 12, 29)


@pytest.mark.parametrize(
    ("state", "due", "shade"),
    [
        ("received", date(2026, 11, 22), "late"),
        ("in_review", date(2026, 11, 23), "soon"),
        ("in_review", date(2026, 11, 26), "soon"),
        ("awaiting_second", date(2026, 11, 27), "fine"),
        ("waiting_for_citizen", date(2026, 11, 1), "paused"),
        ("decided", date(2026, 11, 1), "none"),
        ("closed", date(2026, 11, 1), "none"),
        ("withdrawn", date(2026, 11, 1), "none"),
        ("received", None, "none"),
    ],
)
def test_the_colour_of_a_deadline(state: str, due: date | None, shade: str) -> None:
    today = date(2026, 11, 23)
    assert colour(state, due, today, soon_until(today, "BY")) == shade


WORDS = Vocabulary(
    outcomes=(Choice("granted", "Bewilligt"), Choice("refused", "Abgelehnt"), Choice("withdrawn", "Zurückgezogen")),
    reasons=(
        Choice("keine_hauptwohnung", "…", ("refused",)),
        Choice("voraussetzungen", "…", ("granted",)),
        Choice("sonstiges", "…"),
    ),
    conditions=(Choice("melden", "…", ("granted",)),),
)


def decidable(outcome: str, *, reasons: tuple[str, ...] = (), free: str = "", conditions: tuple[str, ...] = ()) -> None:
    must_be_decidable(WORDS, outcome=outcome, reasons=reasons, free_reason=free, conditions=conditions)


def test_decisions_that_can_be_made() -> None:
    decidable("granted")
    decidable("granted", conditions=("melden",))
    decidable("refused", reasons=("keine_hauptwohnung", "sonstiges"))
    decidable("granted", reasons=("voraussetzungen", "sonstiges"))
    decidable("refused", free="Sie wohnen in Gebiet A.")


@pytest.mark.parametrize(
    ("code", "outcome", "reasons", "free", "conditions"),
    [
        ("outcome_missing", "", (), "", ()),
        ("outcome_missing", "maybe", (), "", ()),
        ("outcome_missing", "withdrawn", (), "", ()),
        ("unknown_choice", "refused", ("weil_halt",), "", ()),
        ("unknown_choice", "granted", (), "", ("nie",)),
        ("reason_of_other_outcome", "granted", ("keine_hauptwohnung",), "", ()),
        ("reason_of_other_outcome", "refused", ("keine_hauptwohnung", "voraussetzungen"), "", ()),
        ("condition_of_other_outcome", "refused", ("keine_hauptwohnung",), "", ("melden",)),
        ("reason_missing", "refused", (), "  ", ()),
        ("characters", "refused", (), "Nein 😀", ()),
        ("too_long", "refused", (), "x" * 4001, ()),
    ],
)
def test_decisions_that_cannot(
    code: str, outcome: str, reasons: tuple[str, ...], free: str, conditions: tuple[str, ...]
) -> None:
    with pytest.raises(Refused) as refused:
        decidable(outcome, reasons=reasons, free=free, conditions=conditions)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["Grüße, 10 °C – „gut“\n\tZeile", "Олена", "مرحبا", "Łukasz Ţ ẞ €", ""])
def test_text_that_a_letter_prints(text: str) -> None:
    in_print(text, "text")


def test_what_is_typed_is_kept_with_one_kind_of_line_break() -> None:
    assert (
        in_print(" Zeile\r\nzwei\r\rAbsatz\u2028drei \r\n \r\n\r\n vier\u200b\t ", "text")
        == "Zeile\nzwei\n\nAbsatz\ndrei\n\n vier"
    )


@pytest.mark.parametrize("text", ["\u200b", " \r\n\t", "\u2028"])
def test_a_reason_of_nothing_visible_is_no_reason(text: str) -> None:
    with pytest.raises(Refused) as refused:
        decidable("refused", free=text)
    assert refused.value.code == "reason_missing"


@pytest.mark.parametrize("text", ["\x00", "\x1b[0m", "☃", "🅿", "\ue000", "\u0378"])
def test_text_that_no_letter_prints(text: str) -> None:
    with pytest.raises(Refused):
        in_print(text, "text")


def test_words_by_which_a_case_is_found() -> None:
    words = words_of("WUG-2026-4F7K-92", "Amira Yılmaz", "Bewohnerparkausweis")
    assert words == ["wug20264f7k92", "wug", "2026", "4f7k", "92", "amira", "yilmaz", "bewohnerparkausweis"]


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("WUG-2026-4F7K-92", ["wug20264f7k92"]),
        ("wug 2026 4f7k", ["wug20264f7k"]),
        ("Yılm", ["yilm"]),
        ("  Müller ", ["mueller"]),
        ("", []),
        ("% _ '", []),
        ("a b c d e f g", ["am", "bei", "c", "der", "e"]),
    ],
)
def test_what_somebody_typed(typed: str, terms: list[str]) -> None:
    assert terms_of(typed) == terms


def test_a_term_is_the_beginning_of_a_word() -> None:
    first, end = range_of("yil")
    assert first <= "yil" < end
    assert first <= "yilmaz" < end
    assert not first <= "yim" < end
