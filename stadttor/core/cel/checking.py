"""Checks the kinds in a syntax tree and lowers it to plain CEL that both engines evaluate alike.

Lowering: a declared path becomes one flat variable (`a.halter.art` → `aVhalterVart`), so that only the names an
expression uses have to be bound; order comparisons and arithmetic become functions that accept unanswered values;
`==` between different kinds, on which the engines disagree, becomes the constant it is.
"""

import json
import re
from dataclasses import dataclass
from datetime import date

from stadttor.core.cel.kinds import BOOLEAN, DATE, INTEGER, NULL, TEXT, Declared, Kind, list_of
from stadttor.core.cel.reading import RESERVED, ProfileError
from stadttor.core.cel.tree import Binary, Call, Choice, ListOf, Literal, Node, Path, Unary

SEPARATOR = "V"  # declared names are lower case, so an upper-case letter cannot be part of one

_ROOTS = ("a", "p", "today", "applicant", "item")
_STRINGS = ("text", "date")
_COMPREHENSIONS = ("exists", "all", "exists_one", "filter", "map")
_TEXT_METHODS = ("startsWith", "endsWith", "contains")
_DATE_FUNCTIONS: dict[str, tuple[tuple[Kind, ...], Kind]] = {
    "days_between": ((DATE, DATE), INTEGER),
    "age_on": ((DATE, DATE), INTEGER),
    "add_days": ((DATE, INTEGER), DATE),
    "add_months": ((DATE, INTEGER), DATE),
}
_ARITHMETIC = {"+": "plus", "-": "minus", "*": "times"}
_ORDER = {"<": ("less", False), "<=": ("at_most", False), ">": ("less", True), ">=": ("at_most", True)}


@dataclass(frozen=True, slots=True)
class Lowered:
    """A checked node: its kind and its plain CEL. `literal` keeps a text literal for the check of dates."""

    kind: Kind
    cel: str
    literal: str | None = None


def flat(path: str) -> str:
    """The variable a declared path is bound to in both engines."""
    return path.replace(".", SEPARATOR)


def quoted(text: str) -> str:
    """A CEL text literal; JSON's escapes are a subset of CEL's."""
    return json.dumps(text, ensure_ascii=True) if text.isascii() else json.dumps(text, ensure_ascii=False)


