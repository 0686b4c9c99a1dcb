"""The export of what is held about a person: a ZIP with `data.json`, the files, their hashes, and a page that explains it.

It lies in a temporary file without a name, never in memory; a few are put together at a time (`records.bundle`).
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from stadttor.cases.queries import PROTECTED, case_of_submission, kept_from, submission_of_case
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit, authorities, files
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.clock import BERLIN
from stadttor.ground.web.downloads import plain_name, with_ending
from stadttor.ground.web.language import _, speaking
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.matching import Sought
from stadttor.privacy.queries.finding import Found, find_person
from stadttor.privacy.queries.holdings import (
    HeldFile,
    Holding,
    holding_of,
    holding_of_account,
    holding_of_booking,
    holding_of_draft,
    holding_of_text,
)
from stadttor.privacy.queries.lists import offer
from stadttor.privacy.services.holding import must_lead
from stadttor.privacy.services.showing import Scope, accesses_shown, shown
from stadttor.records.bundle import LARGEST_BYTES, a_place, spool, too_large

FORMAT = "stadttor-export/1"
DATA, SUMS, ABOUT = "data.json", "SHA256SUMS", "README.txt"
PACKED = frozenset({"application/pdf", "image/jpeg", "image/png"})


@dataclass(frozen=True)
class Part:
    """One application in the export: `role` applicant or named; `about` the answers that name her in somebody else's."""

    holding: Holding
    role: str = "applicant"
    about: tuple[tuple[str, Any], ...] = ()


def export_application(*, authority_id: UUID, submission_id: UUID, language: str, now: datetime) -> IO[bytes]:
    """For whoever holds the secret link; the caller knows that, and closes the file. Refused as bundles are."""
    part = Part(holding_of(authority_id, submission_id))
    export = _zip(authority_id, [part], "applicant", language, now)
    _note(authority_id, [submission_id], "applicant", CITIZEN, now)
    return export


def export_account(
    *,
    authority_id: UUID,
    account_id: UUID,
    submission_ids: Sequence[UUID],
    draft_ids: Sequence[UUID],
    booking_ids: Sequence[UUID],
    language: str,
    now: datetime,
) -> IO[bytes]:
    """A citizen's account with what lies in it, for whoever is signed in to it; the caller knows that, and closes the file."""
    parts = [
        Part(holding_of_account(authority_id, account_id)),
        *(Part(holding_of(authority_id, one)) for one in submission_ids),
        *(Part(holding_of_draft(authority_id, one)) for one in draft_ids),
        *(Part(holding_of_booking(authority_id, one)) for one in booking_ids),
    ]
    export = _zip(authority_id, parts, "account", language, now)
    _note(authority_id, submission_ids, "account", CITIZEN, now)
    _note(authority_id, booking_ids, "account", CITIZEN, now, kind="appointment")
    _note(authority_id, [account_id], "account", CITIZEN, now, kind="account")
    return export


def search_person(*, staff: Staff, sought: Sought, now: datetime) -> list[Found]:
    """What is held about a person, for a lead. Noted with how much was found, not for whom."""
    must_lead(staff)
    with work(staff.authority_id):
        found = _seen_by(staff, find_person(staff.authority_id, sought), now)
        details = {"found": len(found)}
        audit.record(
            staff.authority_id, act="privacy.searched", actor=staff.actor(), subject=("person", None), at=now,
            details=details,
        )  # fmt: skip
    return found


def export_person(*, staff: Staff, sought: Sought, chosen: Iterable[UUID], language: str, now: datetime) -> IO[bytes]:
    """What was found of a person and chosen, for a lead who knows that it is she who asks. The caller closes the file."""
    must_lead(staff)
    wanted = set(chosen)
    found = [one for one in _seen_by(staff, find_person(staff.authority_id, sought), now) if one.id in wanted]
    if not found:
        raise Refused("nothing_chosen", "Please tick what you want to save.", field="chosen")
    if masked := [one.number for one in found if one.is_masked and one.kind == "application"]:
        raise Refused(
            "case_protected",
            "The person of {number} is protected. Please open this case first and say why you need it.",
            field="chosen",
            number=masked[0],
        )
    parts = [_part(staff.authority_id, one) for one in found]
    export = _zip(staff.authority_id, parts, "person", language, now)
    for kind in sorted({one.kind for one in found}):
        ids = [one.id for one in found if one.kind == kind]
        _note(
            staff.authority_id, ids, "person", staff.actor(), now, kind="submission" if kind == "application" else kind
        )
    return export


def _seen_by(staff: Staff, found: Sequence[Found], now: datetime) -> list[Found]:
    """What exists for her: nothing under tax secrecy of another unit; of a protected person the number alone, until she has
    opened the case.
    """
    kept = kept_from(staff, [one.id for one in found if one.kind == "application"], now)
    return [
        replace(one, applicant="", places=(), is_masked=True) if one.id in kept.masked else one
        for one in found
        if one.id not in kept.unknown
    ]


