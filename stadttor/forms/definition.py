"""A form as data: pages of groups of fields, with conditions already checked against the CEL profile.

Knows neither packages nor authorities nor Django. `parsing.parse_form` builds it from plain dicts; everything in it is
frozen, so that it is compiled once and shared by all requests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
from typing import Literal, TypeAlias

from stadttor.core.cel import Declared, Expression

MAX_FIELDS = 1_000
MAX_NESTING = 8
MAX_CHAIN = 20
MAX_REPEAT = 200
MAX_OPTIONS = 500
MAX_PATTERN = 500

FieldType = Literal[
    "text", "textarea", "name", "date", "integer", "decimal", "money", "boolean", "select", "multiselect", "country",
    "email", "phone", "iban", "plate", "address", "file", "info",
]  # fmt: skip
Condition: TypeAlias = "bool | Expression"
Bound: TypeAlias = "int | str | Expression | None"
"""A bound of a field: int for integer and money (cents), text for date (ISO) and decimal; an expression for any."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a package's data, where (keys and indexes from the file's root), and how to mend it."""

    path: tuple[str | int, ...]
    message: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.message} {self.mend}".rstrip()


class FormFaults(ValueError):
    """The data is no valid form; carries every fault found, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Range:
    """A lookup's number range: the answer at `value` lies between the columns `start` and `end`, both included."""

    value: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A default from a parameter table: the first row whose columns equal the answers gives its column `give`."""

    table: str  # name of the parameter, without "p."
    match: tuple[tuple[str, str], ...]  # (column, path of an answer without "a.")
    give: str
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class WalletProof:
    """A credential that proves what a file would: what a decision about a `service` of the authority itself issued, or one of
    somebody else, by its `type` (SD-JWT VC, `vct`). `claims`: (our word for it, where it stands there), all of which it has to say.
    """

    claims: tuple[tuple[str, tuple[str | int | None, ...]], ...]
    service: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `path` (group.field) is its identity; lengths count characters, sizes megabytes."""

    id: str
    group: str
    type: FieldType
    required: Condition = False
    show_if: Expression | None = None
    options: tuple[str, ...] = ()
    options_from: str | None = None  # name of a parameter that is a list, without "p."
    minimum: Bound = None
    maximum: Bound = None
    min_length: int = 0
    max_length: int = 200
    pattern: str | None = None
    prefill: str | None = None
    data_class: str = "K2"
    fim: str | None = None
    evidence: str | None = None
    register: str | None = None  # where the evidence can be fetched as well
    wallet: WalletProof | None = None  # what proves the same in a wallet
    accept: tuple[str, ...] = ("pdf", "jpeg", "png")
    max_mb: int = 10
    max_files: int = 4
    autocomplete: str | None = None
    width: Literal["short", "medium", "long"] | None = None
    lookup: Lookup | None = None
    nationality: bool = False
    abroad: bool = False  # an address may lie in another country
    protects: bool = False  # yes protects the person of the case
    path: str = dataclass_field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", f"{self.group}.{self.id}")


@dataclass(frozen=True, slots=True)
class Repeat:
    min: int = 0
    max: int = 20


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    fields: tuple[Field, ...]
    repeat: Repeat | None = None
    show_if: Expression | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Refuses `refuse` (a field's path) with the package text `checks.<text>` when the condition holds.

    `strict`: the law leaves nothing to judge, so that a colleague who enters it cannot let it pass either.
    """

    condition: Expression
    refuse: str
    text: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    groups: tuple[Group, ...]
    show_if: Expression | None = None
    checks: tuple[Check, ...] = ()

    @property
    def fields(self) -> Iterator[Field]:
        return (one for group in self.groups for one in group.fields)


@dataclass(frozen=True, slots=True)
class Share:
    """Cents of a fee that are passed on; `to` says whose they are, in German, as the books name it."""

    to: str
    cents: Expression


@dataclass(frozen=True, slots=True)
class FeeItem:
    """An amount in cents, owed when `condition` is None or holds; `text` is the package text `fees.<text>`.

    `shares` are parts of it that are not the authority's own.
    """

    id: str
    cents: Expression
    text: str
    condition: Expression | None = None
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """A whole form. `digest` (SHA-256 of its data and parameter schema) is its identity; `names` are its CEL names."""

    digest: str
    pages: tuple[Page, ...]
    names: Declared = dataclass_field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FormDefinition) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by its path, in the order of the form."""
        return {one.path: one for page in self.pages for one in page.fields}

    @cached_property
    def groups(self) -> dict[str, Group]:
        return {group.id: group for page in self.pages for group in page.groups}

    @cached_property
    def page_of_group(self) -> dict[str, Page]:
        return {group.id: page for page in self.pages for group in page.groups}

    @cached_property
    def page_by_id(self) -> dict[str, Page]:
        return {page.id: page for page in self.pages}

    def page_of(self, path: str) -> Page:
        """The page of a path such as `hunde.name` or `hunde.0.name`; KeyError when there is none."""
        return self.page_of_group[path.split(".")[0]]
