"""An answer in words and as JSON: the same for the page and for the API."""

from collections.abc import Mapping

from stadttor.ground.web.language import N_, _
from stadttor.tenancy.queries.places import place_label
from stadttor.tenancy.queries.responsibility import Answer, Candidate, Note
from stadttor.tenancy.rules.search import AreaRow

_WORDS: Mapping[Note, str] = {
    "unknown_place": N_("We do not know this place. Check the spelling, or enter the nearest larger place."),
    "ask_place": N_("Enter the name of your town or village."),
    "seat_postal_code": N_(
        "We only know the postal code of each town hall. If you live elsewhere, enter the name of your town or village."
    ),
    "similar": N_("We found no place with exactly this name, but a similar one."),
    "dissolved": N_("This place belongs to another municipality now."),
    "dissolved_unknown": N_(
        "This municipality no longer exists. The register does not say which one it belongs to now."
    ),
    "unincorporated": N_("This area belongs to no municipality."),
    "no_authority": N_("The administration of this place does not take part here yet. Please contact it directly."),
    "not_offered": N_("The administration of this place does not offer this service here yet."),
}


def note_text(note: Note) -> str:
    """A note in the reader's language."""
    return _(_WORDS[note])


def answer_as_json(answer: Answer) -> dict[str, object]:
    """The answer for machines: `status`, `notes` as codes, `candidates` with area and authority."""
    return {
        "status": answer.status,
        "notes": list(answer.notes),
        "candidates": [_candidate(candidate) for candidate in answer.candidates],
    }


def _candidate(candidate: Candidate) -> dict[str, object]:
    authority = candidate.authority
    return {
        "area": _area(candidate.area),
        "formerly": _area(candidate.formerly) if candidate.formerly else None,
        "authority": (
            {"id": str(authority.id), "slug": authority.slug, "name": authority.name, "kind": authority.kind}
            if authority
            else None
        ),
        "offered": candidate.offered,
    }


def _area(area: AreaRow) -> dict[str, object]:
    return {
        "ags": area.code if area.level == "gemeinde" else None,
        "ars": area.ars,
        "level": area.level,
        "kind": area.kind,
        "name": area.base,
        "official_name": area.name,
        "label": place_label(area),
        "seat_postal_code": area.postal_code or None,
        "dissolved": area.dissolved,
    }
