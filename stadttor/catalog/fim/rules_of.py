"""The conditions and checks of a form as rules of FIM: in words, with the expression as their script."""

from collections.abc import Iterator, Mapping

from stadttor.catalog.fim.model import Rule
from stadttor.catalog.fim.naming import private_id, string_latin
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.texts import OFFICIAL, Texts
from stadttor.core.cel import Expression
from stadttor.forms.definition import Check, Field, Group, Page

_MULTIPLICITY, _VALIDATION = "M", "V"


def rules_of(content: PackageContent, ids: Mapping[str, str], created: str, taken: set[str]) -> tuple[Rule, ...]:
    """Every condition, bound and check that depends on other answers. `ids` are FIM ids by the path of the question."""
    book = _Book(content, ids)
    return tuple(
        Rule(
            private_id("R", content.manifest.id, key, taken),
            content.manifest.version,
            {
                "name": string_latin(" ".join(name.split()))[:200],
                "freitextRegel": string_latin(text),
                "fachlicherErsteller": string_latin(content.manifest.publisher),
                "letzteAenderung": created,
                "typ": kind,
                "skript": string_latin(script),
            },
        )
        for key, name, text, kind, script in book.lines()
    )


_Line = tuple[str, str, str, str, str]


class _Book:
    def __init__(self, content: PackageContent, ids: Mapping[str, str]) -> None:
        self.content = content
        self.ids = ids
        self.texts: Texts = content.texts_in(OFFICIAL)

    def lines(self) -> Iterator[_Line]:
        """Key, name, words, kind and expression of each rule."""
        for page in self.content.form.pages:
            title = self.texts.text(f"pages.{page.id}.title", page.id)
            yield from self._seen(f"page {page.id}", title, f'Der Abschnitt "{title}"', page.show_if)
            for group in page.groups:
                yield from self._group(page, group)
            for number, check in enumerate(page.checks):
                yield self._check(f"check {page.id} {number}", check)

    def _group(self, page: Page, group: Group) -> Iterator[_Line]:
        title = self.texts.text(f"groups.{group.id}.title") or self.texts.text(f"pages.{page.id}.title", group.id)
        yield from self._seen(f"group {group.id}", title, f'Die Gruppe "{title}"', group.show_if)
        for one in group.fields:
            yield from self._field(one)

    def _seen(self, key: str, name: str, what: str, condition: Expression | None) -> Iterator[_Line]:
        if condition is not None:
            text = f"{what} ist nur auszufüllen, wenn die Bedingung erfüllt ist: {condition.source}"
            yield f"{key} show_if", name, text, _MULTIPLICITY, condition.source

    def _field(self, one: Field) -> Iterator[_Line]:
        label, what = self._label(one), self._named(one)
        yield from self._seen(one.path, label, what, one.show_if)
        if isinstance(one.required, Expression):
            text = f"{what} ist anzugeben, wenn die Bedingung erfüllt ist: {one.required.source}"
            yield f"{one.path} required", label, text, _MULTIPLICITY, one.required.source
        for key, words, bound in (("min", "mindestens", one.minimum), ("max", "höchstens", one.maximum)):
            if isinstance(bound, Expression):
                yield f"{one.path} {key}", label, f"{what} ist {words}: {bound.source}", _VALIDATION, bound.source

    def _check(self, key: str, check: Check) -> _Line:
        one = self.content.form.fields[check.refuse]
        text = f"{self._named(one)}: {self.texts.text(f'checks.{check.text}')}"
        return key, self._label(one), text, _VALIDATION, check.condition.source

    def _label(self, one: Field) -> str:
        return self.texts.text(f"fields.{one.path}.label", one.path)

    def _named(self, one: Field) -> str:
        return f'{self.ids.get(one.path, "")} "{self._label(one)}"'.strip()
