"""The daily closing at the desk: looked at, closed once, handed over, as CSV and PDF; the receipt as PDF."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from stadttor.cases.pages import work_list
from stadttor.exchange.queries import hand_overs_of
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.tests.queue import do
from stadttor.ground.web.formats import day as said_day
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.identity import services as accounts
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.payments.queries.closing import closings, day_of_books, late_days
from stadttor.payments.queries.lowering import listed_until
from stadttor.payments.services import counter, of_subject, request_payment
from stadttor.payments.services.booking import book
from stadttor.payments.services.closing import close_day
from stadttor.payments.services.finance import Books, set_rules
from stadttor.site import closing_pages, wiring
from stadttor.site.closing import as_csv, as_pdf, listed
from stadttor.site.watcher import count

pytestmark = pytest.mark.db
OLSEN = Actor("staff", UUID(int=7), "Herr Olsen")


@pytest.fixture
def olsen(authority: Authority) -> Client:
    account = {"email": "olsen@weissenburg.example", "password": "stadttor-demo"}
    accounts.create_member(
        authority_id=authority.id, name="Olsen", roles=["clerk"], unit_ids=[], actor=SYSTEM, now=clock.now(), **account
    )  # fmt: skip
    browser = Client(headers={"host": "weissenburg.localhost", "accept-language": "de"})
    browser.cookies[STAFF_COOKIE] = accounts.sign_in(
        authority_id=authority.id, address="::1", now=clock.now(), **account
    )
    return browser


@pytest.fixture
def today(authority: Authority) -> date:
    """Something was taken in cash and by card today, and one of it undone."""
    moment = datetime.now(UTC)
    set_rules(
        authority_id=authority.id, valid_from=date(2026, 1, 1), actor=SYSTEM, now=moment,
        books=Books("577", 6, "mod97", "Q-", {"*/": "4311.01", "*/Bundeskasse": "3799"}),
    )  # fmt: skip
    shares = [{"id": "z", "cents": 1300, "text": "Zeugnis", "shares": [{"to": "Bundeskasse", "cents": 780}]}]
    for method in ("cash", "card", "cash"):
        subject, known = uuid4(), {"authority_id": authority.id, "now": moment}
        request_payment(subject_id=subject, reference="x", items=shares, cents=1300, service="z", **known)
        taken, _new = counter.take(subject_id=subject, method=method, key=uuid4().hex, seen=1300, actor=OLSEN, **known)
    counter.undo(
        receipt_id=taken, key=uuid4().hex, mistake="method", actor=OLSEN, authority_id=authority.id, now=moment
    )
    return german_day(moment)


def test_a_day_is_closed_once_and_goes_to_the_finance_procedure(
    authority: Authority, olsen: Client, today: date
) -> None:
    page = f"/desk/finance/days/{today}"
    shown = olsen.get(page).content.decode()
    assert f"Q-{today.year}-000001" in shown
    wrong = olsen.post(page, {"act": "close", "counted": "viel"})
    assert (wrong.status_code, "zum Beispiel 15,35" in wrong.content.decode()) == (422, True)
    slip = olsen.post(page, {"act": "close", "counted": "130,00"})
    assert (slip.status_code, 'name="difference" value="11700"' in slip.content.decode()) == (422, True)
    other = olsen.post(page, {"act": "close", "counted": "13,50", "difference": "11700"})
    assert (other.status_code, closings(authority.id)) == (422, [])
    assert [olsen.post(page, {"act": "close", "counted": "13,00"}).status_code for _ in range(2)] == [302, 302]
    (closing,) = closings(authority.id)
    assert (closing.sums["cash"], closing.sums["card"], closing.sums["undone"], closing.counted) == (
        1300,
        1300,
        -1300,
        1300,
    )
    do("site.day_closed")
    with work(authority.id):
        rows = AuditEntry.objects.filter(act__startswith="exchange.")
        assert {(one.subject_kind, one.subject_id) for one in rows} == {("closing", closing.id)}
    (row,) = hand_overs_of(authority.id, closing.id)
    assert (row.state, row.name) == ("sheet", f"tagesabschluss-{today}.csv")
    assert olsen.get("/desk/finance/days/").status_code == 200
    assert olsen.post(page, {"act": "taken"}).status_code == 302
    (row,) = hand_overs_of(authority.id, closing.id)
    assert (row.state, row.ended_by_name) == ("copied", "Olsen")
    with work(authority.id):
        copied = AuditEntry.objects.get(act="exchange.copied")
        assert copied.subject_kind == "closing"


def test_the_lines_for_a_machine_name_accounts_and_nobody_who_applied(authority: Authority, today: date) -> None:
    head, *lines = as_csv(day_of_books(authority.id, today)).strip().split("\r\n")
    assert head.startswith('"Buchungstag";"Zeitpunkt";"Kassenzeichen"')
    assert len(lines) == 8
    cells = [line.strip('"').split('";"') for line in lines]
    assert sum(int(one[9].replace(",", "")) for one in cells) == 2600
    assert {(one[6], one[7]) for one in cells} == {("4311.01", ""), ("3799", "Bundeskasse")}


def test_a_name_does_not_become_a_formula(authority: Authority, today: date) -> None:
    """CWE-1236: a colleague's name is what an organiser typed, and the cash office opens the file in a spreadsheet."""
    found = day_of_books(authority.id, today)
    evil = replace(found, lines=tuple(replace(one, by_name='=HYPERLINK("x")') for one in found.lines))
    rows = [line.strip('"').split('";"') for line in as_csv(evil).strip().split("\r\n")][1:]
    assert {row[10] for row in rows} == {'\'=HYPERLINK(""x"")'}
    assert "-7,80" in {row[9] for row in rows}


