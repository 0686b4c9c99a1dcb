"""Pages: from the service's page to the confirmation, the secret link, the desk on its day, an organiser's settings."""

import re
from datetime import time, timedelta
from urllib.parse import urlsplit

import pytest

from stadttor.appointments import queries
from stadttor.appointments.ics import folded
from stadttor.appointments.models import Booking
from stadttor.appointments.pages import booked as booked_pages
from stadttor.appointments.pages import days as desk_pages
from stadttor.appointments.pages.typed import as_text
from stadttor.appointments.rules import Span
from stadttor.appointments.secrets import new_token
from stadttor.appointments.tests.conftest import SERVICE, TOMORROW, clock, copies, setting
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.notices.models import Mail

pytestmark = pytest.mark.db
PAGE = f"/leistungen/{SERVICE}/termin"
MEINUNG = re.compile(r"/meinung/[0-9A-Z-]+")


@pytest.fixture(autouse=True)
def _monday(monkeypatch, now):
    """The pages read the clock; here it is Monday morning."""
    from stadttor.appointments.pages import booked, choosing, entering, pools

    for module in (booked, choosing, desk_pages, entering, pools):
        monkeypatch.setattr(module, "now", lambda: now)


@pytest.fixture
def colleague(authority, client, now):
    """`colleague("clerk")` signs somebody with this role in."""
    from stadttor.identity import services as staff
    from stadttor.identity.queries import STAFF_COOKIE

    def sign_in(*roles):
        staff.create_member(
            authority_id=authority.id, email="olsen@weissenburg.example", name="Herr Olsen", roles=list(roles),
            unit_ids=[], password="ein gutes Kennwort", actor=SYSTEM, now=now,
        )  # fmt: skip
        from stadttor.ground.clock import now as this_moment

        client.cookies[STAFF_COOKIE] = staff.sign_in(
            authority_id=authority.id, email="olsen@weissenburg.example", password="ein gutes Kennwort",
            address="127.0.0.1", now=this_moment(),
        )  # fmt: skip
        return client

    return sign_in


def text(answer):
    return answer.content.decode()


def form(pool, begins=None, **typed):
    amira = {"name": "Amira Yılmaz", "email": "amira.yilmaz@example.org", "phone": "", "key": new_token()}
    return {"ort": str(pool), "zeit": as_text(begins or clock(8)), **amira, **typed}


def booked(client, authority, pool, **typed):
    """Books; gives the row."""
    answer = client.post(f"{PAGE}/angaben", form(pool, **typed))
    assert answer.status_code == 303, text(answer)
    return queries.booking(authority.id, re.search(r"/termin/([0-9a-f-]{36})", answer.headers["Location"])[1])


def test_from_the_service_to_the_confirmation(client, authority, pool_of):
    assert PAGE not in text(client.get(f"/leistungen/{SERVICE}"))
    pool = pool_of(authority)
    assert PAGE in text(client.get(f"/leistungen/{SERVICE}"))
    page = text(client.get(PAGE))
    assert "Dienstag, 24. November 2026" in page
    tuesday = text(client.get(f"{PAGE}?tag=2026-11-24"))
    assert f'value="{as_text(clock(8))}"' in tuesday
    assert "08:00" in text(client.get(f"{PAGE}/angaben?ort={pool}&zeit={as_text(clock(8))}"))
    row = booked(client, authority, pool)
    confirmation = text(client.get(f"/termin/{row.id}?neu=1"))
    assert row.number in confirmation
    assert "Altes Rathaus, Zimmer 2" in confirmation


@pytest.mark.parametrize("moment", ["99991231T2359Z", "00010101T0000Z"])
def test_a_time_no_calendar_shows_is_none(client, authority, pool_of, moment):
    at = f"{PAGE}/angaben?ort={pool_of(authority)}&zeit={moment}"
    assert client.get(at).headers["Location"] == PAGE


def test_a_service_without_appointments_has_no_such_page(client, authority, pool_of):
    pool_of(authority)
    assert client.get("/leistungen/hundesteuer/termin").status_code == 404


def test_the_same_form_twice_leads_to_the_same_page(client, authority, pool_of):
    sent = form(pool_of(authority))
    first, again = (client.post(f"{PAGE}/angaben", sent) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]


def test_a_time_that_was_taken_costs_nothing_of_what_was_typed(client, authority, pool_of, book):
    pool = pool_of(authority, places=1)
    book(authority, pool)
    answer = client.post(f"{PAGE}/angaben", form(pool))
    assert answer.status_code == 409
    page = text(answer)
    assert "gerade jemand anderes" in page
    assert 'value="Amira Yılmaz"' in page
    assert f'value="{as_text(clock(8, 15))}"' in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    assert client.post(f"{PAGE}/angaben", form(pool, clock(8, 15), key=key)).status_code == 303


