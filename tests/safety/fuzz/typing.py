"""What somebody types into a number, an amount or a date: the server and the browser must take it for the same value."""

from random import Random

from stadttor.core.cel import MAX_INTEGER
from stadttor.forms.rules.problems import Unreadable
from stadttor.forms.rules.types import TYPES, Posted
from tests.safety.fuzz.browser import Compared, exactly, in_the_browser

SAMPLES = {
    "integer": ("3500", "3.500", "-7", "3.500 kg", "1'000", "٣٥٠٠", "12 Monate", "1 000 000", "9007199254740993"),
    "money": ("30,70 €", "1.234,56 EUR", "12", "1,234.56", "0,5", "1.234", "-3,00", "30.70", "1 234,5 Euro"),
    "date": (
        "22.11.2026",
        "2026-11-22",
        "1/2/2026",
        "22. 11. 2026",
        "29.02.2025",
        "29-02-2024",
        "1.1.1799",
        "٢٢.١١.٢٠٢٦",
    ),
}
PIECES = (
    *"0123456789.,-+/' ", "€", " EUR", "kg", " kg.", "\u00a0", "\u202f", "\u200f", "\u00ad", "٣", "۹", "９", "²", "000", ".000", ",00",
)  # fmt: skip


def typed(chance: Random) -> tuple[str, str]:
    """(type of the field, what was typed): something readable with up to three places spoiled."""
    kind = chance.choice(sorted(SAMPLES))
    text = chance.choice(SAMPLES[kind])
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(PIECES) + text[place + chance.randrange(2) :]
    return kind, text


def compared(found: list[tuple[str, str]]) -> list[Compared]:
    """What both sides take it for; unreadable is unanswered."""
    told = in_the_browser([{"type": kind, "typed": text} for kind, text in found])
    return [
        Compared(f"{kind}: {text!r}", exactly({"value": _server(kind, text)}), exactly(_exact(said)))
        for (kind, text), said in zip(found, told, strict=True)
    ]


def _server(kind: str, text: str) -> object:
    try:
        value = TYPES[kind].read(Posted({"x": [text]}, "x"))
    except Unreadable:
        value = None
    if value is None or (isinstance(value, int) and abs(value) > MAX_INTEGER):
        return "" if kind == "date" else None
    return value


def _exact(said: dict[str, object]) -> dict[str, object]:
    """A number beyond what both hold exactly counts as unanswered wherever it is used."""
    value = said.get("value")
    return {"value": None} if isinstance(value, int | float) and abs(value) > MAX_INTEGER else said
