"""Under which name a case stands in lists and is found, and how that name is taken off for a protected person."""

import hmac
from datetime import datetime
from typing import Literal

from stadttor.cases.models import Case, CaseWord, Protection, ServiceOfCases
from stadttor.cases.rules.words import words_of
from stadttor.core.german_sort import sort_key
from stadttor.ground import keys
from stadttor.ground.rows import change, first, insert_unless_taken

REASONS = "reasons of protection"
"""The purpose of the key with which the audit chain names a reason."""


def index(case: Case) -> None:
    """The words it is found by, and its service in the list of the filter."""
    CaseWord.objects.bulk_create(
        CaseWord(authority_id=case.authority_id, case_id=case.id, word=word)
        for word in words_of(case.number, case.applicant, case.title)
    )
    insert_unless_taken(ServiceOfCases(authority_id=case.authority_id, slug=case.service, title=case.title))


def rename(case: Case, applicant: str) -> None:
    """Who applies is called otherwise now, inside the open work; the case is found by the new name. Saving is the caller's."""
    if not applicant or applicant == case.applicant:
        return
    if case.is_protected:
        change(Protection, {"applicant": applicant}, authority_id=case.authority_id, case_id=case.id, lifted=None)
        return
    _call(case, applicant)


def cover(case: Case, *, origin: Literal["statement", "clerk"], by_name: str, reason: str, now: datetime) -> None:
    """Take the name off the case, inside the open work: no list, search or export has it from then on. Saving is the
    caller's.
    """
    Protection.objects.create(
        authority_id=case.authority_id,
        case_id=case.id,
        origin=origin,
        applicant=case.applicant,
        since=now,
        by_name=by_name,
        reason=reason,
    )
    case.is_protected = True
    _call(case, "")


def uncover(case: Case, *, by_name: str, reason: str, now: datetime) -> None:
    """Give the case its name back, inside the open work. Saving is the caller's."""
    row = first(Protection, lock=True, authority_id=case.authority_id, case_id=case.id, lifted=None)
    case.is_protected = False
    if row is None:
        return
    row.lifted, row.lifted_by_name, row.lifted_reason = now, by_name, reason
    row.save(update_fields=["lifted", "lifted_by_name", "lifted_reason"])
    _call(case, row.applicant)


def reason_mark(case: Case, reason: str) -> str:
    """The keyed hash of a typed reason: the audit chain shows that it stands as it was said, and does not say it."""
    return hmac.digest(keys.derived(case.authority_id, REASONS), reason.encode(), "sha256").hex()[:32]


def _call(case: Case, applicant: str) -> None:
    case.applicant, case.applicant_key = applicant, sort_key(applicant) if applicant else ""
    CaseWord.objects.filter(authority_id=case.authority_id, case_id=case.id).delete()
    index(case)
