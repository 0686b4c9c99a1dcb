"""Who applied for somebody else, as letters and desk need it."""

from collections.abc import Sequence
from dataclasses import dataclass

from stadttor.cases.ports import CaseRef, Caution
from stadttor.catalog.queries import SPEAKS_FOR, SPEAKS_FOR_HERSELF
from stadttor.ground.web.language import _
from stadttor.site.applications import Submitted, submitted


@dataclass(frozen=True)
class Representative:
    """Who filled in the form for the applicant: `relation` as the form has it, `has_proof` whether a proof came with it."""

    relation: str
    name: str
    has_proof: bool


def representative(found: Submitted) -> Representative | None:
    """None where the applicant speaks for herself. Hidden answers do not count."""
    said = found.filled.clean().get(SPEAKS_FOR)
    if not isinstance(said, dict) or said.get("wer", SPEAKS_FOR_HERSELF) == SPEAKS_FOR_HERSELF:
        return None
    name = " ".join(str(said[part]) for part in ("vorname", "nachname") if said.get(part))
    return Representative(str(said["wer"]), name, bool(said.get("nachweis")))


def speaks_without_proof(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision that nothing shows yet that somebody may act for the applicant.

    A parent needs none (§ 1629 Abs. 1 BGB); a power of attorney is shown when it is asked for (§ 14 Abs. 1 Satz 3 VwVfG).
    Implements `stadttor.cases.ports.Cautions`.
    """
    if case.submission_id is None:
        return ()
    found = representative(submitted(case.authority_id, case.submission_id))
    if found is None or found.has_proof or found.relation == "kind":
        return ()
    title = _("{name} applies for somebody else and added no proof", name=found.name or _("Somebody"))
    return (Caution(title, _("Ask for the proof where you doubt that this person may act for the applicant.")),)
