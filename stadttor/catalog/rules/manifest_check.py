"""What is right in package.yaml: asked when a package is checked and published, never when a published one is read."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import ErrorDetails

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest, manifest_of
from stadttor.catalog.rules.semver import parse_version
from stadttor.catalog.rules.strict_yaml import Document

Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")]
Days = Annotated[str, StringConstraints(pattern=r"^P([1-9][0-9]{0,3})D$")]
Retention = Annotated[str, StringConstraints(pattern=r"^P[1-9][0-9]{0,4}[YMD]$")]
Outcome = Literal[
    "granted", "partly", "refused", "registered", "assessed", "handed_over", "forwarded", "withdrawn", "closed"
]

Cel = Annotated[str, StringConstraints(min_length=1, max_length=500)]
TextKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ElsewhereIn(_Frozen):
    """What an `Elsewhere` is made of."""

    url: Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+(/[^\s\"'<>\\]*)?$", max_length=500)]
    text: Line = "elsewhere"
    where: TextKey | None = None


FieldPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}\.[a-z][a-z0-9_]{0,60}$")]


class AgainIn(_Frozen):
    """How an application is prefilled from a permit: fixed answers, where its number and plate go, groups that are kept."""

    answers: Annotated[dict[FieldPath, str], Field(alias="set")] = {}
    number: FieldPath | None = None
    plate: FieldPath | None = None
    keep: Annotated[list[TextKey], Field(max_length=20)] = []


class PermitIn(_Frozen):
    """What a `Permit` is made of; the names are those of the file."""

    letter: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    begins: Annotated[str, StringConstraints(min_length=1, max_length=500), Field(alias="from")]
    months: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    plates: Annotated[list[Cel], Field(max_length=10)] = []
    area: Cel | Literal[""] = ""
    replaces: Cel | Literal[""] = ""
    again: dict[Literal["renew", "change", "lost"], AgainIn] = {}


class TagAgainIn(_Frozen):
    """How an application is prefilled from a tag; `element` names by path the field of the tag's own element."""

    answers: Annotated[dict[FieldPath, str], Field(alias="set")] = {}
    number: FieldPath | None = None
    keep: Annotated[list[TextKey], Field(max_length=20)] = []
    element: Annotated[dict[FieldPath, TextKey], Field(max_length=20)] = {}


class TagEndIn(_Frozen):
    """What a `TagEnd` is made of; the names are those of the file."""

    when: Annotated[Cel, Field(alias="if")]
    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    number: Cel
    last_day: Cel


class TagIn(_Frozen):
    """What a `Tag` is made of."""

    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    each: TextKey
    called: Cel
    since: Cel
    again: dict[Literal["end"], TagAgainIn] = {}
    ends: TagEndIn | None = None


class CredentialIn(_Frozen):
    """What a `Credential` is made of; the names are those of the file."""

    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    months: Annotated[int, Field(ge=1, le=120)]
    claims: Annotated[dict[TextKey, Cel], Field(min_length=1, max_length=20)]
    when: Annotated[Cel | Literal[""], Field(alias="if")] = ""


class AssessmentIn(_Frozen):
    """What an `Assessment` is made of."""

    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    each: TextKey
    cents: Cel
    since: Cel
    next_month: Cel
    pro_rata: Cel
    days: Cel
    grace_days: Cel
    paid_until: Cel | Literal[""] = ""
    relief: Cel | Literal[""] = ""
    percent: dict[Outcome, Cel] = {}
    once: Cel | Literal[""] = ""
    earlier: Cel | Literal[""] = ""
    mandate: Cel | Literal[""] = ""
    until: Cel | Literal[""] = ""
    moves_up: Cel | Literal[""] = ""


class FollowIn(_Frozen):
    """What a `Follow` is made of."""

    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    within: Days | Literal[""] = ""


class MemberIn(_Frozen):
    """What a `Member` is made of."""

    address: FieldPath
    in_its_name: bool = False


class LettersToIn(_Frozen):
    """What a `LettersTo` is made of."""

    condition: Annotated[Cel | None, Field(alias="if")] = None
    address: FieldPath | Annotated[list[FieldPath], Field(min_length=1, max_length=10)]
    company: FieldPath | None = None
    name: Annotated[list[FieldPath], Field(max_length=5)] = []
    proof: FieldPath | None = None
    proof_if: Cel | None = None


class ParameterCheckIn(_Frozen):
    """What a `ParameterCheck` is made of."""

    condition: Annotated[Cel, Field(alias="if")]
    refuse: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,60}(\.[a-z][a-z0-9_]{0,60})?$")]
    text: TextKey


class CautionIn(_Frozen):
    """What a `CautionRule` is made of."""

    condition: Annotated[Cel, Field(alias="if")]
    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    text: TextKey


