"""A proof from a wallet instead of an upload: a credential was asked for, verified and looked at; she decides.

Who asks, verifies and keeps it waiting is `identity.wallet_proofs`. Here it becomes a file that people can read, with where it is
from. The credential itself is kept nowhere: of what she showed the audit has hashes.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.forms.definition import Field
from stadttor.forms.models import Retrieval
from stadttor.forms.queries import DraftRow
from stadttor.forms.services.attaching import keep_checked
from stadttor.forms.services.retrieving import must_be_open, stand_at_field
from stadttor.ground import audit, files
from stadttor.ground.actor import CITIZEN
from stadttor.ground.rows import insert
from stadttor.ground.work import work
from stadttor.identity.assertions import assertion_id
from stadttor.identity.ports import ShownProof
from stadttor.identity.wallet_proofs import take_proof


@dataclass(frozen=True)
class Paper:
    """What she showed as people read it: what it is called, and a PDF that says it."""

    title: str
    name: str
    pdf: bytes = field(repr=False)


def keep_paper(*, authority_id: UUID, field: Field, paper: Paper, now: datetime) -> tuple[files.FileRef, str]:
    """Keep it, before the work opens in which it is added; gives it with its safe name. Refused as an upload is."""
    return keep_checked(
        authority_id=authority_id, data=paper.pdf, name=paper.name, accept=("pdf",), max_mb=field.max_mb, path=field.path,
        now=now,
    )  # fmt: skip


def add_shown(
    *,
    authority_id: UUID,
    draft: DraftRow,
    field: Field,
    title: str,
    kept: tuple[files.FileRef, str],
    language: str,
    browser: str,
    now: datetime,
) -> UUID:
    """She looked at it and takes it: what was kept of it stands at the field like an upload. Gives the attachment's id.

    Refused when nothing waits for this browser, when there are too many files, or another window saved meanwhile.
    """
    file, name = kept
    with work(authority_id):
        must_be_open(authority_id, draft.id)
        shown = take_proof(authority_id=authority_id, draft_id=draft.id, proof=field.path, browser=browser, now=now)
        if shown is None:
            raise not_found()
        file_id = stand_at_field(
            authority_id=authority_id, draft=draft, field=field, file=file, name=name, language=language, now=now
        )
        _keep(authority_id, draft.id, field, title, shown, file_id, now)
    return file_id


def throw_away_shown(
    *, authority_id: UUID, draft_id: UUID, field: Field, title: str, browser: str, now: datetime
) -> None:
    """What waits for her word goes. Nothing waits: nothing happens."""
    with work(authority_id):
        must_be_open(authority_id, draft_id)
        shown = take_proof(authority_id=authority_id, draft_id=draft_id, proof=field.path, browser=browser, now=now)
        if shown is not None:
            _keep(authority_id, draft_id, field, title, shown, None, now)


def _keep(
    authority_id: UUID,
    draft_id: UUID,
    field: Field,
    title: str,
    shown: ShownProof,
    file_id: UUID | None,
    now: datetime,
) -> None:
    """Inside the open work: what was shown and what she decided, no value of it."""
    outcome = "added" if file_id else "thrown_away"
    row = Retrieval(
        authority_id=authority_id,
        draft_id=draft_id,
        path=field.path,
        way="wallet",
        level=shown.level,
        evidence=field.evidence or "",
        register=title,
        keeper=shown.issuer,
        simulated=shown.simulated,
        claims=sorted(shown.says),
        assertion_id=assertion_id(authority_id, draft_id),
        asked=shown.obtained,
        outcome=outcome,
        settled=now,
        attachment_id=file_id,
    )
    insert(row)
    details = {"retrieval_id": str(row.id), "evidence": row.evidence, "type": shown.type, "level": shown.level}
    if file_id:
        details["attachment_id"] = str(file_id)
    if shown.simulated:
        details["simulated"] = "yes"
    audit.record(
        authority_id, act=f"wallet_proof.{outcome}", actor=CITIZEN, subject=("draft", draft_id), at=now, details=details
    )
