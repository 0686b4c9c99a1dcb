"""From a decision to the target: what is handed over, to whom it shows, and how it is copied by hand."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from adapters import http_api, sftp
from stadttor.cases import services as cases
from stadttor.cases.models import Case, Decision
from stadttor.catalog.queries import handing_over as handing_over_queries
from stadttor.core.ids import new_id
from stadttor.exchange import jobs, ports, queries
from stadttor.exchange import services as exchange
from stadttor.exchange.models import HandOver, Target
from stadttor.exchange.rules import LEASE
from stadttor.exchange.tests.fakes import Memory
from stadttor.forms.models import Attachment, Draft, Submission
from stadttor.ground import ports as ground_ports
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.files import FileRef
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import common, work
from stadttor.identity.queries import Staff
from stadttor.records.services import file_document, open_file, put
from stadttor.site import delivery, handing_over, watcher, wiring
from stadttor.site.jobs import SILENT_S
from stadttor.site.matter import matter_of
from stadttor.tenancy.queries import forget
from stadttor.tenancy.services import describe
from tests.isolation.world import Town, in_work
from tests.one_service import Town as OneService

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    forget()
    return in_work(authority)


@pytest.fixture
def memory(town):
    way = Memory()
    ports.use_ways({"folder": lambda: way})
    yield way
    ports.use_ways({})


def to_folder(town: Town) -> None:
    exchange.save_target(
        authority_id=town.authority_id, service="bewohnerparkausweis", way="folder", place="parken", username="",
        host_key="", secret="", active=True, actor=SYSTEM, now=now(),
    )  # fmt: skip


def decided(town: Town, outcome: str = "granted") -> UUID:
    """A decision of the town's case has left; gives the id of what the case hands over last, if anything."""
    case_id = UUID(town.things["case_id"])
    decision_id = sent(town, outcome)
    for _time in range(2):  # every job may run twice
        hand_over(town, decision_id)
    found = queries.hand_overs_of(town.authority_id, case_id)
    return found[0].id if found else UUID(int=0)


def sent(town: Town, outcome: str = "granted") -> UUID:
    """A decision has left whose job has not run yet; gives its id."""
    case_id, today = UUID(town.things["case_id"]), german_day(now())
    with work(town.authority_id):
        decision = Decision.objects.create(
            authority_id=town.authority_id, case_id=case_id, outcome=outcome, reasons=[], conditions=[],
            decided_at=now(), decided_by_name="Frau Adler", sent_at=now(), valid_from=today,
            valid_until=today + timedelta(days=364),
        )  # fmt: skip
        Case.objects.filter(id=case_id).update(state="decided", outcome=outcome)
    return decision.id


def hand_over(town: Town, decision_id: UUID) -> None:
    about = {"authority_id": town.authority_id, "case_id": UUID(town.things["case_id"])}
    handing_over.hand_over_decided(**about, decision_id=decision_id)


def reopened(town: Town) -> None:
    """A lead opens the case again, and the job that follows from it ran."""
    case_id = UUID(town.things["case_id"])
    with work(town.authority_id):
        Case.objects.filter(id=case_id).update(state="closed")
        version = Case.objects.get(id=case_id).version
    lead = Staff(UUID(int=9), "Frau Wagner", "wagner@example.org", town.authority_id, frozenset({"lead"}), frozenset())
    before = jobs_waiting()
    cases.reopen(staff=lead, case_id=case_id, version=version, reason="Widerspruch", now=now())
    assert jobs_waiting() == before + 1
    handing_over.drop_hand_overs(authority_id=town.authority_id, case_id=case_id)


def jobs_waiting() -> int:
    with common():
        return ProcrastinateJob.objects.filter(task_name="site.drop_hand_overs", status="todo").count()


def states_of(town: Town) -> list[str]:
    """Of all hand-overs of the case that decisions made, the oldest first."""
    found = queries.hand_overs_of(town.authority_id, UUID(town.things["case_id"]))
    return [row.state for row in reversed(found) if row.key.startswith(handing_over.DECIDED)]


def page_of(town: Town, one: UUID) -> str:
    return town.clerk().get(f"/desk/hand-overs/{one}").content.decode()


