"""A case with its application, as jobs and listeners need it: found, noted on, written about, as long as it is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.urls import reverse

from stadttor.cases import services as cases
from stadttor.cases.queries import case_of_submission, case_row, is_noted
from stadttor.core.languages import OFFICIAL
from stadttor.forms import queries as forms
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.web.language import _, language_name, speaking
from stadttor.ground.work import work
from stadttor.notices.services import send_mail
from stadttor.portal.addresses import portal_of
from stadttor.site.applications import Submitted, submitted
from stadttor.tenancy.queries import authority_by_id


@dataclass(frozen=True)
class Matter:
    """A case with its application: everything a letter or mail about it needs."""

    authority_id: UUID
    case_id: UUID
    number: str
    title: str
    found: Submitted

    @property
    def submission_id(self) -> UUID:
        return self.found.row.id


def matter_of(authority_id: UUID, case_id: UUID, *, as_sent: bool = False) -> Matter | None:
    """None for a case that no application of ours opened. The answers are those of now, or as they were sent."""
    with work(authority_id):
        case = case_row(authority_id, case_id)
        if case.submission_id is None:
            return None
        found = submitted(authority_id, case.submission_id, as_sent=as_sent)
    return Matter(authority_id, case_id, case.number, case.title, found)


def ends_with_application(function: Callable[..., None]) -> Callable[..., None]:
    """As `cases.ends_with_case`, for what knows a case by its application; both go at once."""

    @wraps(function)
    def run(authority_id: UUID, submission_id: UUID, *others: Any, **named: Any) -> None:
        with cases.quiet_without(
            lambda: forms.is_accepted(authority_id, submission_id), f"application {submission_id}"
        ):
            function(authority_id, submission_id, *others, **named)

    return run


class CaseNotYet(RuntimeError):
    """The case is about to be opened by another job; the queue tries this one again."""


def case_known(authority_id: UUID, submission_id: UUID) -> UUID:
    """The case of an application. Raises CaseNotYet while it is not opened."""
    case_id = case_of_submission(authority_id, submission_id)
    if case_id is None:
        raise CaseNotYet
    return case_id


@ends_with_application
def note_once(authority_id: UUID, submission_id: UUID, act: str, details: dict[str, str], *, public: bool) -> None:
    """A line in the case's history, unless it stands there already."""
    case_id = case_known(authority_id, submission_id)
    with work(authority_id):
        if is_noted(authority_id, case_id, act, details):
            return
        cases.note_from_outside(
            authority_id=authority_id,
            case_id=case_id,
            act=act,
            actor=SYSTEM,
            details=details,
            public=public,
            now=now(),
        )


def said(matter: Matter, text: str) -> str:
    """The text in the applicant's language."""
    with speaking(matter.found.row.language):
        return _(text)


def title_in(title: str, language: str) -> str:
    """The title of a letter on file; that of a convenience copy says which language it is in. Call it `speaking` German."""
    if language == OFFICIAL:
        return title
    return _("{title}, translation ({language})", title=title, language=language_name(language))


def mail(matter: Matter, kind: str, key: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Only a hint with the secret link; nothing of the answers. Without an address the status page has to do."""
    row, authority = matter.found.row, authority_by_id(matter.authority_id)
    if not matter.found.email or authority is None:
        return
    with cases.stays(matter.authority_id, matter.case_id):
        path = reverse("portal:resume", args=[forms.link_token(matter.authority_id, row.id)])
        send_mail(
            authority_id=matter.authority_id,
            key=key,
            to=matter.found.email,
            kind=kind,
            subject_id=row.id,
            language=row.language,
            values={
                "service": matter.found.form.texts(row.language).text("title"),
                "number": matter.number,
                "link": portal_of(authority.slug) + path,
                "authority": authority.name,
                **({"trial": "yes"} if row.is_test else {}),
                **more,
            },
            now=now(),
        )
