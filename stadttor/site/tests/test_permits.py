"""A permit as an object: made with the decision, replaced by the next one, ended, shown, asked about, reminded of."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Event, Permit
from stadttor.cases.ports import PermitFacts, Validity, applications
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.services.permitting import hashed_plate, issue_permit, let_permit_go
from stadttor.core.periods import months_later
from stadttor.forms.models import Draft, Submission
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import AuditEntry
from stadttor.ground.web import formats
from stadttor.ground.web.language import speaking
from stadttor.ground.work import common, work
from stadttor.identity import services as identity
from stadttor.identity.models import SignInRules, StaffSession
from stadttor.identity.queries import STAFF_COOKIE, staff_of
from stadttor.notices.letters import data
from stadttor.notices.models import Mail
from stadttor.notices.queries import deliveries_of
from stadttor.portal.pages.permit import state_of
from stadttor.records.services import open_file
from stadttor.site import delivering, delivery, permits, revoking, wiring
from stadttor.site.applications import submitted
from stadttor.site.representing import Postal
from stadttor.tenancy.queries import forget
from stadttor.tenancy.services import describe, set_coverage
from tests.isolation.world import PASSWORD, Town, in_work
from tests.one_service import applied_again

pytestmark = pytest.mark.db
TODAY = german_day(now())
YEAR = Validity(TODAY, TODAY + timedelta(days=364))
KNOWN = TODAY + timedelta(days=4)
"""When a letter that is posted today counts as known in Bavaria (Art. 41 Abs. 2 BayVwVfG)."""


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    forget()
    return in_work(authority)


def granted(town: Town, validity: Validity = YEAR, **facts: object) -> UUID:
    """The permit of the town's case is issued, as when the decision leaves."""
    case_id = UUID(town.things["case_id"])
    with work(town.authority_id):
        said = permits.facts_of(submitted(town.authority_id, UUID(town.things["submission_id"])))
    values = {"holder": said.holder, "plates": said.plates, "area": said.area, "replaces": said.replaces} | facts
    issue_permit(
        authority_id=town.authority_id, case_id=case_id, facts=PermitFacts(**values), validity=validity, now=now()
    )
    return case_id


def another(town: Town, replaces: str, begins: date, holder: str = "Amira Yılmaz") -> UUID:
    """A later case of the town with a permit that names an earlier one."""
    with work(town.authority_id):
        case = Case.objects.get(id=town.things["case_id"])
        case.pk, case.submission_id, case.number, case._state.adding = UUID(int=9), None, "WEI-2026-9999-9999", True
        case.save(force_insert=True)
    facts = PermitFacts(holder, ("WUG-AY 99",), "A", replaces)
    validity = Validity(begins, begins + timedelta(days=300))
    issue_permit(authority_id=town.authority_id, case_id=case.id, facts=facts, validity=validity, now=now())
    return case.id


def warden(town: Town):
    email = f"brandt@{town.slug}.example"
    identity.create_member(
        authority_id=town.authority_id, email=email, name="Herr Brandt", roles=["warden"], unit_ids=[],
        password=PASSWORD, actor=SYSTEM, now=now(),
    )  # fmt: skip
    session = identity.sign_in(
        authority_id=town.authority_id, email=email, password=PASSWORD, address="127.0.0.1", now=now()
    )
    return town.browser(**{STAFF_COOKIE: session})


def asked(client, plate: str) -> str:
    return client.post("/desk/check", {"plate": plate}).content.decode()


def test_a_permit_says_what_the_application_said(town):
    permit = permit_of(town.authority_id, granted(town))
    assert (permit.holder, permit.plates, permit.area) == ("Amira Yılmaz", ("WUG-AY 88",), "A")
    assert permit.is_valid(TODAY)
    assert not permit.is_valid(TODAY + timedelta(days=365))
    assert [one["act"] for one in permit.history] == ["issued"]