def test_a_granted_permit_reaches_the_list_outside_once(town, memory):
    to_folder(town)
    one = decided(town)
    for _time in range(2):
        jobs.deliver(authority_id=town.authority_id, hand_over_id=one)
    ((name, data),) = memory.has
    assert name.startswith("bewohnerparkausweis-")
    assert name.endswith(".csv")
    assert "WUG-AY 88" in data.decode()
    assert str(one) in data.decode()
    page = page_of(town, one)
    assert "Übernommen" in page
    assert "Beendet am" in page, "not expired, as it was said of permits and of this alike"
    assert "FV-1" in page
    assert (
        "Verzeichnis der Bewohnerparkausweise"
        in town.clerk().get(f"/desk/cases/{town.things['case_id']}").content.decode()
    )


def test_only_a_folder_of_the_demo_is_called_one_for_practice(town, memory):
    """Seen: a file on its way to an SFTP server was said to go into a folder that nobody reads."""
    to_folder(town)
    one = decided(town)
    assert "Übungsordner" in page_of(town, one)
    with work(town.authority_id):
        Target.objects.update(way="sftp")
    assert "Übungsordner" not in page_of(town, one)


def test_a_refusal_is_handed_over_to_nobody(town, memory):
    to_folder(town)
    assert decided(town, "refused") == UUID(int=0)


def test_a_trial_application_is_handed_over_to_nobody(town, memory):
    to_folder(town)
    with work(town.authority_id):
        Submission.objects.update(is_test=True)
    assert decided(town) == UUID(int=0)


def test_nothing_is_handed_over_where_hand_overs_are_switched_off(town, memory):
    to_folder(town)
    describe(town.authority_id, actor=SYSTEM, now=now(), parts_off=["hand_overs"])
    forget()
    assert decided(town) == UUID(int=0)


def test_an_application_that_is_withdrawn_need_not_be_handed_over(town, memory):
    one = decided(town)
    case_id = UUID(town.things["case_id"])
    handing_over.drop_hand_overs(authority_id=town.authority_id, case_id=case_id)
    assert queries.hand_over_row(town.authority_id, one).state == "sheet", "it is not withdrawn"


def test_what_was_granted_is_not_handed_over_once_the_case_is_open_again(town, memory):
    to_folder(town)
    one = decided(town)
    reopened(town)
    jobs.deliver(authority_id=town.authority_id, hand_over_id=one)
    assert (states_of(town), memory.has) == (["dropped"], [])


def test_a_job_of_a_decision_that_comes_after_its_case_was_opened_again_does_nothing(town, memory):
    decision_id = sent(town)
    reopened(town)
    hand_over(town, decision_id)
    assert states_of(town) == []


def test_a_refusal_overtakes_what_was_granted_before(town, memory):
    decided(town)
    decided(town, "refused")
    assert states_of(town) == ["dropped"]


def test_a_late_job_of_an_earlier_decision_overtakes_nothing(town, memory):
    first = sent(town)
    second = sent(town)
    for decision_id in (second, first):
        hand_over(town, decision_id)
    assert states_of(town) == ["sheet"]
    handing_over.drop_hand_overs(authority_id=town.authority_id, case_id=UUID(town.things["case_id"]))
    assert states_of(town) == ["sheet"], "nor does a late job of the withdrawal or of the reopening before"


def test_the_sheet_is_copied_with_a_form_alone(town, memory):
    one = decided(town)
    clerk, address = town.clerk(), f"/desk/hand-overs/{one}"
    page = page_of(town, one)
    assert "WUG-AY 88" in page
    assert "Kennzeichen" in page
    assert 'value="again"' not in page, "there is nowhere to deliver it"
    lines = [line.key for line in handing_over.sheet_of(queries.hand_over_row(town.authority_id, one))]
    answer = clerk.post(address, {"act": "finish", "seen": lines, "ticked": lines[:1]})
    assert answer.status_code == 422
    assert "Frau Adler" in page_of(town, one), "what was ticked is saved all the same"
    assert clerk.post(address, {"act": "finish", "seen": lines, "ticked": lines}).status_code == 302
    assert queries.hand_over_row(town.authority_id, one).state == "copied"
    assert "Von Hand übertragen" in page_of(town, one)


