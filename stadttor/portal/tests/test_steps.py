from uuid import UUID

import pytest

from stadttor.cases.ports import CaseRef
from stadttor.cases.queries.status import CitizenStatus
from stadttor.forms.queries import SubmissionRow
from stadttor.payments.queries import PaymentRow
from stadttor.portal.steps import steps_of, what_next
from stadttor.portal.tests.builders import NOW, offered

ROW = SubmissionRow(
    id=UUID(int=1),
    number="ABCD-EFGH",
    draft_id=None,
    service="bewohnerparkausweis",
    adoption_id=UUID(int=2),
    revision_id=UUID(int=3),
    language="de",
    channel="online",
    trust="none",
    answers={},
    fees=[],
    email="",
    applicant="",
    received=NOW,
)


@pytest.mark.parametrize(
    ("state", "step", "text"),
    [
        ("open", "waiting", "Bitte zahlen Sie 30,70\xa0€."),
        ("paid", "done", "Bezahlt: 30,70\xa0€"),
        ("refunded", "done", "Zurückgezahlt: 30,70\xa0€"),
    ],
)
def test_the_fee_stays_a_step_after_it_is_paid(state, step, text):
    settled = None if state == "open" else NOW
    payment = PaymentRow(UUID(int=4), ROW.id, "R", 3070, (), state, NOW, settled)
    fee = steps_of(None, ROW, offered().texts("de"), payment)[1]
    assert (fee["title"], fee["state"], fee["text"]) == ("Gebühr", step, text)
    assert bool(fee["when"]) == (step == "done")


def test_a_fee_that_was_let_go_is_no_step():
    waived = PaymentRow(UUID(int=4), ROW.id, "R", 3070, (), "waived", NOW, NOW)
    assert [step["title"] for step in steps_of(None, ROW, offered().texts("de"), waived)][1] != "Gebühr"


def decided(outcome: str) -> CitizenStatus:
    ref = CaseRef(UUID(int=1), UUID(int=5), ROW.id, UUID(int=2), 1, "WEI-2026-ABCD-EFGH", "de")
    return CitizenStatus(ref, "", "decided", NOW, None, False, outcome, NOW, None, None, (), ())


def test_a_prepared_visit_is_no_registration_and_says_how_to_get_an_appointment():
    """Report: after “visit prepared” the page no longer said that nobody is registered yet, and never how to come."""
    form = offered("wohnsitzanmeldung", termin="Telefon 09141 907-0")
    said = what_next(decided("handed_over"), form, form.texts("de"))
    assert "noch nicht angemeldet" in said
    assert "Telefon 09141 907-0" in said
    without = offered("wohnsitzanmeldung", termin_noetig=False)
    assert "Termin" not in what_next(decided("handed_over"), without, without.texts("de"))


def test_where_nothing_is_left_to_do_nothing_is_said():
    form = offered("wohnsitzanmeldung")
    assert what_next(decided("registered"), form, form.texts("de")) == ""
    assert "noch nicht angemeldet" in what_next(None, form, form.texts("de"))


@pytest.mark.parametrize(("ewa", "named"), [(True, "https://www.wohnsitzanmeldung.de"), (False, None)])
def test_the_electronic_registration_of_residence_is_named_where_the_authority_takes_part(ewa, named):
    elsewhere = offered("wohnsitzanmeldung", ewa=ewa).elsewhere
    assert (elsewhere and elsewhere.url) == named
