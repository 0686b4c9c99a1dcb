"""What colleagues and other systems do with an application besides deciding on it: the register, the cash desk, the target
procedure, the post room, the counter, the wallet. Each leaves rows and files of its own that must be told and must go.
"""

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from adapters.drop_folder import DropFolder
from adapters.eudi_wallet import simulated_receiving as receiving
from adapters.eudi_wallet.tests import maker
from stadttor.cases.queries import case_for
from stadttor.catalog.queries import adopted_form
from stadttor.exchange import services as exchange
from stadttor.exchange.ports import FOLDER, use_ways
from stadttor.exchange.queries import open_hand_overs
from stadttor.forms import ports as forms
from stadttor.forms.models import Retrieval
from stadttor.forms.ports import Register, RegisterQuestion, Retrieved
from stadttor.forms.queries import draft_for, submission
from stadttor.forms.services import retrieving
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.identity.issuing import exchange as issuing
from stadttor.identity.issuing.models import IssuedCredential
from stadttor.identity.issuing.nonces import new_nonce
from stadttor.identity.issuing.pages import place_of
from stadttor.identity.issuing.queries import open_offer
from stadttor.identity.issuing.signing import put_signer
from stadttor.identity.queries import Staff, units
from stadttor.identity.services import save_unit
from stadttor.notices.queries import deliveries_of, letters_of_run, waiting_letters
from stadttor.notices.services import make_run, note_printed
from stadttor.payments.models import Payment, Receipt
from stadttor.payments.queries import payment_of
from stadttor.payments.queries.closing import open_lines, sums_of
from stadttor.payments.queries.finance import CARD, CASH, receipt_row
from stadttor.payments.services import counter as books
from stadttor.payments.services.closing import close_day
from stadttor.payments.services.finance import Books, set_rules
from stadttor.portal.services import offer_credential
from stadttor.records.bundle import stack_letters
from stadttor.site import counter
from stadttor.site.delivering import settle
from stadttor.site.handing_over import sheet_of
from stadttor.site.post_room import post_letters
from tests.safety.privacy.lives import Matter, pdf
from tests.safety.privacy.wallet import ORIGIN

PERMIT, TAX = "bewohnerparkausweis", "hundesteuer"
PROOF = "fahrzeug.zb1"


def tax_office(authority_id: UUID) -> UUID:
    """The unit in charge of the dog tax: nobody outside of it sees a case (§ 30 AO)."""
    known = (one.id for one in units(authority_id) if TAX in one.services)
    return next(known, None) or save_unit(
        authority_id=authority_id, unit_id=None, name="Steueramt", services=[TAX], actor=SYSTEM, now=now()
    )


class OneRegister:
    """Implements `forms.ports.RegisterPort`: has one extract for everybody, which `says` a word."""

    simulated = False

    def __init__(self) -> None:
        self.says = ""

    def register(self, name: str) -> Register | None:
        known = Register("Zentrales Fahrzeugregister", "Kraftfahrt-Bundesamt", "substantiell")
        return known if name == "fahrzeugregister" else None

    def fetch(self, question: RegisterQuestion) -> Retrieved | None:
        return Retrieved(pdf(self.says), f"{self.says}.pdf", (("Halter", self.says),))


REGISTER = OneRegister()


def open_doors(authority_id: UUID, outside: Path, now: datetime) -> None:
    """A register answers, the town keeps books, hands permits over into the folder of a target, and issues into wallets."""
    forms.use_registers(REGISTER)
    accounts = {"*/": "1.1220.4311", "*/Bundeskasse": "3799.01"}
    kept = Books("577", 8, "mod97", "Q", accounts, "Stadtkasse", "DE02120300000000202051", "BYLADEM1001", 3)
    begins = german_day(now).replace(month=1, day=1)
    set_rules(authority_id=authority_id, valid_from=begins, books=kept, actor=SYSTEM, now=now)
    use_ways({FOLDER: lambda: DropFolder(outside)})
    (outside / "weissenburg" / PERMIT).mkdir(parents=True)
    exchange.save_target(
        authority_id=authority_id, service=PERMIT, way=FOLDER, place=PERMIT, username="", host_key="", secret="",
        active=True, actor=SYSTEM, now=now,
    )  # fmt: skip
    signer = maker.below(maker.root("Town CA", days=(-9_000, 9_000)), "Weißenburg", days=(-9_000, 9_000))
    put_signer(authority_id=authority_id, key=signer.pkcs8(), chain=signer.pem(), actor=SYSTEM, now=now)


def retrieve(authority_id: UUID, draft_id: UUID, token: str, browser: str, said: str, *, takes: bool) -> str:
    """She agrees that the register is asked about her; gives the attachment's id, empty where it waits for her word."""
    form, at = adopted_form(authority_id, PERMIT), maker.NOW
    field = form.form.fields[PROOF]
    REGISTER.says = said
    came = retrieving.retrieve(
        authority_id=authority_id, draft_id=draft_id, field=field, purpose="Bewohnerparkausweis",
        authority="Stadt Weißenburg", consent=True, browser=browser, now=at,
    )  # fmt: skip
    assert came == "found", came
    if not takes:
        return ""
    draft = draft_for(authority_id, draft_id, token, at)
    added = retrieving.add(authority_id=authority_id, draft=draft, field=field, language="de", browser=browser, now=at)
    return str(added)


def retrievals(authority_id: UUID) -> int:
    """How many proofs from a register the town has."""
    with work(authority_id):
        return Retrieval.objects.filter(outcome="added").count()


