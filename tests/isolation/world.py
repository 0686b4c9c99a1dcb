"""Two towns with the same things in them, made by the product's own verbs, and everybody who might look."""

import io
import os
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from secrets import randbelow
from uuid import UUID

import pikepdf
from django.conf import settings
from django.test import Client

from stadttor.appointments import queries as free_times
from stadttor.appointments import services as appointments
from stadttor.appointments.pages import access as appointment_access
from stadttor.appointments.rules import Span
from stadttor.cases import queries as cases_read
from stadttor.cases import services as cases
from stadttor.cases.models import Deputy, SavedFilter
from stadttor.cases.pages.searching import sealed
from stadttor.cases.ports import PermitFacts, Validity
from stadttor.cases.services import Asked
from stadttor.cases.services.permitting import issue_permit
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.citizens import services as citizens
from stadttor.citizens.queries import COOKIE, citizen_of
from stadttor.citizens.rules import FRESH
from stadttor.core.ids import new_id
from stadttor.descriptions.services import save_description
from stadttor.descriptions.services.keeping import Typed
from stadttor.exchange import services as exchange
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.attaching import attach
from stadttor.forms.services.drafting import save_answers
from stadttor.forms.services.entering import CameIn, start_entry
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.identity import inviting
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.identity.account_services import services
from stadttor.identity.assertions import browser_cookie
from stadttor.identity.issuing.models import CredentialOffer
from stadttor.identity.models import StaffPasskey, WalletSignIn
from stadttor.identity.ports import IdentityAssertion
from stadttor.identity.sessions import own_sessions
from stadttor.inventory import services as inventory
from stadttor.inventory.rules.stock import Process, Step
from stadttor.notices.models import Mail
from stadttor.notices.services import Way, begin_delivery, make_run
from stadttor.papers.queries import barriers
from stadttor.papers.services import report_barrier
from stadttor.payments.models import Payment, Receipt
from stadttor.payments.services import try_to_pay
from stadttor.portal import access
from stadttor.portal.journey import applicant_name, open_entry
from stadttor.portal.services import accept, send, start
from stadttor.privacy.models import Retention
from stadttor.records.queries import documents
from stadttor.site import simulated_account
from stadttor.site.delivery import file_application
from stadttor.site.demo_cast import APPLICATIONS, PARAMETERS
from stadttor.studio.queries import copies
from stadttor.tenancy.services import offer_agreement
from tests.isolation.names import host_of, kreis_of
from tests.isolation.opinions import asked, opinions
from tests.isolation.registers import let_answer_wait
from tests.isolation.steering import announce, make_body, prepared, promised, shared
from tests.shelf import publish

# So far that the page with the files is shown.
BEGUN = {"antrag": {"art": "neu"}, "fahrzeug": {"nutzung": "eigenes", "zulassung": "deutschland"}}
SERVICE = "bewohnerparkausweis"
PASSWORD = "ein langes Kennwort"
ROLES = ["clerk", "lead", "organiser", "post"]
COLLEAGUES = {"olsen": ["clerk", "lead"], "kern": ["organiser"], "weber": ["clerk"]}
"""Whose sessions are tried, and one at whose rights an organiser may turn."""
COOKIES = {
    "draft_id": ("draft_id", access.cookie_name),
    "submission_id": ("submission_id", access.cookie_name),
    "booking_id": ("booking_id", appointment_access.cookie_name),
    "signed_in_with": ("draft_id", browser_cookie),
}
"""By the name of a secret: what it opens, and how the cookie that holds it is called."""
SCOPES = ["cases:read", "cases:write", "services:read", "applications:write"]


def pdf() -> bytes:
    """One empty page."""
    written = io.BytesIO()
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.save(written)
    return written.getvalue()


