"""What a person gets of what is held about her: everything that is hers, nothing of a colleague, nothing of others."""

import json
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case, Decision
from stadttor.cases.queries import case_for, case_of_submission
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.forms.models import Submission
from stadttor.forms.services.drafting import start_draft
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.privacy import queries, services
from stadttor.privacy.matching import Sought
from stadttor.privacy.models import Retention
from stadttor.privacy.tests.people import AMIRA, DENIZ, JONAS, by_link, read

pytestmark = pytest.mark.db


def test_a_citizen_gets_all_of_her_application_and_its_files(authority, applied, now):
    files = read(by_link(authority, applied(AMIRA), now))
    data = json.loads(files["data.json"])
    [one] = data["applications"]
    assert one["data"]["forms_submission"][0]["answers"]["person"] == AMIRA
    assert set(one["data"]) >= {
        "forms_submission", "forms_draft", "forms_attachment", "cases_case", "cases_event", "records_file",
        "records_document", "payments_payment", "notices_mail",
    }  # fmt: skip
    assert {file["title"].split()[0] for file in one["files"]} == {"Bescheid", "Schein"}
    for file in one["files"]:
        assert sha256(files[file["file"]]).hexdigest() == file["sha256"]
    assert {line.split("  ")[1] for line in files["SHA256SUMS"].decode().splitlines()} == set(files) - {"SHA256SUMS"}
    assert "case.opened" in {line["act"] for line in one["access"]}


def test_nothing_of_colleagues_no_secret_and_no_note_comes_by_the_link(authority, applied, lead, now):
    submission_id = applied(AMIRA)
    text = b"".join(read(by_link(authority, submission_id, now)).values()).decode("utf-8", "replace")
    assert not any(word in text for word in (lead.name, str(lead.id), "Notiz zu", "token_hash", "geheim"))


def test_the_authority_hands_out_notes_too_and_the_archive_gets_the_names_of_colleagues(
    authority, applied, lead, organiser, now
):
    submission_id = applied(AMIRA)
    sought = Sought(email="AMIRA.yilmaz@example.org")
    person = read(services.export_person(staff=lead, sought=sought, chosen=[submission_id], language="de", now=now))
    assert "Notiz zu Amira" in person["data.json"].decode()
    assert lead.name not in person["data.json"].decode()
    with work(authority.id):
        case_id = AuditEntry.objects.get(act="case.opened").subject_id
        row = Retention.objects.create(
            authority_id=authority.id, case_id=case_id, service="x", closed=now, until=now, state="offered",
            offered=now, answer_by=now,
        )  # fmt: skip
    archive = read(services.export_for_archive(staff=organiser, retention_id=row.id, now=now))
    assert lead.name in archive["data.json"].decode()


def test_who_exported_what_stands_in_the_audit_without_a_name_of_the_person(authority, applied, now):
    read(by_link(authority, applied(AMIRA), now))
    with work(authority.id):
        entry = AuditEntry.objects.get(act="privacy.exported")
    assert (entry.actor_kind, entry.subject_kind, entry.details) == ("citizen", "case", {"scope": "applicant"})


def test_a_person_is_found_by_name_and_birth_date_or_address_and_in_others_applications(authority, applied, now):
    own, family = applied(AMIRA), applied(JONAS, family=[DENIZ, {**AMIRA, "email": ""}])
    draft = start_draft(
        authority_id=authority.id, token="neu", service="x", adoption_id=UUID(int=1), revision_id=UUID(int=2),
        language="de", now=now, answers={"person": AMIRA},
    )  # fmt: skip
    for sought in (Sought(name="yilmaz amira", born=date(1988, 5, 24)), Sought(email="amira.yilmaz@example.org")):
        found = {one.id: one.role for one in queries.find_person(authority.id, sought)}
        by_name = {own: "applicant", draft: "applicant", family: "named"}
        assert found == (by_name if sought.born else {own: "applicant", draft: "applicant"})
    child = queries.find_person(authority.id, Sought(name="Deniz Yılmaz", born=date(2015, 3, 2)))
    assert [(one.id, one.role) for one in child] == [(family, "named")]


@pytest.mark.parametrize(
    "sought",
    [
        Sought(name="Amira Yılmaz", born=date(1988, 5, 25)),
        Sought(name="Amira Weber", born=date(1988, 5, 24)),
        Sought(name="Jonas Yılmaz", born=date(1975, 2, 11)),
        Sought(email="a%"),
        Sought(email="amira.yilmaz@example.or"),
    ],
)
def test_nobody_else_is_taken_for_her(authority, applied, sought):
    applied(AMIRA)
    applied(JONAS)
    assert queries.find_person(authority.id, sought) == []


@pytest.mark.parametrize("sought", [Sought(name="Amira Yılmaz"), Sought(born=date(1988, 5, 24)), Sought(email=" ")])
def test_a_name_or_a_day_alone_is_too_little(authority, sought):
    with pytest.raises(Refused, match="too_little_known"):
        queries.find_person(authority.id, sought)


