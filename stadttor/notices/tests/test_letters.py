"""Letters set by the real typesetter: accessible, archivable, complete in every language."""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from stadttor.core import din91379
from stadttor.core.languages import LANGUAGES
from stadttor.notices.letters import LetterFailed, builtin, render_letter
from stadttor.notices.letters.data import (
    AnswerGroup,
    AnswerRow,
    AuthorityFacts,
    CaseFacts,
    FeeItem,
    LetterFacts,
    RecipientFacts,
    letter_data,
)

DAY = date(2026, 11, 23)
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z" fill="#b3122a"/></svg>'
BESCHEID = """#import "/platform/letter.typ": *
#show: letter
#t("letters.bescheid." + data.outcome)

#answers-table("fahrzeug")
#reasons-list()
#conditions-list()
#fee-table()
"""


def letter(language: str = "de", **changes: Any) -> dict[str, Any]:
    """The document of a decision about Amira Yılmaz's permit."""
    facts: dict[str, Any] = {
        "kind": "bescheid",
        "language": language,
        "subject": "Ihr Antrag auf einen Bewohnerparkausweis",
        "day": DAY,
        "authority": AuthorityFacts(
            "Große Kreisstadt Weißenburg i. Bay.", ("Marktplatz 19", "91781 Weißenburg i. Bay."), crest=CREST
        ),
        "case": CaseFacts("WUG-2026-4F7K-92", "Bewohnerparkausweis", date(2026, 11, 9), "Frau Adler"),
        "recipient": RecipientFacts("Amira Yılmaz", ("Luitpoldstraße 3", "91781 Weißenburg i. Bay.")),
        "outcome": "granted",
        "reasons": ("Sie wohnen im Gebiet.",),
        "answers": [AnswerGroup("fahrzeug", "Fahrzeug", [AnswerRow("fahrzeug.kennzeichen", "Zeichen", "WUG-AB 123")])],
        "fee": (FeeItem("Gebühr", 3070),),
        "remedy": "Sie können **innerhalb eines Monats** Klage erheben.",
        "texts": {"letters": {"bescheid": {"granted": "Sie bekommen den Ausweis."}}},
    }
    return letter_data(LetterFacts(**facts | changes))


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def spoken(pdf: bytes) -> list[str]:
    """The roles of the structure tree in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(str(node.S))
            if "/K" in node:
                walk(node.K)

    with opened(pdf) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


def running(pdf: bytes, tmp_path: Path) -> str:
    """The text without the breaks and hyphens of its lines."""
    return " ".join(re.sub(r"[-\u00ad\u2010]\n", "", text_of(pdf, tmp_path)).split())


def text_of(pdf: bytes, tmp_path: Path) -> str:
    import subprocess

    (tmp_path / "letter.pdf").write_bytes(pdf)
    said = subprocess.run(["pdftotext", "-raw", str(tmp_path / "letter.pdf"), "-"], capture_output=True, check=True)
    return said.stdout.decode()


def test_a_letter_claims_both_standards_and_has_title_language_and_structure() -> None:
    pdf = opened(render_letter(BESCHEID, {}, letter()))
    meta = pdf.open_metadata()
    assert (meta["pdfuaid:part"], meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("1", "2", "A")
    assert meta["dc:title"] == "Ihr Antrag auf einen Bewohnerparkausweis"
    assert str(pdf.Root.Lang) == "de"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_the_structure_begins_with_the_subject_and_names_tables_and_lists() -> None:
    roles = spoken(render_letter(BESCHEID, {}, letter(reasons=("Erstens.", "Zweitens."))))
    headings = [role for role in roles if role in ("/H1", "/H2", "/H3")]
    assert headings == ["/H1", "/H2", "/H2"]
    assert {"/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= set(roles)


def test_a_letter_reads_in_the_order_of_the_standard(tmp_path: Path) -> None:
    if not Path("/usr/bin/pdftotext").exists():
        pytest.skip("pdftotext is not installed")
    text = text_of(render_letter(BESCHEID, {}, letter()), tmp_path)
    wanted = [
        "Amira Yılmaz", "WUG-2026-4F7K-92", "Frau Adler", "Ihr Antrag auf", "Sie bekommen den Ausweis.", "WUG-AB 123",
        "Sie wohnen im Gebiet.", "30,70", "Rechtsbehelfsbelehrung", "innerhalb eines Monats",
    ]  # fmt: skip
    places = [text.index(part) for part in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_language_is_set_and_says_which_text_counts(language: str) -> None:
    data = letter(language, convenience=True)
    pdf = opened(render_letter(BESCHEID, {}, data))
    assert str(pdf.Root.Lang).split("-")[0] == language.split("-")[0]
    assert data["convenience"] is (language != "de")
    assert data["direction"] == LANGUAGES[language].direction


@pytest.mark.parametrize("name", ["summary", "question", "cover", "note"])
@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_our_own_letters_are_set_without_a_remark(name: str, language: str) -> None:
    from stadttor.notices.letters.typesetting import set_letter

    sheet = set_letter(builtin(name), {}, letter(language, kind=name, body="Erstens\n\n- eins\n- **zwei**"))
    assert sheet.warnings == ()


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render_letter(BESCHEID, {}, letter()) == render_letter(BESCHEID, {}, letter())


def test_every_character_people_may_write_can_be_printed() -> None:
    letters = "".join(sorted(din91379._PRINTABLE)) + " ".join(din91379.SEQUENCES)
    rows = [AnswerRow("fahrzeug.x", "Alles", letters)]
    data = letter(answers=[AnswerGroup("fahrzeug", "Fahrzeug", rows)])
    assert "\ufffd" not in str(data["answers"])
    render_letter(BESCHEID, {}, data)


@pytest.mark.parametrize("foreign", ["Amira 😀", "日本", "a\u0000b", "x\u0327", "\u202egnirts", "\ue000", "a\r\nb\rc"])
def test_a_character_outside_the_repertoire_never_stops_a_letter_and_leaves_no_sign_of_a_fault(
    foreign: str, tmp_path: Path
) -> None:
    assert din91379.unprintable(foreign)
    data = letter(recipient=RecipientFacts(foreign, (foreign,)), reasons=(foreign,), own=(foreign,))
    assert not set(str(data)) & {"\ufffd", "\r", "\x00"}
    assert "\ufffd" not in text_of(render_letter(BESCHEID, {}, data), tmp_path)


OWN = "Nach **Satz 1** wohnen Sie\r\nnicht im Gebiet.\r\n\r\n- Bitte rufen Sie an."


@pytest.mark.parametrize("language", ["de", "tr", "ar"])
@pytest.mark.parametrize("others", [(), ("Das Fahrzeug ist nicht auf Sie zugelassen.",)])
def test_what_a_clerk_types_stands_in_the_letter_in_its_lines_and_paragraphs(
    others: tuple[str, ...], language: str, tmp_path: Path
) -> None:
    """Seen: a reason of two lines vanished from a refusal; another was printed with signs of a fault."""
    data = letter(language, reasons=(*others, OWN), own=(OWN,), conditions=(OWN,), outcome="refused")
    said = text_of(render_letter(BESCHEID, {}, data), tmp_path)
    assert len(re.findall(r"Nach \*\*Satz 1\*\* wohnen Sie\W*\nnicht im Gebiet\W*\n- Bitte rufen Sie an", said)) == 2
    assert "\ufffd" not in said


def test_a_letter_that_must_say_why_is_not_set_without_its_reasons() -> None:
    refusal = letter(outcome="refused")
    with pytest.raises(LetterFailed, match="leaves out the reasons"):
        render_letter(BESCHEID.replace("#reasons-list()", ""), {}, refusal)
    with pytest.raises(LetterFailed, match="not visible"):
        render_letter(BESCHEID, {}, letter(outcome="refused", reasons=(" ",)))
    assert render_letter(BESCHEID, {}, refusal)


def test_what_people_write_is_text_and_never_a_command(tmp_path: Path) -> None:
    wild = '#panic("x") $a$ *fett* _schräg_ @ref <label> \\ `code` https://example.org //'
    rows = [AnswerRow("fahrzeug.x", wild, wild)]
    pdf = render_letter(BESCHEID, {}, letter(answers=[AnswerGroup("fahrzeug", wild, rows)], reasons=(wild,), body=wild))
    if Path("/usr/bin/pdftotext").exists():
        assert '#panic("x")' in text_of(pdf, tmp_path)


def test_a_faulty_letter_says_what_is_wrong() -> None:
    with pytest.raises(LetterFailed, match="unknown variable: nothing"):
        render_letter(BESCHEID + "#nothing()", {}, letter())


def test_a_letter_greets_by_name_and_says_which_one_it_replaces(tmp_path: Path) -> None:
    source = BESCHEID.replace("#t(", "#greeting()\n\n#t(")
    said = running(render_letter(source, {}, letter(replaces=date(2026, 11, 12))), tmp_path)
    assert "Guten Tag Amira Yılmaz," in said
    assert "ersetzt unseren Bescheid vom 12. November 2026. Den früheren Bescheid heben wir auf." in said
    assert "ersetzt" not in text_of(render_letter(source, {}, letter()), tmp_path)
    told = running(render_letter(source, {}, letter(outcome="handed_over", replaces=date(2026, 11, 12))), tmp_path)
    assert "Dieser Brief ersetzt unseren Brief vom 12. November 2026." in told


def test_the_remedy_stands_together_on_one_sheet(tmp_path: Path) -> None:
    """Seen: the last three lines of a remedy alone on a third sheet."""
    remedy = " ".join(["Nur hier ist es aus: 1, 2, 3, 4, 5."] * 12) + " ENDE"
    for lines in range(14, 34, 3):
        data = letter(reasons=("Zeile.\n" * lines,), own=("Zeile.\n" * lines,), remedy=remedy)
        sheets = text_of(render_letter(BESCHEID, {}, data), tmp_path).split("\f")
        (sheet,) = [sheet for sheet in sheets if "ENDE" in sheet]
        assert " ".join(sheet.split()).count("Nur hier") == 12
