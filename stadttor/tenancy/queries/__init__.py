"""Reads: places, who is responsible, what describes an authority. All of it is public and needs no authority set."""

from stadttor.ground import authorities as _ground
from stadttor.ground.authorities import AuthorityRow
from stadttor.tenancy.queries import agreements as _agreements
from stadttor.tenancy.queries import membership as _membership
from stadttor.tenancy.queries import places as _places
from stadttor.tenancy.queries import profiles as _profiles
from stadttor.tenancy.queries.agreements import (
    AgreementRow,
    agreement_of,
    agreements_of,
    handled_by,
    running_among,
)
from stadttor.tenancy.queries.answers import answer_as_json, note_text
from stadttor.tenancy.queries.authorities import (
    all_authorities,
    areas_of,
    authority_by_host,
    authority_by_id,
    authority_by_slug,
    coverage_of,
    covers,
    portal_url,
    prefixes_of,
)
from stadttor.tenancy.queries.competence import Competences, Competent, competences, first_prefixes
from stadttor.tenancy.queries.crests import crest_faults
from stadttor.tenancy.queries.membership import MemberRow, member, member_at, members
from stadttor.tenancy.queries.places import area, areas_index, place_label
from stadttor.tenancy.queries.profiles import (
    NextOpening,
    OpeningHours,
    ProfileRow,
    hours_today,
    next_opening,
    profile,
    profile_now,
)
from stadttor.tenancy.queries.responsibility import Answer, Candidate, Note, Offers, responsible
from stadttor.tenancy.rules.responsibility import compete
from stadttor.tenancy.rules.search import LONGEST_QUERY, AreaRow

__all__ = [
    "LONGEST_QUERY",
    "AgreementRow",
    "Answer",
    "AreaRow",
    "AuthorityRow",
    "Candidate",
    "Competences",
    "Competent",
    "MemberRow",
    "NextOpening",
    "Note",
    "Offers",
    "OpeningHours",
    "ProfileRow",
    "agreement_of",
    "agreements_of",
    "all_authorities",
    "answer_as_json",
    "area",
    "areas_index",
    "areas_of",
    "authority_by_host",
    "authority_by_id",
    "authority_by_slug",
    "compete",
    "competences",
    "coverage_of",
    "covers",
    "crest_faults",
    "first_prefixes",
    "forget",
    "handled_by",
    "hours_today",
    "member",
    "member_at",
    "members",
    "next_opening",
    "note_text",
    "place_label",
    "portal_url",
    "prefixes_of",
    "profile",
    "profile_now",
    "responsible",
    "running_among",
]


def forget() -> None:
    """Drop what this process keeps (after a change, and between tests)."""
    _agreements.forget()
    _membership.forget()
    _places.forget()
    _profiles.forget()
    _ground.forget()