def pay_at_the_counter(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    """By card, which was a mistake; then in cash. Each receipt is printed."""
    for method, undone in ((CARD, True), (CASH, False)):
        case = case_for(lead, one.case_id, now)
        due = counter.owed(case.ref)
        assert due, "no fee is owed"
        key = os.urandom(12).hex()
        receipt = counter.take_fee(case=case, staff=lead, method=method, key=key, seen=due.cents)
        _print(authority_id, one, receipt, lead, now)
        if undone:
            text = one.words("Kasse")
            key = os.urandom(12).hex()
            counter.undo_fee(case=case, staff=lead, receipt_id=receipt, key=key, mistake="method", text=text)
    one.paid = one.at_counter = True


def _print(authority_id: UUID, one: Matter, receipt_id: UUID, lead: Staff, now: datetime) -> None:
    receipt, payment = receipt_row(authority_id, receipt_id), payment_of(authority_id, one.submission_id)
    assert receipt
    assert payment
    assert counter.receipt_pdf(authority_id, receipt, payment, copy=False).startswith(b"%PDF")
    books.note_printed(authority_id=authority_id, receipt_id=receipt_id, actor=lead.actor(), now=now)


def receipts_of(authority_id: UUID, one: Matter) -> int:
    """How many the town's books have of it."""
    with work(authority_id):
        paid = Payment.objects.filter(subject_id=one.submission_id).values_list("id", flat=True)
        return Receipt.objects.filter(payment_id__in=list(paid)).count()


def hand_over(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    """What its target has not taken by itself: the registration is copied by hand, the dog need not be handed over."""
    who = {"authority_id": authority_id, "actor": lead.actor(), "now": now}
    for row in [row for row in open_hand_overs(authority_id) if row.case_id == one.case_id]:
        if one.service == TAX:
            exchange.drop(**who, hand_over_id=row.id, reason=one.words("Abgabe"))
            continue
        values = {line.key: line.value for line in sheet_of(row)}
        every = frozenset(values)
        exchange.tick(**who, hand_over_id=row.id, values=values, ticked=every, seen=every)
        exchange.finish_sheet(**who, hand_over_id=row.id, values=values)


def receive(authority_id: UUID, one: Matter, now: datetime) -> None:
    """The permit goes into her wallet; its place in the status list is kept to be looked for."""
    offer_credential(
        authority_id=authority_id, row=submission(authority_id, one.submission_id), case_id=one.case_id, now=now
    )
    offered, place = open_offer(authority_id, one.case_id, PERMIT, now), place_of(authority_id, ORIGIN)
    assert offered, "nothing was offered"
    said = issuing.offer_for(place, offered.secret, {True: "mail", False: "page"}, now)
    code = said["grants"][issuing.GRANT]["pre-authorized_code"]
    form = {"grant_type": issuing.GRANT, "pre-authorized_code": code, "tx_code": offered.tx_code}
    token = issuing.token_for(place, form, now)["access_token"]
    nonce = new_nonce(authority_id, now)
    body = receiving.asking_for(PERMIT, receiving.new_key(), place.at.issuer, nonce, now)
    [given] = issuing.credentials_for(place, token, body, now)["credentials"]
    assert one.applicant.marker in str(receiving.says(given["credential"]))
    with work(authority_id):
        row = IssuedCredential.objects.get(about=one.case_id)
        one.place, one.ends = (row.list_number, row.place), row.ends


def place_is_kept(authority_id: UUID, one: Matter) -> bool:
    """Whether its place is still taken, revoked, and of nothing."""
    assert one.place
    number, place = one.place
    with work(authority_id):
        row = IssuedCredential.objects.filter(list_number=number, place=place).first()
        return row is not None and row.revoked_from is not None and row.about is None


def post(authority_id: UUID, matters: list[Matter], lead: Staff, now: datetime) -> int:
    """All letters that wait are printed and posted; those about dogs come back and are handed over. Gives how many went."""
    if not waiting_letters(authority_id):
        return 0
    actor = lead.actor()
    run_id = make_run(authority_id=authority_id, actor=actor, now=now)
    letters = letters_of_run(authority_id, run_id)
    with stack_letters(
        authority_id=authority_id, letters=[one.documents for one in letters], first=[b""] * len(letters), title="Lauf"
    ) as file:
        assert file.read(4) == b"%PDF"
    note_printed(authority_id=authority_id, run_id=run_id, actor=actor, now=now)
    post_letters(authority_id=authority_id, run_id=run_id, day=german_day(now), actor=actor)
    for one in [one for one in matters if one.service == TAX and deliveries_of(authority_id, one.case_id)]:
        _comes_back(authority_id, one, lead, now)
    return len(letters)


def _comes_back(authority_id: UUID, one: Matter, lead: Staff, now: datetime) -> None:
    case, who = case_for(lead, one.case_id, now).ref, f"{one.applicant.first} {one.applicant.marker}"
    told = {"reason": "", "channel": "counter", "name": who, "lines": ""}
    for act, word in {"returned": "Umschlag", "again": "Tresen", "hand": ""}.items():
        newest = max(deliveries_of(authority_id, one.case_id), key=lambda row: row.number)
        typed = told | ({"reason": one.words(word)} if word else {})
        settle(act, staff=lead, case=case, delivery_id=str(newest.id), typed=typed)


def close_the_day(authority_id: UUID, lead: Staff, now: datetime) -> None:
    """The cash desk closes: its books have what came in today."""
    day = german_day(now)
    with work(authority_id):
        cash = sums_of(open_lines(authority_id, day))[CASH]
    close_day(authority_id=authority_id, day=day, counted=cash, actor=lead.actor(), now=now)
