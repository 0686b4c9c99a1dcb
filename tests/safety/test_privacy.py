"""The row of privacy notices what it looks for: something left behind, a day too early or too late, a gap in an export."""

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.safety import privacy
from tests.safety.privacy.plan import Fate, days_of, half_a_year_after, night_after
from tests.safety.privacy.searching import Search

DELETION = {
    "kind": "deletion", "service": "hundesteuer", "fate": {}, "closed": "2027-01-02", "until": "2037-12-31",
    "due": "2038-07-02", "day": "2038-07-02", "cause": "retention", "rows": 12, "files": 3, "stored": 3,
    "files_left": 0, "places": [],
}  # fmt: skip
EXPORT = {"kind": "export", "scope": "person", "service": "hundesteuer", "files": 3, "missing": []}
PERSON = {"kind": "person", "marker": "Zqvaaax", "places": []}
DENIED = {"kind": "denied", "why": "must_be_kept", "day": "2037-12-31", "until": "2037-12-31"}
TWIN = {"kind": "twin", "places": ["table notices_mail: 1"]}
END = {"kind": "end", "living": 0, "drafts": 0, "cases": 0}
GONE_ON_TIME = {"day": "2026-12-14", "due": "2026-12-14", "person": "Zqvaaax", "places": []}
APPOINTMENT, ACCOUNT = {"kind": "appointment"} | GONE_ON_TIME, {"kind": "account"} | GONE_ON_TIME
WALLET = {"kind": "wallet", "applications": 1, "drafts": 2}
FOLDER = {"kind": "folder", "of": "the end", "stored": 9, "left": [], "surplus": 0}
REFUSED = {"kind": "refused", "of": "appointment", "why": "appointment_coming", "lawful": True}
PLAYED = tuple({"kind": "played", "what": what, "count": 2} for what in privacy.PLAYED)
RECEIPTS = {"kind": "kept", "what": "receipts", "why": "the town's books", "there": 3, "must": 3}
PLACES = {
    "kind": "kept",
    "what": "places in a status list",
    "why": "revoked until it ends",
    "there": True,
    "must": True,
}
ALL = (
    DELETION, EXPORT, PERSON, DENIED, TWIN, END, APPOINTMENT, ACCOUNT, WALLET, FOLDER, REFUSED, *PLAYED, RECEIPTS, PLACES,
)  # fmt: skip


def outcome(*changed):
    """Of all lines, these in place of those of their kind."""
    kinds = {line["kind"] for line in changed}
    return privacy.outcome([*(line for line in ALL if line["kind"] not in kinds), *changed])


def test_what_went_on_its_day_and_was_exported_whole_is_kept():
    result = outcome()
    assert (result.broken, result.unproven) == ((), ())
    assert dict(result.figures) == {
        "privacy_persons": 1, "privacy_exports": 1, "privacy_exports_complete": 1, "privacy_deletions": 3,
        "privacy_markers_left": 0, "privacy_early": 0, "privacy_late": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "accepted", [DENIED | {"why": ""}, REFUSED | {"why": "", "lawful": False}], ids=lambda line: line["kind"]
)
def test_a_request_that_was_accepted_is_not_counted_as_refused(accepted):
    assert (outcome().refused, outcome(accepted).refused) == (2, 1)
    assert len(outcome(accepted).broken) == 1


