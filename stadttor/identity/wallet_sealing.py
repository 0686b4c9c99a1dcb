"""How a question to a wallet and its result lie in the database: sealed, each bound to its row."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from stadttor.core.trust import as_trust
from stadttor.ground.keys import derived
from stadttor.ground.sealed import seal, unseal
from stadttor.identity.models import WalletSignIn
from stadttor.identity.ports import Evidence, ShownProof, WalletQuestion

PURPOSE = "wallet sign-in"


def sealed(row: WalletSignIn, value: Mapping[str, Any]) -> bytes:
    """For this row alone."""
    return seal(derived(row.authority_id, PURPOSE), row.id, json.dumps(value).encode())


def unsealed(row: WalletSignIn, value: bytes | memoryview) -> dict[str, Any]:
    """The same back."""
    kept: dict[str, Any] = json.loads(unseal(derived(row.authority_id, PURPOSE), row.id, bytes(value)))
    return kept


def written_question(question: WalletQuestion) -> dict[str, Any]:
    """As JSON, with its key."""
    return {**asdict(replace(question, key=b"")), "key": b64encode(question.key).decode()}


def read_question(kept: Mapping[str, Any]) -> WalletQuestion:
    """The same back."""
    sequences = {name: tuple(kept[name]) for name in ("claims", "formats", "transaction_data")}
    evidence = tuple(_read_evidence(one) for one in kept.get("evidence", []))
    return WalletQuestion(**{**kept, **sequences, "key": b64decode(kept["key"]), "evidence": evidence})


def _read_evidence(kept: Mapping[str, Any]) -> Evidence:
    paths = {name: tuple(path) for name, path in kept["paths"].items()}
    return Evidence(**{**kept, "paths": paths, "earlier": tuple(kept.get("earlier", ()))})


def written_proof(shown: ShownProof) -> dict[str, Any]:
    """What a credential said, as JSON."""
    ends = shown.ends.isoformat() if shown.ends else None
    return {**asdict(shown), "obtained": shown.obtained.isoformat(), "ends": ends}


def read_proof(kept: Mapping[str, Any]) -> ShownProof:
    """The same back."""
    times = {
        "obtained": datetime.fromisoformat(kept["obtained"]),
        "ends": datetime.fromisoformat(kept["ends"]) if kept["ends"] else None,
    }
    return ShownProof(**{**kept, **times, "level": as_trust(kept["level"])})
