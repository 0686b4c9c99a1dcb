"""Which texts a package must have, and which it has for nothing."""

import re
from collections.abc import Iterator, Set

from stadttor.catalog.rules.content import PackageContent, Reading
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.forms.definition import Field, Group, Page
from stadttor.identity.ports import CLAIMS

SERVICE = ("who", "need", "cost", "duration", "next", "other_ways")
SEARCH_WORDS = 60
WITHDRAWN = "withdrawn"
"""The applicant's own outcome: no clerk chooses it, so nothing has to explain it."""
_SERVICE_OPTIONAL = ("deadline", "law")
_FREE = re.compile(r"(reasons|conditions|letters|outcomes|outcome_help)\..+|parameters\.[a-z0-9_]+\..+")


def required_keys(content: PackageContent) -> set[str]:
    """The keys without which a page would have a hole. German must have all of them."""
    keys = {"title", "summary", "declaration", "receipt.next", *(f"service.{key}" for key in SERVICE)}
    keys |= {f"outcomes.{outcome}" for outcome in content.manifest.outcomes}
    keys |= {f"outcome_help.{outcome}" for outcome in content.manifest.outcomes if outcome != WITHDRAWN}
    keys |= {f"fees.{item.text}" for item in content.fees}
    keys |= {f"letters.{kind}.subject" for kind in content.letters}
    if content.manifest.elsewhere:
        keys.add(content.manifest.elsewhere.text)
    keys |= {f"parameter_checks.{check.text}" for check in content.rules.checks}
    keys |= {f"cautions.{caution.text}" for caution in content.cautions}
    for page in content.form.pages:
        keys |= set(_page_keys(page))
    return keys


def _page_keys(page: Page) -> Iterator[str]:
    yield f"pages.{page.id}.title"
    yield from (f"checks.{check.text}" for check in page.checks)
    for group in page.groups:
        yield from _group_keys(group)


def _group_keys(group: Group) -> Iterator[str]:
    if group.repeat:
        yield from (f"groups.{group.id}.add", f"groups.{group.id}.item")
    for one in group.fields:
        yield f"fields.{one.path}.label"
        if one.wallet and one.wallet.type:
            # What is not ours we cannot call by name.
            yield f"fields.{one.path}.credential"
            yield from (f"fields.{one.path}.claims.{word}" for word, _path in one.wallet.claims if word not in CLAIMS)
        yield from (f"options.{one.path}.{option}" for option in one.options)


def _optional_keys(content: PackageContent) -> Iterator[str]:
    yield from (f"service.{key}" for key in _SERVICE_OPTIONAL)
    switches = [one.name for one in content.parameters.parameters if one.kind == "boolean"]
    for outcome in content.manifest.outcomes:
        yield from (f"outcome_next.{outcome}.{key}" for key in ("always", *switches))
    for page in content.form.pages:
        yield f"pages.{page.id}.intro"
        for group in page.groups:
            yield from (f"groups.{group.id}.{part}" for part in ("title", "intro", "add", "item", "remove"))
            for one in group.fields:
                yield from (f"fields.{one.path}.{part}" for part in ("help", "example", "required"))


def check_texts(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    """German texts that are missing, and texts of any language that nothing asks for."""
    required = required_keys(content)
    known = required | set(_optional_keys(content))
    open_fields = {one.path for one in content.form.fields.values() if one.options_from}
    german = content.texts[OFFICIAL].own
    for key in sorted(required - german.keys()):
        yield Fault(f"texts/{OFFICIAL}.yaml", 0, f"`{key}` is missing.", "Add the text.")
    for language, texts in content.texts.items():
        for key in texts.own:
            if key == "search" and language != OFFICIAL:
                yield from _check_search(texts.own[key], language)
            elif not _is_known(key, known, open_fields):
                yield _unknown(reading, language, key)


def _check_search(words: str, language: str) -> Iterator[Fault]:
    """Words are separated by `,`, whatever comma the language has: another one would make one long word of them."""
    if "،" in words or words.count(",") >= SEARCH_WORDS or any(not word.strip() for word in words.split(",")):
        mend = f"At most {SEARCH_WORDS} words, a plain comma between two."
        yield Fault(f"texts/{language}.yaml", 0, "`search` is not a list of words.", mend)


def _is_known(key: str, known: Set[str], open_fields: Set[str]) -> bool:
    if key in known or _FREE.fullmatch(key):
        return True
    section, _, rest = key.partition(".")
    return section == "options" and any(rest.startswith(f"{path}.") for path in open_fields)


def _unknown(reading: Reading, language: str, key: str) -> Fault:
    file = f"texts/{language}.yaml"
    line = reading.documents[file].line(tuple(key.split(".")))
    return Fault(file, line, f"Nothing asks for the text `{key}`.", "Correct the key, or remove the text.")


def label_of(content: PackageContent, one: Field, language: str = OFFICIAL) -> str:
    """What a field is called."""
    return content.texts_in(language).text(f"fields.{one.path}.label", one.path)