@pytest.mark.parametrize("missing", ["name", "email"])
def test_what_is_missing_is_said_at_its_field(client, authority, pool_of, missing):
    answer = client.post(f"{PAGE}/angaben", form(pool_of(authority), **{missing: ""}))
    assert answer.status_code == 422
    assert f'href="#f-{missing}"' in text(answer)


def test_the_link_of_the_mail_opens_it_and_nothing_else_does(client, authority, pool_of):
    from django.test import Client

    row = booked(client, authority, pool_of(authority))
    with work(authority.id):
        mail = Mail.objects.get(authority_id=authority.id)
    link = urlsplit(mail.values["link"]).path
    stranger = Client(headers={"host": "weissenburg.localhost"})
    assert stranger.get(f"/termin/{row.id}").status_code == 404
    assert stranger.get("/termin/oeffnen/irgendwas").status_code == 404
    assert stranger.get(link).headers["Location"] == f"/termin/{row.id}"
    assert row.number in text(stranger.get(f"/termin/{row.id}"))


def test_moved_after_a_look_at_both(client, authority, pool_of):
    row = booked(client, authority, pool_of(authority))
    at = f"/termin/{row.id}/verschieben"
    assert as_text(clock(8, 15)) in text(client.get(f"{at}?tag=2026-11-24"))
    assert client.get(f"{at}?zeit={as_text(clock(9))}").status_code == 200
    assert queries.booking(authority.id, row.id).begins == clock(8)
    assert client.post(at, {"zeit": as_text(clock(9))}).status_code == 303
    assert queries.booking(authority.id, row.id).begins == clock(9)


def test_counted_are_only_other_times_than_the_one_she_has(client, authority, pool_of):
    """Report: with two counters her own time was counted as free and not offered."""
    row = booked(client, authority, pool_of(authority, hours=(Span(1, time(8), time(8, 30)),)))
    page = text(client.get(f"/termin/{row.id}/verschieben?tag=2026-11-24"))
    assert f'value="{as_text(clock(8))}"' not in page
    assert page.count("ein freier Termin") == page.count('name="zeit"') == 1
    assert "2 freie Termine" in page, "a week later both are"


def test_moved_to_a_taken_time_it_says_so_and_offers_others(client, authority, pool_of, book):
    pool = pool_of(authority, places=1)
    row, _other = booked(client, authority, pool), book(authority, pool, clock(9))
    answer = client.post(f"/termin/{row.id}/verschieben", {"zeit": as_text(clock(9))})
    assert answer.status_code == 409
    assert "gerade jemand anderes" in text(answer)


def test_cancelled_only_after_the_question(client, authority, pool_of):
    row = booked(client, authority, pool_of(authority))
    assert client.get(f"/termin/{row.id}/absagen").status_code == 200
    assert queries.booking(authority.id, row.id).state == "booked"
    client.post(f"/termin/{row.id}/absagen")
    assert "abgesagt" in text(client.get(f"/termin/{row.id}"))


def test_the_calendar_gets_the_change(client, authority, pool_of):
    row = booked(client, authority, pool_of(authority))
    first = text(client.get(f"/termin/{row.id}/termin.ics"))
    assert "DTSTART:20261124T070000Z\r\n" in first
    assert "Altes Rathaus\\, Zimmer 2" in first
    client.post(f"/termin/{row.id}/absagen")
    last = text(client.get(f"/termin/{row.id}/termin.ics"))
    assert {"METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED"} <= set(last.split("\r\n"))


def test_long_lines_of_a_calendar_are_folded_between_characters():
    line = folded("SUMMARY:" + "ä" * 100)
    assert max(len(part) for part in line.split(b"\r\n")) <= 75
    assert line.replace(b"\r\n ", b"").decode() == "SUMMARY:" + "ä" * 100 + "\r\n"


# At the desk


def test_the_day_at_the_desk(client, authority, pool_of, book, colleague, monkeypatch):
    row = book(authority, pool_of(authority))
    desk = colleague("clerk")
    assert "Amira" not in text(desk.get("/desk/appointments/"))
    assert "Amira" in text(desk.get("/desk/appointments/?day=2026-11-24"))
    assert "Amira" in text(desk.get("/desk/appointments/?day.day=24&day.month=11&day.year=2026"))
    for state in ("came", "done"):
        desk.post(f"/desk/appointments/{row.id}/mark", {"state": state})
        assert queries.booking(authority.id, row.id).state == state


