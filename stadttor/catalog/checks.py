"""The checks that other modules make of a package's letters and process, bound together for this house."""

from collections.abc import Iterator
from dataclasses import replace

from stadttor.catalog.example_letters import with_example
from stadttor.catalog.rules.checking import Checks
from stadttor.catalog.rules.content import Example, PackageContent
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.forms.definition import Group
from stadttor.ground.web.language import speaking
from stadttor.notices.letters.checking import SampleGroup, check_letter, sample_facts, sample_letter
from stadttor.processes.services import check_bpmn


def house_checks() -> Checks:
    """What `check` and `publish` use."""
    return Checks(letter=_check_letter, process=_check_process)


def _check_process(xml: bytes) -> Iterator[Fault]:
    for fault in check_bpmn(xml):
        yield Fault("process.bpmn", fault.line, fault.text, fault.mend)


def _check_letter(kind: str, content: PackageContent) -> list[str]:
    """Set the letter for every outcome, with sample answers and the default parameters."""
    return check_letter(
        content.letters[kind],
        content.letter_files,
        content.texts_in(OFFICIAL).nested(),
        outcomes=content.manifest.outcomes,
        groups=[_sample(content, group) for page in content.form.pages for group in page.groups],
        parameters=content.parameters.defaults(),
    )


def letter_pdf(
    content: PackageContent, kind: str, outcome: str, *, example: Example | None = None, language: str = OFFICIAL
) -> bytes:
    """A letter of the package with invented facts and default parameters, or with the answers, settings and fee of an
    example; what only a case has (number, clerk, deadlines, account) stays invented. Raises LetterFailed."""
    texts = content.texts_in(language)
    facts = sample_facts(
        texts.nested(),
        outcome=outcome,
        groups=[_sample(content, group) for page in content.form.pages for group in page.groups],
        parameters=content.parameters.defaults(),
    )
    facts = replace(facts, language=language, subject=texts.text(f"letters.{kind}.subject", facts.subject))
    if example:
        with speaking(language):
            facts = with_example(facts, content, example, language)
    return sample_letter(content.letters[kind], content.letter_files, facts)


def _sample(content: PackageContent, group: Group) -> SampleGroup:
    texts = content.texts_in(OFFICIAL)
    fields = [(one.id, texts.text(f"fields.{one.path}.label", one.path)) for one in group.fields if one.type != "info"]
    title = texts.text(f"groups.{group.id}.title", group.id)
    return SampleGroup(group.id, title, fields, repeated=group.repeat is not None)
