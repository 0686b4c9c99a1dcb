"""What a town shows: the product's descriptions, changed, hidden and joined by its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models.fields.json import KeyTransform

from stadttor.core.german_sort import sort_key
from stadttor.core.languages import LANGUAGES, OFFICIAL
from stadttor.descriptions.models import Own
from stadttor.descriptions.queries.template import (
    DescribedService,
    WholeDescription,
    described,
    description,
    template,
    templates,
)
from stadttor.descriptions.rules.own import LINES, OVERDUE_DAYS, PLACES, Said, of_kept, of_template
from stadttor.descriptions.rules.template import LANGUAGES as SPOKEN
from stadttor.descriptions.rules.template import PARTS, Description
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work


@dataclass(frozen=True)
class Entry:
    """A description in a town. `origin`: the product's text, none for one of the town's own; `changed`: when the town said
    something of it; `is_changed`: its texts are the town's; `version` 0: the town said nothing of it."""

    slug: str
    external_id: str
    said: Said
    origin: Description | None
    hidden: bool = False
    is_changed: bool = False
    version: int = 0
    changed: datetime | None = None
    based_on: date | None = None

    @property
    def is_own(self) -> bool:
        return self.origin is None

    @property
    def is_outdated(self) -> bool:
        """The product's text was reviewed again since the town changed its own."""
        return bool(self.is_changed and self.origin and self.based_on and self.origin.reviewed > self.based_on)

    def is_overdue(self, today: date) -> bool:
        """Nobody read it for a year."""
        return today - self.said.reviewed > timedelta(days=OVERDUE_DAYS)


def entries(authority_id: UUID) -> list[Entry]:
    """All of them in German order, hidden ones too."""
    return entries_of(_rows(authority_id))


def entries_of(kept: Mapping[str, Own]) -> list[Entry]:
    """The same from a town's rows by address."""
    origins = templates()
    found = [_entry(one.slug, one, kept.get(one.slug)) for one in origins]
    theirs = {one.slug for one in origins}
    found += [_entry(slug, None, row) for slug, row in kept.items() if row.content and slug not in theirs]
    return sorted(found, key=lambda one: sort_key(one.said.text("title", OFFICIAL)[0]))


def entry(authority_id: UUID, slug: str) -> Entry | None:
    """One of them; None for an unknown address."""
    with work(authority_id):
        row = first(Own, authority_id=authority_id, slug=slug)
    origin = template(slug)
    return _entry(slug, origin, row) if origin or (row and row.content) else None


def described_at(authority_id: UUID, language: str) -> tuple[DescribedService, ...]:
    """What the town shows in lists and searches, in the language each can be shown in."""
    kept = _said_in_lists(authority_id, language)
    shown = [_listed(one, kept.pop(one.slug, None), language) for one in described(language)]
    shown += [_listed(None, row, language) for row in kept.values()]
    return tuple(one for one in shown if one)


def titles_at(authority_id: UUID) -> dict[str, list[tuple[str, ...]]]:
    """What descriptions are called in any language, by their address: the product's titles and the town's. For whoever
    searches in a language the page is not in; what is hidden stands here, too."""
    titles: dict[str, list[tuple[str, ...]]] = {}
    for tag in SPOKEN:
        for one in described(tag):
            titles.setdefault(one.slug, []).append((one.title,))
    texts = KeyTransform("texts", "content")
    paths = [KeyTransform("title", KeyTransform(tag, texts)) for tag in LANGUAGES]
    with work(authority_id):
        for slug, *own in Own.objects.filter(authority_id=authority_id).values_list("slug", *paths):
            titles.setdefault(slug, []).extend((one,) for one in own if one)
    return titles


@dataclass(frozen=True)
class _InList:
    """What a list shows of a row; `said` is none where only `hidden` was said."""

    slug: str
    hidden: bool
    said: Said | None


def _said_in_lists(authority_id: UUID, language: str) -> dict[str, _InList]:
    """The rows by address. Of each no more than titles and summaries that may be shown: a town may have a thousand long ones."""
    asked = [(tag, name) for tag in dict.fromkeys((language, language.split("-")[0], OFFICIAL)) for name in LINES]
    texts = KeyTransform("texts", "content")
    paths = [KeyTransform(name, KeyTransform(tag, texts)) for tag, name in asked]
    with work(authority_id):
        found = Own.objects.filter(authority_id=authority_id).values_list(
            "slug", "hidden", KeyTransform("words", "content"), KeyTransform("situation", "content"), *paths
        )
        return {row[0]: _InList(row[0], row[1], _short(row[2], row[3], asked, row[4:])) for row in found}


def _short(
    words: Sequence[str] | None, situation: str, asked: Sequence[tuple[str, str]], given: Sequence[str | None]
) -> Said | None:
    if words is None:
        return None
    texts: dict[str, dict[str, str]] = {}
    for (tag, name), text in zip(asked, given, strict=True):
        texts.setdefault(tag, {})[name] = text or ""
    return Said(date.min, texts, tuple(words), situation=situation)


def description_at(authority_id: UUID, slug: str, language: str) -> WholeDescription | None:
    """One whole, as the town shows it; None for an unknown address and one that is hidden."""
    with work(authority_id):
        row = first(Own, authority_id=authority_id, slug=slug)
    if row is None:
        return description(slug, language)
    if row.hidden:
        return None
    return whole(of_kept(row.content), language) if row.content else description(slug, language)


def whole(said: Said, language: str) -> WholeDescription:
    """What a town says, as its portal shows it."""
    parts = [(part, *said.text(part, language)) for part in PARTS]
    places = [(place, *said.text(place, language)) for place in PLACES]
    return WholeDescription(
        title=said.text("title", language)[0],
        summary=said.text("summary", language)[0],
        language=said.language(language),
        parts=tuple(one for one in parts if one[1] or (one[0] == "cost" and said.cost)),
        cost=said.cost,
        office=said.office,
        law=said.law,
        reviewed=said.reviewed,
        places=tuple(one for one in places if one[1]),
        is_own=True,
    )


def _rows(authority_id: UUID) -> dict[str, Own]:
    with work(authority_id):
        return {row.slug: row for row in rows(Own, authority_id=authority_id)}


def _entry(slug: str, origin: Description | None, row: Own | None) -> Entry:
    if row is None or not row.content:
        assert origin is not None
        said = of_template(origin)
        hidden, version, changed = (row.hidden, row.version, row.changed) if row else (False, 0, None)
        return Entry(slug, slug, said, origin, hidden, False, version, changed)
    return Entry(
        slug, row.external_id, of_kept(row.content), origin, row.hidden, True, row.version, row.changed, row.based_on
    )


def _listed(one: DescribedService | None, row: _InList | None, language: str) -> DescribedService | None:
    if row is None:
        return one
    if row.hidden:
        return None
    said = row.said
    if said is None:
        return one
    return DescribedService(
        row.slug, said.text("title", language)[0], said.text("summary", language)[0], said.language(language),
        said.words, said.situation,
    )  # fmt: skip
