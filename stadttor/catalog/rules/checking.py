"""The complete check of a package: what `stadttor package check` says and what publishing insists on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stadttor.catalog.fim.checking import check_fim
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.content import PackageContent, Reading, read_package
from stadttor.catalog.rules.deciding import check_deciding
from stadttor.catalog.rules.examples import check_examples
from stadttor.catalog.rules.faults import Fault, PackageRefused
from stadttor.catalog.rules.files import Files
from stadttor.catalog.rules.letters import check_sources
from stadttor.catalog.rules.letters_to import check_letters_to
from stadttor.catalog.rules.manifest_check import parse_manifest
from stadttor.catalog.rules.upgrades import check_migrations
from stadttor.catalog.rules.wording import check_texts

CheckLetter = Callable[[str, PackageContent], Sequence[str]]
"""Compiles the letter of this kind with sample data; what is wrong, or nothing."""
CheckProcess = Callable[[bytes], Iterable[Fault]]


@dataclass(frozen=True)
class Checks:
    """The checks other modules make: letters (typst) and processes (BPMN).

    Without one a process is refused, since it would run; a letter is looked at, but not compiled.
    """

    letter: CheckLetter | None = None
    process: CheckProcess | None = None


@dataclass(frozen=True)
class Report:
    """Everything a check found. `missing` names, per language, the texts that are still German."""

    faults: tuple[Fault, ...]
    content: PackageContent | None = field(default=None, repr=False)

    @property
    def missing(self) -> Mapping[str, tuple[str, ...]]:
        return self.content.missing_texts if self.content else {}

    def accepted(self) -> PackageContent:
        """The content. Raises PackageRefused with every fault."""
        if self.faults or self.content is None:
            raise PackageRefused(self.faults)
        return self.content


def check_package(files: Files, checks: Checks) -> Report:
    """Read and check all of it: structure, texts, letters, process, and the package's own examples."""
    reading = read_package(files, parse_manifest)
    if reading.content is None:
        return Report(tuple(sorted(set(reading.faults))))
    faults = list(_all_faults(reading, reading.content, checks))
    return Report(tuple(sorted(set(faults))), reading.content)


def _all_faults(reading: Reading, content: PackageContent, checks: Checks) -> Iterator[Fault]:
    yield from _check_counts(content)
    yield from check_texts(reading, content)
    yield from check_deciding(reading, content)
    yield from check_letters_to(reading.documents["package.yaml"], content.manifest, content.form)
    yield from check_migrations(reading, content)
    yield from _check_languages(reading, content)
    yield from check_fim(reading, content)
    yield from _check_process(content, checks.process)
    yield from _check_letters(content, checks.letter)
    yield from check_examples(content)


def _check_counts(content: PackageContent) -> Iterator[Fault]:
    for path, count, most in (
        ("form.yaml", len(content.form.fields), limits.FIELDS),
        ("letters", len(content.letters), limits.LETTERS),
        ("examples", len(content.examples), limits.EXAMPLES),
    ):
        if count > most:
            yield Fault(path, 0, f"There are {count}, at most {most} are allowed.", "Remove some.")


def _check_languages(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    line = reading.documents["package.yaml"].line(("languages",))
    for language in content.manifest.languages:
        if language not in content.texts:
            mend = "Add the file, or remove the language."
            yield Fault("package.yaml", line, f"texts/{language}.yaml is missing.", mend)


def _check_process(content: PackageContent, check: CheckProcess | None) -> Iterator[Fault]:
    if content.process is None:
        return
    if check is None:
        yield Fault("process.bpmn", 0, "Processes cannot be checked here.", "Use the built-in process.")
        return
    yield from check(content.process)


def _check_letters(content: PackageContent, check: CheckLetter | None) -> Iterator[Fault]:
    faults = list(check_sources(content))
    yield from faults
    if faults or check is None or len(content.letters) > limits.LETTERS:
        return
    for kind in content.letters:
        for problem in check(kind, content):
            yield Fault(f"letters/{kind}.typ", 0, problem, "Correct the letter.")