class Checker:
    """Checks one expression; `references` holds the declared paths it reads afterwards."""

    def __init__(self, names: Declared) -> None:
        self._names = names
        self._element: tuple[str, Kind] | None = None  # variable and kind inside a comprehension
        self.references: set[str] = set()

    def lower(self, node: Node) -> Lowered:
        match node:
            case Literal():
                return _literal(node)
            case Path():
                return self._path(node)
            case ListOf():
                return self._list(node)
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Choice():
                return self._choice(node)
            case Call():
                return self._call(node)

    def _expect(self, node: Node, kind: Kind, role: str) -> Lowered:
        lowered = self.lower(node)
        if kind == DATE:
            return _as_date(lowered, node, role)
        if lowered.kind != kind and not (kind == INTEGER and lowered.kind == NULL):
            raise ProfileError(f"{role} is {lowered.kind}, not {kind}", node.at, f"Write something of kind {kind}.")
        return lowered

    def _path(self, node: Path) -> Lowered:
        if self._element and node.parts[0] == self._element[0]:
            return Lowered(self._walk(self._element[1], node), ".".join(node.parts))
        root = self._names.root(node.parts[0])
        if root is None:
            raise self._unknown(node)
        path = ".".join(node.parts)
        kind = self._walk(root, node)
        self.references.add(path)
        return Lowered(kind, flat(path))

    def _walk(self, kind: Kind, node: Path) -> Kind:
        for number, name in enumerate(node.parts[1:], start=1):
            so_far = ".".join(node.parts[:number])
            if kind.name == "list":
                raise ProfileError(f"{so_far} is a list", node.at, f"Write {so_far}.exists(x, …) or all, filter, map.")
            if name not in kind.fields:
                raise ProfileError(f"{so_far}.{name} is not declared", node.at, _known(kind))
            kind = kind.fields[name]
        if kind.name == "record":
            raise ProfileError(f"{'.'.join(node.parts)} is a group, not a value", node.at, _known(kind))
        return kind

    def _unknown(self, node: Path) -> ProfileError:
        name = node.parts[0]
        if name == "item":
            return ProfileError("item exists only in a repeated group", node.at, "Use the path of the field.")
        known = ", ".join(root for root in _ROOTS if self._names.root(root))
        return ProfileError(f"{name} is not declared", node.at, f"Names begin with {known}.")

    def _list(self, node: ListOf) -> Lowered:
        elements = [self.lower(element) for element in node.elements]
        kinds = {"text" if element.kind.name in _STRINGS else element.kind.name for element in elements}
        if len(kinds) > 1 or not kinds <= {"text", "integer", "boolean"}:
            raise ProfileError("A list holds values of one kind", node.at, "Write only texts or only numbers.")
        kind = elements[0].kind if elements else NULL
        return Lowered(list_of(TEXT if kind.name in _STRINGS else kind), f"[{', '.join(e.cel for e in elements)}]")

    def _unary(self, node: Unary) -> Lowered:
        if node.operator == "!":
            return Lowered(BOOLEAN, f"!({self._expect(node.operand, BOOLEAN, 'What stands after !').cel})")
        if isinstance(node.operand, Literal) and type(node.operand.value) is int:
            return Lowered(INTEGER, f"(-{node.operand.value})")
        return Lowered(INTEGER, f"minus(0, {self._expect(node.operand, INTEGER, 'What stands after -').cel})")

    def _binary(self, node: Binary) -> Lowered:
        if node.operator in ("&&", "||"):
            return self._logic(node)
        if node.operator in ("==", "!="):
            return self._equality(node)
        if node.operator in _ORDER:
            return self._order(node)
        return self._membership(node) if node.operator == "in" else self._arithmetic(node)

    def _logic(self, node: Binary) -> Lowered:
        sides = [self._expect(side, BOOLEAN, f"A side of {node.operator}") for side in (node.left, node.right)]
        return Lowered(BOOLEAN, f"({sides[0].cel} {node.operator} {sides[1].cel})")

    def _equality(self, node: Binary) -> Lowered:
        left, right = self.lower(node.left), self.lower(node.right)
        _refuse_impossible_date(left, right, node)
        if _comparable(left.kind, right.kind):
            return Lowered(BOOLEAN, f"({left.cel} {node.operator} {right.cel})")
        return Lowered(BOOLEAN, "true" if node.operator == "!=" else "false")

    def _order(self, node: Binary) -> Lowered:
        left, right = self.lower(node.left), self.lower(node.right)
        if "date" in (left.kind.name, right.kind.name):
            left, right = (_as_date(side, node, f"A side of {node.operator}") for side in (left, right))
        elif not {left.kind.name, right.kind.name} <= {"integer", "null"}:
            raise ProfileError(
                f"{node.operator} compares {left.kind} with {right.kind}", node.at, "Compare two numbers or two dates."
            )
        function, swapped = _ORDER[node.operator]
        first, second = (right, left) if swapped else (left, right)
        return Lowered(BOOLEAN, f"{function}({first.cel}, {second.cel})")

    def _membership(self, node: Binary) -> Lowered:
        left, right = self.lower(node.left), self.lower(node.right)
        if right.kind.element is None:
            raise ProfileError("in needs a list on its right side", node.at, "Write in [..], or contains for a text.")
        if _comparable(left.kind, right.kind.element) and left.kind.name not in ("list", "null"):
            return Lowered(BOOLEAN, f"({left.cel} in {right.cel})")
        return Lowered(BOOLEAN, "false")

    def _arithmetic(self, node: Binary) -> Lowered:
        left, right = self.lower(node.left), self.lower(node.right)
        if {left.kind.name, right.kind.name} <= {"integer", "null"}:
            return Lowered(INTEGER, f"{_ARITHMETIC[node.operator]}({left.cel}, {right.cel})")
        if node.operator == "+" and left.kind == right.kind == TEXT:
            return Lowered(TEXT, f"({left.cel} + {right.cel})")
        mend = "Use add_days or add_months." if DATE in (left.kind, right.kind) else "Calculate with numbers only."
        raise ProfileError(f"{node.operator} on {left.kind} and {right.kind}", node.at, mend)

    def _choice(self, node: Choice) -> Lowered:
        condition = self._expect(node.condition, BOOLEAN, "The condition before ?")
        then, otherwise = self.lower(node.then), self.lower(node.otherwise)
        kind = _common(then.kind, otherwise.kind)
        if kind is None:
            raise ProfileError(
                f"The branches are {then.kind} and {otherwise.kind}", node.at, "Both branches need the same kind."
            )
        return Lowered(kind, f"({condition.cel} ? {then.cel} : {otherwise.cel})")

    def _call(self, node: Call) -> Lowered:
        if node.name in _COMPREHENSIONS and node.receiver is not None:
            return self._comprehension(node, node.receiver)
        if node.name == "size":
            return self._size(node)
        if node.name in _TEXT_METHODS and node.receiver is not None:
            return self._text_method(node, node.receiver)
        if node.name in _DATE_FUNCTIONS and node.receiver is None:
            return self._date_function(node)
        raise ProfileError(f"The function {node.name} is not in the profile", node.at, _FUNCTIONS_MEND)

    def _size(self, node: Call) -> Lowered:
        arguments = (node.receiver, *node.arguments) if node.receiver else node.arguments
        _count(node, arguments, 1)
        argument = self.lower(arguments[0])
        if argument.kind.name in _STRINGS:
            return Lowered(INTEGER, f"length({argument.cel})")
        if argument.kind.name == "list":
            return Lowered(INTEGER, f"size({argument.cel})")
        raise ProfileError(f"size of {argument.kind}", node.at, "Only texts and lists have a size.")

    def _text_method(self, node: Call, receiver: Node) -> Lowered:
        _count(node, node.arguments, 1)
        texts = [self.lower(part) for part in (receiver, node.arguments[0])]
        if any(text.kind.name not in _STRINGS for text in texts):
            kinds = " and ".join(str(text.kind) for text in texts)
            mend = "For lists write: value in list." if texts[0].kind.name == "list" else "Use it with texts."
            raise ProfileError(f"{node.name} on {kinds}", node.at, mend)
        return Lowered(BOOLEAN, f"{texts[0].cel}.{node.name}({texts[1].cel})")

    def _date_function(self, node: Call) -> Lowered:
        kinds, result = _DATE_FUNCTIONS[node.name]
        _count(node, node.arguments, len(kinds))
        pairs = zip(node.arguments, kinds, strict=True)
        arguments = [self._expect(argument, kind, f"An argument of {node.name}").cel for argument, kind in pairs]
        return Lowered(result, f"{node.name}({', '.join(arguments)})")

    def _comprehension(self, node: Call, receiver: Node) -> Lowered:
        if self._element:
            raise ProfileError("Comprehensions cannot be nested", node.at, "One level is allowed: split the check.")
        source = self._iterated(node, receiver)
        variable = self._variable(node)
        self._element = (variable, source.kind.element or NULL)
        body = self.lower(node.arguments[1])
        self._element = None
        kind = _result_of(node, source.kind, body.kind)
        return Lowered(kind, f"{source.cel}.{node.name}({variable}, {body.cel})")

    def _iterated(self, node: Call, receiver: Node) -> Lowered:
        _count(node, node.arguments, 2)
        source = self.lower(receiver)
        if not isinstance(receiver, Path) or source.kind.element is None:
            raise ProfileError(
                f"{node.name} needs a repeated group or a list", node.at, "Name it directly: a.hunde.exists(x, …)."
            )
        return source

    def _variable(self, node: Call) -> str:
        name = node.arguments[0]
        if not isinstance(name, Path) or len(name.parts) != 1 or not re.fullmatch("[a-z][a-z0-9]{0,19}", name.parts[0]):
            raise ProfileError(f"{node.name} needs a variable first", node.at, "Write a short name: exists(x, …).")
        if name.parts[0] in _ROOTS or name.parts[0] in RESERVED:
            raise ProfileError(f"{name.parts[0]} is already taken", name.at, "Choose another variable, such as x.")
        return name.parts[0]