class ManifestIn(_Frozen):
    """What a `Manifest` is made of: every rule that looks at this file alone."""

    format: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$", max_length=100)]
    version: str
    leistung: Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$")] | None = None
    publisher: Line
    competent: Literal["gemeinde", "verband", "kreis", "land"]
    outcomes: Annotated[list[Outcome], Field(min_length=1)]
    trust: Literal["none", "normal", "substantiell", "hoch"]
    languages: Annotated[list[Language], Field(min_length=1, max_length=limits.LANGUAGES)]
    law: Annotated[list[Line], Field(min_length=1, max_length=50)]
    channels: Annotated[list[Literal["online", "counter", "post"]], Field(min_length=1)] = ["online"]
    due: Days
    retention: Retention
    payment: Literal["at_submission", "after_decision", "at_counter", "none"] = "none"
    demands: list[Outcome] = []
    assessment: AssessmentIn | None = None
    follows: dict[Outcome, FollowIn] = {}
    member: MemberIn | None = None
    four_eyes: bool = False
    fresh_proof: bool = False
    secrecy: Literal["", "tax"] = ""
    one_per_person: bool = False
    elsewhere: ElsewhereIn | None = None
    on_behalf: (
        dict[Literal["child", "ward", "principal"], Literal["none", "on_request", "required"]] | Literal["form"]
    ) = {}
    letters_to: Annotated[list[LettersToIn], Field(max_length=10)] = []
    search: Annotated[list[Line], Field(max_length=60)] = []
    reasons: dict[str, Annotated[list[Outcome], Field(min_length=1)]] = {}
    conditions: dict[str, Annotated[list[Outcome], Field(min_length=1)]] = {}
    only_if: dict[TextKey, Cel] = {}
    permit: PermitIn | None = None
    tag: TagIn | None = None
    credential: CredentialIn | None = None
    parameters: dict[str, Any] = {"type": "object", "properties": {}}
    parameter_checks: list[ParameterCheckIn] = []
    cautions: list[CautionIn] = []
    migrations: dict[str, list[dict[str, Any]]] = {}

    @field_validator("version")
    @classmethod
    def _is_version(cls, value: str) -> str:
        parse_version(value)
        return value

    @field_validator("languages")
    @classmethod
    def _has_german(cls, value: list[str]) -> list[str]:
        if "de" not in value:
            raise ValueError("`de` must be one of the languages: the official language is German (§ 23 VwVfG)")
        return value

    @field_validator("search")
    @classmethod
    def _is_lower(cls, value: list[str]) -> list[str]:
        if any(word != word.lower() for word in value):
            raise ValueError("everyday words are written in lower case")
        return value

    @field_validator("migrations")
    @classmethod
    def _are_steps(cls, value: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        for span, steps in value.items():
            if not re.fullmatch(r"\d+\.(x|\d+) -> \d+\.\d+", span):
                raise ValueError(f"`{span}` must look like `1.x -> 2.0`")
            for step in steps:
                _check_step(step)
        return value


def _check_step(step: Mapping[str, Any]) -> None:
    rename = step.get("rename")
    if set(step) == {"rename"} and isinstance(rename, list) and len(rename) == 2 and _all_texts(rename):
        return
    if set(step) == {"drop"} and isinstance(step["drop"], str):
        return
    raise ValueError("a step is `{rename: [old.path, new.path]}` or `{drop: old.path}`")


def _all_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def parse_manifest(document: Document) -> tuple[Manifest | None, list[Fault]]:
    """The manifest, or the faults that keep it from being one."""
    if not isinstance(document.data, dict):
        return None, [Fault(document.file, 1, "The file is not a mapping.", "Begin with `format: 1`.")]
    try:
        ManifestIn.model_validate(document.data)
    except ValidationError as error:
        return None, [_fault(document, detail) for detail in error.errors(include_url=False)]
    return manifest_of(document.data), []


def _fault(document: Document, detail: ErrorDetails) -> Fault:
    path = tuple(detail["loc"])
    name = ".".join(map(str, path))
    line = document.line(path)
    known = ", ".join(ManifestIn.model_fields)
    if detail["type"] == "missing":
        return Fault(document.file, line, f"`{name}` is missing.", f"Add a line `{path[-1]}: …`.")
    if detail["type"] == "extra_forbidden":
        return Fault(document.file, line, f"`{name}` is not known.", f"Remove it. Known: {known}.")
    said = "has the wrong form" if detail["type"] == "string_pattern_mismatch" else detail["msg"]
    said = said.removeprefix("Value error, ")
    return Fault(document.file, line, f"`{name}`: {said[:1].lower() + said[1:]}.", _mend(name, detail))


_MENDS = {
    "id": "Use a reverse domain in lower case, like `de.example.hundesteuer`.",
    "version": "Write it like `1.0.0`.",
    "leistung": "Give the LeiKa key as 14 digits in quotes, or `null`.",
    "due": "Give days as ISO 8601, like `P14D`.",
    "retention": "Give a time as ISO 8601, like `P3Y`, `P6M` or `P90D`.",
    "elsewhere.url": "Give a complete https address.",
}


def _mend(name: str, detail: ErrorDetails) -> str:
    if name in _MENDS:
        return _MENDS[name]
    expected = detail.get("ctx", {}).get("expected")
    return f"Use one of {expected}." if expected else "Correct the value."
