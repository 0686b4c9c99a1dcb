"""Where things of another installation's catalogue lie: made of its host, and of names; no index names an address."""

import re
from urllib.parse import urlsplit

from stadttor.catalog.federation.refusals import CatalogueRefused

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")
FOLDER, INDEX = "/catalogue/", "index.json"


def catalogue_address(text: str) -> str:
    """`https://host/catalogue/` of what an operator typed: the host, the folder or the index. Raises CatalogueRefused."""
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise CatalogueRefused("host", text) from error
    whole = parts.scheme in ("https", "http") and not (parts.query or parts.fragment)
    if not whole or not _HOST.fullmatch(parts.netloc) or parts.path not in ("", "/", FOLDER, FOLDER + INDEX):
        raise CatalogueRefused("host", text)
    return f"{parts.scheme}://{parts.netloc.lower()}{FOLDER}"


def index_address(catalogue: str) -> str:
    return f"{catalogue}{INDEX}"


def archive_address(catalogue: str, package: str, version: str) -> str:
    """Names and versions that an index may hold are safe in a path."""
    return f"{catalogue}{package}/{version}.stadttor.zip"
