"""What a clerk knows of the language of whom she writes to: what exists in it, and what stays German (§ 23 VwVfG)."""

from collections.abc import Sequence
from dataclasses import dataclass

from stadttor.cases.pages import labels
from stadttor.cases.queries import CaseView
from stadttor.cases.rules import Choice, Vocabulary
from stadttor.ground.web.language import _


@dataclass(frozen=True)
class Told:
    """A notice above a form in which she writes to somebody."""

    title: str
    text: str


def of_deciding(case: CaseView, vocabulary: Vocabulary) -> Told | None:
    """Before a decision; None for who reads German. In the current language."""
    name = labels.copy_in(case.ref.language)
    if not name:
        return None
    if not vocabulary.has_copy:
        return Told(
            _("The applicant reads {language}", language=name),
            _("This service has no texts in this language: the letter goes out in German only."),
        )
    return Told(
        _("The applicant is written to in German and in {language}", language=name),
        " ".join(
            (
                _("The copy is a translation. What you write in your own words stays German in it and is marked so."),
                _which(vocabulary, name, ("reasons", vocabulary.reasons), ("conditions", vocabulary.conditions)),
            )
        ).strip(),
    )


def of_asking(case: CaseView, vocabulary: Vocabulary) -> Told | None:
    """Before a question; None for who reads German. In the current language."""
    name = labels.copy_in(case.ref.language)
    if not name:
        return None
    return Told(
        _("The applicant reads {language}", language=name),
        " ".join(
            (
                _(
                    "What you tick is shown in her language. Your own words go out in German and are marked so: write short"
                    " sentences."
                ),
                _which(vocabulary, name, ("evidences", vocabulary.evidences)),
            )
        ).strip(),
    )


def options(vocabulary: Vocabulary, case: CaseView, section: str, blocks: Sequence[Choice]) -> list[dict[str, str]]:
    """Building blocks to tick; those that do not exist in the applicant's language say so. In the current language."""
    marked = bool(labels.copy_in(case.ref.language)) and (vocabulary.has_copy or section == "evidences")
    return [
        {"value": one.key, "label": one.text}
        | ({"hint": _("in German only")} if marked and f"{section}.{one.key}" in vocabulary.german_only else {})
        for one in blocks
    ]


def _which(vocabulary: Vocabulary, name: str, *sections: tuple[str, Sequence[Choice]]) -> str:
    """Whether all of these blocks exist in her language; nothing where there are none."""
    keys = [f"{section}.{one.key}" for section, blocks in sections for one in blocks]
    missing = sum(key in vocabulary.german_only for key in keys)
    if not keys:
        return ""
    if not missing:
        return _("All building blocks exist in {language}.", language=name)
    return _(
        "{count} of {all} building blocks exist in German only and are marked below.", count=missing, all=len(keys)
    )