@dataclass
class Town:
    """A town's things by the names that routes use for them, and its secrets. Its host is that of `slug`."""

    authority_id: UUID
    slug: str
    name: str
    things: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    body_id: UUID | None = None
    """The authority that steers its Kreis, where one was made."""

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost" if self.slug else "localhost"

    def browser(self, **cookies: str) -> Client:
        client = Client(headers={"host": self.host}, raise_request_exception=False)
        # An address of its own: nobody's calls are counted together.
        client.defaults["REMOTE_ADDR"] = f"10.0.{randbelow(256)}.{randbelow(256)}"
        for name, value in cookies.items():
            client.cookies[name] = value
        return client

    def citizen(self) -> Client:
        """The one who holds the keys to this town's draft and application, and signed in for the draft."""
        tokens = {
            cookie_name(UUID(self.things[name])): self.secrets[secret]
            for secret, (name, cookie_name) in COOKIES.items()
            if secret in self.secrets
        }
        client = self.browser(**tokens, **{COOKIE: self.secrets["konto"]} if "konto" in self.secrets else {})
        client.defaults["HTTP_APPLICATION_TOKEN"] = self.secrets["submission_id"]
        return client

    def clerk(self) -> Client:
        """Frau Adler, who may do everything."""
        return self.browser(**{identity.STAFF_COOKIE: self.secrets["session"]})

    def colleague(self, name: str) -> Client:
        """Herr Olsen, who leads the clerks, or Frau Kern, who organises."""
        return self.browser(**{identity.STAFF_COOKIE: self.secrets[name]})

    def steering(self) -> Client:
        """Frau Sommer, at the desk of the body that steers the town's Kreis."""
        return replace(self, slug=host_of(self.slug)).browser(**{identity.STAFF_COOKIE: self.secrets["steering"]})

    def system(self) -> Client:
        client = self.browser()
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.secrets['api']}"
        return client


def made(authority: Authority) -> Town:
    """A town with one of everything."""
    town = Town(authority.id, authority.slug, authority.slug)
    _adopt(town, *sorted(file.parent.name for file in settings.STADTTOR_PACKAGES.glob("*/package.yaml")))
    _employ(town)
    _let_sign_in(town)
    _apply(town)
    _ask_register(town)
    _work(town)
    _enter(town)
    _permit(town)
    _hand_over(town)
    _appointment(town)
    _take_stock(town)
    _describe(town)
    _report_barrier(town)
    _invite(town)
    open_account(town)
    return town


def in_work(authority: Authority) -> Town:
    """A town with an application whose case was opened just now, without letters and without what others need."""
    town = Town(authority.id, authority.slug, authority.slug)
    _adopt(town, SERVICE)
    _employ(town)
    _apply(town)
    submission_id = UUID(town.things["submission_id"])
    case_id = cases.open_case(authority_id=town.authority_id, submission_id=submission_id, now=now())
    town.things["case_id"] = str(case_id)
    return town


def _adopt(town: Town, *packages: str) -> None:
    """The town offers one of the packages that are published; those that are in the catalogue stay as they are."""
    there = {version.slug for version in catalog.versions()}
    if missing := [name for name in packages if name not in there]:
        publish(*missing, now=now())
    for version in catalog.versions():
        if version.slug == SERVICE:
            adoption_id = adopting.adopt(
                authority_id=town.authority_id,
                version_id=version.id,
                parameters=PARAMETERS["weissenburg"][version.slug],
                actor=SYSTEM,
                now=now(),
            )
            adopting.go_live(authority_id=town.authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())
            town.things |= {"adoption_id": str(adoption_id), "version_id": str(version.id)}
            adopting.plan_parameters(
                authority_id=town.authority_id, adoption_id=adoption_id, parameters={"gebuehr_ein_jahr_cents": 1234},
                since=german_day(now()) + timedelta(days=300), source="Satzung", actor=SYSTEM, now=now(),
            )  # fmt: skip
            town.things["planned_id"] = str(catalog.dated_values(town.authority_id, adoption_id)[0].id)
            adopting.plan_parameters(
                authority_id=town.authority_id, adoption_id=adoption_id, since=None, source="Satzung", actor=SYSTEM, now=now(),
                parameters={**catalog.adoption(town.authority_id, adoption_id).parameters, "gebuehr_ein_jahr_cents": 1200},
            )  # fmt: skip
            town.things["dated_id"] = str(catalog.dated_values(town.authority_id, adoption_id)[-1].id)


def _let_sign_in(town: Town) -> None:
    """An account service for citizens."""
    simulated_account.set_up(town.authority_id, town.slug, now())
    town.things["provider_id"] = str(services(town.authority_id)[0].id)


