"""Indexes for tests, as an honest catalogue writes them and as a hostile one does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import OKPKey

from stadttor.catalog import signing
from stadttor.catalog.federation.index import Index, Listed
from stadttor.catalog.federation.sealing import sealed, thumbprint
from stadttor.catalog.tests.builders import NAME, TRUST

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BAVARIA, STRANGER = signing.new_key(), signing.new_key()
FIRST = Listed(NAME, "0.1.0", "Musterleistung", "a" * 64, 1_000, TRUST.kid)


def public(key: OKPKey) -> dict[str, str]:
    return {name: key.as_dict(private=False)[name] for name in ("crv", "kty", "x")}


def kid(key: OKPKey) -> str:
    return thumbprint(public(key))


def an_index(**changes: Any) -> Index:
    """Number 7 of Bavaria's catalogue, with one version."""
    publisher = replace(TRUST, public_jwk={name: TRUST.public_jwk[name] for name in ("crv", "kty", "x")})
    plain = Index("Bayern", 7, NOW, NOW + timedelta(days=7), public(BAVARIA), (publisher,), (FIRST,))
    return replace(plain, **changes)


def a_file(*keys: OKPKey, **changes: Any) -> bytes:
    """The same as its file, signed by Bavaria or by these."""
    return sealed(an_index(**changes), keys or (BAVARIA,))


def changed(**values: Any) -> tuple[Listed, ...]:
    return (replace(FIRST, **values),)
