"""A decision has one lawful way: chosen by rule, changed with a reason, counted by the table, gone again when it came back."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Decision
from stadttor.cases.queries import case_for
from stadttor.cases.queries.status import status_of
from stadttor.cases.services.deciding import chosen_way
from stadttor.citizens import services as citizens
from stadttor.citizens.queries import citizen_of
from stadttor.core.refused import Refused
from stadttor.forms.queries import submission
from stadttor.ground import files
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import BERLIN, german_day, now
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity.ports import IdentityAssertion
from stadttor.insights.queries.inviting import invitation
from stadttor.notices.models import LegalDelivery, Mail
from stadttor.notices.queries import deliveries_of, late_letters, waiting_letters
from stadttor.notices.services import make_run, undo_run
from stadttor.notices.wording import mail_text
from stadttor.portal import access
from stadttor.portal.pages import status as status_page
from stadttor.records.models import Document
from stadttor.records.services import open_file
from stadttor.site import delivering, delivery, letters, watcher, wiring
from stadttor.site.applications import submitted
from stadttor.site.opinions import opinion_address
from stadttor.site.post_room import post_letters
from stadttor.tenancy.queries import forget
from stadttor.tenancy.services import describe, set_coverage
from tests.isolation.world import in_work, open_account

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority):
    wiring.connect()
    forget()
    made = in_work(authority)
    set_coverage(made.authority_id, ["095770177177"], actor=SYSTEM, now=now())
    open_file(
        authority_id=made.authority_id, case_id=UUID(made.things["case_id"]), number="1", title="Ausweis", now=now()
    )
    return made


def clerk(town):
    return identity.staff_of(town.secrets["session"], town.authority_id, now())


def decided(town, **more) -> UUID:
    """The town's case is decided and the letter has left."""
    case_id = UUID(town.things["case_id"])
    staff = clerk(town)
    with work(town.authority_id):
        version = cases.look_at(staff=staff, case_id=case_id, now=now()).version
    decision_id = cases.decide(
        staff=staff,
        case_id=case_id,
        version=version,
        outcome="refused",
        free_reason="Kein Wohnsitz.",
        now=now(),
        **more,
    )
    delivery.send_decision_letter(authority_id=town.authority_id, case_id=case_id, decision_id=decision_id)
    return decision_id


def newest(town):
    return deliveries_of(town.authority_id, UUID(town.things["case_id"]))[0]


def settled(town, act: str, **typed: str) -> None:
    staff = clerk(town)
    case = cases.look_at(staff=staff, case_id=UUID(town.things["case_id"]), now=now()).ref
    given = {"reason": "", "channel": "", "name": "", "lines": ""} | typed
    delivering.settle(act, staff=staff, case=case, delivery_id=str(newest(town).id), typed=given)


def on(monkeypatch, day: date) -> None:
    monkeypatch.setattr(delivering, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=BERLIN))


def test_by_rule_it_goes_by_post_once_and_nobody_reaches_it_from_another_case(town):
    decision_id = decided(town)
    found = newest(town)
    assert (found.channel, found.why, found.state) == ("post", "post", "waiting")
    assert (found.name, len(found.lines)) == ("Amira Yılmaz", 2)
    assert found.documents
    again = {"authority_id": town.authority_id, "case_id": UUID(town.things["case_id"])}
    delivery.send_decision_letter(**again, decision_id=decision_id)
    assert len(deliveries_of(**again)) == 1
    staff = clerk(town)
    case = cases.look_at(staff=staff, case_id=again["case_id"], now=now()).ref
    with work(town.authority_id):
        LegalDelivery.objects.update(case_id=UUID(int=7))
    with pytest.raises(Refused) as refused:
        delivering.settle("hand", staff=staff, case=case, delivery_id=str(found.id), typed={"reason": ""})
    assert refused.value.status == 404


