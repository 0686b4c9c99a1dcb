"""What changes from one version of a package to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stadttor.catalog.rules.changed_rules import RulesChanged, changed_rules
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.parameters import Parameter
from stadttor.catalog.rules.semver import Step, step
from stadttor.catalog.rules.texts import OFFICIAL, Texts

SAYS_ONLY = ("texts/", "examples/", "README.md", "CHANGELOG.md", "LICENSE")
"""Files that change nothing but words; what else differs in package.yaml beside its version is never among them."""


@dataclass(frozen=True)
class Difference:
    """Names are what people read: labels of fields and titles of parameters, in German."""

    old: str
    new: str
    step: Step
    fields_added: tuple[str, ...] = ()
    fields_removed: tuple[str, ...] = ()
    fields_changed: tuple[str, ...] = ()
    parameters_added: tuple[str, ...] = ()
    parameters_removed: tuple[str, ...] = ()
    fees_changed: tuple[str, ...] = ()
    law_added: tuple[str, ...] = ()
    law_removed: tuple[str, ...] = ()
    languages_added: tuple[str, ...] = ()
    letters_changed: tuple[str, ...] = ()
    texts_changed: int = 0
    process_changed: bool = False
    rules: RulesChanged = field(default_factory=RulesChanged)


def compare(before: PackageContent, after: PackageContent) -> Difference:
    """The difference for people, from an older version to a newer one."""
    old, new = before.form.fields, after.form.fields
    old_texts, new_texts = before.texts[OFFICIAL], after.texts[OFFICIAL]
    label = "fields.{}.label".format
    return Difference(
        old=before.manifest.version,
        new=after.manifest.version,
        step=step(before.manifest.version, after.manifest.version),
        fields_added=tuple(new_texts.text(label(path), path) for path in new if path not in old),
        fields_removed=tuple(old_texts.text(label(path), path) for path in old if path not in new),
        fields_changed=tuple(
            new_texts.text(label(path), path) for path in new if path in old and new[path] != old[path]
        ),
        parameters_added=_titles(after.parameters.parameters, before.parameters.parameters),
        parameters_removed=_titles(before.parameters.parameters, after.parameters.parameters),
        fees_changed=_fees(before, after),
        law_added=tuple(law for law in after.manifest.law if law not in before.manifest.law),
        law_removed=tuple(law for law in before.manifest.law if law not in after.manifest.law),
        languages_added=tuple(tag for tag in after.manifest.languages if tag not in before.manifest.languages),
        letters_changed=_changed(before.letters, after.letters),
        texts_changed=len(_changed(old_texts.own, new_texts.own)),
        process_changed=before.process != after.process,
        rules=changed_rules(before, after),
    )


def needed_step(found: Difference, before: PackageContent, after: PackageContent, files: Iterable[str]) -> Step:
    """How far the version must rise at least, `files` being those that differ (docs/package-format.md).

    Major where a question or a setting goes, or a question asks for something of another kind; patch where only texts, examples
    and notes differ; minor otherwise.
    """
    old, new = before.form.fields, after.form.fields
    another_kind = any(path in old and one.type != old[path].type for path, one in new.items())
    if found.fields_removed or found.parameters_removed or another_kind:
        return "major"
    if found.languages_added or not all(path.startswith(SAYS_ONLY) for path in files):
        return "minor"
    return "patch"


def _titles(these: tuple[Parameter, ...], others: tuple[Parameter, ...]) -> tuple[str, ...]:
    names = {parameter.name for parameter in others}
    return tuple(parameter.title for parameter in these if parameter.name not in names)


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key))


def _fees(before: PackageContent, after: PackageContent) -> tuple[str, ...]:
    old = {item.id: item for item in before.fees}
    new = {item.id: item for item in after.fees}
    texts = after.texts[OFFICIAL], before.texts[OFFICIAL]
    changed = [name for name in old | new if old.get(name) != new.get(name)]
    return tuple(_fee_text(texts, (new.get(name) or old[name]).text) for name in changed)


def _fee_text(texts: tuple[Texts, Texts], name: str) -> str:
    return next((found for text in texts if (found := text.text(f"fees.{name}"))), name)
