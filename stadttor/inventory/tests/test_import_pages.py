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


def test_one_wrong_line_keeps_everything_out(desk, authority):
    page = text(send(desk, GOOD + "Wochenmarkt;viele;;\n"))
    assert "“viele” is no whole number." in page
    assert "Line 4" in page
    assert 'name="content"' not in page
    assert queries.processes(authority.id) == []


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
