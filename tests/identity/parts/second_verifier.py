"""Another verifier (openvc-core) judges what the outside wallet sent to the product: does it agree?

It gets the answer as it was posted, the key of that question and the same roots. It keeps no sessions, fetches no status lists
and knows no transaction data; such cases are named with the reason and count neither way.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tests.identity.parts import wallet
from tests.identity.plan import case, note
from tests.identity.stand import Stand
from tests.measuring.lines import Line

OUTSIDE = {
    "credential-status-": "it fetches and verifies no status list: its caller has to",
    "credential-revoked": "it fetches and verifies no status list: its caller has to",
    "transaction-data-": "it does not look at transaction data",
    "claim-withheld": "it does not compare claims with those asked for",
    "mdoc-element-withheld": "it does not compare claims with those asked for",
    "payload-other-state": "it keeps no sessions, so it knows no state",
    "mdoc-payload-other-state": "it keeps no sessions, so it knows no state",
    "second-post": "it keeps no sessions: the same answer is as good a second time",
    "mdoc-second-post": "it keeps no sessions: the same answer is as good a second time",
    "parallel-post": "it keeps no sessions: the same answer is as good a second time",
    "mdoc-parallel-post": "it keeps no sessions: the same answer is as good a second time",
    "jwe-foreign-kid": "it does not read which key an answer names: its caller chooses the key",
    "mdoc-jwe-foreign-kid": "it does not read which key an answer names: its caller chooses the key",
    "not-encrypted": "it judges answers, not the forms they are posted in",
    "mdoc-not-encrypted": "it judges answers, not the forms they are posted in",
    "form-": "it judges answers, not the forms they are posted in",
    "mdoc-form-": "it judges answers, not the forms they are posted in",
    "payload-duplicate-key": "it takes the last of two equal members of an answer, which RFC 8259 §4 leaves open",
    "mdoc-payload-duplicate-key": "it judges the mdoc itself, not the JSON around it",
    "mdoc-element-duplicated": "it verifies every element of an mdoc, but does not look whether one is there twice",
    "mdoc-two-documents": "of an mdoc it judges every document, not how many answer a question",
    "mdoc-credential-unasked": "it judges the mdoc itself, not the vp_token around it (redirects are not wired there)",
    "mdoc-presentation-": "it judges the mdoc itself, not the vp_token around it (redirects are not wired there)",
    "mdoc-vp-token-": "it judges the mdoc itself, not the vp_token around it (redirects are not wired there)",
}
"""Beginnings of names of cases, and why they say nothing about it."""


def run(stand: Stand) -> Iterator[Line]:
    """A line for each capture; the outside wallet is asked to make them where its own part did not run."""
    path = stand.folder / wallet.CAPTURES
    if not path.exists():
        for _line in wallet.run(stand):
            pass
    root = x509.load_pem_x509_certificate(stand.pem("pid_root").encode())
    outside, compared = 0, 0
    for text in path.read_text().splitlines():
        captured = json.loads(text)
        if why := reason_outside(captured["name"]):
            outside += 1
            yield {"kind": "outside", "name": captured["name"], "why": why}
            continue
        compared += 1
        yield _compared(captured, root)
    if not compared:
        raise RuntimeError("there is no capture to compare")
    yield note(f"{compared} captures compared; {outside} outside of what it judges, each with its reason in the lines")


def reason_outside(name: str) -> str:
    """Why a case says nothing about the second verifier; empty where it does."""
    return next(
        (why for begin, why in OUTSIDE.items() if name == begin or (begin[-1] == "-" and name.startswith(begin))), ""
    )


LATEST_S = 1800
"""Captures are judged when all of them are there, on a slow machine a good while after the wallet made the first."""


def _compared(captured: Mapping[str, Any], root: x509.Certificate) -> Line:
    ours = "refused" if captured["got"] == "refused" else "accepted"
    theirs, why = judged(captured, root)
    return case(captured["name"], ours, theirs, right=ours == theirs, why=why)


def judged(captured: Mapping[str, Any], root: x509.Certificate) -> tuple[str, str]:
    """(accepted or refused, why) by the second verifier."""
    from openvc.errors import OpenvcError
    from openvc.jwe import decrypt_compact
    from openvc.keys import P256KeyAgreementKey

    key: Any = load_der_private_key(base64.b64decode(captured["key"]), password=None)
    reader = P256KeyAgreementKey(key, "key")
    try:
        if "mso_mdoc" in captured["format"]:
            _judge_mdoc(captured, json.loads(decrypt_compact(captured["response"], key=reader)), root)
        else:
            _judge_sd_jwt(captured, reader, root)
    except (OpenvcError, json.JSONDecodeError) as error:
        return "refused", f"{type(error).__name__}: {error}"
    return "accepted", ""


def _judge_sd_jwt(captured: Mapping[str, Any], reader: Any, root: x509.Certificate) -> None:
    from openvc import verify_encrypted_vp_response

    request = captured["request"]
    verify_encrypted_vp_response(
        captured["response"], key=reader, dcql_query=request["dcql_query"], nonce=request["nonce"],
        client_id=request["client_id"], x5c_trust_anchors=[root], kb_max_age_s=LATEST_S,
    )  # fmt: skip


def _judge_mdoc(captured: Mapping[str, Any], answer: Any, root: x509.Certificate) -> None:
    from openvc.mdoc import verify_device_response

    ((shown,),) = answer["vp_token"].values()
    request = captured["request"]
    asked = next(one for one in request["dcql_query"]["credentials"] if one["format"] == "mso_mdoc")
    verify_device_response(
        base64.urlsafe_b64decode(shown + "=" * (-len(shown) % 4)), trust_anchors=[root],
        session_transcript=transcript(request), expected_doc_type=asked["meta"]["doctype_value"],
    )  # fmt: skip


def transcript(request: Mapping[str, Any]) -> bytes:
    """Of a redirect (OpenID4VP 1.0 B.2.6.1), written down here once more."""
    thumbprint = request["encryption_key_thumbprint"]
    key = base64.urlsafe_b64decode(thumbprint + "=" * (-len(thumbprint) % 4))
    info = cbor2.dumps([request["client_id"], request["nonce"], key, request["response_uri"]])
    return cbor2.dumps([None, None, ["OpenID4VPHandover", hashlib.sha256(info).digest()]])