@pytest.mark.parametrize(
    ("line", "figure", "count"),
    [
        (DELETION | {"day": "2038-07-01"}, "privacy_early", 1),
        (DELETION | {"day": "2038-07-04"}, "privacy_late", 1),
        (DELETION | {"places": ["table cases_note: 1"]}, "privacy_markers_left", 1),
        (PERSON | {"places": ["file var/privacy.log"]}, "privacy_markers_left", 1),
        (DELETION | {"files_left": 1}, "privacy_deletions", 3),
        (DELETION | {"files": 2}, "privacy_deletions", 3),
        (DELETION | {"rows": 0}, "privacy_deletions", 3),
        (EXPORT | {"missing": ["Vermerk Wkqaaax"]}, "privacy_exports_complete", 0),
        (EXPORT | {"scope": "named", "of_others": ["Zqvaabx"]}, "privacy_exports_complete", 1),
        (DENIED | {"why": ""}, "privacy_early", 0),
        (DENIED | {"day": "2037-12-30"}, "privacy_early", 0),
        (TWIN | {"places": []}, "privacy_markers_left", 0),
        (END | {"cases": 1}, "privacy_late", 0),
        (END | {"guests": 1}, "privacy_late", 0),
        (END | {"wallets": 1}, "privacy_late", 0),
        (APPOINTMENT | {"day": "2026-12-17"}, "privacy_late", 1),
        (APPOINTMENT | {"day": "2026-12-13"}, "privacy_early", 1),
        (APPOINTMENT | {"places": ["table notices_mail: 1"]}, "privacy_markers_left", 1),
        (ACCOUNT | {"places": ["ids in citizens_keptthing"]}, "privacy_markers_left", 1),
        (FOLDER | {"left": ["files/x/00/y"], "surplus": 1}, "privacy_markers_left", 1),
        (FOLDER | {"stored": 0}, "privacy_markers_left", 0),
        (REFUSED | {"why": "", "lawful": False}, "privacy_early", 0),
        (PLAYED[0] | {"count": 0}, "privacy_early", 0),
        (RECEIPTS | {"there": 0}, "privacy_early", 0),
        (RECEIPTS | {"must": 0}, "privacy_late", 0),
        (PLACES | {"there": False}, "privacy_early", 0),
        *((END | {what: 1}, "privacy_late", 0) for what in privacy.NOTHING_OF),
    ],
)
def test_each_fault_breaks_the_promise(line, figure, count):
    result = outcome(line)
    assert len(result.broken) == 1
    assert result.figures[figure] == count


def test_what_law_keeps_must_be_looked_for_where_it_was_played():
    begun = {"kind": "begun", "size": "ci"}
    found = privacy.outcome([begun, *(line for line in ALL if line["kind"] != "kept")]).broken
    assert {"receipts were not looked for", "places in a status list were not looked for"} <= set(found)


@pytest.mark.parametrize("left_out", ["appointment", "account", "wallet", "folder", "played"])
def test_what_an_older_run_did_not_play_is_not_proven(left_out):
    assert len(privacy.outcome([line for line in ALL if line["kind"] != left_out]).unproven) == 1


def test_a_day_late_is_on_time():
    assert outcome(DELETION | {"day": "2038-07-03"}).broken == ()


def test_fewer_people_than_live_in_the_town_prove_nothing():
    """Report: one household was as good as twenty."""
    few = privacy.outcome([{"kind": "begun", "size": "night"}, *ALL]).broken
    assert few == ("1 persons instead of 60", "1 exports instead of 150", "3 deletions instead of 150")


def test_nothing_tried_is_nothing_proven():
    assert "nothing was tried" in privacy.outcome([]).broken


@pytest.mark.parametrize(
    ("service", "fate", "deleted"),
    [
        ("wohnsitzanmeldung", Fate("silent"), date(2027, 8, 23)),
        ("bewohnerparkausweis", Fate("refused"), date(2030, 2, 1)),
        ("hundesteuer", Fate("accepted", hold="timed"), date(2037, 6, 11)),
        ("bewohnerparkausweis", Fate(request="withdrawn"), date(2026, 11, 26)),
    ],
)
def test_the_law_reckoned_by_hand(service, fate, deleted):
    assert days_of(service, fate, date(2026, 11, 23)).deleted == deleted


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2026-12-23T00:05:00+00:00", "2026-12-23"), ("2026-12-23T01:08:00+00:00", "2026-12-24")],
)
def test_what_ends_before_the_night_goes_in_it(moment, day):
    """Report: between midnight and seven past one the row said that a draft of thirty days went a day early."""
    assert str(night_after(datetime.fromisoformat(moment))) == day


def test_half_a_year_ends_with_a_shorter_month():
    assert half_a_year_after(date(2027, 8, 31)) == date(2028, 2, 29)


