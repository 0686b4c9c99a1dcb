"""Asks wallets and judges their answers: the checks in their order, each of which refuses (implements `Wallets`)."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from adapters.eudi_wallet import dcql, request_object, response, vocabulary
from adapters.eudi_wallet.credential import MDOC, SD_JWT_VC, Credential
from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.jwk import public_jwk, thumbprint
from adapters.eudi_wallet.mdoc import Handover, proven_mdoc
from adapters.eudi_wallet.registration import Registration, read_registration
from adapters.eudi_wallet.sd_jwt import Binding
from adapters.eudi_wallet.sd_jwt_vc import proven_sd_jwt_vc
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.x509_path import Anchors, der, each_issued_by_the_next, owner, proves_nothing, read_pem
from stadttor.core.trust import Trust
from stadttor.identity.ports import (
    EVIDENCE_LEVEL,
    Asker,
    Claim,
    Evidence,
    IdentityAssertion,
    NotProven,
    Proven,
    ShownProof,
    WalletQuestion,
)

LEVEL: Trust = "hoch"
"""Of the PID: a wallet's means of identification is notified at this level (Regulation (EU) 910/2014 Art. 5a(11))."""


class EudiWallets:
    """`schemes`: what opens a wallet of this environment, the usual one first.

    `simulated`: the path at which the demo's own wallet is; then everything it proves is invented, and says so.
    """

    def __init__(
        self, anchors: Anchors, status: StatusLists, schemes: Sequence[str] = ("openid4vp",), simulated: str = ""
    ) -> None:
        self.claims, self.formats = frozenset(vocabulary.PLACES), (SD_JWT_VC, MDOC)
        self._schemes, self._simulated = tuple(schemes), simulated
        self._anchors, self._status = anchors, status

    @property
    def simulated(self) -> bool:
        """Only where the operator's file says so, which counts in the demo alone."""
        return bool(self._simulated)

    def believed(self) -> Mapping[str, Sequence[str]]:
        """As the operator's file names them."""
        return {
            type_: [one.public_bytes(Encoding.PEM).decode() for one in roots]
            for type_, roots in self._anchors.by_type.items()
        }

    def new_key(self) -> bytes:
        """On P-256 (HAIP 1.0 §5)."""
        key = ec.generate_private_key(ec.SECP256R1())
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def link(self, asker: Asker, request_uri: str, host: str) -> str:
        """Names who asks and where the question is, nothing else."""
        client = _client_id(asker, host)
        if self._simulated:
            return request_object.simulated_invocation(self._simulated, client, request_uri)
        return request_object.invocation(self._schemes[0], client, request_uri)

    def request(self, asker: Asker, question: WalletQuestion, *, wallet_nonce: str, now: datetime) -> str:
        """The question as a signed request object."""
        request = request_object.Request(
            client_id=_client_id(asker, _host(question)),
            response_uri=question.response_uri,
            nonce=question.nonce,
            state=question.state,
            query=dcql.query(question),
            encryption_key=_encryption_key(question),
            verifier_info=_verifier_info(asker, dcql.asked_by(question)),
            transaction_data=question.transaction_data,
            wallet_nonce=wallet_nonce,
        )
        return request_object.signed(request, read_pem(asker.chain), _private(asker.key), now)

    def beyond(
        self, asker: Asker, claims: Collection[str], formats: Sequence[str], evidence: Sequence[Evidence] = ()
    ) -> list[str]:
        """By our words, each once."""
        if not asker.registration:
            return []
        asked = (*(dcql.pid(claims, formats) if claims else ()), *dcql.own(evidence))
        return list(dict.fromkeys(_registration(asker.registration).beyond(asked)))

    def proven(self, asker: Asker, question: WalletQuestion, answer: str, now: datetime) -> Proven:
        """Decrypt, match with what was asked, verify each credential, and only then ask for its status."""
        shown, evidence = self._verified(asker, question, answer, now)
        return Proven(_said(shown, now, simulated=self.simulated), evidence)

    def proof(self, asker: Asker, question: WalletQuestion, answer: str, now: datetime) -> ShownProof:
        """The same of one credential, whose claims need no word of ours."""
        shown, evidence = self._verified(asker, question, answer, now)
        ((asked, credential),) = shown
        expires = credential.expires
        return ShownProof(
            type=credential.type,
            issuer=owner(credential.issuer),
            level=LEVEL if credential.type == vocabulary.PID_SD_JWT else EVIDENCE_LEVEL,
            obtained=now,
            ends=datetime.fromtimestamp(expires, UTC) if expires is not None else None,
            simulated=self.simulated,
            says=vocabulary.said_in_full(asked.paths, credential.claims),
            evidence=evidence,
        )

    def _verified(
        self, asker: Asker, question: WalletQuestion, answer: str, now: datetime
    ) -> tuple[list[tuple[dcql.Asked, Credential]], dict[str, str]]:
        """Every credential that was shown, and for the audit by what it was."""
        kid = _encryption_key(question)["kid"]
        opened = response.decrypted(answer, _private(question.key), kid, question.state)
        answers = dcql.answers_to(question, opened.get("vp_token"))
        anchors = self._anchors_of(question)
        shown: list[tuple[dcql.Asked, Credential]] = []
        for asked, presentation in answers:
            with _blamed(asked):
                shown.append((asked, self._credential(asker, question, asked, presentation, anchors, now)))
        for asked, credential in shown:
            with _blamed(asked):
                asked.must_be_answered_by(credential)
                if asked.evidence is not None and asked.evidence.signer and credential.status is None:
                    raise NotProven("status_missing")
                self._status.must_be_valid(credential, anchors, now)
        return shown, _evidence(shown, [presentation for _asked, presentation in answers])

    def must_be_usable(self, asker: Asker, now: datetime) -> None:
        """The key is that of the certificate, which no authority made for itself, and everything holds now."""
        chain = read_pem(asker.chain)
        if not chain or chain[0].public_key() != _private(asker.key).public_key():
            raise ValueError("The key does not belong to the access certificate.")
        if chain[0].issuer == chain[0].subject:
            raise ValueError("The access certificate is signed by itself.")
        if any(one.issuer == one.subject for one in chain):
            # HAIP 1.0 §5: wallets refuse a path that brings its own anchor.
            raise ValueError("The root certificate does not belong into the file.")
        if not each_issued_by_the_next(chain):
            raise ValueError("The certificates in the file did not issue each other.")
        try:
            ended = [name for name, end in self.ends(asker).items() if end <= now]
            if asker.registration:
                _registration(asker.registration).must_be_of(chain[0])
        except NotProven as error:
            raise ValueError("The registration certificate cannot be read.") from error
        if ended:
            raise ValueError(f"The {ended[0]} certificate has ended.")

    def ends(self, asker: Asker) -> Mapping[str, datetime]:
        """The access path ends with its first certificate that ends."""
        ends = {"access": min(one.not_valid_after_utc for one in read_pem(asker.chain))}
        registered = _registration(asker.registration).ends if asker.registration else None
        return {**ends, "registration": registered} if registered else ends

    def _anchors_of(self, question: WalletQuestion) -> Anchors:
        """For what the authority issued itself, its own certificates as well, unless they are of a demo and this is none."""
        own = {one.type: self._believed(one) for one in question.evidence if one.signer}
        return replace(self._anchors, own=own) if own else self._anchors

    def _believed(self, one: Evidence) -> tuple[x509.Certificate, ...]:
        leaves = map(_leaf, (one.signer, *one.earlier))
        return tuple(leaf for leaf in leaves if self.simulated or not proves_nothing(leaf))

    def _credential(
        self,
        asker: Asker,
        question: WalletQuestion,
        asked: dcql.Asked,
        presentation: str,
        anchors: Anchors,
        now: datetime,
    ) -> Credential:
        client_id = _client_id(asker, _host(question))
        if asked.format == SD_JWT_VC:
            binding = Binding(client_id, question.nonce, question.transaction_data)
            return proven_sd_jwt_vc(presentation, {asked.type}, anchors, binding, now)
        if question.transaction_data:
            raise NotProven("transaction_data")
        key = thumbprint(_encryption_key(question))
        handover = Handover(client_id, question.nonce, key, question.response_uri)
        return proven_mdoc(presentation, asked.type, anchors, handover, now)


