"""A household of the town, and what its people do: apply, answer, pay, are decided upon. All by the product's verbs.

Every word somebody writes, and the name of every file, carries the marker of its application besides that of its person.
"""

import asyncio
import io
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from itertools import product
from typing import Any
from uuid import UUID

import pikepdf
from django.db import connections

from stadttor.cases import services as cases
from stadttor.cases.ports import Document
from stadttor.cases.queries import case_for, case_of_submission
from stadttor.cases.services import Asked, Given
from stadttor.catalog import queries as catalog
from stadttor.core.refused import Refused
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.attaching import attach, keep_checked
from stadttor.forms.services.drafting import delete_draft, keep_email, save_answers
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import CITIZEN
from stadttor.ground.clock import german_day
from stadttor.ground.jobs import registered
from stadttor.identity.queries import Staff
from stadttor.notices.ports import Delivery
from stadttor.notices.services import send_mail
from stadttor.payments.services import settle, try_to_pay
from stadttor.payments.simulator import choose
from stadttor.portal import access
from stadttor.portal.journey import applicant_email, applicant_name
from stadttor.portal.services import accept, fee_rows, start
from tests.safety.privacy.plan import Fate

ADDRESS = {"street": "Bahnhofstraße", "house_number": "12", "postal_code": "91781", "city": "Weißenburg i. Bay."}
OUTCOMES = {"wohnsitzanmeldung": "registered", "bewohnerparkausweis": "granted", "hundesteuer": "assessed"}
PROOFS = {"wohnsitzanmeldung": "nachweis.bestaetigung", "bewohnerparkausweis": "fahrzeug.zb1"}

NOT_YET = UUID(int=0)


@dataclass(frozen=True)
class Person:
    """`marker` is her family name, in no other word of the town."""

    marker: str
    first: str
    born: str

    @property
    def email(self) -> str:
        return f"{self.first.lower()}.{self.marker.lower()}@example.org"

    def answers(self) -> dict[str, Any]:
        return {"vorname": self.first, "nachname": self.marker, "geburtsdatum": self.born}


@dataclass
class Matter:
    """An application with its case: who is named in it, the markers of what was written, the secret of its link.

    `tag` is the number of a dog's tag: that under which it is registered, or deregistered where `leaves` is set.
    `shown`: her wallet said who she is. `at_counter`: the fee is paid there. `town_hall`: registers, targets
    and wallets have to do with it, see there. `place` in a status list is that of what went into her wallet, which `ends` by itself.
    """

    service: str
    fate: Fate
    people: tuple[Person, ...]
    marker: str
    submission_id: UUID = NOT_YET
    case_id: UUID = NOT_YET
    draft_id: UUID = NOT_YET
    said: list[str] = field(default_factory=list)
    tag: str = ""
    leaves: bool = False
    paid: bool = False
    token: str = ""
    shown: bool = False
    at_counter: bool = False
    town_hall: bool = False
    place: tuple[int, int] | None = None
    ends: datetime | None = None

    @property
    def applicant(self) -> Person:
        return self.people[0]

    def words(self, what: str) -> str:
        """Something somebody writes, kept to be looked for in the export."""
        self.said.append(f"{what} {self.marker}")
        return self.said[-1]


class Post:
    """Implements `notices.ports.MailSender`: takes every mail and keeps none, as a mail server outside would."""

    def send(self, message: EmailMessage) -> Delivery:
        return Delivery("accepted", "250 OK")


