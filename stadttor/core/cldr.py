"""CLDR's names and notations through Babel, without the tables that no page reads: 4 MB in every process that shows one.

Babel gives its tables as the dictionaries it keeps; what is dropped from them is read from its files once, and gone.
"""

from functools import lru_cache

from babel import Locale, localedata
from babel.core import get_global

# Between languages, currencies and zones of the whole world; ours are called by their full names.
UNREAD_EVERYWHERE = (
    "likely_subtags", "territory_languages", "territory_currencies", "territory_zones", "zone_territories",
    "meta_zones", "windows_zone_mapping",
)  # fmt: skip
UNREAD = (
    "languages", "scripts", "variants", "time_zones", "meta_zones", "datetime_skeletons", "interval_formats",
    "date_fields", "unit_patterns", "compound_unit_patterns", "unit_display_names",
    "compact_currency_formats", "compact_decimal_formats",
)  # fmt: skip


@lru_cache
def locale(identifier: str) -> Locale:
    """Babel's locale (`de`, `en_GB`) for numbers, dates, lists and names of countries."""
    _drop_unread_everywhere()
    for name in ("root", identifier.partition("_")[0], identifier):
        data = localedata.load(name)
        for key in UNREAD:
            data.pop(key, None)
    return Locale.parse(identifier)


@lru_cache
def _drop_unread_everywhere() -> None:
    for key in UNREAD_EVERYWHERE:
        get_global(key).clear()  # type: ignore[attr-defined,arg-type]  # typed as a mapping, of Babel's own names
