"""What the building blocks of a page take: fields, uploaded files, pages of a list.

Plain dicts with the same keys do as well; these classes give the defaults and let mypy look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass(frozen=True)
class Option:
    """One choice: what is posted, what is read, a line of explanation."""

    value: str
    label: str
    hint: str = ""


class KnownOptions(tuple[Option, ...]):
    """A long list of plain options that is made once and kept: compared and hashed as itself, not one by one."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


@dataclass(frozen=True)
class Upload:
    """A file that is already stored: `id` is posted to remove it, `size` in bytes."""

    id: str
    name: str
    size: int = 0
    url: str = ""
    thumbnail: str = ""


@dataclass(frozen=True)
class Field:
    """A field of a form as `kern/fields.html` draws it; the keys are explained there."""

    type: str
    name: str
    label: str = ""
    id: str = ""
    path: str = ""
    help: str = ""
    example: str = ""
    value: object = None
    error: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    required: bool = True
    conditional: bool = False
    options: Sequence[Option | Mapping[str, str]] = ()
    radios: bool | None = None
    uploads: Sequence[Upload | Mapping[str, object]] = ()
    accept: str = ""
    max_files: int = 1
    capture: bool = False
    fetch: str = ""
    wallet: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    maxlength: int | None = None
    rows: int = 5
    width: str = ""
    unit: str = ""
    placeholder: str = ""
    readonly: bool = False
    disabled: bool = False
    shown: bool = True
    abroad: bool = False
    checked: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a description list; the address leads to where its value can be changed."""

    label: str
    value: object
    note: str = ""
    change_url: str = ""
    change_label: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a list: numbers count from 1, `links` are (number, address) with (0, None) for a gap."""

    number: int
    count: int
    size: int
    total: int
    links: tuple[tuple[int, str | None], ...] = ()
    previous: str = ""
    next: str = ""

    @property
    def first(self) -> int:
        """The number of the first thing on this page, 0 when there is none."""
        return min((self.number - 1) * self.size + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last thing on this page."""
        return min(self.number * self.size, self.total)


def page_of(total: int, number: int, *, size: int, path: str, query: Mapping[str, str]) -> Page:
    """The page `number` of `total` things, kept within bounds; `query` holds the other filters, kept in every link."""
    count = max(1, -(-total // size))
    here = min(max(1, number), count)

    def address(wanted: int) -> str:
        return f"{path}?{urlencode({**query, 'page': wanted})}"

    return Page(
        number=here,
        count=count,
        size=size,
        total=total,
        links=tuple((n, address(n) if n else None) for n in _numbers(here, count)),
        previous=address(here - 1) if here > 1 else "",
        next=address(here + 1) if here < count else "",
    )


def _numbers(here: int, count: int) -> list[int]:
    """The page numbers worth a link: the ends and the neighbours, 0 for a gap."""
    wanted = sorted({1, here - 1, here, here + 1, count} & set(range(1, count + 1)))
    numbers: list[int] = []
    for number in wanted:
        if numbers and number - numbers[-1] > 1:
            numbers.append(0)
        numbers.append(number)
    return numbers
