"""Amira's appointments in her account: what she books while signed in, what she takes in, nobody else's, and out of it again."""

import io
import json
import re
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest

from stadttor.appointments import queries, services
from stadttor.appointments.models import Booking
from stadttor.appointments.pages import access
from stadttor.appointments.pages.typed import as_text
from stadttor.appointments.secrets import new_token, opened
from stadttor.citizens import services as citizens
from stadttor.citizens.models import CitizenAccount, KeptThing
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.site.tests.test_citizen_account import Account, amira, idle, jonas, town  # noqa: F401  # fixtures
from tests.isolation import world

pytestmark = pytest.mark.db
FORM = "/leistungen/bewohnerparkausweis/termin/angaben"


@pytest.fixture(autouse=True)
def _counters(town):  # noqa: F811
    """Two counters, and somebody else's appointment at the first free time."""
    world._appointment(town)


def form(town, **typed):  # noqa: F811
    """The next free time, filled in."""
    pool = queries.pool(town.authority_id, UUID(town.things["pool_id"]))
    begin = german_day(now()) + timedelta(days=2)
    begins = queries.free_days(town.authority_id, pool, world.SERVICE, begin, now(), most=1)[0].times[0]
    person = {"name": "Amira Yılmaz", "email": "amira.yilmaz@example.org", "phone": ""}
    return {"ort": str(pool.id), "zeit": as_text(begins), "key": new_token(), **person, **typed}


def booked(one, **typed):
    """Books in this browser; gives the row."""
    answer = one.client.post(FORM, form(one.town, **typed))
    assert answer.status_code == 303, answer.content.decode()
    return queries.booking(one.town.authority_id, UUID(re.findall(r"[0-9a-f-]{36}", answer.headers["Location"])[0]))


def link_of(town, row):  # noqa: F811
    with work(town.authority_id):
        sealed = Booking.objects.get(id=row.id).token_sealed
    return f"/termin/oeffnen/{opened(town.authority_id, row.id, bytes(sealed))}"


def holders(town):  # noqa: F811
    with work(town.authority_id):
        return list(KeptThing.objects.filter(kind="appointment").values_list("thing_id", flat=True))


def open_in(client):
    """The cookies by which this browser opens appointments."""
    return [name for name, kept in client.cookies.items() if name.startswith("termin-") and kept.value]


def test_what_she_books_while_signed_in_lies_in_her_account_and_in_no_cookie(town, amira):  # noqa: F811
    row = booked(amira)
    assert open_in(amira.client) == []
    page = amira.page().partition('id="appointments"')[2].partition("</section>")[0]
    own = f"/termin/{row.id}"
    for words in (row.number, "Zimmer 2", f"{own}/verschieben", f"{own}/absagen", "Was Sie mitbringen"):
        assert words in page
    assert "Dies liegt in Ihrem Konto" in amira.page(f"/termin/{row.id}")
    elsewhere = Account(town)
    elsewhere.sign_in()
    assert row.number in elsewhere.page()
    assert elsewhere.client.get(f"/termin/{row.id}/termin.ics").status_code == 200
    elsewhere.client.post(f"/termin/{row.id}/absagen")
    assert queries.booking(town.authority_id, row.id).state == "cancelled"


def test_the_form_says_before_that_it_comes_into_the_account(town, amira):  # noqa: F811
    at = f"{FORM}?zeit={form(town)['zeit']}"
    said = "Sie finden diesen Termin in Ihrem Konto"
    assert (said in amira.page(at), said in Account(town).page(at)) == (True, False)


def test_nobody_else_sees_it(town, amira):  # noqa: F811
    row, other = booked(amira), jonas(town)
    assert row.number not in other.page()
    for path in ("", "/termin.ics", "/verschieben", "/absagen"):
        assert other.client.get(f"/termin/{row.id}{path}").status_code == 404
    assert other.client.post(f"/termin/{row.id}/absagen").status_code == 404
    assert other.client.post(f"/termin/{row.id}/konto", {"choice": "keep"}).status_code == 404
    assert holders(town) == [row.id]