@pytest.mark.db
def test_a_marker_is_found_in_columns_in_bytes_in_file_names_and_in_files(authority, now, tmp_path):
    from stadttor.forms.models import Submission
    from stadttor.ground.work import work
    from stadttor.insights.models import Feedback

    with work(authority.id):
        Feedback.objects.create(authority=authority, service="x", month=now, is_pleased=True, comment="von ZQVAAAX")
        Submission.objects.create(
            authority=authority, key="k", number="1", token_hash=b"zqvaaax", token_sealed=b"", service="x",
            adoption_id=authority.id, revision_id=authority.id, language="de", answers={}, received=now,
        )  # fmt: skip
    (tmp_path / "Zqvaaax.pdf").write_text("")
    (tmp_path / "log.txt").write_text("Frau Zqvaaax")
    search = Search(os.environ["STADTTOR_BACKUP_URL"], [Path(tmp_path)])
    found = search.places(["Zqvaaax"])
    others = search.places(["Zqvaabx"])
    search.close()
    assert [place.split(":")[0] for place in found[:2]] == ["table forms_submission", "table insights_feedback"]
    assert len(found) == 4
    assert others == []


@pytest.mark.db
def test_what_is_sealed_is_found_by_its_id(authority, now):
    """A key in somebody's account names the application in no word."""
    from stadttor.citizens.models import CitizenAccount, KeptThing
    from stadttor.core.ids import new_id
    from stadttor.ground.work import work

    thing_id = new_id()
    with work(authority.id):
        account = CitizenAccount.objects.create(
            authority=authority, person_hash=b"x", source="bundid", level="hoch", created=now, used=now
        )
        KeptThing.objects.create(
            authority=authority, account_id=account.id, kind="draft", thing_id=thing_id, token_sealed=b"y", since=now
        )
    search = Search(os.environ["STADTTOR_BACKUP_URL"], [])
    found = search.tables_naming([str(thing_id)]), search.tables_naming([str(new_id())])
    search.close()
    assert found == (["ids in citizens_keptthing"], [])


@pytest.mark.db
def test_a_mail_that_an_appointment_left_behind_is_noticed(authority, now, monkeypatch):
    """The guard switched off: the verb that deletes the mails of an appointment."""
    from stadttor.appointments.services import erasing
    from stadttor.ground.erasing import Erased

    monkeypatch.setattr(erasing, "erase_about", lambda **about: Erased())
    assert any("notices_mail" in place for place in places_after_an_appointment(authority, now))


@pytest.mark.db
def test_a_key_that_an_appointment_left_in_an_account_is_noticed(authority, now, monkeypatch):
    """The guard switched off: the verb that takes it out of every account."""
    from stadttor.appointments.services import erasing
    from stadttor.ground.erasing import Erased

    monkeypatch.setattr(erasing, "forget_thing", lambda **about: Erased())
    assert places_after_an_appointment(authority, now) == ["ids in citizens_keptthing"]


@pytest.mark.db
def test_nothing_of_an_appointment_is_left(authority, now):
    assert places_after_an_appointment(authority, now) == []


def places_after_an_appointment(authority, now):
    """Where the row finds an appointment when its fourteen days are over."""
    from tests.safety.privacy.guests import Guests
    from tests.safety.privacy.lives import Person

    written, search = Written(), Search(os.environ["STADTTOR_BACKUP_URL"], [])
    lead = privacy._staff(authority.id, "lead")
    guests = Guests(authority.id, lead, written, search)
    guests.come(Person("Zqvaaax", "Amira", "1988-05-24"), "over", "wkqaaax", now)
    (visit,) = guests.visits
    keep_in_an_account(authority, visit, now)
    guests.night(visit.due)
    guests.went(visit.due)
    search.close()
    (line,) = [line for kind, line in written if kind == "appointment"]
    assert line["day"] == line["due"]
    return line["places"]


def keep_in_an_account(authority, visit, now):
    """Its person signed in and took it in."""
    from stadttor.citizens import services
    from stadttor.citizens.queries import citizen_of
    from stadttor.identity.ports import IdentityAssertion

    said = IdentityAssertion("bundid", "substantiell", now, {}, "https://id.example", "pseudonym", "eID")
    token = services.open_account(authority_id=authority.id, assertion=said, now=now)
    amira = citizen_of(authority.id, token, now)
    services.keep(citizen=amira, kind="appointment", thing_id=visit.booking_id, token=visit.token, now=now)


class Written(list):
    """Lines as a row writes them, to be looked at."""

    def write(self, kind, **line):
        self.append((kind, line))


