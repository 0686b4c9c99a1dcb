"""A page of a form as a browser sends it with a file, its names, headers and boundaries spoiled."""

from uuid import UUID, uuid4

from django.test import Client

from stadttor.catalog.queries import adopted_form
from stadttor.ground.clock import now
from stadttor.portal import access, services
from tests.safety.fuzz.inputs import Reader, spoiled_bytes
from tests.safety.fuzz.interface import HOST

BODY = b"\r\n".join(
    (
        b"--grenze",
        b'Content-Disposition: form-data; name="anliegen.art"',
        b"",
        b"neu",
        b"--grenze",
        b'Content-Disposition: form-data; name="anliegen.ab"',
        b"",
        b"24.12.2031",
        b"--grenze",
        b'Content-Disposition: form-data; name="anliegen.beleg"; filename="beleg.pdf"; filename*=UTF-8\'\'b%C3%A4leg.pdf',
        b"Content-Type: application/pdf",
        b"Content-Transfer-Encoding: binary",
        b"",
        b"no file of any kind we take",
        b"--grenze--",
        b"",
    )
)


class PageRefused(Exception):
    """An answer of the kind that says what the sender did wrong."""


def uploads(town: UUID) -> Reader:
    """Posts to the page of a draft that takes a proof; the town offers such a service already."""
    token = uuid4().hex
    draft = services.start(form=adopted_form(town, "muster"), token=token, language="de", now=now())
    client = Client(headers={"host": HOST})
    client.cookies[access.cookie_name(draft)] = token

    def send(body: bytes) -> None:
        answer = client.post(
            f"/antrag/{draft}/seite/anliegen", data=body, content_type="multipart/form-data; boundary=grenze"
        )
        assert answer.status_code < 500, answer.status_code
        if answer.status_code not in (200, 302, 303, 422):  # led to a page that says what is wrong is understood
            raise PageRefused

    return Reader("multipart form", BODY, spoiled_bytes(BODY), send, (PageRefused,))
