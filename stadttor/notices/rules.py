"""What a mail says, and what makes it a well-behaved mail. Pure: words come in as texts of the caller's language."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from uuid import UUID

LONGEST_VALUE = 500
LONGEST_ADDRESS = 254
CLAIM_S = 20
"""As long as a worker may be silent: then its jobs are given back, and the claim of the dead one must not hold them up."""
MOST_ATTEMPTS = 60
_SPACE = re.compile(r"\s+")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


@dataclass(frozen=True)
class MailText:
    """A mail as people read it: one line of subject, paragraphs of body."""

    subject: str
    body: str


def one_line(value: object) -> str:
    """A value as it may stand in a header: without line breaks, bounded."""
    return _SPACE.sub(" ", str(value)).strip()[:LONGEST_VALUE]


def is_address(text: str) -> bool:
    """Whether a mail can be addressed to it: one address, nothing else."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None and _is_writable(text)


def _is_writable(text: str) -> bool:
    """Whether it may stand in a header. RFC 6532 would allow letters beyond ASCII before the @; this writer does not."""
    try:
        return bool(Address(addr_spec=text).addr_spec)
    except (ValueError, IndexError, MessageError):  # what the reader of headers says of a broken one
        return False


def message_id(mail_id: UUID, domain: str) -> str:
    """The same for every try, so that a mail sent again after a broken answer is known (RFC 5322 §3.6.4)."""
    return f"<{mail_id}@{domain}>"


def build(
    text: MailText, *, mail_id: UUID, to: str, sender_name: str, sender_address: str, language: str, at: datetime
) -> EmailMessage:
    """The mail with the headers that programs expect: `Auto-Submitted` keeps holiday notices away (RFC 3834)."""
    message = EmailMessage(policy=SMTPUTF8)
    message["From"] = Address(display_name=one_line(sender_name), addr_spec=sender_address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = one_line(text.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(mail_id, sender_address.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.body, cte="quoted-printable")
    message["Content-Language"] = "de" if language == "de-simple" else language
    return message