def test_twelve_years_reach_the_last_deletion():
    """What is closed in the first year and a bit must be gone before the row ends."""
    begin = date(2026, 11, 23)
    last = days_of("hundesteuer", Fate("silent"), begin + timedelta(days=380)).deleted
    assert last < privacy._after(begin)


@pytest.fixture
def served(authority, monkeypatch, tmp_path):
    """A permit with all that a town hall does with it: (lead, the matter)."""
    from stadttor.exchange import ports as targets
    from stadttor.forms import ports as forms
    from stadttor.ground.clock import now
    from stadttor.identity import ports as identity
    from stadttor.notices import ports as notices
    from tests.isolation import world
    from tests.safety.privacy import town_hall
    from tests.safety.privacy.lives import Matter, Person, Post, apply
    from tests.safety.privacy.wallet import let_ask

    for ports, name in ((forms, "_registers"), (notices, "_sender"), (identity, "_wallets")):
        monkeypatch.setattr(ports, name, getattr(ports, name))  # as they were, afterwards
    ways = dict(targets._ways)
    world._adopt(world.Town(authority.id, authority.slug, authority.slug), town_hall.PERMIT)
    notices.use_sender(Post())
    let_ask(authority.id)
    town_hall.open_doors(authority.id, tmp_path / "outside", now())
    lead, amira = privacy._staff(authority.id, "lead"), Person("Zqvaaax", "Amira", "1988-05-24")
    one = Matter(town_hall.PERMIT, Fate(), (amira,), "Wkqaaax", shown=True, town_hall=True, at_counter=True)
    apply(authority.id, one, lead, now())
    town_hall.post(authority.id, [one], lead, now())
    yield lead, one
    targets.use_ways(ways)


BEHIND = {
    "exchange_handover", "forms_retrieval", "identity_issuedcredential", "notices_legaldelivery", "payments_booking",
    "payments_receipt",
}  # fmt: skip


@pytest.mark.db
def test_what_a_town_hall_does_is_exported_and_goes_but_for_what_law_keeps(authority, served, tmp_path):
    """Report: print runs, hand-overs, receipts, retrievals and issued credentials were never played."""
    from stadttor.ground.clock import now
    from stadttor.privacy.queries.holdings import holding_of
    from stadttor.privacy.services import delete_on_request
    from tests.safety.privacy import town_hall
    from tests.safety.privacy.lives import close

    lead, one = served
    search, told = Search(os.environ["STADTTOR_BACKUP_URL"], []), holding_of(authority.id, one.submission_id).tables
    rows = {row["id"] for table in told.values() for row in table}
    assert told.keys() >= BEHIND
    assert set(search.rows_behind(one)) <= rows
    assert all(word in str(told) for word in one.said)
    assert [one.applicant.marker in path.read_text() for path in (tmp_path / "outside").rglob("*.csv")] == [True]
    close(authority.id, one, lead, now())
    delete_on_request(staff=lead, case_id=one.case_id, ground="unlawful", now=now())
    left = search.left_of(one), search.places([one.marker, one.applicant.marker])
    search.close()
    assert left == ([], [])
    assert town_hall.receipts_of(authority.id, one) == 3
    assert town_hall.place_is_kept(authority.id, one)


@pytest.mark.db
@pytest.mark.parametrize(
    ("verb", "table"),
    [("erase_hand_overs", "exchange_handover"), ("erase_issued", "identity_issuedcredential")],
)
def test_what_was_handed_over_or_issued_and_stays_is_noticed(authority, served, monkeypatch, verb, table):
    """The guard switched off: the verb that deletes it with the case."""
    from stadttor.ground.clock import now
    from stadttor.ground.erasing import Erased
    from stadttor.privacy.services import delete_on_request, erasing
    from tests.safety.privacy.lives import close

    lead, one = served
    monkeypatch.setattr(erasing, verb, lambda **about: Erased())
    close(authority.id, one, lead, now())
    delete_on_request(staff=lead, case_id=one.case_id, ground="unlawful", now=now())
    search = Search(os.environ["STADTTOR_BACKUP_URL"], [])
    left = search.left_of(one)
    search.close()
    assert f"ids in {table}" in left