def test_the_list_is_a_pdf_that_is_read_aloud(authority: Authority, today: date) -> None:
    data = as_pdf(authority.id, day_of_books(authority.id, today))
    assert data.startswith(b"%PDF")
    assert b"pdfuaid" in data


def test_a_day_that_does_not_exist_is_not_found(olsen: Client, today: date) -> None:
    assert olsen.get("/desk/finance/days/2026-02-31").status_code == 404
    assert olsen.get("/desk/finance/days/2031-12-24").status_code == 200


def test_files_of_a_day_are_saved(olsen: Client, today: date) -> None:
    answer = olsen.get(f"/desk/finance/days/{today}.csv")
    assert f"tagesabschluss-{today}" in answer.headers["Content-Disposition"]


def test_a_day_that_nobody_closed_is_counted_and_shown_until_it_is_closed(
    authority: Authority, olsen: Client, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report: a day that nobody closed was known to nobody but who happened to look at the list of days."""
    wiring.connect()
    noon = datetime.combine(today, time(12), UTC)
    assert [count(authority.id, noon + timedelta(days=days))["days not closed"] for days in (0, 3, 4)] == [0, 0, 1]
    later = datetime.now(UTC) + timedelta(days=4)
    for module in (work_list, closing_pages):
        monkeypatch.setattr(module, "now", lambda: later)
    shown = olsen.get("/desk/cases/", follow=True).content.decode()
    assert "Ein Tag der Buchungen ist nicht abgeschlossen" in shown
    assert "Diese Tage sollten abgeschlossen sein" in olsen.get("/desk/finance/days/").content.decode()
    close_day(authority_id=authority.id, day=today, counted=1300, actor=OLSEN, now=later)
    assert "nicht abgeschlossen" not in olsen.get("/desk/cases/", follow=True).content.decode()
    assert count(authority.id, later)["days not closed"] == 0


def test_how_long_a_day_may_stay_open_is_the_authoritys(authority: Authority, today: date) -> None:
    noon = datetime.combine(today, time(12), UTC)
    books = Books("577", 6, "mod97", "Q-", {"*/": "4311.01"}, close_days=10)
    set_rules(authority_id=authority.id, valid_from=today + timedelta(days=1), actor=SYSTEM, now=noon, books=books)
    assert late_days(authority.id, noon + timedelta(days=10)) == []
    assert late_days(authority.id, noon + timedelta(days=11)) == [today]


def test_where_no_books_are_kept_no_day_is_late(authority: Authority) -> None:
    """What was paid online has its lines there, too; but nobody closes days."""
    moment = datetime.now(UTC)
    subject = uuid4()
    request_payment(
        authority_id=authority.id, subject_id=subject, reference="x", items=[], cents=1300, service="z", now=moment
    )
    with work(authority.id):
        book(of_subject(authority.id, subject), cents=1300, method="online", actor=SYSTEM, now=moment)
    assert late_days(authority.id, moment + timedelta(days=30)) == []


def test_a_difference_that_she_has_seen_is_closed(authority: Authority, olsen: Client, today: date) -> None:
    """Report: "150" typed for "1,50" was closed at once and for good."""
    page, typed = f"/desk/finance/days/{today}", {"act": "close", "counted": "12,50"}
    shown = olsen.post(page, typed).content.decode()
    assert 'name="difference" value="-50"' in shown
    assert olsen.post(page, {**typed, "difference": "-50"}).status_code == 302
    (closing,) = closings(authority.id)
    assert closing.counted == 1250


def test_a_line_says_when_it_happened(authority: Authority, today: date) -> None:
    """Report: what was booked on the next day stood there with the clock of the day before."""
    close_day(authority_id=authority.id, day=today, counted=1300, actor=OLSEN, now=datetime.now(UTC))
    subject, known = uuid4(), {"authority_id": authority.id, "now": datetime.now(UTC)}
    request_payment(subject_id=subject, reference="x", items=[], cents=1300, service="z", **known)
    counter.take(subject_id=subject, method="cash", key="spaet", seen=1300, actor=OLSEN, **known)
    with speaking("de"):
        on_the_day = listed(authority.id, day_of_books(authority.id, today))
        (next_day,) = listed(authority.id, day_of_books(authority.id, today + timedelta(days=1)))
        assert all(len(one.cells[0]) == len("10:15") for one in on_the_day)
        assert next_day.cells[0].startswith(said_day(today))


def test_the_yearly_list_says_how_long_it_is_before_it_begins(olsen) -> None:
    answer = olsen.get("/desk/finance/years/2027.csv")
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(content)))
    assert content.startswith(b'"Jahr";"Leistung"')
    assert answer["Cache-Control"] == "private, no-store"


def test_the_yearly_list_is_made_by_its_button_and_never_by_looking_at_it(authority, olsen, monkeypatch) -> None:
    """Report: opening it from October on noted the year."""
    monkeypatch.setattr(closing_pages, "now", lambda: datetime(2026, 10, 1, 8, tzinfo=UTC))
    made: list[int] = []
    monkeypatch.setattr(closing_pages, "make_yearly_list", lambda staff, year, now: made.append(year))
    assert b"".join(olsen.get("/desk/finance/years/2027.csv").streaming_content)
    assert "Jahresliste 2027 erstellen" in olsen.get("/desk/finance/days/").content.decode()
    assert (made, listed_until(authority.id)) == ([], 0)
    assert olsen.post("/desk/finance/days/", {"list": "x"}).status_code == 404
    answer = olsen.post("/desk/finance/days/", {"list": "2027"})
    assert (made, answer["Location"]) == ([2027], "/desk/finance/days/?listed=2027")
    assert "Die Jahresliste 2027 ist erstellt" in olsen.get(answer["Location"]).content.decode()
    monkeypatch.undo()
    assert olsen.post("/desk/finance/days/", {"list": "2031"}).status_code == 409
    assert (
        Client(headers={"host": "weissenburg.localhost"}).post("/desk/finance/days/", {"list": "2027"}).status_code
        != 200
    )
