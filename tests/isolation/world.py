"""Two towns with the same things in them, made by the product's own verbs, and everybody who might look."""

import io
import os
from dataclasses import dataclass, field
from datetime import timedelta
from secrets import randbelow
from typing import Any
from uuid import UUID

import pikepdf
from django.conf import settings
from django.test import Client

from stadttor.cases import services as cases
from stadttor.cases.models import Deputy, SavedFilter
from stadttor.cases.services import Asked
from stadttor.catalog import demo as packages
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.core.ids import new_id
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.attaching import attach
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.payments.services import try_to_pay
from stadttor.portal import access
from stadttor.portal.journey import applicant_name
from stadttor.portal.services import accept, start
from stadttor.privacy.models import Retention
from stadttor.records.queries import documents
from stadttor.site.delivery import file_application
from stadttor.site.demo_cast import APPLICATIONS, PARAMETERS

PASSWORD = "ein langes Kennwort"
ROLES = ["clerk", "lead", "organiser"]
SCOPES = ["cases:read", "cases:write", "services:read"]


def pdf() -> bytes:
    """One empty page."""
    written = io.BytesIO()
    paper = pikepdf.new()
    paper.add_blank_page()
    paper.save(written)
    return written.getvalue()


@dataclass
class Town:
    """A town's things by the names that routes use for them, and its secrets."""

    authority_id: UUID
    slug: str
    things: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def browser(self, **cookies: str) -> Client:
        client = Client(headers={"host": f"{self.slug}.localhost"}, raise_request_exception=False)
        # An address of its own: nobody's calls are counted together.
        client.defaults["REMOTE_ADDR"] = f"10.0.{randbelow(256)}.{randbelow(256)}"
        for name, value in cookies.items():
            client.cookies[name] = value
        return client

    def citizen(self) -> Client:
        """The one who holds the keys to this town's draft and application."""
        tokens = {
            access.cookie_name(UUID(self.things[name])): self.secrets[name] for name in self.secrets if "_id" in name
        }
        client = self.browser(**tokens)
        client.defaults["HTTP_APPLICATION_TOKEN"] = self.secrets["submission_id"]
        return client

    def clerk(self) -> Client:
        return self.browser(**{identity.STAFF_COOKIE: self.secrets["session"]})

    def system(self) -> Client:
        client = self.browser()
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.secrets['api']}"
        return client


def made(authority: Authority, keys: Any) -> Town:
    """A town with one of everything."""
    town = Town(authority.id, authority.slug)
    _adopt(town, keys)
    _employ(town)
    _apply(town)
    _work(town)
    return town


def _adopt(town: Town, keys: Any) -> None:
    packages.load_packages(settings.STADTTOR_PACKAGES, keys=keys, now=now())
    for version in catalog.versions():
        if version.slug == "bewohnerparkausweis":
            adoption_id = adopting.adopt(
                authority_id=town.authority_id,
                version_id=version.id,
                parameters=PARAMETERS["weissenburg"][version.slug],
                actor=SYSTEM,
                now=now(),
            )
            adopting.go_live(authority_id=town.authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())
            town.things |= {"adoption_id": str(adoption_id), "version_id": str(version.id)}


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
    membership = staff.create_member(
        authority_id=town.authority_id, email=email, name="Frau Adler", roles=ROLES, unit_ids=[unit],
        password=PASSWORD, actor=SYSTEM, now=now(),
    )  # fmt: skip
    town.things["membership_id"] = str(membership)
    town.secrets["session"] = staff.sign_in(
        authority_id=town.authority_id, email=email, password=PASSWORD, address="127.0.0.1", now=now()
    )
    town.secrets["api"] = staff.create_token(
        authority_id=town.authority_id,
        name="Fachverfahren",
        scopes=SCOPES,
        lasts=timedelta(days=1),
        actor=SYSTEM,
        now=now(),
    )


def _apply(town: Town) -> None:
    """A draft with a file, and an application with its fee under way."""
    form = catalog.adopted_form(town.authority_id, "bewohnerparkausweis")
    draft_token, token = access.new_token(), access.new_token()
    draft_id = start(form=form, token=draft_token, language="de", now=now())
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
    town.secrets |= {"draft_id": draft_token, "submission_id": token}


def _work(town: Town) -> None:
    """The case, asked back, with documents; a saved view and a deputy of the clerk's."""
    adler = identity.staff_of(town.secrets["session"], town.authority_id, now())
    case_id = cases.open_case(
        authority_id=town.authority_id, submission_id=UUID(town.things["submission_id"]), now=now()
    )
    file_application(authority_id=town.authority_id, case_id=case_id)
    question = cases.ask_back(
        staff=adler, case_id=case_id, version=1, items=[Asked("question", "question", "Seit wann?")], now=now()
    )
    today = german_day(now())
    with work(town.authority_id):
        saved = SavedFilter.objects.create(authority_id=town.authority_id, staff_id=adler.id, name="Eilig", query="")
        deputy = Deputy.objects.create(
            authority_id=town.authority_id, staff_id=adler.id, staff_name=adler.name, deputy_id=new_id(),
            deputy_name="Herr Olsen", first_day=today, last_day=today,
        )  # fmt: skip
        offered = Retention.objects.create(
            authority_id=town.authority_id, case_id=case_id, service="bewohnerparkausweis", closed=today, until=today,
            state="offered", offered=today, answer_by=today,
        )  # fmt: skip
    town.things |= {
        "retention_id": str(offered.id),
        "case_id": str(case_id),
        "question_id": str(question),
        "document_id": str(documents(town.authority_id, case_id)[0].id),
        "filter_id": str(saved.id),
        "deputy_row_id": str(deputy.id),
    }