def test_without_a_post_room_nothing_goes_by_post(town):
    """The letter would wait where nobody looks."""
    describe(town.authority_id, actor=SYSTEM, now=now(), parts_off=["post_room"])
    forget()
    with pytest.raises(Refused) as refused:
        decided(town, channel="post", channel_reason="Bitte mit der Post")
    assert refused.value.code == "channel_unknown"
    decided(town)
    found = newest(town)
    assert (found.channel, found.why, found.state) == ("counter", "no_post", "to_hand")
    case = town.clerk().get(f"/desk/cases/{town.things['case_id']}")
    assert "diese Stadt verschickt von hier keine Briefe" in case.content.decode()
    with pytest.raises(Refused) as refused:
        settled(town, "again", channel="post", reason="Post", name="Amira", lines="Weg 1\n91781 Weißenburg")
    assert refused.value.code == "channel_unknown"


def test_another_way_needs_a_reason_and_what_is_handed_over_is_known_at_once(town, monkeypatch):
    """Report: nobody could say until when something could be done against a decision."""
    page = town.clerk().get(f"/desk/cases/{town.things['case_id']}/decide").content.decode()
    assert 'name="channel"' in page
    assert 'value="counter"' in page
    assert 'value="account"' not in page
    for wrong, field in (({}, "channel_reason"), ({"channel": "account"}, "channel")):
        with pytest.raises(Refused) as refused:
            decided(town, **{"channel": "counter"} | wrong)
        assert refused.value.field == field
    with work(town.authority_id):
        assert not Decision.objects.exists()
        case = cases.look_at(staff=clerk(town), case_id=UUID(town.things["case_id"]), now=now()).ref
        assert chosen_way(case, "closed", "", "") == ("", "")
    decided(town, channel="counter", channel_reason="Sie wartet am Schalter.")
    assert (newest(town).state, newest(town).reason) == ("to_hand", "Sie wartet am Schalter.")
    on(monkeypatch, date(2026, 12, 6))
    settled(town, "hand")
    found = newest(town)
    # Epiphany is a holiday in Bavaria.
    assert (found.state, found.known_on, found.remedy_until) == ("handed", date(2026, 12, 6), date(2027, 1, 7))
    page = town.clerk().get(f"/desk/cases/{town.things['case_id']}").content.decode()
    assert "06.12.2026" in page or "6. Dezember 2026" in page
    assert "Art. 12 Abs. 2 AGVwGO" in page


def test_what_was_handed_over_stands_in_the_history_once_whoever_says_so_again(town):
    """Report: two windows that both said so left two lines in the history of the case."""
    decided(town, channel="counter", channel_reason="Sie wartet am Schalter.")
    for _ in range(2):
        settled(town, "hand")
    case = case_for(clerk(town), UUID(town.things["case_id"]), now())
    assert [line.act for line in case.history].count("handed_over") == 1


def test_a_letter_that_waits_goes_another_way_to_another_address(town):
    decided(town)
    address = f"/desk/cases/{town.things['case_id']}/delivery/again"
    assert newest(town).lines[0] in town.clerk().get(address).content.decode()
    typed = {"delivery": str(newest(town).id), "channel": "post", "reason": "Umgezogen.", "name": "Amira Yılmaz"}
    assert town.clerk().post(address, typed | {"lines": "Irgendwo"}).status_code == 422
    assert town.clerk().post(address, typed | {"lines": "Weg 1\n91781 Weißenburg"}).status_code == 302
    found = newest(town)
    assert (found.number, found.state, found.lines) == (2, "waiting", ("Weg 1", "91781 Weißenburg"))
    assert town.clerk().post(address, typed | {"lines": "Weg 1\n91781 Weißenburg"}).status_code == 409
    with work(town.authority_id):
        assert list(LegalDelivery.objects.order_by("number").values_list("state", flat=True)) == ["replaced", "waiting"]


