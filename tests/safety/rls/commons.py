"""Tables that name an authority and have no wall nevertheless: each is listed here with its reason, so that a new one is seen.

`Common` alone lets a table past the wall. Whoever declares a table of authorities so must come by here.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the plan of all rows reads this before Django is set up
    from django.db.models import Field

    from stadttor.ground.models import Common

_PLACES = "public: places, authorities and their contact are found before an authority is chosen"
_OFFERS = "who offers what, and who shall, is public; no citizen is in it"
_SENT = "what authorities asked a publisher for; rows have rules of their own, and comments in it were looked through"
LISTED = {
    "ground_auditwaiting": "ids only: tells the sealer, which works for all, whose entries wait",
    "tenancy_coverage": _PLACES,
    "tenancy_profile": _PLACES,
    "tenancy_member": _PLACES,
    "tenancy_agreement": "public: an agreement between two authorities is published by law; it names no person",
    "identity_staffaccount": "a colleague may work for several authorities; no citizen is in it",
    "identity_staffsession": "found by its token before anything else is known; names an account of staff only",
    "catalog_adoption": "who offers what is public; parameters (fees, zones, contact) are too",
    "rollout_commoncost": "what a service costs public bodies together, and who bears which part; no citizen is in it",
    "rollout_notapplicable": _OFFERS,
    "rollout_batch": _OFFERS,
    "rollout_leftout": _OFFERS,
    "rollout_objection": _OFFERS,
    "rollout_promise": _OFFERS,
    "rollout_firstuse": _OFFERS,
    "rollout_promiseline": _OFFERS,
    "rollout_steering": "which body steers is public; no citizen is in it",
    "rollout_standing": _OFFERS,
    "studio_changerequest": _SENT,
    "studio_asking": _SENT,
    "studio_requestline": _SENT,
    "studio_publisher": "who publishes packages is public; no citizen is in it",
}
"""By table: the reason its model gives (`why_common`). Another reason there needs another look here."""

UNLISTED = "names an authority, is common, and is not listed with this reason"
NOTE = (
    f"Readable without an authority, as is meant: {', '.join(sorted(LISTED))}. They name authorities, have no wall and hold no "
    "citizen. So are passkeys of staff, and what signing in counts: they belong to an account, which may work for several "
    "authorities, and are looked up before one is known."
)


def unlisted(models: Iterable["type[Common]"] | None = None) -> list[str]:
    """The common tables that name an authority and are not listed with the reason they give; all of the product by default."""
    from stadttor.ground.wall import common_models

    named = (model for model in (common_models() if models is None else models) if _names_authority(model))
    tables = {model._meta.db_table: model.why_common for model in named}
    return sorted(table for table, why in tables.items() if not why or LISTED.get(table) != why)


def _names_authority(model: "type[Common]") -> bool:
    return any(_is_authority(field) for field in model._meta.concrete_fields)


def _is_authority(field: "Field[object, object]") -> bool:
    from stadttor.ground.models import Authority

    return field.related_model is Authority or field.column.startswith("authorit") or field.column == "only_at"