def test_a_new_permit_takes_the_place_of_the_one_it_names_from_its_first_day_on(town):
    old = granted(town)
    new = another(town, permit_of(town.authority_id, old).number.lower(), TODAY + timedelta(days=3))
    former = permit_of(town.authority_id, old)
    assert (former.state, former.replaced_by) == ("replaced", new)
    assert [former.is_valid(TODAY + timedelta(days=days)) for days in (2, 3)] == [True, False]


@pytest.mark.parametrize("change", [{"holder": "Jonas Weber"}, {"replaces": "WEI-2026-0000-0000"}])
def test_a_mistyped_number_or_another_holder_ends_nothing(town, change):
    old = granted(town)
    another(town, **{"replaces": permit_of(town.authority_id, old).number, "begins": TODAY} | change)
    assert permit_of(town.authority_id, old).is_valid(TODAY)


def test_a_later_decision_that_grants_nothing_ends_it(town):
    case_id = granted(town)
    let_permit_go(authority_id=town.authority_id, case_id=case_id, now=now())
    assert not permit_of(town.authority_id, case_id).is_valid(TODAY)


def test_a_later_refusal_ends_it_on_the_day_on_which_it_can_be_known(town):
    case_id = granted(town)
    open_file(authority_id=town.authority_id, case_id=case_id, number="1", title="Ausweis", now=now())
    staff = staff_of(town.secrets["session"], town.authority_id, now())
    version = cases.look_at(staff=staff, case_id=case_id, now=now()).version
    said = {"outcome": "refused", "free_reason": "Sie wohnen nicht in der Zone."}
    decision_id = cases.decide(staff=staff, case_id=case_id, version=version, **said, now=now())
    delivery.send_decision_letter(authority_id=town.authority_id, case_id=case_id, decision_id=decision_id)
    permit = permit_of(town.authority_id, case_id)
    assert (permit.state, permit.is_valid(KNOWN - timedelta(days=1)), permit.is_valid(KNOWN)) == (
        "revoked",
        True,
        False,
    )


