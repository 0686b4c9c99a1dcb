"""What a clerk decides and asks, as the applicant reads it on paper: the text of the PDFs themselves."""

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from stadttor.cases import services as cases
from stadttor.cases.ports import Choice, LetterDraft
from stadttor.cases.queries import case_for
from stadttor.cases.queries.own_work import decision_of, question_of
from stadttor.core.refused import Refused
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments import services as payments
from stadttor.payments.models import SimulatedOrder
from stadttor.payments.queries import payment_of
from stadttor.portal.services import accept
from stadttor.site.applications import submitted
from stadttor.site.demo_cast import APPLICATIONS
from stadttor.site.fees import change_fee
from stadttor.site.letters import PackageLetters, decision_letters, question_letter
from stadttor.site.part_fees import fee_is_for_more, too_much

pytestmark = [
    pytest.mark.db,
    pytest.mark.skipif(not Path("/usr/bin/pdftotext").exists(), reason="pdftotext is not installed"),
]

NEW = APPLICATIONS[0]["answers"] | {
    "antrag": {"art": "neu"},
    "fahrzeug": APPLICATIONS[0]["answers"]["fahrzeug"] | {"gesamtmasse_kg": 1600},
    "mehrere": {"gewuenscht": False},
    "laufzeit": {"gueltig_ab": "2026-11-23", "dauer": "ein_jahr"},
}


@pytest.fixture
def olsen(authority):
    return Staff(SYSTEM.id or authority.id, "Herr Olsen", "", authority.id, frozenset({"clerk", "lead"}), frozenset())


@pytest.fixture
def opened(authority, permit, now):
    """Open Amira's application in a language: gives (case id, what was submitted)."""

    def open_one(language="de", of=APPLICATIONS[0]["answers"], email=""):
        answers = of
        filled = Filled(permit.form, answers, permit.parameters, german_day(now))
        fees = [{"id": line.id, "cents": line.cents, "text": "Ersatz"} for line in filled.fees(permit.fees).lines]
        accepted = accept(
            form=permit,
            application=Application(
                service=permit.slug,
                adoption_id=permit.adoption_id,
                revision_id=permit.revision_id,
                answers=filled.clean(),
                fees=fees,
                language=language,
                email=email,
                applicant="Amira Yılmaz",
            ),
            key="test:amira",
            token="t" * 43,
            randomness=os.urandom(16),
            now=now,
        )
        case_id = cases.open_case(authority_id=authority.id, submission_id=accepted.submission_id, now=now)
        return case_id, submitted(authority.id, accepted.submission_id)

    return open_one


def text_of(pdf):
    return subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def decided(olsen, case_id, now, **chosen):
    version, until = case_for(olsen, case_id, now).version, german_day(now) + timedelta(days=365)
    chosen = {"valid_until": until, **chosen}
    decision_id = cases.decide(staff=olsen, case_id=case_id, version=version, now=now, **chosen)
    return decision_of(olsen.authority_id, decision_id)


@pytest.mark.parametrize("language", ["de", "tr"])
def test_a_refusal_says_its_reason_in_the_lines_it_was_typed_in(opened, olsen, now, language):
    """Seen: a reason of two lines vanished, and the refusal went out with an empty "Begründung"."""
    case_id, found = opened(language)
    decision = decided(
        olsen, case_id, now, outcome="refused", free_reason="Sie wohnen dort nicht.\r\n\r\nFragen?\r\nAnruf genügt."
    )
    for pdf in decision_letters(found, decision, now).values():
        assert "Sie wohnen dort nicht.\nFragen?\nAnruf genügt.\n" in text_of(pdf)


def test_words_of_a_clerk_in_a_translation_are_said_to_be_german(opened, olsen, now):
    case_id, found = opened("tr")
    decision = decided(olsen, case_id, now, outcome="refused", free_reason="Sie wohnen dort nicht.")
    letters = {language: text_of(pdf) for language, pdf in decision_letters(found, decision, now).items()}
    assert "çevrilmemiştir:\nSie wohnen dort nicht." in letters["tr"]
    assert "übersetzt" not in letters["de"]


def test_no_letter_is_set_for_a_refusal_that_does_not_say_why(opened, olsen, now):
    from dataclasses import replace

    case_id, found = opened()
    decision = decided(olsen, case_id, now, outcome="refused", free_reason="Sie wohnen dort nicht.")
    for nothing in ((), ({"key": "free", "text": " \n"},)):
        with pytest.raises(Refused) as refused:
            decision_letters(found, replace(decision, reasons=nothing), now)
        assert refused.value.code == "reason_missing"


