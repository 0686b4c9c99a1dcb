"""JSON from others, without what two readers understand differently."""

import json
from typing import Any

from stadttor.identity.ports import NotBelieved


def read_object(data: bytes | str, code: str) -> dict[str, Any]:
    """The object in this JSON. NotBelieved(code) when it is none, names a member twice or holds no numbers of JSON."""
    try:
        found = json.loads(data, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotBelieved(code) from error
    if not isinstance(found, dict):
        raise NotBelieved(code)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)
