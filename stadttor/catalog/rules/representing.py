"""Applying for somebody else, as part of a package's form: the package says for whom and with which proof, the product asks.

The questions stand where the form asks for the applicant's name: whoever fills in the form names herself there, the form
asks for the person she speaks for. The group is `fuer_wen`; no answer there means that she speaks for herself.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stadttor.core.languages import LANGUAGES
from stadttor.ground.web.language import N_, translations

GROUP = "fuer_wen"
SELF = "selbst"
RELATIONS = {"child": "kind", "ward": "betreuung", "principal": "vollmacht"}
"""Whom a package names (§ 1629, § 1823, § 167 BGB), and the option of the form."""
PROOFS = ("none", "on_request", "required")
"""`on_request`: it may be added, and the authority asks where it doubts (§ 14 Abs. 1 Satz 3 VwVfG, § 80 Abs. 3 AO)."""
BY_FORM = "form"
"""Instead of relations: the package's own form asks."""
APPLICANT = ("person", "antragsteller")
"""The groups that ask who applies."""
_TEXTS = {
    f"groups.{GROUP}.title": N_("Who applies?"),
    f"fields.{GROUP}.wer.label": N_("For whom do you apply?"),
    f"fields.{GROUP}.wer.help": N_(
        "If you apply for somebody else, all further questions are about that person. Here you say who you are."
    ),
    f"options.{GROUP}.wer.{SELF}": N_("For myself"),
    f"options.{GROUP}.wer.kind": N_("For my child who is not of age"),
    f"options.{GROUP}.wer.betreuung": N_("As guardian or legal carer"),
    f"options.{GROUP}.wer.vollmacht": N_("For somebody who gave me a power of attorney"),
    f"fields.{GROUP}.vorname.label": N_("Your own first name"),
    f"fields.{GROUP}.nachname.label": N_("Your own last name"),
    f"fields.{GROUP}.anschrift.label": N_("Your own address"),
    f"fields.{GROUP}.anschrift.help": N_("We write to you at this address."),
    f"fields.{GROUP}.nachweis.label": N_("Proof that you may apply for this person"),
    f"fields.{GROUP}.nachweis.help": N_("For example the certificate of the court, or the signed power of attorney."),
}

OnBehalf = Mapping[str, str] | str


def with_representation(form: Mapping[str, Any], on_behalf: OnBehalf) -> Mapping[str, Any]:
    """The data of form.yaml with the questions in it; unchanged where the package does not let the product ask."""
    pages = form.get("pages")
    if not isinstance(on_behalf, Mapping) or not on_behalf or not isinstance(pages, list):
        return form
    place = place_in(pages)
    if place is None:
        return form
    page = {**pages[place], "groups": [_group(on_behalf), *pages[place]["groups"]]}
    return {**form, "pages": [*pages[:place], page, *pages[place + 1 :]]}


def place_in(pages: list[Any]) -> int | None:
    """The page that asks who applies, else the first one; None where no page has groups."""
    known = [_group_ids(page) for page in pages]
    named = (place for place, groups in enumerate(known) if groups and groups & set(APPLICANT))
    return next(named, next((place for place, groups in enumerate(known) if groups), None))


def _group_ids(page: Any) -> set[str]:
    groups = page.get("groups") if isinstance(page, dict) else None
    return {str(one.get("id")) for one in groups if isinstance(one, dict)} if isinstance(groups, list) else set()


def _group(on_behalf: Mapping[str, str]) -> dict[str, Any]:
    said = {RELATIONS[key]: proof for key, proof in on_behalf.items()}
    return {"id": GROUP, "fields": list(_fields(said))}


def _fields(said: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    options = [one for one in RELATIONS.values() if one in said]
    others = {"show_if": _is_one_of(options), "required": True}
    yield {"id": "wer", "type": "select", "options": [SELF, *options]}
    yield {"id": "vorname", "type": "name", "autocomplete": "given-name"} | others
    yield {"id": "nachname", "type": "name", "autocomplete": "family-name"} | others
    yield {"id": "anschrift", "type": "address", "abroad": True} | others
    shown = [one for one in options if said[one] != "none"]
    needed = [one for one in options if said[one] == "required"]
    if shown:
        proof = {"id": "nachweis", "type": "file", "evidence": "vertretungsnachweis", "max_mb": 10, "max_files": 4}
        yield proof | {"show_if": _is_one_of(shown)} | ({"required": _is_one_of(needed)} if needed else {})


def _is_one_of(options: list[str]) -> str:
    return f"a.{GROUP}.wer in [{', '.join(repr(one) for one in options)}]"


def texts_of(language: str, on_behalf: OnBehalf) -> dict[str, str]:
    """The product's texts for the questions in a language; none in one it does not speak."""
    if not isinstance(on_behalf, Mapping) or not on_behalf or language not in LANGUAGES:
        return {}
    shown = {SELF, *(RELATIONS[key] for key in on_behalf)}
    asks_proof = any(proof != "none" for proof in on_behalf.values())
    said = translations(language)
    return {
        key: text
        for key, msgid in _TEXTS.items()
        if (not key.startswith("options.") or key.rpartition(".")[2] in shown)
        and (asks_proof or ".nachweis." not in key)
        and ((text := said.gettext(msgid)) != msgid or language == "en")
    }
