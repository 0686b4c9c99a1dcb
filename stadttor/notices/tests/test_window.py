"""What stands where on the first sheet (DIN 5008 form B), also for the longest names."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stadttor.notices.letters import render_letter
from stadttor.notices.letters.data import AuthorityFacts, RecipientFacts
from stadttor.notices.tests.test_letters import BESCHEID, letter

MM = 72 / 25.4
LONG = "Verwaltungsgemeinschaft Oberbergkirchen-Niederbergkirchen an der unteren Weißen Großen Laber"
DISTRICT = "Landratsamt Weißenburg-Gunzenhausen"
SENDERS = {
    "short": AuthorityFacts("Solnhofen", ("Solnhofen", "Bahnhofstraße 8", "91807 Solnhofen"), "09145 8320-0"),
    "district": AuthorityFacts(
        DISTRICT, (DISTRICT, "Beispielstraße 1", "91781 Weißenburg i. Bay."),
        email="buergerbuero@landkreis-weissenburg-gunzenhausen.example",
        website="https://landkreis-weissenburg-gunzenhausen.example",
    ),
    "long": AuthorityFacts(
        LONG, (LONG, "Sankt-Bartholomäus-von-Weißenburg-Straße 123 a", "91781 Niederbergkirchen an der unteren Laber"),
        email="buergerbuero.verwaltungsgemeinschaft@oberbergkirchen-niederbergkirchen-weissenburg.example",
        website="https://verwaltungsgemeinschaft-oberbergkirchen-niederbergkirchen.example/",
    ),
}  # fmt: skip
RECIPIENT = RecipientFacts(
    "Dr. Maximiliana Freifrau von und zu Hohenstein-Weißenfels-Langenburg",
    ("c/o Hausgemeinschaft am alten Marktplatz", "Sankt-Bartholomäus-von-Weißenburg-Straße 123 a", "91781 Weißenburg"),
)

pytestmark = pytest.mark.skipif(not Path("/usr/bin/pdftotext").exists(), reason="pdftotext is not installed")


@dataclass(frozen=True)
class Line:
    """A line of print; lengths in mm from the left and upper edge of the sheet."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def lines_of(tmp_path: Path, language: str = "de", **changes: Any) -> list[Line]:
    """The lines of the first sheet."""
    sheet = tmp_path / "letter.pdf"
    sheet.write_bytes(render_letter(BESCHEID, {}, letter(language, **changes)))
    command = ["pdftotext", "-bbox-layout", "-l", "1", str(sheet), "-"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    found = re.findall(r'<line xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</line>', said, re.S)
    return [_line([float(edge) / MM for edge in edges], _words(inside)) for *edges, inside in found]


def _line(edges: list[float], text: str) -> Line:
    left, top, right, bottom = edges
    return Line(left, top, right, bottom, text)


def _words(inside: str) -> str:
    return " ".join(re.findall(r">([^<>]+)</word>", inside))


@pytest.mark.parametrize("sender", SENDERS)
def test_the_sender_stands_above_the_recipient_in_the_window_and_its_name_is_cut_last(
    sender: str, tmp_path: Path
) -> None:
    found = lines_of(tmp_path, authority=SENDERS[sender], recipient=RECIPIENT)
    window = [line for line in found if line.top >= 45 and line.bottom <= 91 and line.left < 100]
    above = [line for line in window if line.bottom <= 62.8]
    assert len(above) == (2 if sender == "district" else 1)
    assert SENDERS[sender].lines[-1] in above[-1].text
    assert (SENDERS[sender].name in above[0].text) == (sender != "long")
    assert window[len(above)].text.startswith("Dr. Maximiliana")
    assert window[-1].text == "91781 Weißenburg"
    assert all(line.left >= 24.9 and line.right <= 105.1 for line in window)
    assert all(line.bottom <= 90.1 for line in window)


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("sender", SENDERS)
def test_nothing_sticks_out_of_the_margins_or_into_the_text(sender: str, language: str, tmp_path: Path) -> None:
    found = lines_of(tmp_path, language, authority=SENDERS[sender], recipient=RECIPIENT)
    assert all(line.left >= 24.9 and line.right <= 190.1 for line in found)
    block = [line for line in found if line.left > 120 and line.top >= 49 and line.bottom <= 98.5]
    subject = next(line for line in found if "Bewohnerparkausweis" in line.text and line.top > 80)
    assert max(line.bottom for line in block) <= subject.top


def test_a_bracket_in_an_arabic_sentence_is_read_from_the_right(tmp_path: Path) -> None:
    """Seen in a letter: the comma of `(Straßenverkehrs-Ordnung, StVO)` stood on the wrong side of its word."""
    sentence = "نظام (Straßenverkehrs-Ordnung, StVO)"
    (tmp_path / "l.pdf").write_bytes(render_letter(BESCHEID, {}, letter("ar", reasons=(sentence,))))
    command = ["pdftotext", "-bbox", str(tmp_path / "l.pdf"), "-"]
    said = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)".*?>([^<]+)</word>', said)
    law, short = (next(word for word in words if part in word[2]) for part in ("Ordnung", "StVO"))
    assert law[1] == short[1]
    assert float(short[0]) < float(law[0])