def test_what_is_over_or_cancelled_is_marked_and_comes_after_what_is_to_come(town, amira):  # noqa: F811
    over, cancelled, coming = booked(amira), booked(amira), booked(amira)
    amira.client.post(f"/termin/{cancelled.id}/absagen")
    with work(town.authority_id):
        Booking.objects.filter(id=over.id).update(begins=now() - timedelta(days=1))
    page = amira.page().partition('id="appointments"')[2].partition("</section>")[0]
    listed = re.findall(r"T-\w{4}-\w{4}", page)
    assert listed == [coming.number, cancelled.number, over.number]
    articles = dict(zip(listed, page.split("<article")[1:], strict=True))
    assert "Abgesagt" in articles[cancelled.number]
    assert "Vorbei" in articles[over.number]
    assert "verschieben" not in articles[cancelled.number] + articles[over.number]


def test_a_service_is_called_as_its_reader_calls_it_and_not_as_whoever_booked(town, amira):  # noqa: F811
    amira.client.cookies["language"] = "en"
    row = booked(amira)
    assert row.title == "Resident parking permit"
    for path in ("/konto", f"/termin/{row.id}", f"/termin/{row.id}/absagen", f"/termin/{row.id}/verschieben"):
        page = amira.page(f"{path}?lang=de")
        assert ("Resident parking permit" in page, "Bewohnerparkausweis" in page) == (False, True), path


def test_an_account_without_applications_counts_none(town, amira):  # noqa: F811
    assert "0 bis 0" not in amira.page()


def test_a_mails_link_opens_it_beside_the_account_and_not_into_it(town, amira):  # noqa: F811
    row = booked(amira)
    other = jonas(town)
    assert other.client.get(link_of(town, row)).headers["Location"] == f"/termin/{row.id}"
    assert "In mein Konto aufnehmen" in other.page(f"/termin/{row.id}")
    assert row.number not in other.page()
    with work(town.authority_id):
        assert KeptThing.objects.get(kind="appointment").account_id == amira.citizen().account_id


def test_the_same_form_sent_again_by_somebody_else_puts_it_into_no_other_account(town, amira):  # noqa: F811
    sent = form(town)
    amira.client.post(FORM, sent)
    other = jonas(town)
    assert other.client.post(FORM, sent).status_code == 303
    with work(town.authority_id):
        assert KeptThing.objects.get(kind="appointment").account_id == amira.citizen().account_id


def test_booked_without_signing_in_it_is_taken_in_when_she_says_so(town):  # noqa: F811
    one = Account(town)
    row = booked(one)
    page = one.page(f"/termin/{row.id}")
    hint = re.findall(r'href="(/konto/anmelden\?back=[^"]+)"', page)[0]
    back = re.findall(r'name="back" value="([^"]+)"', one.page(hint))[0]
    assert one.sign_in(back=back).headers["Location"] == f"/termin/{row.id}"
    assert holders(town) == []
    kept = one.client.post(f"/termin/{row.id}/konto", {"choice": "keep"})
    assert kept.headers["Location"] == "/konto?done=kept"
    assert (holders(town), open_in(one.client)) == ([row.id], [])
    page = one.page(kept.headers["Location"])
    assert (row.number in page, "Es liegt jetzt in Ihrem Konto" in page) == (True, True)


def test_taken_out_again_this_browser_still_opens_it_and_the_account_does_not(town, amira):  # noqa: F811
    row = booked(amira)
    out = amira.client.post(f"/termin/{row.id}/konto", {"choice": "let_go"})
    assert amira.client.get(out.headers["Location"]).status_code == 200
    assert row.number not in amira.page()
    assert holders(town) == []


def test_who_is_not_signed_in_takes_nothing_in(town):  # noqa: F811
    one = Account(town)
    row = booked(one)
    answer = one.client.post(f"/termin/{row.id}/konto", {"choice": "keep"})
    assert answer.headers["Location"] == f"/konto/anmelden?back=appointment:{row.id}"
    assert holders(town) == []


