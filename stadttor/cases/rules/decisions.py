"""What a decision needs: an outcome of the package, reasons where the law asks for them, printable text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from stadttor.cases.rules.tags import Tags
from stadttor.cases.rules.validity import Permit
from stadttor.core.din91379 import tidy, unprintable
from stadttor.core.refused import Refused

FREE = "free"
NOT_DECIDED_BY_CLERKS = ("withdrawn",)
NEEDS_REASON = ("refused", "partly")
MAX_TEXT = 4_000
MAX_CHOICES = 20
# Line and paragraph breaks and the widths of space that programs paste along with a text.
_BREAKS = re.compile("[\u000b\u000c\u0085\u2028\u2029]")
_SPACES = re.compile("[\t\u1680\u2000-\u200a\u202f\u205f\u3000]")
_EMPTY_LINES = re.compile(r"[ ]*\n(?:[ ]*\n)+")


@dataclass(frozen=True)
class Choice:
    """A building block: `key` in the package, `text` in German as it will stand in the letter.

    `outcomes` are those it belongs to, empty for every one; `help` explains it to the clerk.
    """

    key: str
    text: str
    outcomes: tuple[str, ...] = ()
    help: str = ""

    @property
    def is_free(self) -> bool:
        """Whether a clerk wrote it in her own words."""
        return self.key in ("", FREE)

    def fits(self, outcome: str) -> bool:
        """Whether a decision with this outcome may use it."""
        return not self.outcomes or outcome in self.outcomes


@dataclass(frozen=True)
class Vocabulary:
    """What the package offers for deciding a case and for asking back."""

    outcomes: tuple[Choice, ...]
    reasons: tuple[Choice, ...] = ()
    conditions: tuple[Choice, ...] = ()
    evidences: tuple[Choice, ...] = field(default=())
    permit: Permit | None = None
    tags: Tags | None = None
    """What is entered until it is ended, and gets a number of its own."""
    cautions: tuple[Choice, ...] = ()
    """What must have been seen before this application is decided with one of a caution's outcomes."""
    fresh_proof: bool = False
    """Whether who decides or agrees proves a moment before who she is, whatever her authority asks for."""
    has_copy: bool = True
    """Whether the package speaks the applicant's language, so that she gets a copy of the letter in it."""
    german_only: frozenset[str] = frozenset()
    """Building blocks and evidences that do not exist in her language: `reasons.<key>`, `conditions.…`, `evidences.…`."""
    reasoned: frozenset[str] = frozenset()
    """Cautions against which nobody decides without saying why, by their keys."""

    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Which outcomes may follow one that was told already, without the case being opened again."""

    def after(self, outcome: str) -> "Vocabulary":
        """The same for a case that was told this outcome: only what may follow it."""
        known = self.follows.get(outcome, ())
        return replace(self, outcomes=tuple(one for one in self.outcomes if one.key in known))

    def permit_of(self, outcome: str) -> Permit | None:
        """The permit that a decision with this outcome brings along."""
        return self.permit if self.permit and outcome in self.permit.outcomes else None

    def tags_of(self, outcome: str) -> Tags | None:
        """What a decision with this outcome enters."""
        return self.tags if self.tags and outcome in self.tags.outcomes else None

    def decidable(self) -> tuple[Choice, ...]:
        """The outcomes a clerk can choose: withdrawing is the applicant's."""
        return tuple(choice for choice in self.outcomes if choice.key not in NOT_DECIDED_BY_CLERKS)


def must_be_decidable(
    vocabulary: Vocabulary, *, outcome: str, reasons: Sequence[str], free_reason: str, conditions: Sequence[str]
) -> None:
    """Refused unless outcome and blocks exist and a burdening decision says why (§ 39 Abs. 1 VwVfG)."""
    if outcome not in {choice.key for choice in vocabulary.decidable()}:
        raise Refused("outcome_missing", "Please choose how you decide.", field="outcome")
    _must_be_known(reasons, vocabulary.reasons, "reasons")
    _must_be_known(conditions, vocabulary.conditions, "conditions")
    _must_fit(vocabulary, outcome, reasons, conditions)
    must_say_why(outcome, [*reasons, in_print(free_reason, "free_reason")])


def must_have_seen(vocabulary: Vocabulary, outcome: str, seen: Sequence[str], why: str) -> tuple[Choice, ...]:
    """Refused until every caution of the outcome was confirmed, where it is asked for with why; gives those it is asked for."""
    for caution in vocabulary.cautions:
        if caution.fits(outcome) and caution.key not in seen:
            raise Refused(
                "caution_unseen",
                "Please confirm first that you have seen this: {caution}",
                field=f"cautions_seen.{caution.key}", caution=caution.text,
            )  # fmt: skip
    asked = tuple(one for one in vocabulary.cautions if one.fits(outcome) and one.key in vocabulary.reasoned)
    if asked and not why:
        raise Refused("caution_reason", "Please say why you decide so nevertheless.", field="caution_reason")
    return asked


def must_say_why(outcome: str, reasons: Sequence[str]) -> None:
    """Refused for a burdening decision that tells the applicant nothing of why (§ 39 Abs. 1 VwVfG)."""
    if outcome in NEEDS_REASON and not any(reason.strip() for reason in reasons):
        raise Refused(
            "reason_missing", "Please give at least one reason: the applicant must be told why.", field="reasons"
        )


def _must_be_known(keys: Sequence[str], known: Sequence[Choice], place: str) -> None:
    if len(keys) > MAX_CHOICES or not set(keys) <= {choice.key for choice in known}:
        raise Refused("unknown_choice", "This text block does not exist in the package.", field=place)


def _must_fit(vocabulary: Vocabulary, outcome: str, reasons: Sequence[str], conditions: Sequence[str]) -> None:
    """A grant never carries a refusal's reason: the letter would contradict itself (§ 39 Abs. 1 VwVfG)."""
    names = {choice.key: choice.text for choice in vocabulary.outcomes}
    for wrong in (one for one in vocabulary.reasons if one.key in reasons and not one.fits(outcome)):
        raise Refused(
            "reason_of_other_outcome",
            "This reason does not fit the decision “{outcome}”: “{block}” Please untick it, or decide otherwise.",
            field="reasons", outcome=names[outcome], block=wrong.text,
        )  # fmt: skip
    for wrong in (one for one in vocabulary.conditions if one.key in conditions and not one.fits(outcome)):
        raise Refused(
            "condition_of_other_outcome",
            "This side condition does not fit the decision “{outcome}”: “{block}” Please untick it, or decide otherwise.",
            field="conditions", outcome=names[outcome], block=wrong.text,
        )  # fmt: skip


def in_print(text: str, place: str) -> str:
    """What somebody typed, as every letter, page and file shows it: one kind of line break, nothing invisible, no edges.

    Refused for text that is too long, or that no letter can print (pictures, control characters).
    """
    said = _EMPTY_LINES.sub("\n\n", _SPACES.sub(" ", tidy(_BREAKS.sub("\n", text)))).strip()
    if len(said) > MAX_TEXT:
        raise Refused("too_long", "Please write at most {most} characters.", field=place, most=MAX_TEXT)
    for character in unprintable(said):
        raise Refused(
            "characters", "The character “{character}” cannot be printed in a letter. Please leave it out.",
            field=place, character=character if character.isprintable() else "?",
        )  # fmt: skip
    return said
