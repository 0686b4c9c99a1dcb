"""What changes in a package's rules beside its questions: when they are asked, what is refused, and the service's own terms."""

from collections.abc import Iterator
from dataclasses import dataclass

from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.texts import OFFICIAL, Texts
from stadttor.forms.definition import Check

TERMS = (
    "competent",
    "trust",
    "payment",
    "due",
    "retention",
    "channels",
    "four_eyes",
    "fresh_proof",
    "secrecy",
    "one_per_person",
)
"""Parts of package.yaml that have one value each."""
PARTS = ("permit", "tag", "credential", "handover", "assessment", "letters_to", "cautions")
"""Parts that are compared as a whole."""
SAID = ("on_behalf", "reasons", "conditions", "only_if", "demands", "follows", "member", "elsewhere")
"""Parts of package.yaml that are compared as a whole."""


@dataclass(frozen=True)
class Term:
    """A part of package.yaml that has another value now."""

    name: str
    before: object
    after: object


@dataclass(frozen=True)
class RulesChanged:
    """Pages by title, groups by title or the page's, checks by what they say, in German; parts by their names."""

    pages_added: tuple[str, ...] = ()
    pages_removed: tuple[str, ...] = ()
    pages_ordered: bool = False
    pages_shown: tuple[str, ...] = ()
    groups_shown: tuple[str, ...] = ()
    groups_repeated: tuple[str, ...] = ()
    checks_added: tuple[str, ...] = ()
    checks_removed: tuple[str, ...] = ()
    checks_changed: tuple[str, ...] = ()
    outcomes_added: tuple[str, ...] = ()
    outcomes_removed: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    parts: tuple[str, ...] = ()
    settings_bound: tuple[str, ...] = ()


def changed_rules(before: PackageContent, after: PackageContent) -> RulesChanged:
    """From an older version to a newer one; what the questions themselves say is in `differences`."""
    old_texts, new_texts = before.texts[OFFICIAL], after.texts[OFFICIAL]
    old, new = {one.id: one for one in before.form.pages}, {one.id: one for one in after.form.pages}
    both = [name for name in new if name in old]
    was, now = before.manifest, after.manifest
    checks_were, checks_are = _checks(before), _checks(after)
    return RulesChanged(
        pages_added=tuple(_title(new_texts, name) for name in new if name not in old),
        pages_removed=tuple(_title(old_texts, name) for name in old if name not in new),
        pages_ordered=both != [name for name in old if name in new],
        pages_shown=tuple(_title(new_texts, name) for name in both if old[name].show_if != new[name].show_if),
        groups_shown=tuple(_groups(before, after, "show_if")),
        groups_repeated=tuple(_groups(before, after, "repeat")),
        checks_added=tuple(_said(new_texts, name) for name in checks_are if name not in checks_were),
        checks_removed=tuple(_said(old_texts, name) for name in checks_were if name not in checks_are),
        checks_changed=tuple(
            _said(new_texts, name) for name, found in checks_are.items() if checks_were.get(name, found) != found
        ),
        outcomes_added=tuple(one for one in now.outcomes if one not in was.outcomes),
        outcomes_removed=tuple(one for one in was.outcomes if one not in now.outcomes),
        terms=tuple(
            Term(name, getattr(was, name), getattr(now, name))
            for name in TERMS
            if getattr(was, name) != getattr(now, name)
        ),
        parts=(
            *(name for name in PARTS if getattr(before, name) != getattr(after, name)),
            *(name for name in SAID if getattr(was, name) != getattr(now, name)),
        ),
        settings_bound=_bound(before, after),
    )


def _title(texts: Texts, page: str) -> str:
    return texts.text(f"pages.{page}.title", page)


def _said(texts: Texts, check: str) -> str:
    return texts.text(f"checks.{check}", check)


def _checks(content: PackageContent) -> dict[str, set[Check]]:
    found: dict[str, set[Check]] = {}
    for page in content.form.pages:
        for one in page.checks:
            found.setdefault(one.text, set()).add(one)
    return found


def _groups(before: PackageContent, after: PackageContent, part: str) -> Iterator[str]:
    texts, old = after.texts[OFFICIAL], before.form.groups
    for page in after.form.pages:
        for one in page.groups:
            if one.id in old and getattr(old[one.id], part) != getattr(one, part):
                yield texts.text(f"groups.{one.id}.title", _title(texts, page.id))


def _bound(before: PackageContent, after: PackageContent) -> tuple[str, ...]:
    """Settings that are there as before but must keep to something else now."""
    old = {one.name: one for one in before.parameters.parameters}
    return tuple(one.title for one in after.parameters.parameters if one.name in old and old[one.name] != one)
