"""Reads of the catalogue: what is published, what an authority adopted and offers, the form behind an address."""

from stadttor.catalog.queries.adopted import AdoptedForm, SetPackage, adopted_form, adopted_revision, forget_offered
from stadttor.catalog.queries.adoptions import (
    AdoptionRow,
    RevisionRow,
    RevokedAdoption,
    adoption,
    adoptions,
    adoptions_signed_by,
    history,
    member_values,
    revisions_tried_out,
)
from stadttor.catalog.queries.dated import DatedRow, dated_values, form_on
from stadttor.catalog.queries.followed import (
    FollowedRow,
    NewsRow,
    PublisherRow,
    followed_catalogues,
    news,
    publishers_in,
    stale_catalogues,
)
from stadttor.catalog.queries.inventing import invented_answers
from stadttor.catalog.queries.offered import (
    ServiceSummary,
    has_live,
    names_offered,
    offered,
    offering,
    once_offered,
    service_summary,
)
from stadttor.catalog.queries.published import (
    KeyRow,
    VersionRow,
    keys,
    newest_version,
    package_content,
    trusted_keys,
    version_for,
    versions,
)
from stadttor.catalog.queries.rolled import (
    ChangedRow,
    ReachedRow,
    ReleaseRow,
    SpreadRow,
    changed_by_rollout,
    newest_releases,
    reached,
    release,
    release_at,
    spread,
    state_at,
)
from stadttor.catalog.queries.shared import has_expired, issued_index, shared_archive
from stadttor.catalog.rules.again import Again
from stadttor.catalog.rules.assessment import AssessmentRule
from stadttor.catalog.rules.letters_to import LettersTo
from stadttor.catalog.rules.protecting import GROUP as ASKED_OF_ALL
from stadttor.catalog.rules.representing import GROUP as SPEAKS_FOR
from stadttor.catalog.rules.representing import SELF as SPEAKS_FOR_HERSELF

__all__ = [
    "ASKED_OF_ALL",
    "SPEAKS_FOR",
    "SPEAKS_FOR_HERSELF",
    "AdoptedForm",
    "AdoptionRow",
    "Again",
    "AssessmentRule",
    "ChangedRow",
    "DatedRow",
    "FollowedRow",
    "KeyRow",
    "LettersTo",
    "NewsRow",
    "PublisherRow",
    "ReachedRow",
    "ReleaseRow",
    "RevisionRow",
    "RevokedAdoption",
    "ServiceSummary",
    "SetPackage",
    "SpreadRow",
    "VersionRow",
    "adopted_form",
    "adopted_revision",
    "adoption",
    "adoptions",
    "adoptions_signed_by",
    "changed_by_rollout",
    "dated_values",
    "followed_catalogues",
    "forget_offered",
    "form_on",
    "has_expired",
    "has_live",
    "history",
    "invented_answers",
    "issued_index",
    "keys",
    "member_values",
    "names_offered",
    "newest_releases",
    "newest_version",
    "news",
    "offered",
    "offering",
    "once_offered",
    "package_content",
    "publishers_in",
    "reached",
    "release",
    "release_at",
    "revisions_tried_out",
    "service_summary",
    "shared_archive",
    "spread",
    "stale_catalogues",
    "state_at",
    "trusted_keys",
    "version_for",
    "versions",
]
