"""Which version follows what changed (docs/package-format.md)."""

from typing import Final, Literal

Rise = Literal["patch", "minor", "major"]
HIGHER: Final[dict[str, Rise]] = {"patch": "patch", "minor": "minor", "major": "major"}
_ORDER = ("same", "patch", "minor", "major")


def may_follow(step: str, needed: str) -> bool:
    """Whether a step is at least what is needed."""
    return _ORDER.index(step) >= _ORDER.index(needed)
