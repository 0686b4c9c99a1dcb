"""The diagram of a process, as a picture and as a table."""

from datetime import timedelta
from io import BytesIO

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.inventory import queries, services
from stadttor.inventory.models import Drawing
from stadttor.inventory.pages.diagram_wording import condition_in_words, time_in_words
from stadttor.inventory.tests.builders import HOME, kept, signed_in, text
from stadttor.processes.tests.test_foreign import FOREIGN, a_file

pytestmark = pytest.mark.db


def test_an_own_process_is_drawn_from_its_steps(authority, desk):
    page = text(desk.get(f"{HOME}/{kept(authority)}/diagram"))
    assert "<svg" in page
    assert page.index("Zettel schreiben") < page.index("Abtippen")
    assert "steps that were typed in" in page


def test_a_service_of_the_catalogue_is_drawn_from_its_process(authority, desk):
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    services.take_over(authority_id=authority.id, actor=SYSTEM, now=clock.now())
    (row,) = queries.processes(authority.id)
    page = text(desk.get(f"{HOME}/{row.id}/diagram"))
    assert "Angaben und Nachweise prüfen" in page
    assert "if: there is a question" in page
    assert "if: not: it is to be checked again and a second person has to confirm" in page
    assert "14 days" in page
    assert "a.outcome" not in page
    assert "P14D" not in page
    assert "as the package runs it" in page
    assert "Bring a diagram along" not in page


def sent(xml):
    file = BytesIO(xml)
    file.name = "fund.bpmn"
    return {"file": file}


def test_a_diagram_from_another_program_is_shown_replaced_and_taken_away(authority, desk):
    page = f"{HOME}/{kept(authority)}/diagram"
    assert desk.post(page, sent(a_file(FOREIGN))).status_code == 303
    shown = text(desk.get(page))
    assert "Post öffnen" in shown
    assert "Fachverfahren if: ja" in shown
    assert "From the file fund.bpmn" in shown
    assert "Zettel schreiben" not in shown
    desk.post(page, sent(a_file(FOREIGN.replace("Fachverfahren", "Register"))))
    assert "Register if: ja" in text(desk.get(page))

    unsure = desk.post(page, {"drop": "yes"})
    assert unsure.status_code == 422
    assert "Please tick" in text(unsure)
    assert "Register" in text(unsure)
    assert desk.post(page, {"drop": "yes", "sure": "yes"}).status_code == 303
    assert "Zettel schreiben" in text(desk.get(page))
    assert desk.post(page, {"drop": "yes", "sure": "yes"}).status_code == 409


def test_what_cannot_be_drawn_changes_nothing_and_says_the_line(authority, desk):
    page = f"{HOME}/{kept(authority)}/diagram"
    desk.post(page, sent(a_file(FOREIGN)))
    refused = desk.post(page, sent(b"<a>\n<b></a>"))
    assert refused.status_code == 422
    assert "cannot be read as XML (line 2)" in text(refused)
    assert "Post öffnen" in text(refused)
    assert "Please choose a file" in text(desk.post(page))


def test_with_its_process_the_diagram_goes(authority, desk):
    process_id = kept(authority)
    desk.post(f"{HOME}/{process_id}/diagram", sent(a_file(FOREIGN)))
    desk.post(f"{HOME}/{process_id}/delete", {"confirm": "yes"})
    with work(authority.id):
        assert not Drawing.objects.exists()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a.decision == 'granted'", "it is granted"),
        ("a.four_eyes", "a second person has to confirm"),
        ("!a.four_eyes && a.outcome != 'sent_back'", "one person is enough and not: it was sent back"),
        ("a.fee_cents > 0", "a.fee_cents > 0"),
        ("a.four_eyes && a.fee_cents > 0", "a.four_eyes && a.fee_cents > 0"),
        ("", ""),
    ],
)
def test_a_condition_is_said_in_words_as_a_whole_or_not_at_all(source, words):
    with speaking("en"):
        assert condition_in_words(source) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [("P1D", "1 day"), ("P14D", "14 days"), ("PT2H", "2 hours"), ("PT30M", "30 minutes"), ("P1Y", "P1Y")],
)
def test_a_time_is_said_in_words(source, words):
    with speaking("en"):
        assert time_in_words(source) == words


def test_another_town_and_a_clerk_get_nothing(authority, neighbour):
    page = f"{HOME}/{kept(authority)}/diagram"
    for person, status in ((signed_in(neighbour), 404), (signed_in(authority, "clerk"), 403)):
        assert person.get(page).status_code == status
        assert person.post(page, sent(a_file(FOREIGN))).status_code == status
    with work(authority.id):
        assert not Drawing.objects.exists()