def test_a_letter_that_came_back_brings_its_case_back_into_the_list(town):
    decided(town)
    mine = {"authority_id": town.authority_id, "case_id": UUID(town.things["case_id"])}
    run_id = make_run(authority_id=town.authority_id, actor=SYSTEM, now=now())
    post_letters(authority_id=town.authority_id, run_id=run_id, day=german_day(now()), actor=SYSTEM)
    assert newest(town).known_on
    staff = clerk(town)
    version = cases.look_at(staff=staff, case_id=mine["case_id"], now=now()).version
    cases.close(staff=staff, case_id=mine["case_id"], version=version, now=now())
    address = f"/desk/cases/{mine['case_id']}/delivery/returned"
    typed = {"delivery": str(newest(town).id)}
    assert town.clerk().post(address, typed).status_code == 422
    assert town.clerk().post(address, typed | {"reason": "Unbekannt verzogen"}).status_code == 302
    assert (newest(town).state, newest(town).known_on) == ("returned", None)
    assert "Brief kam zurück" in town.clerk().get("/desk/cases/?scope=all").content.decode()
    view = cases.look_at(staff=staff, case_id=mine["case_id"], now=now())
    assert (view.state, view.outcome) == ("decided", "refused")
    with pytest.raises(Refused) as refused:
        cases.close(staff=staff, case_id=mine["case_id"], version=view.version, now=now())
    assert refused.value.code == "letter_is_back"
    settled(town, "again", channel="counter", reason="Sie holt ihn ab.", name="Amira Yılmaz")
    settled(town, "hand")
    assert newest(town).known_on == german_day(now())
    cases.close(staff=staff, case_id=mine["case_id"], version=view.version, now=now())


def test_whoever_agreed_gets_it_in_her_account_and_by_post_what_she_does_not_open(town):
    """A link does not show who she is: it only informs (§ 41 Abs. 2a VwVfG)."""
    open_account(town)
    amira = citizen_of(town.authority_id, town.secrets["konto"], now())
    citizens.agree_to_delivery(citizen=amira, agrees=True, now=now())
    decided(town)
    found = newest(town)
    assert (found.channel, found.why, found.state) == ("account", "account", "provided")
    submission = town.things["submission_id"]
    address = f"/status/{submission}/dokument/{found.documents[0]}"
    by_link = town.browser(**{access.cookie_name(UUID(submission)): town.secrets["submission_id"]})
    by_account = town.browser(konto=town.secrets["konto"])
    assert by_link.get(address).status_code == 302
    assert by_link.post(f"/status/{submission}/auskunft").status_code in (302, 404, 405)
    assert newest(town).state == "provided"
    delivering.post_unopened(town.authority_id, now() + timedelta(days=10))
    assert newest(town).state == "provided"
    with work(town.authority_id):
        before = LegalDelivery.objects.get()
    assert by_account.head(address).status_code == 200
    assert newest(town).state == "provided"
    assert by_account.get(address).status_code == 200
    opened = newest(town)
    assert (opened.state, opened.known_on) == ("opened", german_day(now()) + timedelta(days=1))
    with work(town.authority_id):
        before.save(force_update=True)
    delivering.post_unopened(town.authority_id, now() + timedelta(days=11))
    again = newest(town)
    assert (again.number, again.channel, again.why, again.state) == (2, "post", "unopened", "waiting")
    assert by_link.get(address).status_code == 200
    with work(town.authority_id):
        assert LegalDelivery.objects.get(number=1).state == "unopened"
    citizens.agree_to_delivery(citizen=amira, agrees=False, now=now())
    page = by_account.get("/konto").content.decode()
    assert "/konto/bescheide" in page


def agreed(town) -> str:
    """Amira agreed, and the decision lies in her account; gives its address."""
    open_account(town)
    amira = citizen_of(town.authority_id, town.secrets["konto"], now())
    citizens.agree_to_delivery(citizen=amira, agrees=True, now=now())
    decided(town)
    return f"/status/{town.things['submission_id']}/dokument/{newest(town).documents[0]}"


def test_somebody_else_who_has_the_link_opens_it_in_no_account_of_his(town):
    """Found in review: an account made with the link began the addressee's remedy."""
    address = agreed(town)
    submission = UUID(town.things["submission_id"])
    said = IdentityAssertion("simulated", "hoch", now(), {}, "simulated", "somebody else")
    token = citizens.open_account(authority_id=town.authority_id, assertion=said, now=now())
    other = citizen_of(town.authority_id, token, now())
    secret = town.secrets["submission_id"]
    citizens.keep(citizen=other, kind="application", thing_id=submission, token=secret, now=now())
    browser = town.browser(konto=token)
    assert browser.get(address).status_code == 302
    assert newest(town).state == "provided"
    assert browser.post(f"/status/{submission}/auskunft").status_code == 302
    with zipfile.ZipFile(io.BytesIO(b"".join(browser.post("/konto/auskunft").streaming_content))) as saved:
        assert not [one for one in saved.namelist() if one.endswith(".pdf")]
    citizens.close_account(citizen=citizen_of(town.authority_id, town.secrets["konto"], now()), now=now())
    assert browser.get(address).status_code == 200
    assert newest(town).state == "provided"


