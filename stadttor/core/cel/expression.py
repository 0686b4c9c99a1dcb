"""A checked expression and the environment it is evaluated in."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import cast

from stadttor.core.cel.checking import Checker, flat
from stadttor.core.cel.engine import cel
from stadttor.core.cel.functions import ENGINE_FUNCTIONS
from stadttor.core.cel.kinds import Declared, Kind, Value, neutral
from stadttor.core.cel.reading import MAX_INTEGER, ProfileError, read

_FUNCTIONS = dict(ENGINE_FUNCTIONS)


class Environment:
    """Binds names to values lazily: `resolve` is asked once for each path an expression reads.

    Building one costs about 2 µs, each bound text about 1.7 µs, an evaluation 0.2 to 1 µs.
    """

    __slots__ = ("_bound", "_context", "_resolve")

    def __init__(self, resolve: Callable[[str], Value]) -> None:
        self._resolve = resolve
        self._context = cel.Context({}, _FUNCTIONS)
        self._bound: set[str] = set()

    @classmethod
    def of(cls, names: Declared, values: Mapping[str, Value]) -> "Environment":
        """An environment over nested values (`{"a": {…}, "today": "2026-11-22"}`); missing ones are neutral."""
        return cls(lambda path: _look_up(names, values, path))

    def bind(self, paths: Collection[str]) -> None:
        for path in paths:
            if path not in self._bound:
                self._context.add_variable(flat(path), self._resolve(path))
                self._bound.add(path)

    def forget(self, root: str) -> None:
        """Asks anew for the paths below a root, such as `item` when the next element is looked at."""
        self._bound = {path for path in self._bound if path.split(".")[0] != root}

    def run(self, program: cel.Program) -> Value:
        return cast(Value, program.execute(self._context))


def _look_up(names: Declared, values: Mapping[str, Value], path: str) -> Value:
    value: object = values
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value is None:
        kind = names.kind_of(path)
        return neutral(kind) if kind else None
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return None
    return cast(Value, value)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that keeps the profile. Equal when source and lowered form are."""

    source: str
    lowered: str
    kind: Kind
    references: frozenset[str]
    _program: cel.Program = field(repr=False, compare=False)

    @classmethod
    def parse(cls, source: str, names: Declared, expect: Kind | None = None) -> "Expression":
        """Checks the source against the profile and the declared names.

        `expect` demands the kind of the result, e.g. BOOLEAN for a condition. Raises ProfileError.
        """
        checker = Checker(names)
        result = checker.lower(read(source))
        if expect and result.kind != expect:
            raise ProfileError(f"The result is {result.kind}, not {expect}", 0, f"It must be of kind {expect}.")
        program = cel.compile(result.cel)
        return cls(source, result.cel, result.kind, frozenset(checker.references), program)

    def evaluate(self, env: Environment) -> Value:
        """The value in this environment; never raises for bound values of the declared kinds."""
        env.bind(self.references)
        return env.run(self._program)

    def holds(self, env: Environment) -> bool:
        """The value of a condition."""
        return self.evaluate(env) is True

    def __hash__(self) -> int:
        return hash(self.lowered)