def test_after_an_appointment_its_page_asks_how_it_was_but_nobody_who_was_not_there(
    client, authority, pool_of, monkeypatch
):
    row = booked(client, authority, pool_of(authority))
    page = f"/termin/{row.id}"
    assert "/meinung/" not in text(client.get(page))
    monkeypatch.setattr(booked_pages, "now", lambda: row.ends)
    asked = MEINUNG.search(text(client.get(page)))
    # In another month it is the same code, or one browser could answer twice; later none that would ask nothing.
    for months, same in ((1, True), (3, True), (5, False)):
        monkeypatch.setattr(booked_pages, "now", lambda months=months: row.ends + timedelta(days=28 * months))
        found = MEINUNG.search(text(client.get(page)))
        assert (found and found[0]) == (asked[0] if same else None)
    with work(authority.id):
        Booking.objects.update(state="missed")
    assert "/meinung/" not in text(client.get(page))


def test_a_colleague_books_and_cancels_with_a_reason(client, authority, pool_of, colleague):
    pool, desk = pool_of(authority), colleague("clerk")
    what = f"{pool} {SERVICE}"
    page = text(desk.get("/desk/appointments/new", {"what": what}))
    assert f'value="{as_text(clock(10, 15, TOMORROW - timedelta(1)))}"' in page
    sent = form(pool) | {"what": what, "email": "", "tag": "2026-11-24"}
    answer = desk.post("/desk/appointments/new", sent)
    assert answer.status_code == 303
    at = answer.headers["Location"]
    assert desk.post(at, {"reason": ""}).status_code == 422
    assert desk.post(at, {"reason": "Frau Adler ist krank."}).status_code == 303
    assert "Frau Adler ist krank." in text(desk.get(at))


def test_a_colleague_moves_what_somebody_calls_about(client, authority, pool_of, book, colleague):
    row, desk = book(authority, pool_of(authority)), colleague("clerk")
    at = f"/desk/appointments/{row.id}/move"
    assert desk.get(at).status_code == 200
    assert desk.post(at, {"zeit": as_text(clock(9))}).status_code == 303
    assert queries.booking(authority.id, row.id).begins == clock(9)


def test_where_citizens_cannot_book_any_more_the_desk_lists_what_it_can_have(
    client, authority, pool_of, book, colleague, now
):
    from stadttor.appointments import services

    row, desk = book(authority, pool_of(authority)), colleague("clerk")
    off = setting(active=False)
    services.save_pool(authority_id=authority.id, pool_id=row.pool_id, setting=off, actor=SYSTEM, now=now)
    at = f"/desk/appointments/{row.id}/move"
    offered = re.findall(r'value="(\w+Z)"', text(desk.get(at)))
    assert desk.post(at, {"zeit": offered[0]}).status_code == 303


def test_on_a_long_day_the_cancelled_ones_come_last_and_the_list_says_where_it_ends(
    client, authority, pool_of, book, colleague
):
    row, desk = book(authority, pool_of(authority), clock(11)), colleague("clerk")
    copies(authority, row, 499, state="cancelled", begins=clock(8))
    at, short = "/desk/appointments/?day=2026-11-24", "Hier stehen nur die ersten 500 Termine"
    page = text(desk.get(at))
    assert page.index(row.number) < page.index("C-")
    assert short not in page
    copies(authority, row, 1, state="cancelled")
    assert short in text(desk.get(at))


def test_only_a_lead_deletes(client, authority, pool_of, book, colleague):
    row, desk = book(authority, pool_of(authority)), colleague("clerk")
    assert desk.post(f"/desk/appointments/{row.id}/delete").status_code == 403


# What an organiser sets up

SETTING = {
    "name": "Bürgerbüro", "place": "Zimmer 2", "places": "2", "hours.0": "8:00-12:00, 14:00–16.30", "hours.4": "08:00-12:00",
    "closed": "24.12.2026 - 06.01.2027\n10.05.2027", "new.0": SERVICE, "new_minutes.0": "15", "every": "15", "notice": "2",
    "ahead": "60", "active": "yes",
}  # fmt: skip


