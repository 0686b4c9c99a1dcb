"""Verbs: import the register, create authorities, say what they cover and what describes them."""

from stadttor.tenancy.services.agreements import accept_agreement, end_agreement, offer_agreement
from stadttor.tenancy.services.authorities import (
    HOLIDAYS,
    create_authorities_from_register,
    create_authority,
    describe,
    set_coverage,
)
from stadttor.tenancy.services.importing import ImportReport, import_register, store_register
from stadttor.tenancy.services.members import LARGEST_CREST, describe_member
from stadttor.tenancy.services.served import leave_place, serve_place

__all__ = [
    "HOLIDAYS",
    "LARGEST_CREST",
    "ImportReport",
    "accept_agreement",
    "create_authorities_from_register",
    "create_authority",
    "describe",
    "describe_member",
    "end_agreement",
    "import_register",
    "leave_place",
    "offer_agreement",
    "serve_place",
    "set_coverage",
    "store_register",
]
