"""Licences under which an authority may give its key figures to everybody, as open-data portals know them (DCAT-AP.de)."""

from collections.abc import Mapping

LICENCES: Mapping[str, str] = {
    "dl-de/by-2-0": "https://www.govdata.de/dl-de/by-2-0",
    "cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/",
}
