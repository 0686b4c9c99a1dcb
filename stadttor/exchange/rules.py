"""Pure rules of hand-overs: which state may follow which, when it is tried again, what a target may be.

waiting → taken | refused | sheet | dropped; refused → waiting | sheet | dropped; sheet → copied | waiting | dropped.
A try that was under way may end with the target having it: refused | sheet | dropped → taken.
"""

import re
from base64 import b64decode
from binascii import Error
from datetime import timedelta
from urllib.parse import urlsplit

from stadttor.core.refused import Refused

WAITING, REFUSED, SHEET, TAKEN, COPIED, DROPPED = "waiting", "refused", "sheet", "taken", "copied", "dropped"
OPEN = (WAITING, REFUSED, SHEET)
LEFT = (COPIED, DROPPED)
"""It is never tried again, and the target does not have it from us."""
AFTER: dict[str, frozenset[str]] = {
    WAITING: frozenset({TAKEN, REFUSED, SHEET, DROPPED}),
    REFUSED: frozenset({WAITING, SHEET, DROPPED, TAKEN}),
    SHEET: frozenset({COPIED, WAITING, DROPPED, TAKEN}),
    DROPPED: frozenset({TAKEN}),
}

FOLDER, SFTP, API = "folder", "sftp", "api"
WAYS = (FOLDER, SFTP, API)

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
LONGEST_PAUSE = timedelta(hours=4)
# Longer than an attempt may take: after that nobody is at it any more, and another may try. Short enough that what a
# killed process was at goes on within a minute.
LEASE = timedelta(seconds=45)
LONGEST_ANSWER = 300
LONGEST_REASON = 1_000
LONGEST_PLACE = 500
LONGEST_SECRET = 8_000

_FOLDER = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_HOST = r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?"
_SFTP = re.compile(rf"({_HOST})((/[A-Za-z0-9._-]+)*)/?")
_USER = re.compile(r"[^\s:/@\x00-\x1f]{1,100}")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_KEY = re.compile(r"(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) ([A-Za-z0-9+/]{40,1000}={0,2})")


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries that failed."""
    return PAUSES[tries - 1] if 0 < tries <= len(PAUSES) else LONGEST_PAUSE


def must_follow(state: str, wanted: str) -> None:
    """Refused when somebody asks for a change that cannot be (any more)."""
    if wanted not in AFTER.get(state, frozenset()):
        raise Refused(
            "hand_over_state", "This hand-over has moved on in the meantime. Please look at it again.", status=409
        )


def must_be_reason(reason: str) -> None:
    """Refused without a reason."""
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Refused("hand_over_reason", "Please give a reason.", field="reason")


def must_be_place(way: str, place: str) -> None:
    """Refused when the place does not fit its way: a folder's name, `host/folder`, an address with https."""
    if way == FOLDER and not _FOLDER.fullmatch(place):
        raise Refused("target_place", "Please enter the folder's name: small letters, digits, hyphens.", field="place")
    if way == SFTP and (not _SFTP.fullmatch(place) or ".." in place):
        raise Refused(
            "target_place", "Please enter the server and its folder, like files.example.org/in.", field="place"
        )
    if way == API and not _is_web_address(place):
        raise Refused("target_place", "Please enter the address; it begins with https://.", field="place")


def _is_web_address(place: str) -> bool:
    try:
        parts = urlsplit(place)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment) and port != 0
    return (
        plain and parts.scheme == "https" and bool(parts.hostname) and place.isascii() and len(place) <= LONGEST_PLACE
    )


def sftp_parts(place: str) -> tuple[str, int, str]:
    """Host, port and folder of an SFTP target; an empty folder is where one arrives."""
    found = _SFTP.fullmatch(place)
    if found is None:
        raise ValueError(place)
    host, _colon, port = found[1].partition(":")
    return host, int(port or 22), found[4].strip("/")


def host_of(way: str, place: str) -> str:
    """The host, with its port if one is named, as the operator names it; empty for a folder."""
    if way == SFTP:
        found = _SFTP.fullmatch(place)
        return found[1] if found else ""
    return urlsplit(place).netloc if way == API else ""


def must_be_access(way: str, username: str, host_key: str) -> None:
    """Refused where an SFTP target lacks a name or the key by which its server is known."""
    if username and not _USER.fullmatch(username):
        raise Refused("target_user", "Please enter the name without spaces.", field="username")
    if way != SFTP:
        return
    if not username:
        raise Refused("target_user_missing", "Please enter as whom we sign in there.", field="username")
    if not is_host_key(host_key):
        raise Refused(
            "target_host_key",
            "Please enter the server's key as its operator gives it, like “ssh-ed25519 AAAA…”.",
            field="host_key",
        )


def must_be_secret(way: str, username: str, secret: str) -> None:
    """Refused where it is too long, or a token that fits into no header (RFC 6750): one word of ASCII."""
    if len(secret) > LONGEST_SECRET or "\0" in secret:
        raise Refused("target_secret_long", "This secret is too long.", field="secret")
    if way == API and not username and secret and not _TOKEN.fullmatch(secret):
        raise Refused(
            "target_token", "Please enter the token as one word, without spaces and line breaks.", field="secret"
        )


def is_host_key(line: str) -> bool:
    """Whether it is a public key in the form of OpenSSH, without a comment."""
    found = _KEY.fullmatch(line)
    try:
        return found is not None and b64decode(found[3], validate=True)[4 : 4 + len(found[1])] == found[1].encode()
    except Error:
        return False