def apply(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    """From the first click to the day before it is closed; its jobs are done by the product's worker."""
    _send(authority_id, one, now)
    work_off()
    case_id = case_of_submission(authority_id, one.submission_id)
    assert case_id
    one.case_id = case_id
    _talk(authority_id, one, lead, now)
    if one.fate.request != "withdrawn":
        _serve(authority_id, one, lead, now)
    _save_view(lead, one)


def _serve(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    """Paid for where that is done at the counter, decided on, handed over, received by her wallet."""
    from tests.safety.privacy import town_hall

    if one.at_counter:
        town_hall.pay_at_the_counter(authority_id, one, lead, now)
    _decide(authority_id, one, lead, now)
    if one.town_hall:
        town_hall.hand_over(authority_id, one, lead, now)
        if one.service == town_hall.PERMIT:
            town_hall.receive(authority_id, one, now)


def _save_view(lead: Staff, one: Matter) -> None:
    """A saved view that names her, for as many as a colleague may save."""
    marker = one.applicant.marker
    with suppress(Refused):
        cases.save_filter(staff=lead, name=f"{marker} {one.service}", query=f"scope=all&q={marker.lower()}")


def close(authority_id: UUID, one: Matter, lead: Staff, at: datetime) -> None:
    """The day on which its retention begins."""
    if one.fate.request == "withdrawn":
        cases.withdraw(authority_id=authority_id, case_id=one.case_id, actor=CITIZEN, now=at)
    else:
        version = case_for(lead, one.case_id, at).version
        cases.close(staff=lead, case_id=one.case_id, version=version, now=at)


def begin_draft(authority_id: UUID, person: Person, now: datetime, token: str = "") -> UUID:
    """A draft with a file, and a mail with its link."""
    form = catalog.adopted_form(authority_id, "bewohnerparkausweis")
    draft_id = start(form=form, token=token or access.new_token(), language="de", now=now)
    _attach(authority_id, draft_id, "fahrzeug.zb1", f"Schein {person.marker}.pdf", now)
    answers = {"person": {**person.answers(), "email": person.email}}
    save_answers(authority_id=authority_id, draft_id=draft_id, revision=0, answers=answers, language="de", now=now)
    keep_email(authority_id=authority_id, draft_id=draft_id, email=person.email)
    send_mail(
        authority_id=authority_id, key=f"resume:{draft_id}", to=person.email, kind="resume", subject_id=draft_id,
        language="de", values={"service": "x", "link": "x", "authority": "x"}, now=now,
    )  # fmt: skip
    return draft_id


def drop_draft(authority_id: UUID, draft_id: UUID, now: datetime) -> None:
    """Its person deletes it."""
    delete_draft(authority_id=authority_id, draft_id=draft_id, now=now)


def work_off() -> None:
    """Every job that is due, by the product's worker."""
    connections.close_all()
    asyncio.run(_one_round())


async def _one_round() -> None:
    from procrastinate.contrib.django import app

    from stadttor.ground import queue_connections
    from stadttor.ground.queue_tasks import add_jobs

    if set(registered()) - set(app.tasks):  # another row of the programme may have brought them already
        add_jobs(app)
    with app.replace_connector(queue_connections.connector()) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
            )


def _send(authority_id: UUID, one: Matter, now: datetime) -> None:
    form, token = catalog.adopted_form(authority_id, one.service), access.new_token()
    one.token, one.draft_id = token, start(form=form, token=token, language="de", now=now)
    browser, proofs, revision = "", [], 0
    if one.shown:
        from tests.safety.privacy.wallet import show

        browser = show(authority_id, one.draft_id, one.applicant)
    if browser and one.town_hall:
        from tests.safety.privacy.town_hall import retrieve

        said = one.words("Auszug")
        proofs, revision = [retrieve(authority_id, one.draft_id, token, browser, said, takes=True)], 1
    elif path := PROOFS.get(one.service):
        proofs = [str(_attach(authority_id, one.draft_id, path, f"{one.words('Nachweis')}.pdf", now))]
    answers = _answers(one, proofs)
    save_answers(
        authority_id=authority_id, draft_id=one.draft_id, revision=revision, answers=answers, language="de", now=now
    )
    filled = Filled(form.form, answers, form.parameters, german_day(now))
    sent = accept(
        form=form,
        application=Application(
            service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=filled.clean(),
            fees=fee_rows(form, filled), language="de", email=applicant_email(filled),
            applicant=applicant_name(filled),
        ),
        key=f"draft:{one.draft_id}", token=token, randomness=os.urandom(16), now=now, draft_id=one.draft_id,
    )  # fmt: skip
    one.submission_id = sent.submission_id
    if one.service == "bewohnerparkausweis" and one.fate.request != "withdrawn" and not one.at_counter:
        _pay(authority_id, one, now)


def _pay(authority_id: UUID, one: Matter, now: datetime) -> None:
    key = os.urandom(12).hex()
    try_to_pay(authority_id=authority_id, subject_id=one.submission_id, key=key, return_to="/", now=now)
    choose(authority_id=authority_id, key=key, paid=True)
    settle(authority_id=authority_id, key=key, now=now)
    one.paid = True


def _answers(one: Matter, proofs: list[str]) -> dict[str, Any]:
    person = {**one.applicant.answers(), "anschrift": ADDRESS, "email": one.applicant.email}
    if one.leaves:
        gone = {"marke": one.tag, "hund": "Bello", "letzter_tag": "2026-11-20", "grund": "abgegeben"}
        buyer = {"neuer_halter": one.words("Tierfreunde")}
        return {"person": person, "anliegen": {"art": "abmelden"}, "abmeldung": {**gone, **buyer}}
    if one.service == "hundesteuer":
        return {
            "person": person,
            "haushalt": {"hunde_bisher": 0, "dauer": "dauerhaft", "weitere_halter": False},
            "hund": [{
                "name": "Bello", "rasse": "Beagle", "gelistet": False, "geschlecht": "weiblich",
                "geburtsdatum": "2026-07-01", "gehalten_seit": "2026-11-14", "vorhalter": one.words("Tierheim"),
            }],
            "herkunft": {"zugezogen": False}, "ermaessigung": {"gewuenscht": False},
            "zahlung": {"art": "ueberweisung"},
        }  # fmt: skip
    if one.service == "bewohnerparkausweis":
        return {
            "person": person, "antrag": {"art": "neu"}, "wohnung": {"art": "hauptwohnung", "zone": "A"},
            "fahrzeug": {
                "nutzung": "eigenes", "zulassung": "deutschland", "kennzeichen": "WUG-AB 123", "gesamtmasse_kg": 1850,
                "zb1": proofs,
            },
            "mehrere": {"gewuenscht": False}, "laufzeit": {"gueltig_ab": "2026-12-01", "dauer": "ein_jahr"},
        }  # fmt: skip
    return _registration(one, person, proofs)


def _registration(one: Matter, person: dict[str, Any], proofs: list[str]) -> dict[str, Any]:
    """The joint one, for the whole family."""
    about = {"geburtsort": "Nürnberg", "geschlecht": "weiblich", "staatsangehoerigkeit": "DE"}
    kinds = ("ehe", *["kind"] * len(one.people))
    family = [
        {"verhaeltnis": kind, **member.answers(), **about} for kind, member in zip(kinds, one.people[1:], strict=False)
    ]
    return {
        "einzug": {"art": "innerhalb", "einzugsdatum": "2026-11-15", "nutzung": "einzige"},
        "person": person,
        "bisher": {"anschrift": ADDRESS, "behalten": False},
        "angaben": {**about, "familienstand": "verheiratet"},
        "religion": {"zugehoerigkeit": "am_schalter"},
        "haushalt": {"mit_familie": True},
        "familie": family,
        "nachweis": {
            "art": "hochladen", "bestaetigung": proofs, "name": one.words("Hausverwaltung"), "anschrift": ADDRESS,
        },
        "widerspruch": {"gegen": [], "bundeswehr": False},
        "besuch": {"ausweise": []},
    }  # fmt: skip


def _talk(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    """The case is looked at, noted, asked back about; the answer brings a file."""
    cases.look_at(staff=lead, case_id=one.case_id, now=now)
    cases.note(staff=lead, case_id=one.case_id, text=one.words("Vermerk"), now=now)
    item = Asked("question", "question", one.words("Frage"))
    version = case_for(lead, one.case_id, now).version
    question = cases.ask_back(staff=lead, case_id=one.case_id, version=version, items=[item], now=now)
    kept, name = keep_checked(
        authority_id=authority_id, data=pdf(one.marker), name=f"{one.words('Antwort')}.pdf", accept=("pdf",), max_mb=5,
        path="file", now=now,
    )  # fmt: skip
    given = Given("question", one.words("Darauf"), (Document(kept.blob_id, name, kept.media_type, kept.size),))
    cases.answer_question(
        authority_id=authority_id, case_id=one.case_id, question_id=question, answers=[given], actor=CITIZEN, now=now
    )
    work_off()


def _decide(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    decision = cases.decide(
        staff=lead, case_id=one.case_id, version=case_for(lead, one.case_id, now).version,
        outcome=OUTCOMES[one.service], free_reason=one.words("Grund"), free_condition=one.words("Auflage"), now=now,
        tags=[one.tag] if one.tag and not one.leaves else None,
    )  # fmt: skip
    cases.send_due_decision(
        authority_id=authority_id, case_id=one.case_id, decision_id=decision, now=now + timedelta(minutes=2)
    )
    work_off()


def _attach(authority_id: UUID, draft_id: UUID, path: str, name: str, now: datetime) -> UUID:
    return attach(
        authority_id=authority_id, draft_id=draft_id, path=path, name=name, data=pdf(name), accept=("pdf",), max_mb=5,
        now=now,
    )  # fmt: skip


def pdf(title: str) -> bytes:
    """One page whose title is given."""
    written = io.BytesIO()
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.docinfo["/Title"] = title
    paper.save(written)
    return written.getvalue()


def words(beginning: str) -> Iterator[str]:
    """Words of one length that stand nowhere else: Zqvaaax, Zqvaabx …"""
    letters = "abcdefghijklmnoprstu"
    for one, two, three in product(letters, repeat=3):
        yield f"{beginning}{one}{two}{three}x"
