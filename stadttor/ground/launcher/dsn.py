"""Addresses of databases."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict


def as_url(parts: Mapping[str, str]) -> str:
    """A postgresql:// address from libpq keywords; a socket folder goes into the query, as libpq reads it."""
    rest = {name: value for name, value in parts.items() if value}
    user, password, database, host = (rest.pop(name, "") for name in ("user", "password", "dbname", "host"))
    who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    place = ""
    if host.startswith("/"):
        rest["host"] = host
    elif host:
        port = rest.pop("port", "")
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    query = f"?{urlencode(rest, safe='/', quote_via=quote)}" if rest else ""
    return f"postgresql://{who}{'@' if who else ''}{place}/{quote(database, safe='')}{query}"


def changed(url: str, **parts: str) -> str:
    """`url` with some libpq keywords replaced; an empty value removes one."""
    known = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    return as_url({**known, **parts})


def place_of(url: str) -> str:
    """Host, port and database without user and password: fit to show."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"
