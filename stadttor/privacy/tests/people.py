"""People of a town and what they applied for, with all that comes to be about it."""

import io
import zipfile
from uuid import UUID

from stadttor.cases import services as cases
from stadttor.forms.services.attaching import attach
from stadttor.forms.services.drafting import start_draft
from stadttor.forms.services.submitting import Application, submit
from stadttor.forms.tests import hostile
from stadttor.notices.services import send_mail
from stadttor.payments.services import request_payment
from stadttor.privacy import services
from stadttor.records.services import file_document, open_file, put

AMIRA = {"vorname": "Amira", "nachname": "Yılmaz", "geburtsdatum": "1988-05-24", "email": "amira.yilmaz@example.org"}
DENIZ = {"vorname": "Deniz", "nachname": "Yılmaz", "geburtsdatum": "2015-03-02"}
JONAS = {"vorname": "Jonas", "nachname": "Weber", "geburtsdatum": "1975-02-11", "email": "jonas.weber@example.org"}


def apply(authority, applications, lead, now, person, family=(), email="", four_eyes=False):
    """An application with proof, case, note, fee, mail and letter; gives its id."""
    key = f"{person['vorname']}-{len(applications.openings)}"
    draft = start_draft(
        authority_id=authority.id, token=key, service="x", adoption_id=UUID(int=1), revision_id=UUID(int=2),
        language="de", now=now,
    )  # fmt: skip
    attach(
        authority_id=authority.id, draft_id=draft, path="a.b", name=f"Schein {key}.pdf", data=hostile.pdf(),
        accept=("pdf",), max_mb=5, now=now,
    )  # fmt: skip
    name = f"{person['vorname']} {person['nachname']}"
    sent = submit(
        authority_id=authority.id, key=key, token=f"token {key}", prefix="WEI", randomness=key.encode() * 3,
        draft_id=draft, now=now,
        application=Application(
            service="x", adoption_id=UUID(int=1), revision_id=UUID(int=2),
            answers={"person": person, "familie": list(family)}, fees=[], language="de",
            email=email or person.get("email", ""), applicant=name,
        ),
    )  # fmt: skip
    opening = applications.submitted(applicant=name, number=sent.number, four_eyes=four_eyes)
    applications.openings[sent.submission_id] = applications.openings[opening]
    case_id = cases.open_case(authority_id=authority.id, submission_id=sent.submission_id, now=now)
    cases.note(staff=lead, case_id=case_id, text=f"Notiz zu {name}", now=now)
    open_file(authority_id=authority.id, case_id=case_id, number=sent.number, title="Akte", now=now)
    file_document(
        authority_id=authority.id, case_id=case_id, kind="letter", title=f"Bescheid {name}", origin="system",
        kept=put(authority_id=authority.id, data=f"%PDF Bescheid {name}".encode()), source_key="letter", now=now,
    )  # fmt: skip
    request_payment(
        authority_id=authority.id,
        subject_id=sent.submission_id,
        reference=sent.number,
        items=[],
        cents=1000,
        now=now,
    )
    send_mail(
        authority_id=authority.id, key=key, to=email or person.get("email") or "a@example.org", kind="resume",
        subject_id=sent.submission_id, language="de",
        values={"service": "x", "link": "https://geheim", "authority": "x"}, now=now,
    )  # fmt: skip
    return sent.submission_id


def read(export):
    with export, zipfile.ZipFile(io.BytesIO(export.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def by_link(authority, submission_id, now):
    return services.export_application(authority_id=authority.id, submission_id=submission_id, language="de", now=now)
