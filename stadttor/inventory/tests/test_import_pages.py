"""The organiser sends a table, sees what would become of it, and takes all of it in or nothing."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadttor.inventory import queries
from stadttor.inventory.rules.stock import Process, Step
from stadttor.inventory.tests.builders import HOME, LOST, kept, signed_in, text

pytestmark = pytest.mark.db
GOOD = "Process;Cases a year;Step;Minutes\nFundsachen;130;Suchen;3\nFlohmarkt;;;\n"


def send(desk, content):
    return desk.post(f"{HOME}/import", {"file": SimpleUploadedFile("stock.csv", content.encode())})


def with_one(name, volume):
    """What the page would carry of one process, as somebody may have changed it."""
    one = f'{{"name": "{name}", "volume": {volume}, "demand": 0, "systems": "", "law": "", "steps": []}}'
    return f'{{"processes": [{one}], "columns": [], "seen": {{}}}}'


def carried(answer):
    return html.unescape(re.search(r'name="content" value="([^"]*)"', text(answer))[1])


def test_nothing_is_kept_before_she_agrees_and_all_of_it_after(desk, authority):
    process_id = kept(authority)
    answer = send(desk, GOOD)
    assert "Added: 1. Changed: 1. As it is already: 0." in text(answer)
    assert queries.process(authority.id, process_id).is_of == LOST
    done = desk.post(f"{HOME}/import", {"content": carried(answer)}, follow=True)
    assert "The table was taken in." in text(done)
    flea, lost = queries.processes(authority.id)
    assert flea.is_of == Process("Flohmarkt")
    assert (lost.is_of.volume, lost.is_of.steps, lost.is_of.law) == (130, (Step("Suchen", 3),), LOST.law)


BAD = "Process;Cases a year;Demand;Step;Minutes;Media breaks\n"


def test_every_fault_is_told_with_its_place_and_what_may_stand_there(desk, authority):
    page = text(send(desk, BAD + "Wochenmarkt;viele;riesig;Tun;99999;Fax, Brief\n;;;;;\n;3;;;;\n"))
    for told in ("“viele” is no whole number.", "“riesig” is not known here.", "“Fax” is not known here.",
                 "“Brief” is not known here.", "Please enter a number from 0 to 10000.", "The name of the process is missing.",
                 "Cases a year", "low, medium, high", "a whole number from 0 to 10,000,000", "Line 2", "Line 4"):  # fmt: skip
        assert told in page
    assert 'name="content"' not in page
    assert queries.processes(authority.id) == []


def test_faults_are_told_in_the_readers_language_and_saved_as_a_file(desk):
    desk.cookies["language"] = "de"
    page = text(send(desk, "Ablauf;Fälle im Jahr;Nachfrage\n=Wochenmarkt;viele;riesig\n"))
    assert "gering, mittel, hoch" in page
    carried_list = html.unescape(re.search(r'name="faults" value="([^"]*)"', page)[1])
    made = desk.post(f"{HOME}/import", {"faults": carried_list})
    assert made["Content-Disposition"].startswith("attachment")
    _head, first, second = text(made).removeprefix("\ufeff").splitlines()
    assert first.startswith("Zeile 2;Fälle im Jahr;")
    assert second.strip('"').endswith("gering, mittel, hoch")
    assert desk.post(f"{HOME}/import", {"faults": "[[1"}).status_code == 422
    assert text(desk.post(f"{HOME}/import", {"faults": '[["=1+1"]]'})).splitlines()[1].startswith("'=")


def test_only_the_processes_without_a_fault_are_kept_when_she_chooses_that(desk, authority):
    answer = send(desk, GOOD + "Wochenmarkt;viele;;\nFlohmarkt;;Tun;ewig\n")
    page = text(answer)
    assert "Left out, as a line of theirs is wrong: Flohmarkt, Wochenmarkt" in page
    assert queries.processes(authority.id) == []
    desk.post(f"{HOME}/import", {"content": carried(answer)})
    assert [row.is_of.name for row in queries.processes(authority.id)] == ["Fundsachen"]


@pytest.mark.parametrize("content", ["", "Process\n", "Farbe\nrot\n"])
def test_a_table_without_processes_says_so(desk, content):
    page = text(send(desk, content))
    assert 'name="content"' not in page
    assert "Error:" in page


def test_the_same_table_again_changes_nothing(desk, authority):
    answer = send(desk, GOOD)
    desk.post(f"{HOME}/import", {"content": carried(answer)})
    page = text(send(desk, GOOD))
    assert "Added: 0. Changed: 0. As it is already: 2." in page
    assert 'name="content"' not in page


def test_what_changed_since_she_looked_is_not_overwritten(desk, authority):
    answer = send(desk, GOOD)
    kept(authority, Process("Fundsachen", volume=99))
    refused = desk.post(f"{HOME}/import", {"content": carried(answer)})
    assert refused.status_code == 422
    assert "Somebody changed the stock in the meantime." in text(refused)
    (row,) = queries.processes(authority.id)
    assert row.is_of.volume == 99


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"processes": [{}], "columns": [], "seen": {}}', "[" * 100_000,
     with_one("x", "Infinity"), with_one("", "1")],
)  # fmt: skip
def test_what_the_page_carried_is_checked_again(desk, authority, content):
    assert desk.post(f"{HOME}/import", {"content": content}).status_code == 422
    assert queries.processes(authority.id) == []


def test_halves_of_characters_are_no_failure(desk, authority):
    assert desk.post(f"{HOME}/import", {"content": with_one(r"a\ud800\u0000", "1")}).status_code == 303


def test_only_an_organiser_takes_a_table_in(authority, desk):
    clerk = signed_in(authority, "clerk")
    assert clerk.get(f"{HOME}/import").status_code == 403
    assert send(clerk, GOOD).status_code == 403