def test_only_the_letter_itself_counts_and_only_in_time(town, monkeypatch):
    address = agreed(town)
    by_account = town.browser(konto=town.secrets["konto"])
    with work(town.authority_id):
        LegalDelivery.objects.update(created=now() - timedelta(days=12))
    assert by_account.get(address).status_code == 200
    assert newest(town).state == "provided"
    with work(town.authority_id):
        LegalDelivery.objects.update(created=now())
        letter = Document.objects.get(id=newest(town).documents[0])
        Document.objects.filter(id=letter.id).update(source_key=letter.source_key.replace(":de", ":tr"))
    assert by_account.get(address).status_code == 200
    assert newest(town).state == "provided"
    with work(town.authority_id):
        Document.objects.update(source_key=letter.source_key)
    with monkeypatch.context() as broken:
        broken.setattr(files, "read", missing)
        assert by_account.get(address).status_code >= 500
    assert newest(town).state == "provided"


def missing(*_args: object) -> bytes:
    raise FileNotFoundError


def test_the_same_letter_sent_again_says_of_the_remedy_what_it_said(town):
    """Found in review: the day of a remedy that came into the table later counted for a letter that names none."""
    decided(town)
    with work(town.authority_id):
        LegalDelivery.objects.update(informed=False)
    settled(town, "again", channel="counter", reason="Sie holt ihn ab.", name="Amira Yılmaz")
    settled(town, "hand")
    assert newest(town).rule["remedy_source"] == "§ 58 Abs. 2 VwGO"
    assert newest(town).remedy_until > german_day(now()) + timedelta(days=360)


def test_one_that_cannot_go_keeps_no_other_in_its_account(town):
    agreed(town)
    with work(town.authority_id):
        broken = LegalDelivery.objects.get()
        broken.id, broken.subject_id, broken.decision_id = UUID(int=1), UUID(int=2), UUID(int=3)
        broken.save(force_insert=True)
        LegalDelivery.objects.update(informed=False)
        LegalDelivery.objects.filter(id=broken.id).update(created=now() - timedelta(minutes=1))
    with pytest.raises(RuntimeError):
        delivering.post_unopened(town.authority_id, now() + timedelta(days=11))
    with work(town.authority_id):
        again = LegalDelivery.objects.get(number=2)
    assert (again.state, again.informed) == ("waiting", False)


def closed(town) -> None:
    staff, case_id = clerk(town), UUID(town.things["case_id"])
    version = cases.look_at(staff=staff, case_id=case_id, now=now()).version
    cases.close(staff=staff, case_id=case_id, version=version, now=now())


def reopened(town) -> None:
    staff, case_id = clerk(town), UUID(town.things["case_id"])
    version = cases.look_at(staff=staff, case_id=case_id, now=now()).version
    cases.reopen(staff=staff, case_id=case_id, version=version, reason="Neuer Mietvertrag.", now=now())


def test_a_decision_that_is_made_anew_is_not_posted_any_more(town):
    """Found in review: both decisions went out, the old one first."""
    decided(town)
    closed(town)
    mine = {"authority_id": town.authority_id, "actor": SYSTEM, "now": now()}
    run_id = make_run(**mine)
    with pytest.raises(Refused) as refused:
        reopened(town)
    assert refused.value.code == "letter_in_print"
    undo_run(**mine, run_id=run_id)
    reopened(town)
    first = newest(town)
    assert (first.state, waiting_letters(town.authority_id)) == ("withheld", [])
    with pytest.raises(Refused):
        settled(town, "again", channel="counter", reason="Sie holt ihn ab.", name="Amira Yılmaz")
    decided(town)
    assert [one.decision_id for one in waiting_letters(town.authority_id)] == [newest(town).decision_id]
    assert newest(town).decision_id != first.decision_id


