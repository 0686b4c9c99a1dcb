"""Which answers must be known before a condition can be: what hides a field is decided before the field itself.

A hidden field counts as unanswered, so conditions form a graph; a circle in it would have no single meaning.
"""

from collections.abc import Iterator, Sequence

from stadttor.core.cel import Expression
from stadttor.forms.definition import Field, Group, Page


def circle(pages: Sequence[Page]) -> list[str]:
    """The paths whose conditions depend on each other in a circle; empty for a sound form."""
    rest, _ = _settle(graph(pages))
    backwards = {node: {other for other in rest if node in rest[other]} for node in rest}
    return sorted(_settle(backwards)[0])


def longest_chain(pages: Sequence[Page]) -> int:
    """How many conditions must be decided one after the other at most."""
    return _settle(graph(pages))[1]


def graph(pages: Sequence[Page]) -> dict[str, set[str]]:
    """For each field and repeated group the fields and repeated groups that must be decided before it."""
    return {
        node: {target for reference in references if (target := _target(reference))}
        for node, references in _nodes(pages)
    }


def _settle(waiting: dict[str, set[str]]) -> tuple[dict[str, set[str]], int]:
    """Takes away, round by round, every node that waits for nothing; what remains and the number of rounds."""
    rounds = 0
    while ready := [node for node, targets in waiting.items() if not any(target in waiting for target in targets)]:
        taken = set(ready)
        waiting = {node: targets for node, targets in waiting.items() if node not in taken}
        rounds += 1
    return waiting, rounds


def _nodes(pages: Sequence[Page]) -> Iterator[tuple[str, set[str]]]:
    for page in pages:
        for group in page.groups:
            outer = _read(page.show_if) | _read(group.show_if)
            for one in group.fields:
                yield one.path, outer | _own(group, one)
            if group.repeat:
                yield group.id, outer | {f"a.{one.path}" for one in group.fields}


def _read(condition: Expression | None) -> set[str]:
    return set(condition.references) if condition else set()


def _own(group: Group, one: Field) -> set[str]:
    """What a field's own condition reads; `item.x` is the field of the same group."""
    prefix = f"a.{group.id}."
    return {f"{prefix}{ref.removeprefix('item.')}" if ref.startswith("item.") else ref for ref in _read(one.show_if)}


def _target(reference: str) -> str | None:
    """The node a CEL path reads: a field, a repeated group, or nothing that can be hidden."""
    root, *parts = reference.split(".")
    return ".".join(parts[:2]) if root == "a" else None
