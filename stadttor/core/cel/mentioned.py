"""The names an expression mentions, also those that nobody declared: for whoever still writes it."""

from collections.abc import Iterator

from stadttor.core.cel.kinds import Declared, Kind
from stadttor.core.cel.reading import read
from stadttor.core.cel.tree import Binary, Call, Choice, ListOf, Node, Path, Unary

_COMPREHENSIONS = ("exists", "all", "exists_one", "filter", "map")
_LIKE_ENOUGH = 0.6


def mentioned(source: str) -> tuple[str, ...]:
    """The dotted names in the order in which they stand there, each once; not the variable of a comprehension.

    Raises ProfileError for what cannot be read.
    """
    return tuple(dict.fromkeys(_in(read(source), frozenset())))


def _in(node: Node, bound: frozenset[str]) -> Iterator[str]:
    match node:
        case Path():
            if node.parts[0] not in bound:
                yield ".".join(node.parts)
        case ListOf():
            for one in node.elements:
                yield from _in(one, bound)
        case Unary():
            yield from _in(node.operand, bound)
        case Binary():
            yield from (*_in(node.left, bound), *_in(node.right, bound))
        case Choice():
            yield from (*_in(node.condition, bound), *_in(node.then, bound), *_in(node.otherwise, bound))
        case Call():
            yield from _in_call(node, bound)


def _in_call(node: Call, bound: frozenset[str]) -> Iterator[str]:
    if node.receiver is not None:
        yield from _in(node.receiver, bound)
    arguments = node.arguments
    if node.name in _COMPREHENSIONS and node.receiver is not None and arguments and isinstance(arguments[0], Path):
        bound, arguments = bound | {arguments[0].parts[0]}, arguments[1:]
    for one in arguments:
        yield from _in(one, bound)


def like(name: str, names: Declared) -> str:
    """The declared name most like this one, empty when none is."""
    from difflib import get_close_matches  # only an author of packages needs it

    known = {path.rsplit(".", 1)[-1]: path for path in declared(names)}
    found = get_close_matches(name, declared(names), n=1, cutoff=_LIKE_ENOUGH)
    last = name.rsplit(".", 1)[-1]
    # The group may be wrong and the field right.
    return known[last] if last in known else found[0] if found else ""


def declared(names: Declared) -> list[str]:
    """Every name that stands for a value or list."""
    roots = ((root, names.root(root)) for root in ("a", "p", "today", "applicant", "item"))
    return [path for root, kind in roots if kind for path in _below(root, kind)]


def _below(path: str, kind: Kind) -> Iterator[str]:
    if kind.name != "record":
        yield path
    for name, inner in kind.fields.items():
        yield from _below(f"{path}.{name}", inner)
