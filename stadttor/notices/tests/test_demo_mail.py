from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from adapters.smtp.catcher import controller
from adapters.smtp.sender import SmtpSender
from stadttor.core.ids import new_id
from stadttor.ground.launcher.ports import free_port
from stadttor.ground.models import Authority
from stadttor.notices import demo_mail
from stadttor.notices.rules import build
from stadttor.notices.wording import mail_text

LINK = "http://weissenburg.localhost:8000/antrag/offen/geheim"


@pytest.fixture
def catcher(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SmtpSender]:
    """The demo's catcher in a thread, keeping mails in a folder of its own."""
    monkeypatch.setattr(settings, "VAR", tmp_path)
    port = free_port()
    server = controller(demo_mail.folder(), port)
    server.start()
    yield SmtpSender("127.0.0.1", port)
    server.stop()


def sent(catcher: SmtpSender, at: datetime, language: str = "de") -> str:
    mail_id = new_id()
    values = {"service": "Bewohnerparkausweis", "number": "WUG-2026-4F7K-92", "link": LINK, "authority": "Weißenburg"}
    message = build(
        mail_text("receipt", language, values), mail_id=mail_id, to="amira.yilmaz@example.org",
        sender_name="Weißenburg", sender_address="post@example.org", language=language, at=at,
    )  # fmt: skip
    assert catcher.send(message).outcome == "accepted"
    assert catcher.send(message).outcome == "accepted"
    return str(mail_id)


def test_a_mail_sent_twice_is_shown_once(catcher: SmtpSender, now: datetime) -> None:
    name = sent(catcher, now)
    [mail] = demo_mail.caught()
    assert (mail.name, mail.recipient) == (name, "amira.yilmaz@example.org")
    assert LINK in mail.text


@pytest.mark.parametrize(
    "address", ["https://example.org/", "http://localhost.example.org", "http://localhost@evil.org/"]
)
def test_only_addresses_of_this_installation_are_links(address: str) -> None:
    assert [piece.is_link for piece in demo_mail.pieces(f"siehe {address} und {LINK} dort")] == [
        False, False, False, True, False,
    ]  # fmt: skip


@pytest.mark.db
def test_the_demo_shows_its_mails(catcher: SmtpSender, authority: Authority, client: Client, now: datetime) -> None:
    name = sent(catcher, now)
    listing = client.get("/demo/mail").content.decode()
    assert f"/demo/mail/{name}" in listing
    page = client.get(f"/demo/mail/{name}").content.decode()
    assert f'<a class="kern-link" href="{LINK}">' in page


@pytest.mark.db
def test_without_mails_the_page_says_when_they_come(catcher: SmtpSender, authority: Authority, client: Client) -> None:
    assert client.get("/demo/mail?lang=en").status_code == 200
    assert "No e-mails yet" in client.get("/demo/mail?lang=en").content.decode()


@pytest.mark.db
@pytest.mark.parametrize("name", ["fehlt", "..%2Fsecret", "a.b"])
def test_what_the_catcher_did_not_catch_is_not_found(
    catcher: SmtpSender, authority: Authority, client: Client, name: str
) -> None:
    assert client.get(f"/demo/mail/{name}").status_code == 404


@pytest.mark.db
def test_in_production_there_is_no_such_page(
    authority: Authority, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "STADTTOR_DEMO", False)
    assert client.get("/demo/mail").status_code == 404