def test_a_clerk_tries_again_gives_up_and_drops_with_a_reason(town, memory):
    to_folder(town)
    one = decided(town)
    clerk, address = town.clerk(), f"/desk/hand-overs/{one}"
    assert clerk.post(address, {"act": "again"}).status_code == 302
    assert clerk.post(address, {"act": "give_up", "reason": " "}).status_code == 422
    assert clerk.post(address, {"act": "give_up", "reason": "Server weg"}).status_code == 302
    assert clerk.post(address, {"act": "drop", "reason": "Verzogen"}).status_code == 302
    assert "Verzogen" in page_of(town, one)
    assert clerk.post(address, {"act": "drop", "reason": "noch einmal"}).status_code == 409


def test_the_list_says_what_is_overdue_and_shows_only_cases_one_sees(town, memory):
    one = decided(town)
    with work(town.authority_id):
        HandOver.objects.filter(id=one).update(due=now() - timedelta(days=1))
    assert "Überfällig" in town.clerk().get("/desk/hand-overs/").content.decode()
    kern = town.colleague("kern").get("/desk/hand-overs/")
    assert kern.status_code == 403, "organisers do not work on cases"
    assert watcher.count(town.authority_id, now())["data not taken over"] == 1


def test_a_tax_case_is_handed_over_before_the_eyes_of_its_unit_alone(town, memory):
    """§ 30 AO. Whoever is lead elsewhere gets no row, no count and no page."""
    one = decided(town)
    with work(town.authority_id):
        HandOver.objects.filter(id=one).update(due=now() - timedelta(days=1))
        number = Case.objects.get(id=town.things["case_id"]).number
    assert number in town.clerk().get("/desk/hand-overs/").content.decode()
    with work(town.authority_id):
        Case.objects.filter(id=town.things["case_id"]).update(secrecy="tax", unit_id=new_id())
    page = town.clerk().get("/desk/hand-overs/").content.decode()
    assert number not in page
    assert str(one) not in page
    assert "Überfällig" not in page
    for path in (f"/desk/hand-overs/{one}", f"/desk/hand-overs/{one}/file"):
        assert town.clerk().get(path).status_code == 404
    assert town.clerk().post(f"/desk/hand-overs/{one}", {"act": "drop", "reason": "Neugier"}).status_code == 404


def test_the_file_is_shown_as_the_target_gets_it(town, memory):
    to_folder(town)
    one = decided(town)
    answer = town.clerk().get(f"/desk/hand-overs/{one}/file")
    assert answer["Content-Type"] == "application/octet-stream", "it is saved, whatever is in it"
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert b"WUG-AY 88" in answer.content
    assert town.clerk().get(f"/desk/hand-overs/{UUID(int=3)}/file").status_code == 404


def test_a_file_that_would_be_too_large_is_copied_by_hand(town, memory, monkeypatch):
    monkeypatch.setattr(handing_over_queries, "LARGEST", 100)
    to_folder(town)
    one = decided(town)
    assert (queries.hand_over_row(town.authority_id, one).state, memory.has) == ("sheet", [])
    assert "WUG-AY 88" in page_of(town, one)


def test_an_organiser_sets_where_it_goes(town, memory):
    kern, address = town.colleague("kern"), "/desk/targets/bewohnerparkausweis"
    assert "Verzeichnis der Bewohnerparkausweise" in kern.get("/desk/targets/").content.decode()
    assert kern.post(address, {"way": "folder", "place": "../x"}).status_code == 422
    assert kern.post(address, {"way": "folder", "place": "parken", "secret": "geheim"}).status_code == 302
    page = kern.get(address).content.decode()
    assert "parken" in page
    assert "geheim" not in page
    assert 'name="host_key"' not in page, "this installation knows no servers"
    assert kern.post(address, {"act": "look"}).status_code == 302
    assert kern.post(address, {"way": "sheet"}).status_code == 302
    assert queries.target_for(town.authority_id, "bewohnerparkausweis") is None
    assert kern.get("/desk/targets/nichts").status_code == 404


def test_a_lost_delivery_is_given_back_to_the_queue(town, memory):
    to_folder(town)
    one = decided(town)
    with work(town.authority_id):
        HandOver.objects.filter(id=one).update(next_try=now() - timedelta(hours=1))
    assert watcher.watch(town.authority_id, now())["data not delivered"] == 1