@contextmanager
def _blamed(asked: dcql.Asked) -> Iterator[None]:
    """Whatever does not hold in the block does not hold of this credential."""
    try:
        yield
    except NotProven as error:
        error.of_own = asked.evidence is not None
        raise


def _said(shown: Sequence[tuple[dcql.Asked, Credential]], now: datetime, *, simulated: bool) -> IdentityAssertion:
    """All of it together. Who she is says her identification data alone; evidence is nobody's name at a high level."""
    claims: dict[str, Claim] = {}
    for asked, credential in reversed(shown):
        level, source = (LEVEL, "") if asked.evidence is None else (EVIDENCE_LEVEL, f"{credential.type} ")
        claims |= vocabulary.spoken(asked.paths, credential.claims, level, source)
    asked, first = shown[0]
    return IdentityAssertion(
        source="simulated_wallet" if simulated else "wallet_pid" if asked.evidence is None else "wallet_eaa",
        level=LEVEL if asked.evidence is None else EVIDENCE_LEVEL,
        obtained=now,
        claims=claims,
        issuer=first.type,
        method=first.format,
    )


def _evidence(shown: Sequence[tuple[dcql.Asked, Credential]], presentations: Sequence[str]) -> dict[str, str]:
    """For the audit, the same of each in one text."""
    return {
        "type": " ".join(one.type for _asked, one in shown),
        "format": " ".join(one.format for _asked, one in shown),
        "issuer_sha256": " ".join(hashlib.sha256(der(one.issuer)).hexdigest() for _asked, one in shown),
        "presentation_sha256": " ".join(hashlib.sha256(one.encode()).hexdigest() for one in presentations),
    }


def _client_id(asker: Asker, host: str) -> str:
    return request_object.client_id(asker.prefix, _leaf(asker.chain), host)


def _host(question: WalletQuestion) -> str:
    return question.response_uri.split("/")[2].partition(":")[0]


@lru_cache(maxsize=256)
def _leaf(chain: str) -> x509.Certificate:
    return read_pem(chain)[0]


@lru_cache(maxsize=256)
def _registration(token: str) -> Registration:
    return read_registration(token)


def _private(key: bytes) -> ec.EllipticCurvePrivateKey:
    loaded = load_der_private_key(key, password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise ValueError("The key is not one on an elliptic curve")
    return loaded


def _encryption_key(question: WalletQuestion) -> dict[str, str]:
    """The public half, named by its thumbprint."""
    jwk = public_jwk(_private(question.key).public_key())
    return {**jwk, "kid": b64url(thumbprint(jwk))}


def _verifier_info(asker: Asker, asked: Sequence[dcql.Asked]) -> list[dict[str, Any]]:
    """The registration for the wallet, as ETSI TS 119 472-2 names it."""
    ids = [one.id for one in asked]
    data = {"format": "registration_cert", "data": asker.registration, "credential_ids": ids}
    return [data] if asker.registration else []