@pytest.mark.parametrize("ended", [False, True], ids=["in time", "after the session ended"])
def test_signed_out_the_next_person_at_the_browser_sees_no_appointment(town, ended):  # noqa: F811
    one = Account(town)
    without = booked(one)
    one.sign_in()
    hers, opened_between = booked(one), booked(Account(town))
    one.client.get(link_of(town, opened_between))
    assert one.client.get(f"/termin/{opened_between.id}").status_code == 200
    if ended:
        idle(town)
    one.client.post("/konto/abmelden")
    assert open_in(one.client) == []
    for row in (without, hers, opened_between):
        assert one.client.get(f"/termin/{row.id}").status_code == 404


def test_an_ended_session_says_so_instead_of_not_found(town, amira):  # noqa: F811
    row = booked(amira)
    idle(town)
    told = amira.client.get(f"/termin/{row.id}")
    assert (told.status_code, "abgemeldet" in told.content.decode()) == (401, True)


def test_with_her_account_goes_the_key_and_not_the_appointment(town, amira):  # noqa: F811
    row = booked(amira)
    assert "Ein Termin darin bleibt gebucht" in amira.page("/konto/loeschen")
    link = link_of(town, row)
    amira.client.post("/konto/loeschen", {"confirm": "yes"})
    assert holders(town) == []
    assert amira.client.get(f"/termin/{row.id}").status_code == 404
    amira.client.get(link)
    assert "Termin absagen" in amira.page(f"/termin/{row.id}")


def test_everything_in_one_file_holds_her_appointments(town, amira):  # noqa: F811
    row = booked(amira)
    with zipfile.ZipFile(io.BytesIO(amira.client.post("/konto/auskunft").getvalue())) as archive:
        account, appointment = json.loads(archive.read("data.json"))["applications"]
    assert [one["kind"] for one in account["data"]["citizens_keptthing"]] == ["appointment"]
    assert appointment["title"] == "appointment"
    assert [one["number"] for one in appointment["data"]["appointments_booking"]] == [row.number]
    assert "citizens_keptthing" not in appointment["data"]


def test_deleted_by_the_clock_it_is_in_no_account_any_more(town, amira):  # noqa: F811
    row = booked(amira)
    services.forget_over(authority_id=town.authority_id, now=row.keep_until + timedelta(seconds=1))
    assert holders(town) == []
    assert amira.client.get("/konto").status_code == 200


def test_booked_and_kept_are_one_act(town, amira):  # noqa: F811
    """Another window deletes the account in this moment: nothing is booked that nobody would find."""
    citizen, typed = amira.citizen(), form(town)
    citizens.close_account(citizen=citizen, now=now())
    before = _count(town)
    pool = queries.pool(town.authority_id, UUID(typed["ort"]))
    begins = queries.free_days(town.authority_id, pool, world.SERVICE, german_day(now()), now(), most=1)[0].times[0]
    with pytest.raises(Refused, match="signed_out"):
        services.book(
            authority_id=town.authority_id, token=typed["key"], randomness=b"z" * 16, channel="online", actor=SYSTEM,
            wanted=services.Wanted(pool.id, world.SERVICE, "Bewohnerparkausweis", begins), now=now(),
            person=services.Person("Amira Yılmaz", "amira.yilmaz@example.org"), keeper=citizen,
        )  # fmt: skip
    assert _count(town) == before


def _count(town):  # noqa: F811
    with work(town.authority_id):
        assert not CitizenAccount.objects.exists()
        return Booking.objects.count()


def test_without_an_account_all_is_as_before(town):  # noqa: F811
    one = Account(town)
    row = booked(one)
    assert open_in(one.client) == [access.cookie_name(row.id)]
    stranger = Account(town)
    assert stranger.client.get(f"/termin/{row.id}").status_code == 404
    stranger.client.get(link_of(town, row))
    assert row.number in stranger.page(f"/termin/{row.id}")
    assert holders(town) == []
