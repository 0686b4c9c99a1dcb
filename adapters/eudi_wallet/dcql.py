"""What is asked of a wallet (DCQL, OpenID4VP 1.0 §6), made from what a form needs, and whether an answer fits it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from adapters.eudi_wallet.credential import MDOC, SD_JWT_VC, Credential
from adapters.eudi_wallet.vocabulary import PID_MDOC, PID_SD_JWT, PLACES, Path, known, values_at
from stadttor.identity.ports import Evidence, NotProven, WalletQuestion

NOT_EVERYBODYS = (
    frozenset({"given_name"}),
    frozenset({"birth_name", "title"}),
    frozenset({"place_of_birth"}),
    frozenset({"street_address", "postal_code", "locality", "country"}),
)
"""What a card may not say, part by part: one name only, no place of birth, no address in Germany. It is typed then."""
EVIDENCE = "own_"
"""How the ids of our own credentials begin, so that none is called as the person's data."""


@dataclass(frozen=True)
class Asked:
    """One credential asked for. `paths`: by our word, where its claims stand in this format. `evidence`: it is one of our own."""

    id: str
    format: str
    type: str
    paths: Mapping[str, Path]
    evidence: Evidence | None = None

    def as_json(self) -> dict[str, Any]:
        meta = {"vct_values": [self.type]} if self.format == SD_JWT_VC else {"doctype_value": self.type}
        return {"id": self.id, "format": self.format, "meta": meta, **self._claims()}

    def _claims(self) -> dict[str, Any]:
        # What is asked for is written into the application: a wallet has to say so.
        kept = {"intent_to_retain": True} if self.format == MDOC else {}
        sets = self.sets()
        if len(sets) == 1:
            return {"claims": [{"path": list(path), **kept} for path in self.paths.values()]}
        claims = [{"id": name, "path": list(path), **kept} for name, path in self.paths.items()]
        return {"claims": claims, "claim_sets": sets}

    def sets(self) -> list[list[str]]:
        """Which claims together are an answer (OpenID4VP 1.0 §6.4.1), by our words, the most first.

        Of a proof all; of our own credentials else all or the first; of the person's data all, or without what not everybody
        has.
        """
        names = list(self.paths)
        if self.evidence is not None and self.evidence.whole:
            return [names]
        if self.evidence is not None:
            return [names, names[:1]] if len(names) > 1 else [names]
        lacking = [part for part in NOT_EVERYBODYS if not part.isdisjoint(names)]
        left_out = (frozenset().union(*some) for few in range(len(lacking) + 1) for some in combinations(lacking, few))
        return [kept for without in left_out if (kept := [name for name in names if name not in without])]

    def must_be_answered_by(self, credential: Credential) -> None:
        """Refuses a presentation that withholds something asked for: of the person's data it shows exactly one of the sets,
        of our own credentials at least the first claim, of a proof every claim."""
        there = {name for name, path in self.paths.items() if values_at(credential.claims, path)}
        some = self.evidence is not None and not self.evidence.whole
        enough = next(iter(self.paths)) in there if some else there in [set(one) for one in self.sets()]
        if not enough:
            raise NotProven("claim_withheld")


def pid(claims: Collection[str], formats: Sequence[str]) -> tuple[Asked, ...]:
    """The person's identification data in one of these formats. Raises KeyError for a claim that it does not have."""
    names = known(claims)
    ways = {
        SD_JWT_VC: Asked("pid", SD_JWT_VC, PID_SD_JWT, {name: PLACES[name].sd_jwt for name in names}),
        MDOC: Asked("pid_mdoc", MDOC, PID_MDOC, {name: PLACES[name].mdoc for name in names}),
    }
    return tuple(ways[one] for one in formats)


def own(evidence: Iterable[Evidence]) -> tuple[Asked, ...]:
    """Credentials that we issued ourselves."""
    return tuple(Asked(EVIDENCE + one.id, SD_JWT_VC, one.type, one.paths, one) for one in evidence)


def asked_by(question: WalletQuestion) -> tuple[Asked, ...]:
    """Every credential that may answer it, the person's data first."""
    person = pid(question.claims, question.formats) if question.claims else ()
    return (*person, *own(question.evidence))


def options(question: WalletQuestion) -> list[list[str]]:
    """Which credentials answer it together, the preferred ones first: with evidence, without, evidence in its place."""
    person = [one.id for one in asked_by(question) if one.evidence is None]
    beside = [EVIDENCE + one.id for one in question.evidence if one.beside]
    alone = [[EVIDENCE + one.id] for one in question.evidence] if question.alone else []
    together = [[one, *beside] for one in person] if beside else []
    return [*together, *([one] for one in person), *alone]


def query(question: WalletQuestion) -> dict[str, Any]:
    """Any one of the options answers it."""
    asked = asked_by(question)
    credentials: dict[str, Any] = {"credentials": [one.as_json() for one in asked]}
    if len(asked) == 1:
        return credentials
    return {**credentials, "credential_sets": [{"options": options(question)}]}


def answers_to(question: WalletQuestion, vp_token: Any) -> list[tuple[Asked, str]]:
    """What was presented, and as the answer to what: one of the options, each credential once (OpenID4VP 1.0 §8.1)."""
    if not isinstance(vp_token, dict) or not vp_token:
        raise NotProven("vp_token")
    if set(vp_token) not in [set(one) for one in options(question)]:
        raise NotProven("vp_token_unasked")
    return [(one, _once(vp_token[one.id])) for one in asked_by(question) if one.id in vp_token]


def _once(presentations: Any) -> str:
    if not isinstance(presentations, list) or len(presentations) != 1 or not isinstance(presentations[0], str):
        raise NotProven("vp_token_presentations")
    return presentations[0]
