"""What the studio needs from others: a page of a form as the citizen's portal draws it. Wired in `site`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stadttor.catalog.services.drafting import PackageContent


@dataclass(frozen=True)
class Tried:
    """Which page of a form to draw: `posted` are the inputs of this page, none when nobody tried it yet.

    `answers` and `parameters` come from an example of the package. Nothing of it is kept anywhere.
    """

    content: "PackageContent"
    language: str
    day: date
    page_id: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    posted: Mapping[str, Sequence[str]] | None = None


@dataclass(frozen=True)
class Drawn:
    """The page as text of HTML, its id, and the pages that these answers lead through: (id, title)."""

    page_id: str
    html: str
    steps: tuple[tuple[str, str], ...]


_draw: list[Callable[[Tried], Drawn]] = []


def connect(*, preview: Callable[[Tried], Drawn]) -> None:
    """Who draws pages. Safe to repeat."""
    _draw[:] = [preview]


def draw(tried: Tried) -> Drawn:
    """The page, or the first one when there is none of this id."""
    return _draw[0](tried)
