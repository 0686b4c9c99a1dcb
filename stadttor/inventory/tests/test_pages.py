"""The organiser's pages of the stock, and its files."""

import csv
import io
from datetime import timedelta

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.core.periods import months_later
from stadttor.ground import clock
from stadttor.ground.web.tests.spreadsheet import cells
from stadttor.ground.work import work
from stadttor.insights.models import Counter
from stadttor.inventory import queries
from stadttor.inventory.rules.stock import Process, Step
from stadttor.inventory.tests.builders import HOME, LOST, kept, signed_in, text

pytestmark = pytest.mark.db
TYPED = {
    "version": "0", "name": "Fundsachen", "volume": "120", "demand": "2", "systems": "Excel", "law": "§ 965 BGB",
    "step.0.name": "Abtippen", "step.0.minutes": "10", "step.0.breaks": ["retype"], "step.0.place": "2",
    "step.1.name": "", "step.1.minutes": "", "step.1.place": "3",
    "step.2.name": "Zettel schreiben", "step.2.minutes": "5", "step.2.breaks": ["paper_in", "signature"], "step.2.place": "1",
}  # fmt: skip


def test_an_empty_stock_offers_the_services_of_the_catalogue(desk, authority):
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    assert "Take over the services of the catalogue" in text(desk.get(HOME))
    answer = desk.post(f"{HOME}/take-over", follow=True)
    assert "Muster" in text(answer)
    assert "Take over the services" not in text(answer)


def test_what_is_typed_is_kept_in_the_order_of_its_places(desk, authority):
    answer = desk.post(f"{HOME}/new", TYPED)
    assert answer.status_code == 303
    (row,) = queries.processes(authority.id)
    assert row.is_of == LOST


def test_the_form_shows_what_is_kept_and_takes_it_back(desk, authority):
    process_id = kept(authority)
    page = text(desk.get(f"{HOME}/{process_id}"))
    assert 'value="Zettel schreiben"' in page
    assert 'value="signature" checked' in page
    desk.post(f"{HOME}/{process_id}", TYPED | {"version": "1", "volume": ""})
    assert queries.process(authority.id, process_id).is_of.volume is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "f-name"),
        ({"volume": "viele"}, "f-volume"),
        ({"volume": "99999999"}, "f-volume"),
        ({"step.2.minutes": "zehn"}, "f-step-2-minutes"),
        ({"step.2.name": ""}, "f-step-2-name"),
        ({"step.0.place": "x"}, "f-step-0-place"),
    ],
)
def test_an_error_leads_to_its_field_and_keeps_what_was_typed(desk, authority, wrong, field):
    answer = desk.post(f"{HOME}/new", TYPED | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in text(answer)
    assert 'value="Abtippen"' in text(answer)
    assert queries.processes(authority.id) == []


def test_the_list_adds_up_what_it_shows(desk, authority):
    kept(authority)
    kept(authority, Process("Flohmarkt", steps=(Step("Prüfen", 30, ("scan",)),)))
    page = text(desk.get(HOME))
    assert "30 hours of work a year, that is 1,800 minutes." in page
    assert "For one process nobody has said yet" in page
    only = text(desk.get(HOME, {"break": "scan"}))
    assert "Flohmarkt" in only
    assert "Fundsachen" not in only
    assert "Flohmarkt" not in text(desk.get(HOME, {"q": "abtippen"}))
    assert "No process is like this" in text(desk.get(HOME, {"q": "xyz"}))


@pytest.mark.parametrize(
    ("order", "first"), [("", "Ämter"), ("-name", "Zelt"), ("-volume", "Zelt"), ("minutes", "Zelt")]
)
def test_the_list_is_sorted_as_asked(desk, authority, order, first):
    kept(authority, Process("Zelt", volume=9))
    kept(authority, Process("Ämter", steps=(Step("Prüfen", 30),)))
    page = text(desk.get(HOME, {"sort": order})).partition("<tbody")[2]
    assert (page.find("Zelt") < page.find("Ämter")) == (first == "Zelt")


def test_a_long_list_comes_in_pages(desk, authority):
    for number in range(51):
        kept(authority, Process(f"Vorgang {number:02}"))
    assert "Vorgang 50" not in text(desk.get(HOME))
    assert "Vorgang 50" in text(desk.get(HOME, {"page": "2"}))


def test_the_files_have_a_line_for_each_step(desk, authority):
    kept(authority)
    kept(authority, Process("=1+1"))
    lines = list(csv.reader(io.StringIO(text(desk.get(f"{HOME}.csv")).removeprefix("\ufeff")), delimiter=";"))
    assert lines[0] == ["Process", "Cases a year", "Demand", "Systems", "Law", "Step", "Minutes", "Media breaks"]
    assert ["Fundsachen", "120", "medium", "Excel", "§ 965 BGB", "Abtippen", "10", "Typed in again"] in lines
    assert ["'=1+1", "", "", "", "", "", "", ""] in lines
    sheet = cells(desk.get(f"{HOME}.xlsx"))
    assert ("n", "120") in sheet[2]
    assert "=1+1" not in text(desk.get(f"{HOME}.csv?q=abtippen"))


def test_deleting_asks_first(desk, authority):
    process_id = kept(authority)
    assert "It cannot be brought back." in text(desk.get(f"{HOME}/{process_id}/delete"))
    assert len(queries.processes(authority.id)) == 1
    assert "Deleted." in text(desk.post(f"{HOME}/{process_id}/delete", {"confirm": "yes"}, follow=True))
    assert queries.processes(authority.id) == []


def test_only_an_organiser_of_this_town_sees_them(authority, neighbour, desk):
    process_id = kept(authority)
    clerk, other = signed_in(authority, "clerk"), signed_in(neighbour)
    for page in ("", "/new", f"/{process_id}", f"/{process_id}/delete", ".csv", ".xlsx"):
        assert clerk.get(f"{HOME}{page}").status_code == 403
    assert clerk.post(f"{HOME}/take-over").status_code == 403
    assert "Fundsachen" not in text(other.get(HOME))
    assert "Fundsachen" not in text(other.get(f"{HOME}.csv"))
    assert other.get(f"{HOME}/{process_id}").status_code == 404
    assert other.post(f"{HOME}/{process_id}/delete", {"confirm": "yes"}).status_code == 404


def test_the_cases_of_a_year_are_taken_over_from_the_key_figures(desk, authority):
    """Four are too few to be told; of a process of the town's own nothing is counted."""
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    desk.post(f"{HOME}/take-over")
    (row,) = queries.processes(authority.id)
    page, take = f"{HOME}/{row.id}", f"{HOME}/{row.id}/volume"
    month = clock.german_day(clock.now()).replace(day=1)

    def counted(often):
        with work(authority.id):
            Counter.objects.update_or_create(
                authority_id=authority.id, service=row.is_of.service, month=month, measure="online", value=1,
                defaults={"count": often},
            )  # fmt: skip

    counted(4)
    assert "Take over as cases a year" not in text(desk.get(page))
    assert desk.post(take, {"version": row.version}).status_code == 422
    counted(37)
    assert f"counted 37 applications received from {months_later(month, -11):%m/%Y} to {month:%m/%Y}" in text(
        desk.get(page)
    )
    assert desk.post(take, {"version": row.version}).status_code == 303
    assert queries.process(authority.id, row.id).is_of.volume == 37
    assert "Take over as cases a year" not in text(desk.get(page))
    own = kept(authority)
    assert "The key figures counted" not in text(desk.get(f"{HOME}/{own}"))
    assert signed_in(authority, "clerk").post(take).status_code == 403
