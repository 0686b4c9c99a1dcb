"""What a package says about deciding: for which outcomes a building block is, and the permit a decision brings along."""

from collections.abc import Iterator, Mapping, Sequence

from stadttor.catalog.rules.content import PackageContent, Reading
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.core.outcomes import is_decision

FILE = "package.yaml"


def outcomes_of(content: PackageContent, section: str) -> Mapping[str, tuple[str, ...]]:
    """Per building block of `reasons` or `conditions` its outcomes; one that is not named is for every outcome."""
    named = content.manifest.reasons if section == "reasons" else content.manifest.conditions
    return {key: tuple(outcomes) for key, outcomes in named.items()}


def check_deciding(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    """Blocks and outcomes that package.yaml names but that do not exist."""
    for section in ("reasons", "conditions"):
        known = content.texts[OFFICIAL].section(section)
        for key, outcomes in outcomes_of(content, section).items():
            line = reading.documents[FILE].line((section, key))
            if key not in known:
                mend = f"Add the text to texts/{OFFICIAL}.yaml, or remove the line."
                yield Fault(FILE, line, f"`{section}.{key}`: there is no such text.", mend)
            yield from _check_outcomes(content, f"{section}.{key}", outcomes, line)
    for key in content.only_if:
        named = any(key in content.texts[OFFICIAL].section(section) for section in ("reasons", "conditions"))
        if not named and key not in content.manifest.outcomes:
            line = reading.documents[FILE].line(("only_if", key))
            text = f"`only_if.{key}`: there is no such reason, condition or outcome."
            yield Fault(FILE, line, text, "Correct the key.")
    for place, caution in enumerate(content.cautions):
        line = reading.documents[FILE].line(("cautions", place, "outcomes"))
        yield from _check_outcomes(content, f"cautions.{place}.outcomes", caution.outcomes, line)
    if content.manifest.payment == "after_decision" and not content.manifest.demands:
        text = "`payment: after_decision` without `demands`: no decision would ask for the fee."
        line = reading.documents[FILE].line(("payment",))
        yield Fault(FILE, line, text, "Name the outcomes that cost it, like `demands: [granted, partly]`.")
    if content.manifest.demands:
        line = reading.documents[FILE].line(("demands",))
        yield from _check_outcomes(content, "demands", content.manifest.demands, line)
    for before, follow in content.manifest.follows.items():
        line = reading.documents[FILE].line(("follows", before))
        yield from _check_outcomes(content, f"follows.{before}", (before, *follow.outcomes), line)
        if is_decision(before):
            text = f"`follows.{before}`: a decision stands until the case is opened again."
            yield Fault(FILE, line, text, "Name outcomes that decide nothing yet.")
    if assessment := content.manifest.assessment:
        line = reading.documents[FILE].line(("assessment", "outcomes"))
        yield from _check_outcomes(content, "assessment.outcomes", assessment.outcomes, line)
    if content.manifest.permit:
        yield from _check_permit(reading, content)
    if tag := content.manifest.tag:
        line = reading.documents[FILE].line(("tag",))
        yield from _check_outcomes(content, "tag.outcomes", tag.outcomes, line)
        yield from _check_outcomes(content, "tag.ends.outcomes", tag.ends.outcomes if tag.ends else (), line)
    if credential := content.manifest.credential:
        line = reading.documents[FILE].line(("credential", "outcomes"))
        yield from _check_outcomes(content, "credential.outcomes", credential.outcomes, line)


def _check_permit(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    permit, line = content.manifest.permit, reading.documents[FILE].line(("permit",))
    assert permit
    if permit.letter not in content.letters:
        mend = f"Add letters/{permit.letter}.typ, or correct the name."
        yield Fault(FILE, line, f"`permit.letter`: there is no letter `{permit.letter}`.", mend)
    yield from _check_outcomes(content, "permit.outcomes", permit.outcomes, line)


def _check_outcomes(content: PackageContent, place: str, outcomes: Sequence[str], line: int) -> Iterator[Fault]:
    known = content.manifest.outcomes
    for outcome in outcomes:
        if outcome not in known:
            text = f"`{place}`: the package has no outcome `{outcome}`."
            yield Fault(FILE, line, text, f"Use one of {', '.join(known)}.")