def test_a_case_does_not_end_before_its_letter_left(town):
    """Found in review: cases closed with letters nobody posted or handed over, and nothing said so."""
    decided(town)
    mine = {"authority_id": town.authority_id, "actor": SYSTEM, "now": now()}
    run_id = make_run(**mine)
    assert late_letters(town.authority_id, now() - timedelta(days=7), 9) == []
    with pytest.raises(Refused) as refused:
        closed(town)
    assert refused.value.code == "letter_in_print"
    undo_run(**mine, run_id=run_id)
    settled(town, "again", channel="counter", reason="Sie holt ihn ab.", name="Amira Yılmaz")
    with pytest.raises(Refused) as refused:
        closed(town)
    assert refused.value.code == "not_handed_over"
    assert watcher.count(town.authority_id, now() + timedelta(days=8))["letters that lie"] == 1
    settled(town, "hand")
    closed(town)
    assert watcher.count(town.authority_id, now() + timedelta(days=8))["letters that lie"] == 0


def test_a_letter_to_another_country_counts_from_its_proved_arrival(town):
    """§ 41 Abs. 2 VwVfG counts days for letters within Germany only."""
    decided(town)
    address = {"channel": "post", "name": "Amira Yılmaz", "lines": "Getreidegasse 9\n5020 Salzburg", "country": "AT"}
    with pytest.raises(Refused) as refused:
        settled(town, "again", reason="Verzogen", **address | {"country": "XX"})
    assert refused.value.field == "country"
    settled(town, "again", reason="Verzogen", **address)
    assert newest(town).lines == ("Getreidegasse 9", "5020 Salzburg", "ÖSTERREICH")
    today = german_day(now())
    run_id = make_run(authority_id=town.authority_id, actor=SYSTEM, now=now())
    post_letters(authority_id=town.authority_id, run_id=run_id, day=today, actor=SYSTEM)
    found = newest(town)
    assert (found.state, found.event_on, found.known_on, found.remedy_until) == ("posted", today, None, None)
    case = f"/desk/cases/{town.things['case_id']}"
    assert "solange niemand nachweist" in town.clerk().get(case).content.decode()
    assert town.clerk().get(f"{case}/delivery/arrived").status_code == 200
    day = {"day.day": str(today.day), "day.month": str(today.month), "day.year": str(today.year)}
    for wrong, field in (({"proof": "advice"}, "day"), (day, "proof"), (day | {"day.year": "2020"}, "day")):
        with pytest.raises(Refused) as refused:
            settled(town, "arrived", **{"proof": "", **wrong})
        assert refused.value.field == field
    settled(town, "arrived", proof="advice", **day)
    found = newest(town)
    assert (found.known_on, found.rule["proof"]) == (today, "advice")
    assert found.remedy_until
    assert "eingegangen am" in town.clerk().get(case).content.decode()
    with pytest.raises(Refused):
        settled(town, "arrived", proof="advice", **day)


def test_letter_mail_and_page_of_a_decision_ask_at_an_address_that_is_the_same_for_all(town, monkeypatch):
    """Also for a person under protection (§ 51 BMG): that it is missing would tell of her."""
    asked, set_letter = [], letters.render_letter
    monkeypatch.setattr(
        letters,
        "render_letter",
        lambda source, files, data: asked.append(data["opinion"]) or set_letter(source, files, data),
    )
    decided(town)
    row = submission(town.authority_id, UUID(town.things["submission_id"]))
    given = {"channel": row.channel, "is_decided": True, "day": german_day(now())}
    address = invitation(town.authority_id, row.service, **given)
    assert {one["address"] for one in asked} == {address.removeprefix("http://")}
    assert all(one["code"].startswith("<svg") for one in asked)
    with work(town.authority_id):
        (mail,) = Mail.objects.filter(authority_id=town.authority_id, kind="decision")
    assert address in mail_text("decision", "de", mail.values).body
    found, day = submitted(town.authority_id, row.id), now()
    told = status_of(town.authority_id, row.id)
    # Opened in another month the page has the code of the letter, or one browser could answer twice; later none.
    for days, path in ((0, urlsplit(address).path), (35, urlsplit(address).path), (130, "")):
        monkeypatch.setattr(status_page, "now", lambda days=days: day + timedelta(days=days))
        assert status_page._opinion(town.authority_id, row, told) == path
    assert not opinion_address(replace(found, row=replace(row, is_test=True)), "de", day, is_decided=True)
