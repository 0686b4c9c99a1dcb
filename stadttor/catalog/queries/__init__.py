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
from stadttor.catalog.queries.inventing import invented_answers
from stadttor.catalog.queries.offered import ServiceSummary, has_live, offered, offering, once_offered, service_summary
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
)
from stadttor.catalog.queries.shared import has_expired, issued_index, shared_archive
from stadttor.catalog.rules.representing import GROUP as SPEAKS_FOR
from stadttor.catalog.rules.representing import SELF as SPEAKS_FOR_HERSELF

__all__ = [
    "SPEAKS_FOR",
    "SPEAKS_FOR_HERSELF",
    "AdoptedForm",
    "AdoptionRow",
    "ChangedRow",
    "KeyRow",
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
    "forget_offered",
    "has_expired",
    "has_live",
    "history",
    "invented_answers",
    "issued_index",
    "keys",
    "member_values",
    "newest_releases",
    "newest_version",
    "offered",
    "offering",
    "once_offered",
    "package_content",
    "reached",
    "release",
    "release_at",
    "revisions_tried_out",
    "service_summary",
    "shared_archive",
    "spread",
    "trusted_keys",
    "version_for",
    "versions",
]
