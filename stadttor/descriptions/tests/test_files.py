"""Descriptions come in as CSV and as JSON in the shape of XZuFi, seen first and confirmed; an export taken in changes nothing."""

import html
import json
import re
from datetime import date
from io import BytesIO

import pytest

from stadttor.core.refused import Refused
from stadttor.descriptions import queries, services
from stadttor.descriptions.queries.template import templates
from stadttor.descriptions.rules.csv_file import read_csv
from stadttor.descriptions.rules.given import LARGEST, Known, steps
from stadttor.descriptions.rules.own import of_template
from stadttor.descriptions.rules.xzufi import as_xzufi, plain, read_xzufi
from stadttor.descriptions.tests.test_towns import HOME, save, signed_in
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM

SITUATIONS = frozenset({"mitmachen"})
CSV = (
    "Kennung;Sprache;Titel;Kurztext;Wer;Alltagswörter;Recht;Kostenart;Lebenslage;Geprüft am;Verborgen\n"
    'fest-1;de;Straßenfest;Vorher anmelden.;"- Vereine\n- Nachbarn";Feier, Party;§ 29 StVO;Satzung;mitmachen;2026-11-01;nein\n'
    "fest-1;en;Street party;Register it.;;;;;;;\n"
)


def test_a_table_says_what_each_description_is():
    read = read_csv(CSV.encode(), SITUATIONS)
    assert (read.faults, read.unknown) == ((), ())
    (one,) = read.given
    assert one.texts["de"]["who"] == "- Vereine\n- Nachbarn"
    assert one.texts["en"]["title"] == "Street party"
    assert one.shared["cost"] == "statute"
    assert (one.shared["words"], one.shared["reviewed"]) == (("Feier", "Party"), date(2026, 11, 1))


def test_every_fault_is_told_with_line_column_and_allowed_words():
    rows = "a;de;T;K;;;;billig;;;\n;de;T;K;;;;;;;\nb;xx;T;K;;;;;urlaub;gestern;vielleicht\n"
    read = read_csv((CSV + rows).encode(), SITUATIONS)
    told = [(one.place, one.column, one.allowed) for one in read.faults]
    assert told[0] == (5, "Kostenart", "frei, Satzung, Gesetz".casefold())
    assert told[1][:2] == (6, "Kennung")
    assert [one[1] for one in told[2:]] == ["Sprache", "Lebenslage", "Geprüft am", "Verborgen"]
    assert [one.external_id for one in read.given] == ["fest-1"]


def test_a_description_without_a_german_title_is_a_fault_of_its_line():
    read = read_csv(b"Kennung;Titel\nx;\n", SITUATIONS)
    _found, faults = steps(read, {}, SITUATIONS, date(2026, 11, 23))
    assert [(one.place, one.column) for one in faults] == [(2, "de.title")]


@pytest.mark.parametrize("content", [b"", b"\0\0", b"Titel\nx\n", b"Kennung;Kennung\n", b"x" * (LARGEST + 1)])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(Refused):
        read_csv(content, SITUATIONS)


@pytest.mark.parametrize("content", [b"", b"{", b"3", b'{"leistungen": 3}', b"[" * 100_000, b"x" * (LARGEST + 1)])
def test_what_is_no_json_of_descriptions_is_refused(content):
    with pytest.raises(Refused):
        read_xzufi(content)


@pytest.mark.parametrize(
    "one",
    [3, {}, {"id": "x"}, {"id": {"value": ""}}, {"id": {"value": "x"}, "modul_text": 3},
     {"id": {"value": "x"}, "modul_text": [{"leika_textmodul": "03", "inhalt": [{"_value": "T"}]}]},
     {"id": {"value": "x"}, "modul_fachliche_freigabe": [{"fachlich_freigegeben_am": "gestern"}]}],
)  # fmt: skip
def test_an_entry_that_is_not_as_xzufi_has_it_is_a_fault(one):
    read = read_xzufi(json.dumps([one]).encode())
    assert ([fault.place for fault in read.faults], read.given) == ([1], ())