def _literal(node: Literal) -> Lowered:
    match node.value:
        case None:
            return Lowered(NULL, "nothing()")
        case bool():
            return Lowered(BOOLEAN, "true" if node.value else "false")
        case int():
            return Lowered(INTEGER, str(node.value))
        case str():
            return Lowered(TEXT, quoted(node.value), literal=node.value)


def _as_date(lowered: Lowered, node: Node, role: str) -> Lowered:
    """Accepts dates and literals that are dates; the empty text is an unanswered date."""
    if lowered.kind == DATE or lowered.literal == "":
        return lowered
    if lowered.literal is None:
        raise ProfileError(f"{role} is {lowered.kind}, not date", node.at, "Compare with a date field or today.")
    _require_date(lowered.literal, node)
    return lowered


def _require_date(text: str, node: Node) -> None:
    try:
        valid = len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        valid = False
    if not valid:
        raise ProfileError(f"{text} is not a date", node.at, 'Write dates as "2026-12-31".')


def _refuse_impossible_date(left: Lowered, right: Lowered, node: Node) -> None:
    for one, other in ((left, right), (right, left)):
        if one.kind == DATE and other.literal:
            _require_date(other.literal, node)


def _comparable(left: Kind, right: Kind) -> bool:
    """Whether `==` can be true. Lists compare by their elements; the empty list literal fits any list."""
    if left.element and right.element:
        return left.element.name != "record" and right.element.name != "record" and _common(left, right) is not None
    return _common(left, right) is not None


