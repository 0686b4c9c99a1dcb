"""`python -m tests.safety.kills.stored`: opens every stored file with the product's keys and compares it with its row's SHA-256."""

import hashlib
import json
import os
from collections.abc import Iterator
from uuid import UUID


def looked_at() -> dict[str, int]:
    """How many files the rows tell of, how many are not there or cannot be opened, and how many are other bytes."""
    found = [_state(*row) for row in _rows()]
    return {"rows": len(found), "missing": found.count("missing"), "changed": found.count("changed")}


def _rows() -> Iterator[tuple[UUID, UUID, str]]:
    """(authority, file, SHA-256 of the plain bytes in hex)."""
    from stadttor.ground.models import Authority, Blob
    from stadttor.ground.work import common, work

    with common():
        towns = list(Authority.objects.values_list("id", flat=True))
    for town in towns:
        with work(town):
            rows = list(Blob.objects.filter(authority_id=town).values_list("id", "sha256"))
        yield from ((town, name, bytes(digest).hex()) for name, digest in rows)


def _state(town: UUID, name: UUID, digest: str) -> str:
    from cryptography.exceptions import InvalidTag

    from stadttor.ground import files, keys
    from stadttor.ground.sealed import unseal

    try:
        plain = unseal(keys.derived(town, keys.FILES), name, files.path_of(town, name).read_bytes())
    except (OSError, InvalidTag):
        return "missing"
    return "whole" if hashlib.sha256(plain).hexdigest() == digest else "changed"


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    print(json.dumps(looked_at()))


if __name__ == "__main__":
    main()