def test_an_organiser_sets_up_a_place_and_citizens_book_there(client, authority, colleague):
    desk = colleague("organiser")
    assert desk.get("/desk/places/new").status_code == 200
    answer = desk.post("/desk/places/new", SETTING)
    assert answer.status_code == 303, text(answer)
    page = text(desk.get(answer.headers["Location"]))
    assert 'value="08:00-12:00, 14:00-16:30"' in page
    assert "24.12.2026 - 06.01.2027" in page
    assert "Bürgerbüro" in text(desk.get("/desk/places"))
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("24.12.-31.12.2026", "24.12.2026 - 31.12.2026"),
        ("24.12.2026 - 06.01.27", "24.12.2026 - 06.01.2027"),
        ("24.12.2026 – 31.12.2026", "24.12.2026 - 31.12.2026"),
        ("24.12.26", "24.12.2026"),
    ],
)
def test_closed_days_as_they_are_usually_written(client, authority, colleague, typed, kept):
    desk = colleague("organiser")
    answer = desk.post("/desk/places/new", SETTING | {"closed": typed})
    assert re.search(rf">\s*{re.escape(kept)}</textarea>", text(desk.get(answer.headers["Location"])))


def test_what_does_not_fit_any_more_is_named_by_its_german_day_and_counted(
    client, authority, pool_of, book, colleague, now
):
    from stadttor.appointments import services

    hours = (Span(2, time(0, 15), time(1)),)
    row = book(authority, pool_of(authority, hours=hours), clock(0, 15, TOMORROW + timedelta(1)))
    desk = colleague("organiser")
    copies(authority, row, 24)
    services.save_pool(authority_id=authority.id, pool_id=row.pool_id, setting=setting(), actor=SYSTEM, now=now)
    page = text(desk.get(f"/desk/places/{row.pool_id}"))
    assert page.count("?day=2026-11-25") == 20
    assert "und 5 weitere" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"places": "viele"}, {"places": "0"}, {"hours.0": "acht bis zwölf"}, {"hours.0": "12:00-08:00"},
        {"closed": "Weihnachten"}, {"closed": "31.02.2027"},
        {"closed": "24.12. bis auf Weiteres, 31.12.2026"}, {"closed": "06.01.2027 - 24.12.2026"}, {"every": "7"},
        {"hours.0": "08:03-12:00"},
        {"new_minutes.0": ""}, {"new_minutes.0": "600"}, {"ahead": "9999"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_lost(client, authority, colleague, wrong):
    answer = colleague("organiser").post("/desk/places/new", SETTING | wrong)
    assert answer.status_code == 422
    assert "Zimmer 2" in text(answer)
    assert queries.pools(authority.id) == []


def test_more_closed_days_than_it_can_keep_are_refused_and_not_cut(client, authority, colleague):
    answer = colleague("organiser").post("/desk/places/new", SETTING | {"closed": "24.12.2026\n" * 101})
    assert answer.status_code == 422
    assert queries.pools(authority.id) == []


def test_the_desk_sees_no_name_of_a_protected_person_but_for_a_reason(client, authority, pool_of, colleague):
    row = booked(client, authority, pool_of(authority), phone="09141 907-0", email="amira.yilmaz@example.org")
    olsen, day = colleague("clerk"), f"/desk/appointments/?day={clock(8).date().isoformat()}"
    assert "Amira" in text(olsen.get(day))
    olsen.post(f"/desk/appointments/{row.id}/protect")
    for page in (text(olsen.get(day)), text(olsen.get(f"/desk/appointments/{row.id}"))):
        assert row.number in page
        assert not any(word in page for word in ("Amira", "amira.yilmaz", "907-0"))
    refused = olsen.post(f"/desk/appointments/{row.id}/look", {"look": " "})
    assert "Amira" not in text(refused)
    assert refused.status_code == 422
    shown = text(olsen.post(f"/desk/appointments/{row.id}/look", {"look": "Amira Yılmaz bat um Rückruf"}))
    assert "907-0" in shown
    assert "Amira" not in text(olsen.get(f"/desk/appointments/{row.id}"))
    assert olsen.post(f"/desk/appointments/{row.id}/protect", {"protects": "no"}).status_code == 403
    assert "Amira Yılmaz" in text(client.get(f"/termin/{row.id}"))
    with work(authority.id):
        acts = {one.act: one for one in AuditEntry.objects.filter(subject_id=row.id)}
    assert {"appointment.protected", "appointment.protected_opened"} <= set(acts)
    assert not any("Amira" in str(one.details) for one in acts.values())


def test_a_lead_sees_who_looked_and_ends_the_protection(client, authority, pool_of, colleague):
    row = booked(client, authority, pool_of(authority))
    lead = colleague("clerk", "lead")
    lead.post(f"/desk/appointments/{row.id}/protect")
    lead.post(f"/desk/appointments/{row.id}/look", {"look": "Bitte um Rückruf"})
    assert "Herr Olsen: Bitte um Rückruf" in text(lead.get(f"/desk/appointments/{row.id}"))
    lead.post(f"/desk/appointments/{row.id}/protect", {"protects": "no"})
    assert "Amira Yılmaz" in text(lead.get(f"/desk/appointments/{row.id}"))
