"""How much a size must have tried at least: what came of a run that shrank proves nothing."""

from collections.abc import Iterator, Mapping, Sequence

from tests.measuring.lines import Line

Least = Mapping[str, tuple[int, int]]
"""By what was tried: how many with each push, and at night."""


def size_of(lines: Sequence[Line]) -> str:
    """The size a run was begun at; `small`, of which nothing is asked, where its lines do not say."""
    return next((str(line["size"]) for line in lines if line["kind"] == "begun"), "small")


def too_few(lines: Sequence[Line], least: Least, found: Mapping[str, int]) -> Iterator[str]:
    """What was tried less often than the size of the run asks for, in words."""
    size = size_of(lines)
    for what, (ci, night) in least.items() if size != "small" else ():
        wanted = night if size == "night" else ci
        if found.get(what, 0) < wanted:
            yield f"{found.get(what, 0)} {what} instead of {wanted}"
