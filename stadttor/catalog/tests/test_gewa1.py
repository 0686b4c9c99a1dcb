"""The notice of a trade asks for all of GewA 1 (Anlage 1 GewAnzV): docs/gewa1.md names the question for each number."""

import re
from pathlib import Path

from stadttor.catalog.tests.test_representing import content

LINE = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \|")
BY_SENDING = {32, 33}
"""The day and the signature: those of sending."""


def rows() -> list[tuple[int, list[str]]]:
    text = (Path(__file__).parents[3] / "docs" / "gewa1.md").read_text("utf-8")
    return [(int(number), re.findall(r"`(\w+\.\w+)`", asked)) for number, _name, asked in LINE.findall(text)]


def test_each_of_the_33_fields_has_a_question() -> None:
    assert [number for number, _asked in rows()] == list(range(1, 34))
    assert {number for number, asked in rows() if not asked} == BY_SENDING
    assert {path for _number, asked in rows() for path in asked} <= set(content("gewerbeanmeldung").form.fields)


def test_the_options_stand_for_the_numbers_that_share_a_question() -> None:
    fields = content("gewerbeanmeldung").form.fields
    assert {"hauptniederlassung", "zweigniederlassung", "zweigstelle", "automaten", "reisegewerbe"} == set(
        fields["betrieb.anmeldung_fuer"].options
    )
    assert {"neugruendung", "verlegung", "umwandlung", "rechtsform", "gesellschafter", "nachfolge"} == set(
        fields["betrieb.grund"].options
    )