def test_what_a_killed_worker_was_at_goes_on_within_a_minute_and_no_try_outlives_its_claim():
    assert timedelta(seconds=SILENT_S) < LEASE < timedelta(minutes=1)
    assert timedelta(seconds=max(sftp.WHOLE_S, http_api.CONNECT_S + http_api.SECONDS)) < LEASE


@pytest.fixture
def with_proofs(town, memory, monkeypatch):
    """The package says that proofs go along; `with_proofs(data, kind)` files one."""
    rule_of = handing_over._rule_of
    monkeypatch.setattr(
        handing_over, "_rule_of", lambda *given: (rule := rule_of(*given)) and replace(rule, proofs=True)
    )
    to_folder(town)

    def act(data: bytes = b"%PDF-1.7 Vollmacht", kind: str = "proof", source: str = "") -> FileRef:
        about = {"authority_id": town.authority_id}
        case_id = UUID(town.things["case_id"])
        kept = put(**about, data=data, media_type="application/pdf")
        open_file(**about, case_id=case_id, number="WUG-1", title="Ausweis", now=now())
        file_document(
            **about, case_id=case_id, kind=kind, title="Vollmacht Yılmaz.pdf", origin="citizen", kept=kept,
            source_key=source or f"test:{kept.blob_id}", now=now(),
        )  # fmt: skip
        return kept

    return act


def test_proofs_go_along_once_also_when_somebody_died_in_the_middle(town, memory, with_proofs):
    with_proofs()
    with_proofs(b"%PDF-1.7 nachgereicht", "answer")
    with_proofs(b"%PDF-1.7 Bescheid", "letter")
    one = decided(town)
    memory.fails = ["killed"]
    with pytest.raises(SystemExit):
        jobs.deliver(authority_id=town.authority_id, hand_over_id=one)
    exchange.deliver(authority_id=town.authority_id, hand_over_id=one, now=now() + LEASE)
    first, second, file, manifest = memory.has
    assert [first[1], second[1]] == [b"%PDF-1.7 Vollmacht", b"%PDF-1.7 nachgereicht"]
    stem = file[0].removesuffix(".csv")
    assert first[0] == f"{stem}-01-Vollmacht-Y-lmaz.pdf"
    assert manifest[0] == f"{stem}.csv.manifest.json"
    assert queries.hand_over_row(town.authority_id, one).state == queries.TAKEN
    assert first[0] in page_of(town, one)


def test_a_proof_that_is_lost_stops_the_hand_over_in_words_and_nothing_is_sent(town, memory, with_proofs):
    kept = with_proofs()
    one = decided(town)
    ground_ports.store().remove(town.authority_id, kept.blob_id)
    jobs.deliver(authority_id=town.authority_id, hand_over_id=one)
    row = queries.hand_over_row(town.authority_id, one)
    assert (row.state, row.problem, memory.has) == (queries.REFUSED, "proof", [])
    assert "Ein Nachweis" in page_of(town, one)


def test_while_the_file_store_is_away_it_is_tried_again(town, memory, with_proofs, monkeypatch):
    with_proofs()
    one = decided(town)

    class Away:
        def get(self, *given):
            raise ground_ports.StoreAway("EIO")

    with monkeypatch.context() as patch:
        patch.setattr(ground_ports, "store", Away)
        jobs.deliver(authority_id=town.authority_id, hand_over_id=one)
    row = queries.hand_over_row(town.authority_id, one)
    assert (row.state, row.problem, row.tries, memory.has) == (queries.WAITING, "store", 1, [])
    jobs.deliver(authority_id=town.authority_id, hand_over_id=one)
    assert queries.hand_over_row(town.authority_id, one).state == queries.TAKEN


def test_more_proofs_than_a_try_can_take_are_for_the_sheet(town, memory, with_proofs, monkeypatch):
    with_proofs()
    monkeypatch.setattr(handing_over, "LARGEST_PROOFS", 10)
    assert queries.hand_over_row(town.authority_id, decided(town)).state == queries.SHEET


