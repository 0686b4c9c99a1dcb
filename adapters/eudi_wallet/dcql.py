"""What is asked of a wallet (DCQL, OpenID4VP 1.0 §6), made from what a form needs, and whether an answer fits it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.eudi_wallet.credential import MDOC, SD_JWT_VC, Credential
from adapters.eudi_wallet.vocabulary import PID_MDOC, PID_SD_JWT, PLACES, Path, known, values_at
from stadttor.identity.ports import NotProven


@dataclass(frozen=True)
class Asked:
    """One credential asked for. `paths`: by our word, where its claims stand in this format."""

    id: str
    format: str
    type: str
    paths: Mapping[str, Path]

    def as_json(self) -> dict[str, Any]:
        meta = {"vct_values": [self.type]} if self.format == SD_JWT_VC else {"doctype_value": self.type}
        return {"id": self.id, "format": self.format, "meta": meta, "claims": self._claims()}

    def _claims(self) -> list[dict[str, Any]]:
        # What is asked for is written into the application: a wallet has to say so.
        kept = {"intent_to_retain": True} if self.format == MDOC else {}
        return [{"path": list(path), **kept} for path in self.paths.values()]

    def must_be_answered_by(self, credential: Credential) -> None:
        """Refuses a presentation that withholds something asked for."""
        if any(not values_at(credential.claims, path) for path in self.paths.values()):
            raise NotProven("claim_withheld")


def pid(claims: Collection[str], formats: Sequence[str]) -> tuple[Asked, ...]:
    """The person's identification data in one of these formats. Raises KeyError for a claim that it does not have."""
    names = known(claims)
    ways = {
        SD_JWT_VC: Asked("pid", SD_JWT_VC, PID_SD_JWT, {name: PLACES[name].sd_jwt for name in names}),
        MDOC: Asked("pid_mdoc", MDOC, PID_MDOC, {name: PLACES[name].mdoc for name in names}),
    }
    return tuple(ways[one] for one in formats)


def query(asked: Sequence[Asked]) -> dict[str, Any]:
    """Any one of these credentials answers it."""
    credentials: dict[str, Any] = {"credentials": [one.as_json() for one in asked]}
    if len(asked) == 1:
        return credentials
    return {**credentials, "credential_sets": [{"options": [[one.id] for one in asked]}]}


def answer_to(asked: Sequence[Asked], vp_token: Any) -> tuple[Asked, str]:
    """What was presented, and as the answer to what: exactly one of the credentials, once (OpenID4VP 1.0 §8.1)."""
    if not isinstance(vp_token, dict) or len(vp_token) != 1:
        raise NotProven("vp_token")
    ((id_, presentations),) = vp_token.items()
    found = next((one for one in asked if one.id == id_), None)
    if found is None:
        raise NotProven("vp_token_unasked")
    if not isinstance(presentations, list) or len(presentations) != 1 or not isinstance(presentations[0], str):
        raise NotProven("vp_token_presentations")
    return found, presentations[0]