def export_for_archive(*, staff: Staff, retention_id: UUID, now: datetime) -> IO[bytes]:
    """A case as the archive takes it, with everything.

    Refused as not found when it is not offered or not hers to know, and when its person is protected and she has not said
    in this sitting why she opens it.
    """
    row = offer(staff, retention_id, now)
    if row.is_masked:
        raise Refused(PROTECTED, "This case is about a protected person. Please say first why you open it.", status=403)
    submission_id = _submission_of(staff.authority_id, row.case_id)
    export = _zip(staff.authority_id, [Part(holding_of(staff.authority_id, submission_id))], "archive", "de", now)
    _note(staff.authority_id, [submission_id], "archive", staff.actor(), now)
    return export


def _part(authority_id: UUID, one: Found) -> Part:
    if one.kind == "appointment":
        return Part(holding_of_booking(authority_id, one.id))
    if one.kind not in ("application", "draft"):
        return Part(holding_of_text(authority_id, one.kind, one.id), one.role)
    if one.role == "applicant":
        return Part(holding_of_draft(authority_id, one.id) if one.kind == "draft" else holding_of(authority_id, one.id))
    return Part(Holding(one.number or "draft", {}, (), ()), "named", one.places)


def _zip(authority_id: UUID, parts: Sequence[Part], scope: Scope, language: str, now: datetime) -> IO[bytes]:
    if sum(one.size for part in parts for one in part.holding.files) > LARGEST_BYTES:
        raise too_large()
    with a_place():
        target = spool()
        try:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                _Writer(authority_id, archive, scope, now).write(parts, language)
        except BaseException:
            target.close()
            raise
    target.seek(0)
    return target


@dataclass
class _Writer:
    authority_id: UUID
    archive: zipfile.ZipFile
    scope: Scope
    now: datetime

    def write(self, parts: Sequence[Part], language: str) -> None:
        sums: list[str] = []
        listed = [self._application(part, place, sums) for place, part in enumerate(parts, 1)]
        town = authorities.by_id(self.authority_id)
        data = {
            "format": FORMAT,
            "authority": town.name if town else "",
            "made": self.now.isoformat(),
            "scope": self.scope,
            "law": ["Art. 15 DSGVO", "Art. 20 DSGVO"] if self.scope != "archive" else [],
            "applications": listed,
        }
        self._put(DATA, json.dumps(data, ensure_ascii=False, indent=1).encode(), sums)
        self._put(ABOUT, about(language, self.scope).encode(), sums)
        self._entry(SUMS, "".join(sums).encode())

    def _application(self, part: Part, place: int, sums: list[str]) -> dict[str, Any]:
        holding = part.holding
        return {
            "title": holding.title,
            "role": part.role,
            "named_in": [{"path": path, "answers": answers} for path, answers in part.about],
            "data": dict(shown(self.authority_id, holding, self.scope)),
            "files": [self._file(one, f"{place:02}-{number:03}", sums) for number, one in enumerate(holding.files, 1)],
            "access": [
                {"at": one.at.isoformat(), "act": one.act, "by": one.by} for one in accesses_shown(holding, self.scope)
            ],
        }

    def _file(self, one: HeldFile, place: str, sums: list[str]) -> dict[str, Any]:
        data = files.read(self.authority_id, one.blob_id)
        name = f"files/{place}_{plain_name(with_ending(one.title, one.media_type))}"
        digest = self._put(name, data, sums, packed=one.media_type in PACKED)
        return {"file": name, "title": one.title, "media_type": one.media_type, "bytes": len(data), "sha256": digest}

    def _put(self, name: str, data: bytes, sums: list[str], *, packed: bool = False) -> str:
        digest = hashlib.sha256(data).hexdigest()
        sums.append(f"{digest}  {name}\n")
        self._entry(name, data, packed=packed)
        return digest

    def _entry(self, name: str, data: bytes, *, packed: bool = False) -> None:
        info = zipfile.ZipInfo(name, self.now.astimezone(BERLIN).timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        self.archive.writestr(info, data)


def about(language: str, scope: Scope) -> str:
    """What the files of the export are, in the reader's language."""
    with speaking(language):
        lines = [
            _("What is in this archive"),
            "",
            _("{file}: everything that is stored, for programs to read.", file=DATA),
            _("{folder}: the documents, as they were sent or received.", folder="files/"),
            _("{file}: checksums, by which you see that nothing was changed.", file=SUMS),
        ]
        if scope in ("applicant", "account"):
            lines += [
                "",
                _("Notes of colleagues and drafts of decisions are not in it. The town hall gives them on request."),
            ]
        return "\r\n".join(lines) + "\r\n"


def _submission_of(authority_id: UUID, case_id: UUID) -> UUID:
    found = submission_of_case(authority_id, case_id)
    if found is None:
        raise not_found()
    return found


def _note(
    authority_id: UUID, ids: Sequence[UUID], scope: Scope, actor: Actor, now: datetime, *, kind: str = "submission"
) -> None:
    with work(authority_id):
        for one in ids:
            case_id = case_of_submission(authority_id, one)
            subject = ("case", case_id) if case_id else (kind, one)
            audit.record(
                authority_id, act="privacy.exported", actor=actor, subject=subject, at=now, details={"scope": scope}
            )