@pytest.fixture
def at_receipt(town, monkeypatch) -> UUID:
    """The package hands over what comes in, with its proofs; gives the draft of the town's case."""
    case_id = UUID(town.things["case_id"])
    ruled = handing_over._rule_of(matter_of(town.authority_id, case_id), "decided")
    monkeypatch.setattr(handing_over, "_rule_of", lambda _matter, at: ruled if at == "received" else None)
    with work(town.authority_id):
        sent = Submission.objects.get(id=Case.objects.get(id=case_id).submission_id)
        draft = Draft.objects.create(
            authority_id=town.authority_id, token_hash=b"1", service=sent.service, adoption_id=sent.adoption_id,
            revision_id=sent.revision_id, language="de", created=now(), edited=now(), expires=now(),
            submission_id=sent.id,
        )  # fmt: skip
        Submission.objects.filter(id=sent.id).update(draft_id=draft.id)
    return draft.id


def in_quarantine(town: Town, draft_id: UUID) -> None:
    kept = stored(town.authority_id, b"%PDF-1.7", now())
    with work(town.authority_id):
        Attachment.objects.create(
            authority_id=town.authority_id, draft_id=draft_id, path="x", blob_id=kept.blob_id, name="x.pdf",
            media_type="application/pdf", size=8, sha256="00", state="quarantine", created=now(),
        )  # fmt: skip


def released(town: Town, draft_id: UUID) -> None:
    with work(town.authority_id):
        Attachment.objects.filter(draft_id=draft_id).update(state="clean")
    for _time in range(2):
        delivery.file_late_proofs(town.authority_id, draft_id)


def handed_at_receipt(town: Town) -> int:
    found = queries.hand_overs_of(town.authority_id, UUID(town.things["case_id"]))
    return len([row for row in found if row.key.startswith(handing_over.RECEIVED)])


def file_application(town: Town) -> None:
    delivery.file_application(authority_id=town.authority_id, case_id=UUID(town.things["case_id"]))


def test_what_is_handed_over_with_the_application_waits_for_the_virus_scanner(town, memory, with_proofs, at_receipt):
    with_proofs(b"%PDF-1.7 Antrag", "application", delivery.SUMMARY)
    in_quarantine(town, at_receipt)
    file_application(town)
    assert handed_at_receipt(town) == 0
    released(town, at_receipt)
    assert handed_at_receipt(town) == 1


def test_a_scanner_that_finishes_while_the_letter_is_set_loses_no_hand_over(
    town, memory, with_proofs, at_receipt, monkeypatch
):
    in_quarantine(town, at_receipt)

    def slow(*given) -> bytes:
        released(town, at_receipt)
        return b"%PDF-1.7 Antrag"

    monkeypatch.setattr(delivery, "summary_letter", slow)
    file_application(town)
    assert handed_at_receipt(town) == 1


def test_a_late_retry_hands_over_no_application_that_was_withdrawn_meanwhile(town, memory, with_proofs, at_receipt):
    with_proofs(b"%PDF-1.7 Antrag", "application", delivery.SUMMARY)
    with work(town.authority_id):
        Case.objects.filter(id=UUID(town.things["case_id"])).update(state="withdrawn")
    file_application(town)
    assert handed_at_receipt(town) == 0


def test_the_photo_of_bulky_waste_goes_along_once_as_its_package_says(authority):
    """Report: no package said that proofs go along, so nobody's went."""
    wiring.connect()
    town = OneService(authority.id, authority.slug, "sperrmuell", "sofa-kostenfrei")
    about = {"authority_id": town.authority_id}
    exchange.save_target(
        **about, service="sperrmuell", way="folder", place="touren", username="", host_key="", secret="", active=True,
        actor=SYSTEM, now=now(),
    )  # fmt: skip
    kept = put(**about, data=b"\xff\xd8\xff Sofa", media_type="image/jpeg")
    file_document(
        **about, case_id=town.case_id, kind="proof", title="Sofa.jpg", origin="citizen", kept=kept, source_key="attachment:1",
        now=now(),
    )  # fmt: skip
    decision_id = town.decide("granted")
    town.send(decision_id)
    for _time in range(2):  # every job may run twice
        handing_over.hand_over_decided(**about, case_id=town.case_id, decision_id=decision_id)
    [row] = queries.hand_overs_of(town.authority_id, town.case_id)
    way = Memory()
    ports.use_ways({"folder": lambda: way})
    try:
        for _time in range(2):
            jobs.deliver(**about, hand_over_id=row.id)
    finally:
        ports.use_ways({})
    photo, file, manifest = way.has
    assert photo[1] == b"\xff\xd8\xff Sofa"
    assert (file[0].endswith(".json"), manifest[0].endswith(".json.manifest.json")) == (True, True)
