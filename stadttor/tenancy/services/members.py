"""What a member municipality has of its own beside the authority that serves it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.work import work
from stadttor.tenancy import queries
from stadttor.tenancy.models import Member
from stadttor.tenancy.rules.look import LARGEST_CREST, check_crest

__all__ = ["LARGEST_CREST", "MemberDescription", "describe_member"]


class MemberDescription(TypedDict, total=False):
    """What may be set about a member; see `models.Member`."""

    lines: Sequence[str]
    crest: str
    remedy: str
    phone: str
    email: str
    website: str
    places: Sequence[str]


def describe_member(
    authority_id: UUID, ars: str, *, actor: Actor, now: datetime, **values: Unpack[MemberDescription]
) -> None:
    """Set what a member has of its own; what is not named stays. Refused: a place of others (404), an unsafe crest."""
    checked: dict[str, object] = dict(values)
    if "crest" in values:
        checked["crest"] = check_crest(values["crest"])
    if "lines" in values:
        checked["lines"] = _filled(values["lines"])
    if "places" in values:
        checked["places"] = _filled(values["places"])
    with work(authority_id):
        if queries.member(authority_id, ars) is None:
            raise not_found()
        Member.objects.update_or_create(authority_id=authority_id, ars=ars, defaults=checked)
        details = {"ars": ars, "fields": sorted(checked)}
        about = ("authority", authority_id)
        audit.record(
            authority_id, act="authority.member_described", actor=actor, subject=about, at=now, details=details
        )
    queries.forget()


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]
