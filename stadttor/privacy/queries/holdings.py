"""All that is held about an application or an appointment: every row of every module, what was done with it, its files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stadttor.appointments.queries import held_booking
from stadttor.cases.queries import case_of_submission, held_case, sent_decisions
from stadttor.citizens.queries import held_account
from stadttor.exchange.queries import held_hand_overs
from stadttor.forms.queries import held_application, held_draft, submission
from stadttor.ground.holdings import Access, Tables, accesses, held, joined
from stadttor.ground.work import work
from stadttor.identity.issuing.queries import held_issued
from stadttor.notices.queries import held_notices
from stadttor.payments.queries import held_claim, held_lowered, held_payment
from stadttor.privacy.models import Hold, Retention
from stadttor.privacy.ports import namings
from stadttor.processes.queries import held_runs
from stadttor.records.queries import held_file


@dataclass(frozen=True)
class HeldFile:
    """A stored file: where its encrypted bytes lie, and what it is called."""

    blob_id: UUID
    title: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Holding:
    """One application, draft or case with everything about it; files of the same content once."""

    title: str
    tables: Tables
    access: tuple[Access, ...]
    files: tuple[HeldFile, ...]


def holding_of(authority_id: UUID, submission_id: UUID) -> Holding:
    """An application with its case. Refused as not found when there is none."""
    with work(authority_id):
        row = submission(authority_id, submission_id)
        case_id = case_of_submission(authority_id, submission_id)
        tables = joined(
            held_application(authority_id, submission_id),
            held_payment(authority_id, submission_id),
            held_notices(authority_id, submission_id),
            held_notices(authority_id, row.draft_id) if row.draft_id else {},
            _of_case(authority_id, case_id) if case_id else {},
        )
        about = [one for one in (submission_id, row.draft_id, case_id) if one]
        return Holding(row.number, tables, tuple(accesses(authority_id, about)), tuple(_files(tables)))


def holding_of_draft(authority_id: UUID, draft_id: UUID) -> Holding:
    """A draft with its files and the mails that carried its link."""
    with work(authority_id):
        tables = joined(held_draft(authority_id, draft_id), held_notices(authority_id, draft_id))
        return Holding("draft", tables, tuple(accesses(authority_id, [draft_id])), tuple(_files(tables)))


def holding_of_booking(authority_id: UUID, booking_id: UUID) -> Holding:
    """An appointment with its mails."""
    with work(authority_id):
        tables = joined(held_booking(authority_id, booking_id), held_notices(authority_id, booking_id))
        return Holding("appointment", tables, tuple(accesses(authority_id, [booking_id])), ())


def holding_of_account(authority_id: UUID, account_id: UUID) -> Holding:
    """A citizen's account itself: since when, signed in how, which keys; what they open is held for itself."""
    tables = held_account(authority_id, account_id)
    return Holding("account", tables, tuple(accesses(authority_id, [account_id])), ())


def holding_of_text(authority_id: UUID, kind: str, told_id: UUID) -> Holding:
    """A text outside any application, of one of the kinds that are wired."""
    naming = next(one for one in namings() if one.kind == kind)
    with work(authority_id):
        return Holding(kind, naming.held(authority_id, told_id), tuple(accesses(authority_id, [told_id])), ())


def _of_case(authority_id: UUID, case_id: UUID) -> Tables:
    return joined(
        held_case(authority_id, case_id),
        *(held_claim(authority_id, decision_id) for decision_id in sent_decisions(authority_id, case_id)),
        held_lowered(authority_id, case_id),
        held_runs(authority_id, case_id),
        held_file(authority_id, case_id),
        held_issued(authority_id, case_id),
        held_hand_overs(authority_id, case_id),
        held(Retention, authority_id, case_id=case_id),
        held(Hold, authority_id, case_id=case_id),
    )


def _files(tables: Tables) -> Iterator[HeldFile]:
    seen: set[str] = set()
    for one in _named(tables):
        if one.sha256 not in seen:
            seen.add(one.sha256)
            yield one


def _named(tables: Tables) -> Iterator[HeldFile]:
    """Documents on file first, they have the better titles; of proofs only those that passed the virus scanner."""
    for row in tables.get("records_document", ()):
        yield _file(row, row["title"])
    for row in tables.get("forms_attachment", ()):
        if row["state"] == "clean":
            yield _file(row, row["name"])
    for question in tables.get("cases_question", ()):
        for answer in question["answers"]:
            for given in answer.get("documents", ()):
                # The hash of an answer's file is not kept beside it: its id tells it apart until it is filed.
                yield HeldFile(UUID(given["id"]), given["name"], given["media_type"], given["size"], given["id"])


def _file(row: Mapping[str, Any], title: str) -> HeldFile:
    return HeldFile(UUID(row["blob_id"]), title, row["media_type"], row["size"], row["sha256"])
