"""How large a package may be (docs/package-format.md, "Limits"). Bytes and counts."""

from stadttor.forms.definition import MAX_PATTERN

ARCHIVE_BYTES = 20_000_000
FILES = 500
FILE_BYTES = 4_000_000
YAML_BYTES = 1_000_000
YAML_NODES = 60_000
MAPPING_DEPTH = 8
"""Mappings inside mappings; lists do not count, but see COLLECTION_DEPTH."""
COLLECTION_DEPTH = 16
TEXT_BYTES = 20_000
PATH_LENGTH = 120
FIELDS = 1_000
EXAMPLES = 200
LETTERS = 30
LANGUAGES = 40
PARAMETERS = 100
PATTERN_LENGTH = MAX_PATTERN
"""Characters, in fields as in settings."""
PATTERN_MEMORY = 1 << 20
"""Bytes RE2 may use for one compiled pattern: counted repetitions like `(a{1000}){1000}` are refused by it."""
CHECKED_VALUES = 1_000_000
"""Rows and list elements that all checks of settings together may look at, once for each save."""
HAND_OVER_FIELDS = 300
HAND_OVER_CODES = 300
HAND_OVER_CODE_LENGTH = 60
TABLE_ROWS = 2_000
MANIFEST_BYTES = 200_000
SIGNATURE_BYTES = 4_000
INDEX_BYTES = 4_000_000
"""Of another installation's index (federation/index.py), and how much may stand in it."""
INDEX_VERSIONS = 10_000
INDEX_TEXT = 200
INDEX_SIGNATURES = 4
