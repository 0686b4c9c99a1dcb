"""Reads what the demo's mail catcher kept. Only the demo has one."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from stadttor.core.refused import not_found

MOST = 100
_NAME = re.compile(r"[A-Za-z0-9-]{1,80}")
_URL = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class CaughtMail:
    """A caught mail as people read it; `name` is its place in the catcher's folder."""

    name: str
    sender: str
    recipient: str
    subject: str
    language: str
    caught: datetime
    text: str


@dataclass(frozen=True)
class Piece:
    """A part of a mail's text; `is_link` when it is an address of this very installation."""

    text: str
    is_link: bool


def folder() -> Path:
    """Where the catcher keeps its files."""
    return Path(settings.VAR) / "demo" / "mail"


def caught() -> list[CaughtMail]:
    """The newest mails first."""
    files = sorted(folder().glob("*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True)
    return [_read(file) for file in files[:MOST]]


def caught_mail(name: str) -> CaughtMail:
    """One mail. Refused as not found when there is none of this name."""
    file = folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise not_found()
    return _read(file)


def pieces(text: str) -> list[Piece]:
    """The text with the addresses in it marked that may be clicked: those of this installation, no others."""
    found: list[Piece] = []
    rest = 0
    for match in _URL.finditer(text):
        found += [Piece(text[rest : match.start()], False), Piece(match.group(), _is_here(match.group()))]
        rest = match.end()
    return [piece for piece in [*found, Piece(text[rest:], False)] if piece.text]


def paragraphs(text: str) -> list[list[list[Piece]]]:
    """The text as paragraphs of lines of pieces."""
    blocks = (block.splitlines() for block in text.strip().split("\n\n"))
    return [[pieces(line) for line in block] for block in blocks]


def _is_here(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    return host == settings.STADTTOR_DOMAIN or host.endswith(f".{settings.STADTTOR_DOMAIN}")


def _read(file: Path) -> CaughtMail:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    return CaughtMail(
        name=file.stem,
        sender=str(mail["From"] or ""),
        recipient=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        language=str(mail["Content-Language"] or "de"),
        caught=datetime.fromtimestamp(file.stat().st_mtime, UTC),
        text=str(body.get_content()) if body else "",
    )
