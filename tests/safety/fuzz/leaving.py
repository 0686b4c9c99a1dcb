"""The readers of what another operator sends when an authority moves: its export, and the proof that it was erased."""

import io
import json
import zipfile
from dataclasses import asdict

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from stadttor.ground.erasures import Erasure, parsed
from stadttor.site.leaving.archive import MANIFEST, SUMS, Held, Manifest, Writer, opened_export
from stadttor.site.leaving.problems import LeaveProblem
from tests.safety.fuzz.inputs import Reader, Strategy, spoiled, spoiled_binary, spoiled_data

KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
TOWN = "01a20818-a55e-7774-b45a-090878a6e073"
MADE = Manifest(
    authority=TOWN, slug="weissenburg", name="Weißenburg i. Bay.", at="2026-11-23T09:00:00+00:00", product="0.1.0",
    tables={"ground_authority": Held(1, ("id", "slug"))}, files=1, missing=(TOWN,), key="00" * 8, head=(3, "00" * 32),
)  # fmt: skip
PROOF = Erasure(TOWN, "weissenburg", "Weißenburg", "2026-11-23T09:00:00+00:00", {"cases_case": 3}, 2, (3, "00" * 32))


def readers() -> list[Reader]:
    """Both of them; an export also with entries that are spoiled before packing and signing."""
    whole, line = _export(), PROOF.signed(KEY).as_line()
    return [
        Reader("export of an authority", whole, spoiled_binary(whole) | _inside(), _read, (LeaveProblem,)),
        Reader("proof of an erasure", line, spoiled([line]) | spoiled_data(json.loads(line)).map(json.dumps), _proof),
    ]


def _export() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        writer = Writer(archive)
        writer.put("rows/ground_authority.jsonl", b'{"id":"x","slug":"weissenburg"}\n')
        writer.close(MADE, KEY)
    return out.getvalue()


def _inside() -> Strategy:
    """A sound ZIP with a spoiled manifest or list of hashes."""
    manifests = spoiled_data(asdict(MADE.signed(KEY))).map(
        lambda told: (MANIFEST, json.dumps(told, default=str).encode())
    )
    return (manifests | st.binary(max_size=200).map(lambda data: (SUMS, data))).map(lambda one: _with(*one))


def _with(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_export())) as before, zipfile.ZipFile(out, "w") as after:
        for one in before.namelist():
            after.writestr(one, data if one == name else before.read(one))
    return out.getvalue()


def _read(data: bytes) -> object:
    with opened_export(io.BytesIO(data), "export.zip") as export:
        return list(export.faults())


def _proof(text: str) -> object:
    found = parsed(text)
    return found and found.is_signed_by(found.signer)
