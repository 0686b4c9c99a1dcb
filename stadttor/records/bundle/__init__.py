"""The whole file of a case to take away: as one PDF in order with a cover sheet, or as ZIP with index and hashes.

Both lie in a temporary file without a name, never in memory; a few are put together at a time.
"""

from stadttor.records.bundle.archive import bundle_zip, file_name, plain_name
from stadttor.records.bundle.gathering import LARGEST_BYTES, a_place, spool, too_large
from stadttor.records.bundle.pdf import bundle_pdf
from stadttor.records.bundle.stack import stack_letters

__all__ = [
    "LARGEST_BYTES",
    "a_place",
    "bundle_pdf",
    "bundle_zip",
    "file_name",
    "plain_name",
    "spool",
    "stack_letters",
    "too_large",
]