def _agreed(town: Town, unit: UUID) -> UUID:
    """Somebody else is asked to handle the town's service."""
    with common(write=True):
        helper = Authority.objects.create(slug=f"nachbar-{town.slug}", name="Nachbarstadt")
    return offer_agreement(
        authority_id=town.authority_id, helper_slug=helper.slug, service="bewohnerparkausweis", title="Parken",
        unit_id=unit, legal_basis="Zweckvereinbarung", starts=german_day(now()), ends=None, actor=SYSTEM, now=now(),
    )  # fmt: skip


def _employ(town: Town) -> None:
    unit = staff.save_unit(
        authority_id=town.authority_id,
        unit_id=None,
        name="Amt",
        services=["bewohnerparkausweis"],
        actor=SYSTEM,
        now=now(),
    )
    email = f"adler@{town.slug}.example"
    staff.create_member(
        authority_id=town.authority_id, email=email, name="Frau Adler", roles=ROLES, unit_ids=[unit],
        password=PASSWORD, actor=SYSTEM, now=now(),
    )  # fmt: skip
    for name, roles in COLLEAGUES.items():
        colleague = f"{name}@{town.slug}.example"
        membership = staff.create_member(
            authority_id=town.authority_id, email=colleague, name=name.title(), roles=roles, unit_ids=[unit],
            password=PASSWORD, actor=SYSTEM, now=now(),
        )  # fmt: skip
    town.things["agreement_id"] = str(_agreed(town, unit))
    sign_in(town)
    town.things |= {"session_id": _other_session(town), "passkey_id": _passkey(town)}
    town.things |= {"membership_id": str(membership), "unit_id": str(unit), "email": email, "password": PASSWORD}
    town.things |= _accounts(town)
    for name, scopes in {"api": SCOPES, "unused": ["services:read"]}.items():
        town.secrets[name] = staff.create_token(
            authority_id=town.authority_id, name=name, scopes=scopes, lasts=timedelta(days=1), actor=SYSTEM, now=now()
        )
    unused = next(row for row in identity.tokens(town.authority_id) if row.name == "unused")
    town.things["token_id"] = str(unused.id)


def steer(town: Town) -> None:
    """A body that steers the Kreis of this town, an upgrade announced there, and what its pages call by name."""
    email = f"sommer@{town.name}.example"
    town.body_id = make_body(slug=town.name, town_id=town.authority_id, email=email, password=PASSWORD)
    town.things |= {"kreis": kreis_of(town.name), "administration": town.name, "rollout": str(announce(town.name))}
    town.things["promise_id"] = str(promised(town.authority_id))
    town.things |= opinions(town.authority_id)
    town.things["cost_id"] = str(shared(town.body_id, town.authority_id))
    town.things["plan_id"] = str(prepared(town.body_id))
    town.things["request_id"] = str(asked(town.authority_id, town.body_id, town.name))
    town.things["copy_id"] = str(copies(town.body_id)[0].id)
    sign_in(town)


def sign_in(town: Town) -> None:
    """A session for each colleague, also where the last one was ended."""
    if town.body_id:
        town.secrets["steering"] = staff.sign_in(
            authority_id=town.body_id, email=f"sommer@{town.name}.example", password=PASSWORD, address="127.0.0.1",
            now=now(),
        )  # fmt: skip
    for secret, name in {"session": "adler", "olsen": "olsen", "kern": "kern"}.items():
        town.secrets[secret] = staff.sign_in(
            authority_id=town.authority_id, email=f"{name}@{town.name}.example", password=PASSWORD,
            address="127.0.0.1", now=now(),
        )  # fmt: skip


def open_account(town: Town) -> None:
    """The citizen's account with what she has in the town in it; she signed in too long ago to delete or save it."""
    earlier = now() - FRESH
    said = IdentityAssertion("simulated", "hoch", earlier, {}, "simulated", f"amira of {town.name}")
    town.secrets["konto"] = citizens.open_account(authority_id=town.authority_id, assertion=said, now=earlier)
    amira = citizen_of(town.authority_id, town.secrets["konto"], now())
    for kind, name in {"draft": "draft_id", "application": "submission_id", "appointment": "booking_id"}.items():
        if name not in town.secrets:
            continue
        thing_id = UUID(town.things[name])
        citizens.keep(citizen=amira, kind=kind, thing_id=thing_id, token=town.secrets[name], now=now())


