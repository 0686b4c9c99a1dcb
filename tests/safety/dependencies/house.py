"""A town that offers one service, and somebody who goes through its form with a browser."""

import json
import re
import secrets
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stadttor.ground.clock import now
from stadttor.ground.work import common, work

HOST = {"host": "weissenburg.localhost", "accept-language": "en"}
ANSWERS = {
    "person": {"vorname": "Amira", "nachname": "Yılmaz", "email": "a@example.org"},
    "anliegen": {"art": "neu", "ab": "2099-12-24"},
}


@dataclass
class Answered:
    """What the browser got: the status, and whether the page says this in words."""

    status: int
    text: str
    where: str

    def says(self, words: str) -> bool:
        return words in re.sub(r"\s+", " ", self.text)

    def refuses(self, words: str = "") -> bool:
        """Whether somebody was told no: by an error's status, or by these words on a page."""
        return self.status >= 400 or (bool(words) and self.says(words))


class House:
    """The town `authority`; its service takes a proof as PDF."""

    def __init__(self, authority: UUID) -> None:
        self.authority = authority
        self.browser = Client(headers=HOST, raise_request_exception=False)
        self.form: Any = None

    def open(self) -> None:
        """Adopt the service."""
        from stadttor.catalog.queries import adopted_form
        from stadttor.catalog.services import adopt, go_live
        from stadttor.catalog.tests.builders import ADLER, a_package, published
        from stadttor.catalog.tests.test_hostile import FIELD

        proof = f"{FIELD}\n          - {{id: nachweis, type: file, accept: [pdf], max_mb: 5, max_files: 9}}"
        label = "    ab: {label: Ab wann soll die Genehmigung gelten?}"
        files = a_package(
            package=("payment: none", "payment: at_submission"),
            form=(FIELD, proof),
            texts=(label, f"{label}\n    nachweis: {{label: Nachweis}}"),
        )
        version = published(now(), files=files).version_id
        self.adoption = adopt(authority_id=self.authority, version_id=version, parameters={}, actor=ADLER, now=now())
        go_live(authority_id=self.authority, adoption_id=self.adoption, actor=ADLER, now=now())
        self.form = adopted_form(self.authority, "muster")

    def get(self, address: str) -> Answered:
        return _answered(self.browser.get(address))

    def post(self, address: str, **sent: object) -> Answered:
        return _answered(self.browser.post(address, {name.replace("__", "."): value for name, value in sent.items()}))

    def begin(self) -> Answered:
        """A new draft; `where` is its address."""
        answered = self.post("/leistungen/muster/antrag")
        found = re.match(r"/antrag/[0-9a-f-]+", answered.where)
        return Answered(answered.status, answered.text, found[0] if found else "")

    def add_proof(self, draft: str, data: bytes, day: int) -> Answered:
        """The second page with a file, and a day by which it is seen whether the rest was kept."""
        file = SimpleUploadedFile("nachweis.pdf", data, "application/pdf")
        day_ = {"anliegen__ab__day": str(day), "anliegen__ab__month": "12", "anliegen__ab__year": "2099"}
        sent = self.post(f"{draft}/seite/anliegen", anliegen__art="neu", anliegen__nachweis=file, **day_, go="stay")
        # What is wrong is explained on an address of its own.
        return self.get(sent.where) if sent.status == 303 else sent

    def day_of(self, draft: str) -> int:
        """The day that is kept in this draft."""
        return int(str(self._draft(draft).answers.get("anliegen", {}).get("ab", "0")).rpartition("-")[2] or 0)

    def _draft(self, draft: str) -> Any:
        from stadttor.forms.models import Draft

        with work(self.authority):
            return Draft.objects.get(authority_id=self.authority, id=UUID(draft.rpartition("/")[2]))

    def applications(self) -> int:
        """How many were sent here."""
        from stadttor.forms.models import Submission

        with work(self.authority):
            return Submission.objects.filter(authority_id=self.authority).count()

    def proofs(self, draft: str) -> list[str]:
        """The states of its files."""
        from stadttor.forms.models import Attachment

        with work(self.authority):
            rows = Attachment.objects.filter(authority_id=self.authority, draft_id=UUID(draft.rpartition("/")[2]))
            return list(rows.order_by("created").values_list("state", flat=True))

    def proof_address(self, draft: str) -> str:
        """Where its first file can be looked at."""
        from stadttor.forms.queries import attachments

        return f"{draft}/datei/{attachments(self.authority, UUID(draft.rpartition('/')[2]))[0].id}"

    def files(self) -> set[UUID]:
        """All files that count here."""
        from stadttor.ground.models import Blob

        with work(self.authority):
            return set(Blob.objects.filter(authority_id=self.authority).values_list("id", flat=True))

    def complete(self) -> str:
        """The address of a draft with all answers."""
        from stadttor.forms.services.drafting import start_draft
        from stadttor.portal import access

        draft = start_draft(
            authority_id=self.authority, token=(token := secrets.token_urlsafe(32)), service="muster", adoption_id=self.adoption,
            revision_id=self.form.revision_id, language="de", now=now(), answers=ANSWERS,
        )  # fmt: skip
        self.browser.cookies[access.cookie_name(draft)] = token
        return f"/antrag/{draft}"

    def send(self, draft: str) -> Answered:
        """Look at the summary, tick the declaration, send; `where` is the status page when it was accepted."""
        seen = self.get(f"{draft}/zusammenfassung")
        if seen.status != 200:
            return seen
        mark = re.search(r'name="seen" value="([^"]+)"', seen.text)
        return self.post(f"{draft}/zusammenfassung", declared="yes", seen=mark[1] if mark else "")


def work_off(task: str) -> int:
    """Do what waits under this name as the worker would; what raises stays for later. Gives how many stay."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from stadttor.ground.jobs import registered

    with common():
        waiting = list(ProcrastinateJob.objects.filter(task_name=task, status="todo").values_list("id", "args"))
    done = [number for number, arguments in waiting if _done(registered()[task], arguments)]
    with common(write=True):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_events WHERE job_id = ANY(%s)", [done])
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [done])
    return len(waiting) - len(done)


def _done(run: Any, arguments: Any) -> bool:
    try:
        run(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
    except Exception:  # what a worker would try again
        return False
    return True


def _answered(response: Any) -> Answered:
    return Answered(
        response.status_code, response.content.decode(errors="replace"), response.headers.get("Location", "")
    )


def a_pdf(number: int, inside: bytes | None = None) -> bytes:
    """A sound PDF, or one with these bytes in it."""
    from stadttor.forms.tests import hostile
    from tests.safety.hostile.files import pdf

    if inside is None:
        return pdf(Random(number))
    return pdf(Random(number), hostile.with_streams(1, None, inside), **hostile.RAW)
