"""What was deleted is remembered outside the database, so that a restored backup does not bring it back.

One signed line for each deletion in `<authority>.deleted.jsonl` beside the heads of the audit chains, which only grows and is
backed up with them: ids, cause, day and digest, nothing about anybody.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from django.conf import settings

from stadttor.ground import heads, keys
from stadttor.ground.rows import rows
from stadttor.ground.work import work
from stadttor.privacy.models import Deletion
from stadttor.privacy.rules import ARCHIVE_ANSWERS, CAUSES


@dataclass(frozen=True)
class Remembered:
    """A deletion as it was: `cause` and `archive` as in its proof, whose `digest` this is."""

    case_id: UUID
    cause: str
    archive: str
    at: datetime
    digest: str

    def message(self, authority_id: UUID) -> bytes:
        """What is signed; no head of a chain begins so."""
        said = (authority_id, self.case_id, self.cause, self.archive, self.at.isoformat(), self.digest)
        return ":".join(("deleted", *map(str, said))).encode()


@dataclass(frozen=True)
class Memory:
    """The deletions of an authority by case, first ones first, and the numbers of lines that nobody of us wrote."""

    deletions: dict[UUID, Remembered]
    strange: tuple[int, ...]


def remember(proof: Deletion) -> None:
    """Append a deletion; on disk when this returns. Only for one that is committed: what is remembered is deleted again."""
    one = Remembered(proof.case_id, proof.cause, proof.archive, proof.at, proof.digest)
    line = {
        "case": str(one.case_id), "cause": one.cause, "archive": one.archive, "at": one.at.isoformat(),
        "digest": one.digest, "signature": base64.b64encode(keys.signing().sign(one.message(proof.authority_id))).decode(),
    }  # fmt: skip
    heads.append_line(_path(proof.authority_id), json.dumps(line))


def remember_all(*, authority_id: UUID) -> int:
    """Append what a full disk or a power cut kept from being remembered; gives how many. Safe to repeat."""
    known = memory(authority_id).deletions
    with work(authority_id):
        missing = [
            one for one in rows(Deletion, order=("at", "id"), authority_id=authority_id) if one.case_id not in known
        ]
    for proof in missing:
        remember(proof)
    return len(missing)


def memory(authority_id: UUID) -> Memory:
    """All that is remembered of an authority."""
    deletions: dict[UUID, Remembered] = {}
    strange = []
    for number, text in _lines(_path(authority_id)):
        one = _ours(authority_id, text)
        if one is None:
            strange.append(number)
        else:
            deletions.setdefault(one.case_id, one)
    return Memory(deletions, tuple(strange))


def _path(authority_id: UUID) -> Path:
    return Path(settings.STADTTOR_HEADS) / f"{authority_id}.deleted.jsonl"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    if path.exists():
        with path.open(errors="replace") as file:
            yield from ((number, text) for number, text in enumerate(file, 1) if text.strip())


def _ours(authority_id: UUID, text: str) -> Remembered | None:
    """None for half a line of a power cut, and for one that this installation did not sign."""
    try:
        line = json.loads(text)
        at = datetime.fromisoformat(line["at"])
        one = Remembered(UUID(line["case"]), line["cause"], line["archive"], at, line["digest"])
        keys.signing().public_key().verify(base64.b64decode(line["signature"]), one.message(authority_id))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        return None
    return one if one.cause in CAUSES and one.archive in ARCHIVE_ANSWERS else None
