"""Everything by which the database knows a town: ids, tokens, numbers, moments. None of it is masked in an answer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from stadttor.ground.work import work


def known(authority_id: UUID, patterns: "list[Any]") -> set[str]:
    """What of its rows one of the patterns would mask; moments as `moment` writes them."""
    found: set[str] = set()
    for value in _values(authority_id):
        if isinstance(value, datetime):
            found.add(moment(value.isoformat()))
        elif isinstance(value, bytes | memoryview):
            found.add(bytes(value).hex())
        else:
            text = str(value)
            found |= {one[0] for pattern in patterns for one in pattern.finditer(text)}
    return found


def _values(authority_id: UUID) -> Iterator[Any]:
    with work(authority_id):
        for model in apps.get_models():
            if any(field.attname == "authority_id" for field in model._meta.concrete_fields):
                for row in model._default_manager.filter(authority_id=authority_id).values_list():
                    yield from row


def moment(text: str) -> str:
    """One way to write each moment, so that it is found however it is written; the text itself where it is none."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return text
    return read.astimezone(UTC).isoformat() if read.tzinfo else text
