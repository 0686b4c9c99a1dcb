"""Who does something: stands in every audit row and history entry."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """`id` of the person's account (none for an anonymous citizen and for the system), `name` as colleagues may see it.

    `agreements`: those by which somebody of a helping authority acts here.
    """

    kind: Literal["staff", "citizen", "system", "api"]
    id: UUID | None = None
    name: str = ""
    agreements: tuple[UUID, ...] = ()


SYSTEM = Actor("system", None, "Stadttor")
CITIZEN = Actor("citizen", None, "")
