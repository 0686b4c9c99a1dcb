"""A proof from a register instead of an upload (Nachweisabruf, § 5 EGovG): she agrees, it is fetched, she looks, she decides.

    retrieve → found → add or throw_away; nothing, away or unusable: she uploads it instead

Who is asked about is read here, from the sign-in of the draft, and comes in no argument: nobody can ask about somebody else.
The draft can be passed on with its link, so asking, looking and adding take the browser she signed in with, not long ago.
Each question is a row that she sees and an entry of the audit, also where nothing came of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.core.trust import reaches
from stadttor.forms.definition import Field
from stadttor.forms.models import Attachment, Draft, Retrieval
from stadttor.forms.ports import Register, RegisterAway, RegisterQuestion, registers
from stadttor.forms.queries import DraftRow
from stadttor.forms.services.attaching import NOTHING_OF_THE_FILE, PER_DRAFT, keep_checked
from stadttor.forms.services.drafting import save_answers
from stadttor.forms.services.waiting import answer_in_time
from stadttor.ground import audit, files
from stadttor.ground.actor import CITIZEN
from stadttor.ground.rows import change, first, insert, rows
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import reading, work
from stadttor.identity.assertions import assertion_id, signed_in_with

NEEDED, KNOWN_TOO = ("family_name", "birth_date"), ("given_name",)
RECENT = timedelta(minutes=30)
"""Registers are asked only soon after she signed in, and what came waits for her no longer."""
MOST = 10
NO_CONSENT = N_("Please tick that you agree. Without it nothing is asked.")
NOT_SURE = N_("To ask a register we must be sure who you are. Please sign in first; your draft is kept.")
UNDER_WAY = timedelta(seconds=30)
"""After that a question without an answer is over: what asked it has died."""
ASKED_NOW = N_("This register is being asked already. Please wait a moment, then open this page again.")
TOO_OFTEN = N_("Registers were asked very often for this application. Please upload the document.")


def offered(field: Field) -> Register | None:
    """The register that can give this proof here."""
    return registers().register(field.register) if field.register else None


@dataclass(frozen=True)
class Identity:
    """Who is here: what a register is told of the person, and the id of the sign-in that said so."""

    assertion_id: UUID
    person: dict[str, str]


def identity_for(
    authority_id: UUID, draft_id: UUID, register: Register, browser: str, now: datetime
) -> Identity | None:
    """The person as her own sign-in of the last half hour, made with this browser, said it, each value as surely as the
    register asks. None where that does not suffice.
    """
    found = signed_in_with(authority_id, draft_id, browser)
    if found is None or now - found[1].obtained > RECENT:
        return None
    said = found[1]
    known = {
        name: said.claims[name].value
        for name in (*NEEDED, *KNOWN_TOO)
        if name in said.claims and reaches(said.trust_of(name), register.level)
    }
    return Identity(found[0], known) if all(name in known for name in NEEDED) else None


def must_be_here(authority_id: UUID, draft_id: UUID, register: Register, browser: str, now: datetime) -> Identity:
    """The same; refused where it is not sure enough who is here."""
    found = identity_for(authority_id, draft_id, register, browser, now)
    if found is None:
        raise Refused("trust_low", NOT_SURE, status=403)
    return found


def retrieve(
    *,
    authority_id: UUID,
    draft_id: UUID,
    field: Field,
    purpose: str,
    authority: str,
    consent: bool,
    browser: str,
    now: datetime,
) -> str:
    """Ask the register for the proof of this field; gives what came of it: found, nothing, away or unusable.

    What comes is checked as an upload is, and waits for her word. Refused without her consent, or when it is not sure
    enough who she is; then the register is not asked.
    """
    register = offered(field)
    if register is None or field.register is None or field.evidence is None:
        raise not_found()
    if not consent:
        raise Refused("no_consent", NO_CONSENT, field="consent")
    here = must_be_here(authority_id, draft_id, register, browser, now)
    row = _begun(authority_id, draft_id, field, register, here, now)
    question = RegisterQuestion(row.id, field.register, field.evidence, here.person, purpose, authority)
    return _settled(row, question, field, now)


@step
def decline(*, authority_id: UUID, draft_id: UUID, field: Field, now: datetime) -> None:
    """She was asked for her consent and did not give it: that is kept as well, once for each proof."""
    register = offered(field)
    if register is None:
        raise not_found()
    row = _row(authority_id, draft_id, field, register, None, now, "declined")
    with work(authority_id):
        must_be_open(authority_id, draft_id)
        if first(Retrieval, authority_id=authority_id, draft_id=draft_id, path=field.path, outcome="declined"):
            return
        insert(row)
        _note(row, "declined", now)


@step
def _begun(
    authority_id: UUID, draft_id: UUID, field: Field, register: Register, here: Identity, now: datetime
) -> Retrieval:
    """The question, written before it is put. What waited here before goes: there is one answer at a time."""
    row = _row(authority_id, draft_id, field, register, here, now, "asked")
    with work(authority_id):
        must_be_open(authority_id, draft_id)
        _must_be_time(authority_id, draft_id, field, now)
        throw_away(authority_id=authority_id, draft_id=draft_id, path=field.path, now=now)
        insert(row)
        _note(row, "asked", now)
    return row


def _must_be_time(authority_id: UUID, draft_id: UUID, field: Field, now: datetime) -> None:
    """Refused while the same question is under way, and after too many; where she declined nothing was asked."""
    asked = rows(Retrieval, authority_id=authority_id, draft_id=draft_id, way="register")
    put = [one for one in asked if one.outcome != "declined"]
    if any(one.path == field.path and one.outcome == "asked" and now - one.asked < UNDER_WAY for one in put):
        raise Refused("asked_now", ASKED_NOW)
    if len(put) >= MOST:
        raise Refused("asked_often", TOO_OFTEN)


def _row(
    authority_id: UUID,
    draft_id: UUID,
    field: Field,
    register: Register,
    here: Identity | None,
    now: datetime,
    outcome: str,
) -> Retrieval:
    return Retrieval(
        authority_id=authority_id,
        draft_id=draft_id,
        path=field.path,
        evidence=field.evidence or "",
        register=register.title,
        keeper=register.keeper,
        simulated=registers().simulated,
        claims=sorted(here.person) if here else [],
        assertion_id=here.assertion_id if here else None,
        asked=now,
        outcome=outcome,
    )


def _settled(row: Retrieval, question: RegisterQuestion, field: Field, now: datetime) -> str:
    """Ask, outside of any work, and keep what came of it."""
    try:
        found = answer_in_time(lambda: registers().fetch(question))
    except RegisterAway:
        return _end(row, "away", now)
    if found is None:
        return _end(row, "nothing", now)
    try:
        kept, name = keep_checked(
            authority_id=row.authority_id, data=found.data, name=found.name, accept=field.accept,
            max_mb=field.max_mb, path=field.path, now=now,
        )  # fmt: skip
    except Refused as error:
        return _end(row, "unusable", now, reason=error.code)
    file = {"blob_id": kept.blob_id, "name": name, "media_type": kept.media_type, "size": kept.size}
    says = [list(one) for one in found.says]
    return _end(row, "found", now, values={**file, "sha256": kept.sha256, "says": says})


@step
def _end(
    row: Retrieval, outcome: str, now: datetime, *, values: Mapping[str, Any] | None = None, reason: str = ""
) -> str:
    """Nothing is put into a draft that was sent or deleted while the register took its time; one answer waits at a time."""
    with work(row.authority_id):
        must_be_open(row.authority_id, row.draft_id)
        if outcome == "found":
            throw_away(authority_id=row.authority_id, draft_id=row.draft_id, path=row.path, now=now)
        told = {"outcome": outcome, "settled": now, **(values or {})}
        change(Retrieval, told, authority_id=row.authority_id, id=row.id, outcome="asked")
        _note(row, outcome, now, **({"reason": reason} if reason else {}))
    return outcome


@step
def add(*, authority_id: UUID, draft: DraftRow, field: Field, language: str, browser: str, now: datetime) -> UUID:
    """She looked at it and takes it: it stands at the field like an upload. Gives the attachment's id.

    Refused when it is not she, when nothing waits, when there are too many files, or another window saved meanwhile.
    """
    register = offered(field)
    if register is None:
        raise not_found()
    with work(authority_id):
        must_be_open(authority_id, draft.id)
        here = must_be_here(authority_id, draft.id, register, browser, now)
        row = first(
            Retrieval, lock=True, authority_id=authority_id, draft_id=draft.id, path=field.path, outcome="found",
            assertion_id=here.assertion_id,
        )  # fmt: skip
        if row is None or row.blob_id is None or now - row.asked > RECENT:
            raise not_found()
        ref = files.FileRef(row.blob_id, row.sha256, row.size, row.media_type)
        file_id = stand_at_field(
            authority_id=authority_id, draft=draft, field=field, file=ref, name=row.name, language=language, now=now
        )
        gone = {"outcome": "added", "settled": now, "blob_id": None, "says": [], "attachment_id": file_id}
        change(Retrieval, gone, authority_id=authority_id, id=row.id)
        _note(row, "added", now, attachment_id=str(file_id))
    return file_id


def stand_at_field(
    *, authority_id: UUID, draft: DraftRow, field: Field, file: files.FileRef, name: str, language: str, now: datetime
) -> UUID:
    """A kept file as a further answer of the field, inside the open work; gives the attachment's id.

    Refused when there are too many, or another window saved meanwhile.
    """
    must_have_room(authority_id=authority_id, draft=draft, field=field)
    row = Attachment.objects.create(
        authority_id=authority_id, draft_id=draft.id, path=field.path, blob_id=file.blob_id, name=name,
        media_type=file.media_type, size=file.size, sha256=file.sha256, state="clean", created=now,
    )  # fmt: skip
    group = draft.answers.get(field.group)
    answers = {
        **draft.answers,
        field.group: {**(group or {}), field.id: [*_files(draft, field), str(row.id)]},
    }
    save_answers(
        authority_id=authority_id, draft_id=draft.id, revision=draft.revision, answers=answers, language=language,
        now=now,
    )  # fmt: skip
    return row.id


def _files(draft: DraftRow, field: Field) -> list[str]:
    group = draft.answers.get(field.group)
    return list(group.get(field.id) or []) if isinstance(group, dict) else []


def must_have_room(*, authority_id: UUID, draft: DraftRow, field: Field) -> None:
    """Refused where one more file cannot be added to the field or the draft: then nothing need be asked either."""
    if len(_files(draft, field)) >= field.max_files:
        raise Refused("too_many_files", "You can add {n} files here at most.", field=field.path, n=field.max_files)
    with reading(authority_id):
        count = len(rows(Attachment, authority_id=authority_id, draft_id=draft.id))
    if count >= PER_DRAFT:
        raise Refused("too_many_files", "You can add {n} files at most.", field=field.path, n=PER_DRAFT)


@step
def throw_away(*, authority_id: UUID, draft_id: UUID, now: datetime, path: str = "") -> None:
    """What waits for her word goes, file and all; at every field where none is named. Nothing waits: nothing happens."""
    which: dict[str, Any] = {"path": path} if path else {}
    with work(authority_id):
        for row in rows(Retrieval, lock=True, authority_id=authority_id, draft_id=draft_id, outcome="found", **which):
            _throw(row, now)


def throw_away_of_others(*, authority_id: UUID, draft_id: UUID, now: datetime) -> None:
    """Somebody else signed in, or nobody is signed in any more: what waited for whoever was before goes."""
    with work(authority_id):
        here = assertion_id(authority_id, draft_id)
        for row in rows(Retrieval, lock=True, authority_id=authority_id, draft_id=draft_id, outcome="found"):
            if row.assertion_id != here:
                _throw(row, now)


def throw_away_old(*, authority_id: UUID, now: datetime) -> None:
    """What nobody decided about within half an hour goes, in every draft."""
    with work(authority_id):
        for row in rows(Retrieval, lock=True, authority_id=authority_id, outcome="found"):
            if now - row.asked > RECENT:
                _throw(row, now)


def _throw(row: Retrieval, now: datetime) -> None:
    gone = {"outcome": "thrown_away", "settled": now, "blob_id": None, "says": [], **NOTHING_OF_THE_FILE}
    change(Retrieval, gone, authority_id=row.authority_id, id=row.id)
    if row.blob_id:
        files.delete(row.authority_id, row.blob_id)
    _note(row, "thrown_away", now)


def must_be_open(authority_id: UUID, draft_id: UUID) -> None:
    """Inside the open work, and so until its end. Refused as not found once it was sent or deleted."""
    draft = first(Draft, lock=True, authority_id=authority_id, id=draft_id)
    if draft is None or draft.submission_id:
        raise not_found()


def _note(row: Retrieval, outcome: str, now: datetime, **more: str) -> None:
    details = {"retrieval_id": str(row.id), "evidence": row.evidence, "register": row.register} | more
    if row.simulated:
        details["simulated"] = "yes"
    audit.record(
        row.authority_id, act=f"register.{outcome}", actor=CITIZEN, subject=("draft", row.draft_id), at=now,
        details=details,
    )  # fmt: skip
