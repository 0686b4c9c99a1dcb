"""Reads an expression into its syntax tree. Refuses what the profile does not know, with position and mend."""

import re
from dataclasses import dataclass

from stadttor.core.cel.tree import Binary, Call, Choice, ListOf, Literal, Node, Path, Unary

MAX_LENGTH = 500
MAX_DEPTH = 16
MAX_OPERATORS = 60
MAX_INTEGER = 2**53 - 1  # the browser's forms send numbers as JSON, exact only up to here

KEYWORDS = frozenset({
    "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
    "let", "loop", "package", "namespace", "return", "var", "void", "while",
})  # fmt: skip
RESERVED = KEYWORDS | frozenset(
    ["bool", "bytes", "double", "int", "list", "map", "string", "type", "uint", "dyn", "optional", "has", "cel"]
)
"""What no declared name may be called: one of the two engines gives it a meaning of its own."""


class ProfileError(ValueError):
    """The expression is outside the profile; `position` counts characters from 0, `mend` says what to write instead."""

    def __init__(self, message: str, position: int, mend: str) -> None:
        super().__init__(f"{message} (at character {position + 1}). {mend}")
        self.message = message
        self.position = position
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<decimal>[0-9]+\.[0-9]+)
    |(?P<number>[0-9]+)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<operator>&&|\|\||==|!=|<=|>=|[-<>!+*?:.,()\[\]])""",
    re.VERBOSE,
)
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n"}
_REFUSED = {
    "/": ("Division is not in the profile", "Multiply, or put the divided amount into a parameter."),
    "%": ("Modulo is not in the profile", "Put the result into a parameter."),
    "{": ("Maps are not in the profile", "Use a list or a parameter."),
    "=": ("A single = is no operator", "Write == to compare."),
    "&": ("A single & is no operator", "Write && for 'and'."),
    "|": ("A single | is no operator", "Write || for 'or'."),
    '"': ("The text has no closing quotation mark", 'Close the text with ".'),
    "'": ("The text has no closing quotation mark", "Close the text with '."),
}
_RELATIONS = frozenset(["==", "!=", "<", "<=", ">", ">=", "in"])
_BINDING = {"||": 1, "&&": 2, **dict.fromkeys(_RELATIONS, 3), "+": 4, "-": 4, "*": 5}


def read(source: str) -> Node:
    """The syntax tree of one expression; raises ProfileError."""
    if len(source) > MAX_LENGTH:
        raise ProfileError(
            f"The expression has {len(source)} characters, {MAX_LENGTH} are allowed",
            MAX_LENGTH,
            "Split it into several checks.",
        )
    return _Reader(_tokens(source)).whole()


def _tokens(source: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        if not found:
            raise _unknown(source[at], at)
        if found.lastgroup == "decimal":
            raise ProfileError("Numbers are whole numbers", at, "Calculate money in cents.")
        if found.lastgroup != "space":
            tokens.append(Token(str(found.lastgroup), found.group(), at))
        at = found.end()
    return [*tokens, Token("end", "", len(source))]


def _unknown(character: str, at: int) -> ProfileError:
    message, mend = _REFUSED.get(character, (f"The character {character} is not in the profile", "Remove it."))
    return ProfileError(message, at, mend)


class _Reader:
    """A Pratt parser: each operator binds with its strength, relations do not chain."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._operators = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._token
        self._next += 1
        return token

    def _is(self, text: str) -> bool:
        return self._token.text == text and self._token.kind in ("operator", "word")

    def _expect(self, text: str) -> None:
        if not self._is(text):
            raise ProfileError(f"Expected {text}, found {self._found()}", self._token.at, f"Write {text} here.")
        self._take()

    def _found(self) -> str:
        return self._token.text or "the end"

    def whole(self) -> Node:
        if self._token.kind == "end":
            raise ProfileError("The expression is empty", 0, "Write a condition, or leave the attribute out.")
        node = self._expression()
        if self._token.kind != "end":
            raise self._unexpected()
        return node

    def _unexpected(self) -> ProfileError:
        if self._is("["):
            return ProfileError(
                "Access by index is not in the profile", self._token.at, "Use exists, all or filter on the list."
            )
        return ProfileError(f"Unexpected {self._found()}", self._token.at, "Is an operator or a bracket missing?")

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ProfileError(
                f"More than {MAX_DEPTH} levels of brackets", self._token.at, "Split the expression into several checks."
            )
        condition = self._binary(0)
        node = self._choice(condition) if self._is("?") else condition
        self._depth -= 1
        return node

    def _choice(self, condition: Node) -> Node:
        at = self._take().at
        then = self._expression()
        self._expect(":")
        return Choice(condition, then, self._expression(), at)

    def _binary(self, weakest: int) -> Node:
        left = self._unary()
        while (strength := self._strength()) > weakest:
            operator = self._count(self._take())
            right = self._binary(strength)
            left = Binary(operator.text, left, right, operator.at)
            self._refuse_chain(operator.text)
        return left

    def _count(self, operator: Token) -> Token:
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            raise ProfileError(
                f"More than {MAX_OPERATORS} operators", operator.at, "Split the expression into several checks."
            )
        return operator

    def _strength(self) -> int:
        return _BINDING.get(self._token.text, 0) if self._token.kind in ("operator", "word") else 0

    def _refuse_chain(self, operator: str) -> None:
        if operator in _RELATIONS and self._token.text in _RELATIONS and self._token.kind != "text":
            raise ProfileError(
                "Comparisons cannot follow each other directly", self._token.at, "Join two comparisons with &&."
            )

    def _unary(self) -> Node:
        if not (self._is("!") or self._is("-")):
            return self._postfix()
        operator = self._take()
        if self._is("!") or self._is("-"):
            raise ProfileError(
                f"{operator.text}{self._token.text} is not in the profile", self._token.at, "Use at most one ! or -."
            )
        return Unary(operator.text, self._postfix(), operator.at)

    def _postfix(self) -> Node:
        node = self._primary()
        while self._is("."):
            self._take()
            node = self._member(node)
        if self._is("["):
            raise self._unexpected()
        return node

    def _member(self, node: Node) -> Node:
        name = self._name()
        if self._is("("):
            return Call(name.text, node, self._arguments(), name.at)
        if isinstance(node, Path):
            return Path((*node.parts, name.text), node.at)
        raise ProfileError(f"{name.text} follows something that has no parts", name.at, "Only names have parts.")

    def _name(self) -> Token:
        if self._token.kind != "word" or self._token.text in KEYWORDS:
            raise ProfileError(f"Expected a name, found {self._found()}", self._token.at, "Write a declared name here.")
        return self._take()

    def _arguments(self) -> tuple[Node, ...]:
        self._expect("(")
        arguments = self._sequence(")")
        self._expect(")")
        return arguments

    def _sequence(self, end: str) -> tuple[Node, ...]:
        elements: list[Node] = []
        while not self._is(end):
            elements.append(self._expression())
            if not self._is(","):
                break
            self._take()
        return tuple(elements)

    def _primary(self) -> Node:
        token = self._token
        match token.kind:
            case "number":
                return Literal(_integer(self._take()), token.at)
            case "text":
                return Literal(_text(self._take()), token.at)
            case "word":
                return self._word()
        if self._is("("):
            return self._bracket()
        if self._is("["):
            return self._list()
        raise self._unexpected()

    def _word(self) -> Node:
        constants = {"true": True, "false": False, "null": None}
        if self._token.text in constants:
            token = self._take()
            return Literal(constants[token.text], token.at)
        name = self._name()
        if self._is("("):
            return Call(name.text, None, self._arguments(), name.at)
        if self._token.kind == "text":
            raise ProfileError("Raw and byte texts are not in the profile", name.at, "Write a plain text in quotes.")
        return Path((name.text,), name.at)

    def _bracket(self) -> Node:
        self._take()
        node = self._expression()
        self._expect(")")
        return node

    def _list(self) -> Node:
        at = self._take().at
        elements = self._sequence("]")
        self._expect("]")
        return ListOf(elements, at)


def _integer(token: Token) -> int:
    value = int(token.text)
    if value > MAX_INTEGER:
        raise ProfileError("The number is too big", token.at, f"Use numbers up to {MAX_INTEGER}.")
    return value


def _text(token: Token) -> str:
    def unescape(found: re.Match[str]) -> str:
        if found.group(1) not in _ESCAPES:
            raise ProfileError(f"{found.group()} is no known escape", token.at, "Write the character itself.")
        return _ESCAPES[found.group(1)]

    return re.sub(r"\\(.)", unescape, token.text[1:-1])