def test_of_somebody_elses_application_she_gets_what_names_her_and_no_more(authority, applied, lead, now):
    family = applied(JONAS, family=[DENIZ])
    sought = Sought(name="Deniz Yılmaz", born=date(2015, 3, 2))
    export = services.export_person(staff=lead, sought=sought, chosen=[family], language="de", now=now)
    files = read(export)
    [one] = json.loads(files["data.json"])["applications"]
    assert (one["role"], one["data"], one["files"]) == ("named", {}, [])
    assert one["named_in"] == [{"path": "familie.0", "answers": DENIZ}]
    assert "Jonas" not in files["data.json"].decode()


def test_only_leads_search_and_only_what_is_found_is_exported(authority, applied, adler, lead, now):
    hers, his = applied(AMIRA), applied(JONAS)
    sought = Sought(email="amira.yilmaz@example.org")
    with pytest.raises(Refused, match="lead_only"):
        services.export_person(staff=adler, sought=sought, chosen=[hers], language="de", now=now)
    files = read(services.export_person(staff=lead, sought=sought, chosen=[hers, his], language="de", now=now))
    assert len(json.loads(files["data.json"])["applications"]) == 1
    assert "Jonas" not in files["data.json"].decode()


def test_a_protected_person_is_a_number_until_her_case_is_opened(authority, applied, lead, now):
    hers = applied(AMIRA)
    case_id = case_of_submission(authority.id, hers)
    version = case_for(lead, case_id, now).version
    cases.protect(staff=lead, case_id=case_id, version=version, reason="Auskunftssperre", now=now)
    sought = Sought(email="amira.yilmaz@example.org")
    [found] = services.search_person(staff=lead, sought=sought, now=now)
    assert (found.id, found.applicant, found.places, found.is_masked) == (hers, "", (), True)
    export = {"staff": lead, "sought": sought, "chosen": [hers], "language": "de", "now": now}
    with pytest.raises(Refused, match="case_protected"):
        services.export_person(**export)
    cases.open_protected(staff=lead, case_id=case_id, reason="Auskunft nach Art. 15", now=now)
    told = read(services.export_person(**export))["data.json"].decode()
    assert "Amira" in told
    assert "Auskunft nach Art. 15" in told
    assert "Frau Wagner" not in told
    assert "Auskunft" not in read(by_link(authority, hers, now))["data.json"].decode()


def test_an_application_under_tax_secrecy_is_found_by_its_unit_only(authority, applied, lead, now):
    hers, unit_id = applied(AMIRA), new_id()
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, submission_id=hers).update(secrecy="tax", unit_id=unit_id)
    sought = Sought(email="amira.yilmaz@example.org")
    assert services.search_person(staff=lead, sought=sought, now=now) == []
    with pytest.raises(Refused, match="nothing_chosen"):
        services.export_person(staff=lead, sought=sought, chosen=[hers], language="de", now=now)
    inside = replace(lead, unit_ids=frozenset({unit_id}))
    assert [one.id for one in services.search_person(staff=inside, sought=sought, now=now)] == [hers]


def test_the_neighbour_exports_nothing(authority, neighbour, applied, now):
    submission_id = applied(AMIRA)
    with pytest.raises(Refused, match="not_found"):
        by_link(neighbour, submission_id, now)
    assert queries.find_person(neighbour.id, Sought(email="amira.yilmaz@example.org")) == []


def test_after_the_deletion_there_is_nothing_to_export(authority, applied, lead, now):
    submission_id = applied(AMIRA)
    with work(authority.id):
        case_id = AuditEntry.objects.get(act="case.opened").subject_id
    cases.withdraw(authority_id=authority.id, case_id=case_id, actor=lead.actor(), now=now)
    services.delete_on_request(staff=lead, case_id=case_id, ground="withdrawn", now=now)
    assert queries.find_person(authority.id, Sought(email="amira.yilmaz@example.org")) == []
    with work(authority.id):
        assert not Submission.objects.filter(id=submission_id).exists()


def decided(authority, lead, adler, version, submission_id, now, until):
    """A refusal on its way: `undo` within its minute, `proposed` before the second person, `sent_back` and `taken_back`."""
    with work(authority.id):
        case_id = Case.objects.get(submission_id=submission_id).id
    cases.decide(
        staff=lead, case_id=case_id, version=version(lead, case_id), outcome="refused", free_reason="Kein Wohnsitz",
        reasons=(), now=now,
    )  # fmt: skip
    if until == "taken_back":
        cases.undo(staff=lead, case_id=case_id, version=version(lead, case_id), now=now)
    if until == "sent_back":
        cases.send_back(staff=adler, case_id=case_id, version=version(adler, case_id), reason="Prüfen", now=now)
    return case_id