def _other_session(town: Town) -> str:
    """The browser in which Frau Adler is signed in, too."""
    before = town.secrets["session"]
    sign_in(town)
    account_id = identity.staff_of(before, town.authority_id, now()).id
    return str(own_sessions(account_id, before, now())[0].id)


def _passkey(town: Town) -> str:
    """One of Frau Adler's, for the host of Weißenburg or of München."""
    account_id = identity.staff_of(town.secrets["session"], town.authority_id, now()).id
    with common(write=True):
        made = StaffPasskey.objects.create(
            account_id=account_id, host=town.host, credential_id=os.urandom(32), public_key=b"x", name="Notebook",
            created=now(),
        )  # fmt: skip
    return str(made.id)


def _accounts(town: Town) -> dict[str, str]:
    """Two of the town's accounts: of Frau Adler and of Herr Olsen."""
    by_email = {row.email.partition("@")[0]: str(row.account_id) for row in identity.members(town.authority_id)}
    return {"account_id": by_email["adler"], "other_account_id": by_email["olsen"]}


def _apply(town: Town) -> None:
    """A draft with a file, and an application with its fee under way."""
    form = catalog.adopted_form(town.authority_id, "bewohnerparkausweis", include_test=True)
    draft_token, token = access.new_token(), access.new_token()
    draft_id = start(form=form, token=draft_token, language="de", now=now())
    save_answers(
        authority_id=town.authority_id, draft_id=draft_id, revision=0, answers=BEGUN, language="de", now=now()
    )  # fmt: skip
    attachment = attach(
        authority_id=town.authority_id, draft_id=draft_id, path="fahrzeug.zb1", name="Schein.pdf", data=pdf(),
        accept=("pdf",), max_mb=10, now=now(),
    )  # fmt: skip
    filled = Filled(form.form, APPLICATIONS[0]["answers"], form.parameters, german_day(now()))
    sent = accept(
        form=form,
        application=Application(
            service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=filled.clean(),
            fees=[{"id": "ersatz", "cents": 1000, "text": "Ersatzausweis"}], language="de",
            email="amira.yilmaz@example.org", applicant=applicant_name(filled),
        ),
        key="once", token=token, randomness=os.urandom(16), now=now(),
    )  # fmt: skip
    key = os.urandom(12).hex()
    try_to_pay(authority_id=town.authority_id, subject_id=sent.submission_id, key=key, return_to="/", now=now())
    town.things |= {
        "draft_id": str(draft_id),
        "attachment_id": str(attachment),
        "submission_id": str(sent.submission_id),
        "number": sent.number,
        "key": key,
        "token": draft_token,
    }
    town.things["state"] = _asked_wallet(town, draft_id)
    town.secrets |= {"draft_id": draft_token, "submission_id": token}


def _ask_register(town: Town) -> None:
    """What a register answered waits for her word; the question to her wallet, which the sign-in ended, is put again."""
    browser, draft_id = access.new_token(), UUID(town.things["draft_id"])
    let_answer_wait(town_id=town.authority_id, name=town.name, service=SERVICE, draft_id=draft_id, browser=browser)
    town.secrets["signed_in_with"] = browser
    town.things["state"] = _asked_wallet(town, draft_id)


def _asked_wallet(town: Town, draft_id: UUID) -> str:
    """The secret in the address of a question to a wallet."""
    state = access.new_token()
    with work(town.authority_id):
        WalletSignIn.objects.create(
            authority_id=town.authority_id, draft_id=draft_id, state_hash=identity.hashed(state), browser_hash=b"x",
            started=now(), expires=now() + timedelta(minutes=10),
        )  # fmt: skip
    return state


