"""Reads: whether applicants of a service are asked how it was, where, and what a code asks about (decision 0053)."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.urls import reverse

from stadttor.core.languages import OFFICIAL
from stadttor.ground import keys
from stadttor.ground.rows import first
from stadttor.ground.web.addresses import portal_of
from stadttor.ground.work import work
from stadttor.insights.models import FigureSettings
from stadttor.insights.rules.codes import as_meant, code_of, still_counts, what_counts
from stadttor.insights.rules.marks import WAYS, way_of
from stadttor.tenancy.queries import authority_by_id, profile

PART = "feedback"


def asks(authority_id: UUID, service: str) -> bool:
    """Whether the authority asks applicants of this service how it was."""
    if PART in profile(authority_id).parts_off:
        return False
    with work(authority_id):
        said = first(FigureSettings, authority_id=authority_id)
    return said is None or service not in said.not_asked


def invitation(
    authority_id: UUID, service: str, *, channel: str, is_decided: bool, day: date, language: str = OFFICIAL
) -> str:
    """The address at which somebody says how it was: the same for all who came by this channel, or to an `appointment`, in
    the month of `day`. Empty where the authority does not ask about this service, or is none."""
    authority = authority_by_id(authority_id)
    path = place(authority_id, service, channel, is_decided, day, today=day)
    if authority is None or not path:
        return ""
    return portal_of(authority.slug) + path + (f"?lang={language}" if language != OFFICIAL else "")


def place(authority_id: UUID, service: str, channel: str, is_decided: bool, day: date, *, today: date) -> str:
    """The same as a path, for a page of the authority; empty once the code of that month counts no more.

    A page that is opened later leads to the same code as letter and mail: another one would let a browser answer again.
    """
    if not still_counts(day, today) or not asks(authority_id, service):
        return ""
    return reverse(
        "portal:opinion", args=[code_for(authority_id, service, way_of(channel, is_decided=is_decided), day)]
    )


def code_for(authority_id: UUID, service: str, way: str, day: date) -> str:
    """The code for everybody who is asked about this service in this way (`rules.WAYS`) in this month."""
    return code_of(_key(authority_id), service, way, day.replace(day=1))


def asked_by(authority_id: UUID, code: str, services: Collection[str], today: date) -> tuple[str, str] | None:
    """(service, way) that a code asks about, none for one that does not count, or no longer. `services` are those there are."""
    key, meant = _key(authority_id), as_meant(code)
    for service, way, month in what_counts(services, WAYS, today):
        if code_of(key, service, way, month) == meant:
            return (service, way) if asks(authority_id, service) else None
    return None


def _key(authority_id: UUID) -> bytes:
    return keys.derived(authority_id, "feedback asked")
