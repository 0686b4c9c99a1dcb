"""A provider's public keys (RFC 7517), kept for a while; a key we do not know yet is asked for, but not at anybody's will."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stadttor.identity.ports import NotBelieved

KEPT_S = 3_600
# Whoever sends tokens with made-up key ids must not make us ask the provider each time.
AGAIN_S = 60
KEPT = 500
TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
SHORTEST_RSA_BITS = 2_048


@dataclass(frozen=True)
class _Kept:
    keys: tuple[Mapping[str, Any], ...]
    at: float


class Keys:
    """`get(address)` gives the document; times are seconds of one clock."""

    def __init__(self, get: Callable[[str], Mapping[str, Any]]) -> None:
        self._get = get
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def key(self, address: str, algorithm: str, kid: str, at: float) -> Any:
        """The key of this id, or the only one that fits where none is named. NotBelieved when there is none."""
        kept = self._of(address, at, KEPT_S)
        found = _fitting(kept, algorithm, kid)
        if not found:
            found = _fitting(self._of(address, at, AGAIN_S), algorithm, kid)
        if len(found) != 1:
            raise NotBelieved("key")
        return _imported(found[0])

    def _of(self, address: str, at: float, oldest_s: float) -> _Kept:
        with self._lock:
            known = self._kept.get(address)
        if known is not None and 0 <= at - known.at < oldest_s:
            return known
        listed = self._get(address).get("keys")
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise NotBelieved("keys")
        new = _Kept(tuple(listed), at)
        with self._lock:
            self._kept.pop(address, None)
            self._kept[address] = new
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
        return new


def _fitting(kept: _Kept, algorithm: str, kid: str) -> list[Mapping[str, Any]]:
    """For signatures, of the algorithm's kind; never one with a secret or private half."""
    return [
        one
        for one in kept.keys
        if one.get("kty") == TYPES[algorithm[:2]]
        and one.get("use", "sig") == "sig"
        and one.get("alg", algorithm) == algorithm
        and (not kid or one.get("kid") == kid)
        and "d" not in one
    ]


def _imported(key: Mapping[str, Any]) -> Any:
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    try:
        found = import_key(dict(key))
        is_short = key["kty"] == "RSA" and found.public_key.key_size < SHORTEST_RSA_BITS  # type: ignore[union-attr]  # RSA
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotBelieved("key") from error
    if is_short:
        raise NotBelieved("key")
    return found