@pytest.mark.parametrize(
    ("email", "how"),
    [("amira@example.org", "Lütfen başvurunuzun sayfasında yanıt verin"), ("", "Lütfen bize yazın")],
    ids=["who can follow a link", "who has no e-mail"],
)
def test_a_question_is_a_letter_with_a_sentence_a_day_and_a_name(opened, olsen, now, email, how):
    case_id, found = opened("tr", email=email)
    items = [
        cases.Asked("zulassungsbescheinigung", "document", "Zulassungsbescheinigung Teil I"),
        cases.Asked("question", "question", "Stimmt das Kennzeichen?\r\nBitte sehen Sie nach."),
    ]
    version = case_for(olsen, case_id, now).version
    question_id = cases.ask_back(staff=olsen, case_id=case_id, version=version, items=items, now=now)
    said = text_of(question_letter(found, question_of(olsen.authority_id, question_id), now))
    assert "çevrilmemiştir:\nStimmt das Kennzeichen?\nBitte sehen Sie nach." in said
    assert how in " ".join(said.split())
    assert "Herr Olsen" in said.split("Bitte sehen Sie nach.")[1]
    assert "\ufffd" not in said


def test_only_a_decision_carries_a_legal_remedy(opened, olsen, now, authority):
    """Seen: the letter about a prepared visit said that one may go to court against "diesen Bescheid"."""
    from dataclasses import replace

    case_id, found = opened()
    decision = decided(olsen, case_id, now, outcome="refused", free_reason="Sie wohnen dort nicht.")
    assert "Widerspruch" in text_of(decision_letters(found, decision, now)["de"])
    ended = replace(decision, outcome="withdrawn")
    assert "Widerspruch" not in text_of(decision_letters(found, ended, now)["de"])


@pytest.fixture
def granted_less(authority, opened, permit, olsen, now):
    """A new permit for a year that was paid, granted for five months: (case id, submitted, decision)."""
    case_id, found = opened(of=NEW)
    payments.try_to_pay(authority_id=authority.id, subject_id=found.row.id, key="k1", return_to="/", now=now)
    with work(authority.id):
        SimulatedOrder.objects.filter(authority_id=authority.id, key="k1").update(state="paid")
    payments.settle(authority_id=authority.id, key="k1", now=now)
    begins = german_day(now)
    chosen = {"valid_from": begins, "valid_until": begins + timedelta(days=150), "free_reason": "Umzug im Mai."}
    return case_id, found, decided(olsen, case_id, now, outcome="partly", **chosen)


def test_who_gets_less_reads_what_was_refused_and_that_the_fee_is_paid(granted_less, now):
    _case_id, found, decision = granted_less
    said = text_of(decision_letters(found, decision, now)["de"])
    assert "Guten Tag Amira Yılmaz," in said
    assert re.search(r"Das bekommen Sie nicht\nGültig bis, wie beantragt: \d+\. November 2027", said)
    assert "Sie haben sie bezahlt." in " ".join(said.split())
    assert "Haben Sie schon bezahlt" not in said


def test_the_desk_names_what_was_paid_too_much_for_less_time(granted_less, olsen, now):
    case_id, _found, _decision = granted_less
    ref = case_for(olsen, case_id, now).ref
    (caution,) = fee_is_for_more(ref)
    assert "15,35" in caution.text
    assert caution.href.endswith("/fee/refund")
    assert too_much(ref, payment_of(olsen.authority_id, ref.submission_id)) == 1535
    more = {"authority_id": olsen.authority_id, "case_id": case_id, "subject_id": ref.submission_id, "staff": olsen}
    change_fee("refund", **more, reason="Nur fünf Monate.", amount="15,35")
    assert fee_is_for_more(ref) == ()


def test_a_second_decision_sets_the_first_one_aside(opened, olsen, now):
    case_id, found = opened()
    first = decided(olsen, case_id, now, outcome="refused", free_reason="Sie wohnen dort nicht.")
    mine = {"authority_id": olsen.authority_id, "case_id": case_id}
    cases.deliver_decision(**mine, decision_id=first.id, deliver=lambda: first.id, now=now + timedelta(minutes=1))
    version = case_for(olsen, case_id, now).version
    cases.close(staff=olsen, case_id=case_id, version=version, now=now)
    cases.reopen(staff=olsen, case_id=case_id, version=version + 1, reason="Neuer Mietvertrag.", now=now)
    second = decided(olsen, case_id, now + timedelta(days=2), outcome="refused", free_reason="Noch immer nicht.")
    pdf = decision_letters(found, second, now + timedelta(days=2))["de"]
    said = " ".join(re.sub(r"[-\u00ad\u2010]\n", "", text_of(pdf)).split())
    assert "Dieser Bescheid ersetzt unseren Bescheid vom 23. November 2026." in said
    assert "Den früheren Bescheid heben wir auf." in said


def test_the_copy_is_seen_before_it_is_sent(opened, olsen, now):
    case_id, _found = opened("tr")
    reasons = (Choice("free", "Sie wohnen dort nicht."),)
    draft = LetterDraft(case_for(olsen, case_id, now).ref, "refused", reasons, (), "Herr Olsen", now, language="tr")
    said = text_of(PackageLetters().letter_preview(draft))
    assert "çevrilmemiştir:\nSie wohnen dort nicht." in said
    assert "Gerekçe" in said