def _work(town: Town) -> None:
    """The case, asked back, with documents; a saved view, a search and a deputy of Herr Olsen's."""
    adler, olsen = (identity.staff_of(town.secrets[one], town.authority_id, now()) for one in ("session", "olsen"))
    case_id = cases.open_case(
        authority_id=town.authority_id, submission_id=UUID(town.things["submission_id"]), now=now()
    )
    file_application(authority_id=town.authority_id, case_id=case_id)
    question = cases.ask_back(
        staff=adler, case_id=case_id, version=1, items=[Asked("question", "question", "Seit wann?")], now=now()
    )
    today = german_day(now())
    with work(town.authority_id):
        saved = SavedFilter.objects.create(authority_id=town.authority_id, staff_id=olsen.id, name="Eilig", query="")
        deputy = Deputy.objects.create(
            authority_id=town.authority_id, staff_id=olsen.id, staff_name=olsen.name, deputy_id=new_id(),
            deputy_name="Frau Adler", first_day=today, last_day=today,
        )  # fmt: skip
        offered = Retention.objects.create(
            authority_id=town.authority_id, case_id=case_id, service="bewohnerparkausweis", closed=today, until=today,
            state="offered", offered=today, answer_by=today,
        )  # fmt: skip
        stray = Payment.objects.create(
            authority_id=town.authority_id, subject_id=new_id(), reference="alt", cents=1000, state="paid",
            requested=now(), settled=now(), stray=now(),
        )  # fmt: skip
        owed = Payment.objects.get(authority_id=town.authority_id, subject_id=UUID(town.things["submission_id"]))
        receipt = Receipt.objects.create(
            authority_id=town.authority_id, payment_id=owed.id, key="once", year=2026, serial=1, number="2026-000001",
            method="cash", cents=1000, day=today, at=now(), by_id=olsen.id, by_name=olsen.name,
        )  # fmt: skip
    town.things |= {
        "payment_id": str(stray.id),
        "receipt_id": str(receipt.id),
        "retention_id": str(offered.id),
        "case_id": str(case_id),
        "question_id": str(question),
        "document_id": str(documents(town.authority_id, case_id)[0].id),
        "filter_id": str(saved.id),
        "search": sealed(olsen, "Amira", now()),
        "deputy_row_id": str(deputy.id),
    }
    town.things["delivery_id"] = str(
        begin_delivery(
            authority_id=town.authority_id, case_id=case_id, subject_id=UUID(town.things["submission_id"]),
            decision_id=new_id(), way=Way("counter", "no_address", "general", "BY", {"name": "Amira Yılmaz", "lines": []}),
            documents=[], now=now(),
        )
    )  # fmt: skip
    begin_delivery(
        authority_id=town.authority_id, case_id=case_id, subject_id=UUID(town.things["submission_id"]),
        decision_id=new_id(), way=Way("post", "post", "general", "BY", {"name": "Amira Yılmaz", "lines": []}),
        documents=[], now=now(),
    )  # fmt: skip
    town.things["run_id"] = str(make_run(authority_id=town.authority_id, actor=SYSTEM, now=now()))
    town.things["version"] = version_of(town)


def _enter(town: Town) -> None:
    """An application that Frau Adler entered for somebody on the telephone."""
    form = catalog.adopted_form(town.authority_id, "bewohnerparkausweis", include_test=True)
    adler = identity.staff_of(town.secrets["session"], town.authority_id, now())
    entry = start_entry(
        authority_id=town.authority_id, came_in=CameIn("phone", german_day(now())), actor=adler.actor(),
        token=access.new_token(), service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id,
        language="de", now=now(), answers=APPLICATIONS[0]["answers"],
    )  # fmt: skip
    send(journey=open_entry(adler, entry, "de", now()), token=access.new_token(), randomness=os.urandom(16))
    town.things["entry_id"] = str(entry)


def _permit(town: Town) -> None:
    """The case has a permit, as if it had been granted before."""
    today = german_day(now())
    issue_permit(
        authority_id=town.authority_id, case_id=UUID(town.things["case_id"]), now=now(),
        facts=PermitFacts("Amira Yılmaz", ("WUG-AY 88",), "A"), validity=Validity(today, today + timedelta(days=365)),
    )  # fmt: skip
    secret = access.new_token()
    with work(town.authority_id):
        CredentialOffer.objects.create(
            authority_id=town.authority_id, about=UUID(town.things["case_id"]), kind="bewohnerparkausweis",
            offer_hash=identity.hashed(secret), code_hash=b"x", started=now(), expires=now() + timedelta(minutes=15),
        )  # fmt: skip
    town.things["secret"] = secret