def _common(left: Kind, right: Kind) -> Kind | None:
    """The kind that holds both: date widens to text, null to integer."""
    if left == right:
        return left
    names = {left.name, right.name}
    if names == {"text", "date"}:
        return TEXT
    if names == {"null", "integer"}:
        return INTEGER
    if left.element and right.element:
        if NULL in (left.element, right.element):
            return right if left.element == NULL else left
        element = _common(left.element, right.element)
        return list_of(element) if element else None
    return None


def _result_of(node: Call, source: Kind, body: Kind) -> Kind:
    if node.name == "map":
        if body.name in ("list", "null"):
            raise ProfileError("map must give single values", node.at, "Name one value of each element.")
        return list_of(body)
    if body != BOOLEAN:
        raise ProfileError(f"The condition of {node.name} is {body}", node.at, "Write a comparison.")
    return source if node.name == "filter" else BOOLEAN


def _count(node: Call, arguments: tuple[Node, ...], expected: int) -> None:
    if len(arguments) != expected:
        raise ProfileError(
            f"{node.name} has {len(arguments)} arguments", node.at, f"It takes {expected}, separated by commas."
        )


def _known(kind: Kind) -> str:
    names = sorted(kind.fields)
    return f"Known here: {', '.join(names[:12])}{' …' if len(names) > 12 else ''}." if names else "It has no parts."


_FUNCTIONS_MEND = (
    "Known: size, startsWith, endsWith, contains, days_between, age_on, add_days, add_months, "
    "exists, all, exists_one, filter, map."
)
