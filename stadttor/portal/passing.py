"""A colleague lets pass what the form would refuse: the fields for her reasons, and what she gave."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stadttor.forms.definition import Page
from stadttor.forms.rules.overriding import Override, may_pass, stand_of, standing
from stadttor.forms.rules.problems import Problem
from stadttor.forms.services.entering import keep_overrides
from stadttor.ground.web import blocks
from stadttor.ground.web.language import _
from stadttor.portal.journey import Journey

BEFORE = "reason-for."
"""Before the path of an answer in the name of its reason's field."""
LONGEST = 500


def passing(journey: Journey, here: Page, problems: Sequence[Problem]) -> list[blocks.Field]:
    """Fields for the reasons: one for each problem that may be let pass, and those given on this page already."""
    if journey.entry is None:
        return []
    given = {one.path: one for one in _of_page(journey, here)}
    found = {one.path: one.problem for one in given.values()} | {one.path: one for one in problems if may_pass(one)}
    return [_field(journey, one, given[one.path].reason if one.path in given else "") for one in found.values()]


def strict_lines(journey: Journey, problems: Sequence[Problem]) -> list[str]:
    """What nobody may accept all the same, in the package's own words: said to a colleague, who else looks for the field."""
    if journey.entry is None:
        return []
    return [line["text"] for line in journey.explaining.lines([one for one in problems if one.strict])]


def _field(journey: Journey, problem: Problem, reason: str) -> blocks.Field:
    line = journey.explaining.lines([problem])[0]
    label = _("Why you accept this all the same: “{problem}”", problem=line["text"])
    name = BEFORE + problem.path
    return blocks.Field(
        "textarea", name, label, value=reason, required=False, rows=2, maxlength=LONGEST, id=f"reason-{problem.path}"
    )


def keep_passed(journey: Journey, here: Page, posted: Mapping[str, str]) -> Journey:
    """Keep what is let pass on this page with these reasons; what was taken out is judged again."""
    entry = journey.entry
    if entry is None or not any(name.startswith(BEFORE) for name in posted):
        return journey
    before = {one.path: one for one in _of_page(journey, here)}
    problems = [one for one in journey.filled.validate_page(here.id) if may_pass(one)]
    now_given = [one for problem in problems if (one := _given(journey, problem, before, posted))]
    others = [one for one in entry.overrides if one.path not in before]
    overrides = (*others, *now_given)
    _keep(journey, overrides)
    return replace(journey, entry=replace(entry, overrides=overrides))


def keep_standing(journey: Journey) -> None:
    """Of what was let pass keep only what still lets something pass: it stays with the application."""
    if journey.entry:
        _keep(journey, standing(journey.filled.validate_all(), journey.entry.overrides, journey.draft.answers))


def _keep(journey: Journey, overrides: tuple[Override, ...]) -> None:
    if journey.entry and overrides != journey.entry.overrides:
        keep_overrides(
            authority_id=journey.form.authority_id,
            draft_id=journey.draft.id,
            overrides=overrides,
            actor=journey.actor,
            now=journey.now,
        )


def _given(
    journey: Journey, problem: Problem, before: Mapping[str, Override], posted: Mapping[str, str]
) -> Override | None:
    """The reason for one problem. A reason that only stayed in its field counts for the answer it was given for."""
    reason = posted.get(BEFORE + problem.path, "").replace("\0", "").strip()[:LONGEST]
    stand, known = stand_of(journey.draft.answers, problem.path), before.get(problem.path)
    if known and known.reason == reason:
        return known if (known.stand, known.problem.code) == (stand, problem.code) else None
    if not reason:
        return None
    return Override(problem, stand, reason, journey.actor.name, journey.now.isoformat())


def _of_page(journey: Journey, here: Page) -> list[Override]:
    """What was let pass on this page so far."""
    groups = {group.id for group in here.groups}
    kept = journey.entry.overrides if journey.entry else ()
    return [one for one in kept if one.path.partition(".")[0] in groups]