def test_html_of_an_editorial_office_becomes_plain_text():
    assert plain(
        "<p>Für <b>alle</b> &amp; jede</p><ul><li>Ausweis</li><li>Foto</li></ul><script>alert(1)</script>"
    ) == ("Für alle & jede\n\n- Ausweis\n- Foto")
    assert plain("1 &lt; 2") == "1 < 2"


def test_every_template_in_both_shapes_is_the_same_description():
    situations = frozenset(one.id for one in queries.situations("de"))
    known = {one.slug: Known(of_template(one), hidden=False, version=0) for one in templates()}
    body = json.dumps({"leistungen": [as_xzufi(id_, one.said, one.hidden) for id_, one in known.items()]})
    found, faults = steps(read_xzufi(body.encode()), known, situations, date(2026, 11, 23))
    assert (faults, {one.fate for one in found}, len(found)) == ([], {"same"}, len(known))


@pytest.fixture
def desk(authority):
    return signed_in(authority)


def send(desk, content):
    return desk.post(f"{HOME}/import", {"file": BytesIO(content if isinstance(content, bytes) else content.encode())})


def carried(answer):
    found = re.search(r'name="content" value="([^"]*)"', answer.content.decode())
    return html.unescape(found[1]) if found else ""


@pytest.mark.db
def test_nothing_is_kept_before_the_second_click_and_the_same_file_again_changes_nothing(desk, authority, client):
    answer = send(desk, CSV)
    assert "Added: 1. Changed: 0. As it is already: 0." in answer.content.decode()
    assert queries.entry(authority.id, "fest-1") is None
    assert desk.post(f"{HOME}/import", {"content": carried(answer)}).status_code == 303
    assert "Vereine" in client.get("/leistungen/fest-1").content.decode()
    again = send(desk, CSV)
    assert "As it is already: 1." in again.content.decode()
    assert carried(again) == ""


@pytest.mark.db
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_export_taken_in_changes_nothing(desk, authority, kind):
    save(
        authority,
        words=("urkunde",),
        texts={"title": "'=1+1", "summary": "-x", "who": "<b>a</b>\n\n\n- b & c", "where": "@x"},
    )
    services.set_hidden(authority_id=authority.id, slug="fundtier", hidden=True, actor=SYSTEM, now=clock.now())
    page = send(desk, desk.get(f"{HOME}/export.{kind}").content).content.decode()
    assert "Added: 0. Changed: 0." in page
    assert "What is wrong" not in page


@pytest.mark.db
@pytest.mark.parametrize("kind", ["csv", "json"])
def test_the_example_can_be_taken_in(desk, kind):
    assert "Added: 1." in send(desk, desk.get(f"{HOME}/example.{kind}").content).content.decode()


@pytest.mark.db
def test_what_changed_since_she_looked_is_not_overwritten(desk, authority):
    answer = send(desk, "Kennung;Titel;Kurztext\ngeburtsurkunde;Neu;Neu\n")
    save(authority)
    refused = desk.post(f"{HOME}/import", {"content": carried(answer)})
    assert refused.status_code == 422
    assert queries.entry(authority.id, "geburtsurkunde").said.texts["de"]["title"] == "Geburtsurkunde holen"


@pytest.mark.db
@pytest.mark.parametrize(
    "content", ["", "{", "[3]", "[" * 100_000, '[{"id": "x", "texts": {}, "shared": {}, "hidden": null, "seen": 0}]']
)
def test_what_the_page_carried_is_checked_again(desk, authority, content):
    assert desk.post(f"{HOME}/import", {"content": content}).status_code == 422
    assert all(not one.version for one in queries.entries(authority.id))


@pytest.mark.db
def test_hostile_text_is_shown_as_text(desk, client):
    answer = send(desk, "Kennung;Titel;Kurztext\nboese;<script>alert(1)</script>;[x](javascript:alert(1))\n")
    desk.post(f"{HOME}/import", {"content": carried(answer)})
    page = client.get("/leistungen/boese").content.decode()
    assert "<script>alert(1)" not in page
    assert "javascript:" not in re.findall(r'href="([^"]*)"', page)


@pytest.mark.db
def test_only_an_organiser_takes_files_in(authority):
    clerk = signed_in(authority, "clerk")
    assert send(clerk, CSV).status_code == 403
    assert clerk.get(f"{HOME}/export.csv").status_code == 403