def typed(day: date) -> dict[str, str]:
    """The day from which a permit is valid no more, as it is typed."""
    return {f"ended_from.{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


@pytest.mark.parametrize(("ending", "last"), [("returned", TODAY), ("revoked", KNOWN - timedelta(days=1))])
def test_a_clerk_ends_it_with_a_reason_from_a_day_on(town, ending, last):
    case_id = granted(town)
    address, day = f"/desk/cases/{case_id}/permit/{ending}", typed(last + timedelta(days=1))
    assert town.clerk().post(address, day).status_code == 422
    assert town.clerk().post(address, {"reason": "Weggezogen."}).status_code == 422
    assert town.clerk().post(address, day | {"reason": "Weggezogen."}).status_code == 302
    permit = permit_of(town.authority_id, case_id)
    assert (permit.is_valid(last), permit.is_valid(last + timedelta(days=1))) == (True, False)
    assert (permit.history[-1]["reason"], permit.history[-1]["name"]) == ("Weggezogen.", "Frau Adler")
    assert "Weggezogen." in town.clerk().get(f"/desk/cases/{case_id}").content.decode()
    assert town.clerk().post(address, day | {"reason": "Noch einmal."}).status_code == 409
    with work(town.authority_id):
        assert Event.objects.get(act=f"permit_{ending}").details == {}, "the reason stays out of the audit chain"


def test_nothing_is_revoked_before_its_bescheid_can_be_known(town):
    """Report: a permit was revoked from today on, by a letter that had not even been posted (§ 43 Abs. 1 VwVfG)."""
    case_id = granted(town)
    address, clerk = f"/desk/cases/{case_id}/permit/revoked", town.clerk()
    page = clerk.get(address).content.decode()
    assert f'name="ended_from.day" value="{KNOWN.day}"' in page
    assert "Heute aufgegeben, gilt er am" in page
    early = clerk.post(address, typed(KNOWN - timedelta(days=1)) | {"reason": "Weggezogen."})
    assert early.status_code == 422
    assert f"frühestens am {KNOWN.day}. " in early.content.decode()
    assert permit_of(town.authority_id, case_id).state == "valid"
    # What she gives back by herself needs no Bescheid.
    returned = clerk.post(f"/desk/cases/{case_id}/permit/returned", typed(TODAY) | {"reason": "Verkauft."})
    assert returned.status_code == 302


def test_another_way_with_a_reason_lets_it_count_on_the_day_of_that_way(town):
    """Somebody stands at the counter: the Bescheid is given to her, and counts today."""
    case_id = granted(town)
    open_file(authority_id=town.authority_id, case_id=case_id, number="1", title="Ausweis", now=now())
    said = typed(TODAY) | {"reason": "Weggezogen.", "channel": "counter"}
    address = f"/desk/cases/{case_id}/permit/revoked"
    assert "Bitte sagen Sie, warum" in town.clerk().post(address, said).content.decode()
    assert town.clerk().post(address, said | {"channel": "owl", "channel_reason": "Nachts."}).status_code == 422
    assert town.clerk().post(address, said | {"channel_reason": "Sie ist hier."}).status_code == 302
    at = permit_of(town.authority_id, case_id).history[-1]["at"]
    revoking.send_revocation(authority_id=town.authority_id, case_id=case_id, revoked_key=at)
    [found] = deliveries_of(town.authority_id, case_id)
    assert (found.channel, found.state, found.why, found.reason) == ("counter", "to_hand", "chosen", "Sie ist hier.")


@pytest.fixture
def in_salzburg(monkeypatch):
    """Her letters go to Austria."""
    postal = Postal(("Getreidegasse 9", "5020 SALZBURG", "ÖSTERREICH"), "AT")
    monkeypatch.setattr(delivering, "address_of", lambda _found: postal)


def test_a_letter_to_another_country_is_not_taken_as_known_after_days_of_the_german_post(town, in_salzburg):
    """Report: a revocation counted from the fourth day, which the law presumes within Germany only (§ 41 Abs. 2 VwVfG)."""
    case_id = granted(town)
    address, clerk = f"/desk/cases/{case_id}/permit/revoked", town.clerk()
    assert "wenn nachgewiesen ist, dass er ankam" in clerk.get(address).content.decode()
    early = clerk.post(address, typed(KNOWN) | {"reason": "Weggezogen."})
    assert (early.status_code, permit_of(town.authority_id, case_id).state) == (422, "valid")
    later = months_later(TODAY, 1)
    assert clerk.post(address, typed(later) | {"reason": "Weggezogen."}).status_code == 302
    permit = permit_of(town.authority_id, case_id)
    assert (permit.is_valid(later - timedelta(days=1)), permit.is_valid(later)) == (True, False)


def test_a_later_refusal_leaves_a_letter_to_another_country_the_time_to_arrive(town, in_salzburg):
    """Report: the permit of a case that was refused later ended before the letter abroad was known."""
    with work(town.authority_id):
        found = submitted(town.authority_id, UUID(town.things["submission_id"]))
        assert delivering.known_from(found, "post", TODAY) == months_later(TODAY, 1)
        assert delivering.known_from(found, "counter", TODAY) == TODAY


def test_the_holder_reads_until_when_a_permit_counts_that_is_revoked_for_later(town):
    """Report: a green box said already that it was revoked."""
    permit = permit_of(town.authority_id, revoked(town))
    with speaking("en"):
        said = state_of(permit)
        assert said == f"This permit is valid until {formats.day(KNOWN - timedelta(days=1))}. Then it is revoked."
        assert state_of(replace(permit, ended_from=TODAY)) == "This permit was revoked."


def test_where_a_town_sends_no_letters_it_may_count_today(town):
    describe(town.authority_id, actor=SYSTEM, now=now(), parts_off=["post_room"])
    forget()
    address = f"/desk/cases/{granted(town)}/permit/revoked"
    assert town.clerk().post(address, typed(TODAY) | {"reason": "Weggezogen."}).status_code == 302


@pytest.mark.parametrize("ending", ["returned", "revoked"])
@pytest.mark.parametrize("asks", ["authority", "package", ""])
def test_who_ends_it_proves_first_where_that_is_asked_of_whoever_decides(town, monkeypatch, asks, ending):
    """Revoking is a decision, and either ending takes the permit out of the wallet."""
    address, clerk = f"/desk/cases/{granted(town)}/permit/{ending}", town.clerk()
    with work(town.authority_id):
        SignInRules.objects.create(authority_id=town.authority_id, proof_for_decisions=asks == "authority")
    with common(write=True):
        StaffSession.objects.update(proved=None)
    if asks == "package":
        port, known = type(applications()), type(applications()).vocabulary
        monkeypatch.setattr(port, "vocabulary", lambda *given: replace(known(*given), fresh_proof=True))
    assert clerk.get(address).status_code == 200
    assert clerk.post(address, {}).status_code == (401 if asks else 422)


def test_it_is_found_by_plate_name_and_number_and_no_address_says_for_whom(town):
    case_id = granted(town)
    number = permit_of(town.authority_id, case_id).number
    for words in ("wug ay88", "Yılmaz", number):
        found = town.clerk().post("/desk/permits", {"q": words})
        assert number in found.content.decode(), words
        assert found.request["QUERY_STRING"] == ""
    assert number not in town.clerk().post("/desk/permits", {"q": "WUG-XX 1"}).content.decode()


def test_a_warden_learns_whether_it_is_valid_and_nothing_more(town):
    granted(town)
    client = warden(town)
    page = asked(client, "wug ay 88")
    assert "heute gültig" in page
    assert not [one for one in ("Yılmaz", "Amira", town.things["number"], "Bahnhofstr") if one in page]
    assert "nicht gültig" in asked(client, "WUG-XX 1")
    assert client.get("/desk/cases/").status_code == 403
    assert client.post("/desk/check", {"plate": " - "}).status_code == 422
    assert town.colleague("kern").get("/desk/check").status_code == 403


def test_each_question_is_logged_without_the_plate(town):
    granted(town)
    asked(warden(town), "WUG-AY 88")
    with work(town.authority_id):
        entry = AuditEntry.objects.get(act="permit.checked")
    assert entry.details == {"plate": hashed_plate(town.authority_id, "WUGAY88"), "valid": True}
    assert "WUGAY88" not in str(entry.details)
    assert entry.actor_kind == "staff"


def test_the_holder_shows_it_and_nobody_else_does(town):
    granted(town)
    address = f"/status/{town.things['submission_id']}/ausweis"
    page = town.citizen().get(address).content.decode()
    assert "WUG-AY 88" in page
    assert "Dieser Ausweis ist gültig." in page
    assert town.browser().get(address).status_code == 404


def test_without_a_permit_there_is_nothing_to_show(town):
    assert town.citizen().get(f"/status/{town.things['submission_id']}/ausweis").status_code == 404


def test_its_renewal_begins_with_what_is_known(town):
    number = permit_of(town.authority_id, granted(town)).number
    address = f"/status/{town.things['submission_id']}/ausweis"
    answer = town.citizen().post(f"{address}/renew")
    draft = answers(town, answer.headers["location"])
    assert draft["antrag"] == {"art": "verlaengerung", "ausweis_nummer": number}
    assert draft["person"]["nachname"] == "Yılmaz"
    assert "zb1" not in draft["fahrzeug"]
    changed = answers(town, town.citizen().post(f"{address}/change").headers["location"])
    assert changed["antrag"]["kennzeichen_alt"] == "WUG-AY 88"
    assert "fahrzeug" not in changed
    assert town.citizen().post(f"{address}/sell").status_code == 404


def test_a_clerk_begins_it_for_the_holder(town):
    case_id = granted(town)
    assert (
        f"/desk/entries/?permit={case_id}&amp;act=renew" in town.clerk().get(f"/desk/cases/{case_id}").content.decode()
    )
    day = {f"received_on.{part}": str(getattr(TODAY, part)) for part in ("day", "month", "year")}
    sent = {"permit": str(case_id), "act": "renew", "channel": "counter", "identity_document": "id_card"} | day
    draft = answers(town, town.clerk().post("/desk/entries/", sent).headers["location"])
    assert draft["antrag"]["art"] == "verlaengerung"
    for wrong in ({"permit": "x"}, {"permit": str(UUID(int=1))}, {"act": "sell"}):
        assert town.clerk().post("/desk/entries/", sent | wrong).status_code in (404, 422)


def answers(town: Town, location: str) -> dict[str, dict[str, object]]:
    with work(town.authority_id):
        return Draft.objects.get(id=UUID(location.split("/")[2])).answers


def test_the_holder_is_told_once_before_it_ends(town):
    case_id = granted(town, Validity(TODAY - timedelta(days=300), TODAY + timedelta(days=20)))
    for _night in range(2):
        permits.remind_of_permits(town.authority_id)
        permits.remind_of_permit(authority_id=town.authority_id, case_id=case_id)
    with work(town.authority_id):
        assert Mail.objects.filter(kind="permit_ends").count() == 1
        assert Permit.objects.get().reminded_at is not None


def test_one_that_ends_later_or_has_ended_is_not_spoken_of(town):
    case_id = granted(town)
    assert permits.permits_to_remind_of(town.authority_id, TODAY) == []
    granted(town, Validity(TODAY - timedelta(days=300), TODAY + timedelta(days=20)))
    let_permit_go(authority_id=town.authority_id, case_id=case_id, now=now())
    assert permits.permits_to_remind_of(town.authority_id, TODAY) == []
    permits.remind_of_permit(authority_id=town.authority_id, case_id=case_id)
    with work(town.authority_id):
        assert not Mail.objects.filter(kind="permit_ends").exists()


def test_it_goes_with_its_case(town):
    case_id = granted(town)
    cases.erase_case(authority_id=town.authority_id, case_id=case_id, in_work_too=True)
    assert permit_of(town.authority_id, case_id) is None


def revoked(town: Town) -> UUID:
    """Frau Adler revokes the permit from the day on which a letter posted today counts as known."""
    case_id = granted(town)
    open_file(authority_id=town.authority_id, case_id=case_id, number="1", title="Ausweis", now=now())
    sent = town.clerk().post(f"/desk/cases/{case_id}/permit/revoked", typed(KNOWN) | {"reason": "Weggezogen."})
    assert sent.status_code == 302
    at = permit_of(town.authority_id, case_id).history[-1]["at"]
    for _time in range(2):  # every job may run twice
        revoking.send_revocation(authority_id=town.authority_id, case_id=case_id, revoked_key=at)
    return case_id


def test_revoking_is_a_decision_with_reason_remedy_and_a_lawful_way(town, monkeypatch):
    """Report: a permit was revoked without letter, remedy, delivery or mail."""
    set_coverage(town.authority_id, ["095770177177"], actor=SYSTEM, now=now())
    kept = []
    monkeypatch.setattr(revoking, "letter_data", lambda facts: kept.append(facts) or data.letter_data(facts))
    case_id = revoked(town)
    [facts] = kept
    assert list(facts.reasons) == ["Weggezogen."]
    assert "Bewohnerparkausweis" in facts.subject
    assert "Klage" in facts.remedy or "Widerspruch" in facts.remedy
    [found] = deliveries_of(town.authority_id, case_id)
    assert (found.channel, found.state, len(found.documents)) == ("post", "waiting", 1)
    with work(town.authority_id):
        assert Mail.objects.filter(kind="decision").count() == 1
    assert "Widerruf des Ausweises" in town.clerk().get(f"/desk/cases/{case_id}").content.decode()


def test_a_revocation_that_is_to_be_handed_over_brings_its_closed_case_into_the_list_again(town):
    """Found in review: the letter lay on a closed case, where nobody looks."""
    describe(town.authority_id, actor=SYSTEM, now=now(), parts_off=["post_room"])
    forget()
    with work(town.authority_id):
        Case.objects.filter(id=town.things["case_id"]).update(state="closed", active=False, closed_at=now())
    case_id = revoked(town)
    assert [one.state for one in deliveries_of(town.authority_id, case_id)] == ["to_hand"]
    with work(town.authority_id):
        case = Case.objects.get(id=case_id)
    assert (case.state, case.active) == ("decided", True)


def test_a_revocation_goes_on_its_way_also_when_the_case_is_opened_again(town):
    """Found in review: the Bescheid was withheld, and the permit stayed revoked without anybody being told."""
    case_id = revoked(town)
    with work(town.authority_id):
        Case.objects.filter(id=case_id).update(state="closed", active=False)
        version = Case.objects.get(id=case_id).version
    clerk = staff_of(town.secrets["session"], town.authority_id, now())
    cases.reopen(staff=clerk, case_id=case_id, version=version, reason="Widerspruch", now=now())
    assert [one.state for one in deliveries_of(town.authority_id, case_id)] == ["waiting"]


def test_who_has_no_email_is_reminded_by_post_and_who_cannot_be_told_is_not_noted_as_told(town):
    """Report: nothing went out, and the permit was noted as told."""
    case_id = granted(town, Validity(TODAY - timedelta(days=300), TODAY + timedelta(days=20)))
    open_file(authority_id=town.authority_id, case_id=case_id, number="1", title="Ausweis", now=now())
    with work(town.authority_id):
        Submission.objects.filter(id=town.things["submission_id"]).update(email="")
    for _night in range(2):
        permits.remind_of_permit(authority_id=town.authority_id, case_id=case_id)
    [found] = deliveries_of(town.authority_id, case_id)
    assert (found.channel, found.why, found.area) == ("post", "no_email", "")
    with work(town.authority_id):
        Permit.objects.update(reminded_at=None)
        row = Submission.objects.get(id=town.things["submission_id"])
        row.answers["person"].pop("anschrift")
        row.save()
    permits.remind_of_permit(authority_id=town.authority_id, case_id=case_id)
    with work(town.authority_id):
        assert Permit.objects.get().reminded_at is None


def test_the_holder_gives_it_back_herself_after_she_was_asked_once_more(town):
    case_id = granted(town)
    address = f"/status/{town.things['submission_id']}/ausweis"
    assert "Ausweis zurückgeben" in town.citizen().get(address).content.decode()
    assert "gilt dann ab heute nicht mehr" in town.citizen().post(f"{address}/return").content.decode()
    assert permit_of(town.authority_id, case_id).is_valid(TODAY)
    assert town.citizen().post(f"{address}/return", {"sure": "yes"}).status_code == 302
    permit = permit_of(town.authority_id, case_id)
    assert (permit.state, permit.is_valid(TODAY)) == ("returned", False)
    assert town.citizen().post(f"{address}/return", {"sure": "yes"}).status_code == 404
    assert town.browser().post(f"{address}/return", {"sure": "yes"}).status_code == 404


def test_a_changed_plate_proposes_the_last_day_of_the_former_permit(town):
    permit = permit_of(town.authority_id, granted(town))
    answers = {"antrag": {"art": "kennzeichen", "ausweis_nummer": permit.number, "kennzeichen_alt": "WUG-AY 88"}}
    case = applied_again(town, **answers)
    staff = staff_of(town.secrets["session"], town.authority_id, now())
    ref = cases.look_at(staff=staff, case_id=case.id, now=now()).ref
    with work(town.authority_id):
        assert applications().vocabulary(ref).permit.last_from(TODAY) == permit.valid_until
