"""Reads `wallet` at a field of type file: the credential that proves what the file would (docs/package-format.md)."""

import re
from collections.abc import Sequence
from typing import Any

from stadttor.forms.definition import WalletProof
from stadttor.identity.ports import CLAIMS

MOST = 20
DEEPEST = 5
_SERVICE = re.compile(r"[a-z][a-z0-9-]{0,59}")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,190}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
# What every credential says of itself (SD-JWT VC §2.2.2.3) or only its form has (RFC 9901 §4.2): no proof of anything.
_OF_ITSELF = frozenset(
    {"iss", "iat", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status", "_sd", "_sd_alg", "..."}
)
_NAMES_HER = ("family_name", "birth_date")
_EXAMPLE = "wallet: {service: meldebescheinigung, claims: [family_name, birth_date, locality]}"


class NoWalletProof(ValueError):
    """What stands there says no credential; `path` from `wallet` on."""

    def __init__(self, message: str, mend: str, *path: str | int) -> None:
        super().__init__(message)
        self.message, self.mend, self.path = message, mend, path


def read_wallet_proof(raw: Any, *, is_proof: bool) -> WalletProof:
    """`is_proof`: whether the field takes files and names its evidence. Raises NoWalletProof."""
    if not is_proof:
        mend = "Write it at a field of type file that names its evidence."
        raise NoWalletProof("A credential gives an evidence in the place of a file.", mend)
    if not isinstance(raw, dict):
        raise NoWalletProof("This names no credential.", f"Write {_EXAMPLE}.")
    if unknown := sorted(str(key) for key in raw.keys() - {"service", "type", "claims"}):
        raise NoWalletProof(f"{unknown[0]} is not known here.", "Known: claims, service, type.", unknown[0])
    if ("service" in raw) == ("type" in raw):
        mend = "Name the service of the authority that issues it, or the type (vct) of somebody else's credential."
        raise NoWalletProof("A credential is named by its service or by its type.", mend)
    if "service" in raw:
        return WalletProof(_words(raw.get("claims")), service=_text(raw["service"], _SERVICE, "service"))
    return WalletProof(_paths(raw.get("claims")), type=_text(raw["type"], _TYPE, "type"))


def _text(value: Any, form: re.Pattern[str], key: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        mend = "A service is named as in its address; a type is a URI, for example urn:eudi:pid:de:1."
        raise NoWalletProof(f"{key} is {value!r}.", mend, key)
    return value


def _words(raw: Any) -> tuple[tuple[str, tuple[str | int | None, ...]], ...]:
    """Of our own credentials: where each word stands, says whoever issues it."""
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST or len({str(one) for one in raw}) != len(raw):
        raise NoWalletProof(_NUMBER, f"List what it has to say, each once: {_EXAMPLE}.", "claims")
    for number, one in enumerate(raw):
        if not isinstance(one, str) or one not in CLAIMS:
            known = ", ".join(sorted(CLAIMS))
            raise NoWalletProof(f"{one!r} is no claim of ours.", f"Known: {known}.", "claims", number)
    # Whoever holds it may not be the one who applies: the authority can compare only what it says of her.
    if missing := [word for word in _NAMES_HER if word not in raw]:
        raise NoWalletProof("It does not say whom it is about.", f"Add {' and '.join(missing)}.", "claims")
    return tuple((word, ()) for word in raw)


def _paths(raw: Any) -> tuple[tuple[str, tuple[str | int | None, ...]], ...]:
    if not isinstance(raw, dict) or not 0 < len(raw) <= MOST:
        mend = "Write what it has to say by name, and where it stands there: {family_name: family_name, ort: [address, locality]}."
        raise NoWalletProof(_NUMBER, mend, "claims")
    return tuple((_word(name), _path(step, str(name))) for name, step in raw.items())


def _word(name: Any) -> str:
    if not isinstance(name, str) or not _WORD.fullmatch(name):
        raise NoWalletProof(f"The name {name!r} is not usable.", "A letter, then a-z, 0-9 or _.", "claims", str(name))
    return name


def _path(raw: Any, name: str) -> tuple[str | int | None, ...]:
    """As DCQL has it (OpenID4VP 1.0 §7): names, places in a list, null for every one of a list."""
    steps: Sequence[Any] = raw if isinstance(raw, list) else [raw]
    usable = 0 < len(steps) <= DEEPEST and all(_is_step(one) for one in steps)
    if not usable or not isinstance(steps[0], str) or steps[0] in _OF_ITSELF:
        mend = "Write the claim's name, or a list of the names that lead to it; what a credential says of itself proves nothing."
        raise NoWalletProof(f"{raw!r} leads to no claim.", mend, "claims", name)
    return tuple(steps)


def _is_step(one: Any) -> bool:
    if isinstance(one, str):
        return 0 < len(one) <= 100
    return one is None or (type(one) is int and 0 <= one < 1_000)


_NUMBER = f"claims is not a list of 1 to {MOST} claims."