def _hand_over(town: Town) -> None:
    """The permit waits to be copied into the list outside."""
    hand_over_id = new_id()
    exchange.hand_over(
        authority_id=town.authority_id, hand_over_id=hand_over_id, case_id=UUID(town.things["case_id"]), key="once",
        service="bewohnerparkausweis", target="Verzeichnis der Bewohnerparkausweise", now=now(),
        file=exchange.File("a.csv", "text/csv", b"NUMMER"), due=now() + timedelta(days=2),
    )  # fmt: skip
    town.things["hand_over_id"] = str(hand_over_id)


def _appointment(town: Town) -> None:
    """Two counters, and Amira's appointment tomorrow or on the next day they are open."""
    moment = now()
    setting = appointments.PoolSetting(
        name="Bürgerbüro", place="Zimmer 2", places=2, closed=(), services={"bewohnerparkausweis": 10},
        hours=tuple(Span(day, time(8), time(12)) for day in range(7)),
    )  # fmt: skip
    pool_id = appointments.save_pool(
        authority_id=town.authority_id, pool_id=None, setting=setting, actor=SYSTEM, now=moment
    )
    pool = free_times.pool(town.authority_id, pool_id)
    days = free_times.free_days(
        town.authority_id, pool, "bewohnerparkausweis", german_day(moment) + timedelta(days=1), moment
    )
    link = access.new_token()
    booked = appointments.book(
        authority_id=town.authority_id, token=link, randomness=os.urandom(16), channel="online", actor=SYSTEM, now=moment,
        wanted=appointments.Wanted(pool_id, "bewohnerparkausweis", "Bewohnerparkausweis", days[0].times[0]),
        person=appointments.Person("Amira Yılmaz", "amira.yilmaz@example.org"),
    )  # fmt: skip
    town.things |= {
        "pool_id": str(pool_id),
        "booking_id": str(booked.id),
        "link_token": link,
        "what": f"{pool_id} bewohnerparkausweis",
    }
    town.secrets["booking_id"] = link


def _take_stock(town: Town) -> None:
    """One process of the town's own."""
    process = Process("Fundsachen", steps=(Step("Zettel schreiben", 5, ("paper_in",)),))
    process_id = inventory.save_process(
        authority_id=town.authority_id, process_id=None, seen=0, process=process, actor=SYSTEM, now=now()
    )
    town.things["process_id"] = str(process_id)


def _describe(town: Town) -> None:
    """One description of the town's own."""
    texts = {"title": f"Straßenfest {town.name}", "summary": "Vier Wochen vorher anmelden."}
    town.things["described"] = save_description(
        authority_id=town.authority_id, slug="", seen=0, typed=Typed("de", texts), actor=SYSTEM, now=now()
    )


def _invite(town: Town) -> None:
    """Somebody was asked to work here; the secret of the link lies with the mail that was not sent yet."""
    about = {"authority_id": town.authority_id, "email": f"neu@{town.slug}.example", "name": "Jonas Weber"}
    row = inviting.invite(**about, roles=["clerk"], unit_ids=[], actor=SYSTEM, now=now())
    with work(town.authority_id):
        mail = Mail.objects.get(authority_id=town.authority_id, kind="invitation")
    town.things |= {"invitation_id": str(row), "invitation": mail.values["link"].rsplit("/", 1)[-1]}


def _report_barrier(town: Town) -> None:
    """Somebody could not use a page of the town."""
    report = {"text": "Die Karte ist ein Bild.", "place": "", "email": "", "language": "de"}
    report_barrier(authority_id=town.authority_id, key=new_id(), now=now(), **report)
    (row,) = barriers(town.authority_id)
    town.things["barrier_id"] = str(row.id)


def version_of(town: Town) -> str:
    """Of the town's case, as a form carries it back."""
    adler = identity.staff_of(town.secrets["session"], town.authority_id, now())
    return str(cases_read.case_for(adler, UUID(town.things["case_id"]), now()).version)