@pytest.mark.parametrize("until", ["undo", "proposed", "sent_back", "taken_back"])
def test_a_decision_that_has_not_left_the_house_is_nowhere_in_what_the_link_opens(
    authority, applied, lead, adler, version, now, until
):
    submission_id = applied(AMIRA, four_eyes=until in ("proposed", "sent_back"))
    decided(authority, lead, adler, version, submission_id, now, until)
    files = read(by_link(authority, submission_id, now))
    text = b"".join(files.values()).decode("utf-8", "replace")
    assert not any(
        word in text for word in ("refused", "Kein Wohnsitz", "decided", "proposed", "sent_back", "taken_back")
    )
    [one] = json.loads(files["data.json"])["applications"]
    assert one["data"]["cases_case"][0]["state"] == "in_review"


def test_a_decision_that_was_sent_is_in_it(authority, applied, lead, adler, version, now):
    submission_id = applied(AMIRA)
    case_id = decided(authority, lead, adler, version, submission_id, now, "undo")
    with work(authority.id):
        decision = Decision.objects.get(case_id=case_id)
    cases.deliver_decision(
        authority_id=authority.id, case_id=case_id, decision_id=decision.id, deliver=lambda: new_id(), now=now
    )
    [one] = json.loads(read(by_link(authority, submission_id, now))["data.json"])["applications"]
    assert one["data"]["cases_case"][0]["outcome"] == one["data"]["cases_decision"][0]["outcome"] == "refused"
    assert "Kein Wohnsitz" in json.dumps(one["data"]["cases_decision"], ensure_ascii=False)


def offered(authority, submission_id: UUID, now, **case) -> Retention:
    """The case of an application, offered to the archive."""
    case_id = case_of_submission(authority.id, submission_id)
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=case_id).update(**case)
        return Retention.objects.create(
            authority_id=authority.id, case_id=case_id, service="x", closed=now, until=now, state="offered",
            offered=now, answer_by=now, closed_at=Case.objects.get(id=case_id).closed_at,
        )  # fmt: skip


def test_an_organiser_says_why_before_the_archive_gets_a_protected_person(authority, applied, lead, organiser, now):
    hers = applied(AMIRA)
    case_id = case_of_submission(authority.id, hers)
    cases.protect(staff=lead, case_id=case_id, version=case_for(lead, case_id, now).version, reason="Sperre", now=now)
    row = offered(authority, hers, now)
    asked = {"staff": organiser, "retention_id": row.id, "now": now}
    assert queries.offer(organiser, row.id, now).is_masked
    with pytest.raises(Refused, match="case_protected"):
        services.export_for_archive(**asked)
    with pytest.raises(Refused, match="reason_missing"):
        services.open_offer(**asked, reason=" ")
    with pytest.raises(Refused, match="organiser_only"):
        services.open_offer(**(asked | {"staff": lead}), reason="Archiv")
    services.open_offer(**asked, reason="Abgabe an das Stadtarchiv")
    assert "Amira" in read(services.export_for_archive(**asked))["data.json"].decode()
    with work(authority.id):
        assert AuditEntry.objects.filter(act="case.protected_opened", subject_id=case_id).count() == 1
    with pytest.raises(Refused, match="case_protected"):
        services.export_for_archive(**(asked | {"now": now + timedelta(hours=1)}))


def test_a_tax_case_is_offered_to_organisers_of_its_unit_only(authority, applied, organiser, now):
    unit_id = new_id()
    row = offered(authority, applied(AMIRA), now, secrecy="tax", unit_id=unit_id)
    asked = {"staff": organiser, "retention_id": row.id, "now": now}
    assert queries.offers(organiser, now) == []
    for act in (
        lambda: queries.offer(organiser, row.id, now),
        lambda: services.export_for_archive(**asked),
        lambda: services.open_offer(**asked, reason="Abgabe"),
        lambda: services.answer_offer(**asked, answer="accepted"),
        lambda: services.hand_over(**asked),
    ):
        with pytest.raises(Refused, match="not_found"):
            act()
    inside = replace(organiser, unit_ids=frozenset({unit_id}))
    assert [one.id for one in queries.offers(inside, now)] == [row.id]
    assert "Amira" in read(services.export_for_archive(**(asked | {"staff": inside})))["data.json"].decode()


def test_an_organiser_outside_the_unit_is_told_that_a_tax_case_waits_and_by_when_only(
    authority, applied, organiser, now
):
    """Report: where no organiser belongs to the unit, the offer ended unanswered and nobody knew."""
    unit_id = new_id()
    assert queries.unseen_offers(organiser, now) is None
    row = offered(authority, applied(AMIRA), now, secrecy="tax", unit_id=unit_id)
    assert queries.unseen_offers(organiser, now) == queries.UnseenOffers(1, row.answer_by.date())
    assert queries.unseen_offers(replace(organiser, unit_ids=frozenset({unit_id})), now) is None
    with work(authority.id):
        Retention.objects.filter(id=row.id).update(state="accepted")
    assert queries.unseen_offers(organiser, now) is None
