"""What a decision enters until it is ended (a dog with its tag): numbered for the clerk, there when the decision leaves."""

from uuid import UUID

from stadttor.cases.ports import Tags, Thing
from stadttor.cases.queries import DecisionView
from stadttor.cases.queries.tags import numbers_of
from stadttor.cases.services.tagging import issue_tags
from stadttor.ground.clock import now
from stadttor.site.applications import Submitted
from stadttor.site.matter import Matter


def tags_of(found: Submitted, case_id: UUID) -> Tags | None:
    """What a decision on this application would enter, with the numbers that an earlier decision gave; None for nothing."""
    rule = found.form.content.tag
    called = tuple(name for name, _since in rule.things(found.filled)) if rule else ()
    if rule is None or not called:
        return None
    return Tags(rule.outcomes, called, numbers_of(found.form.authority_id, case_id))


def keep_tags(matter: Matter, decision: DecisionView) -> None:
    """Inside the open work in which the decision leaves: what it enters is there, what it does not enter any more is not."""
    rule = matter.found.form.content.tag
    if rule is None:
        return
    things = rule.things(matter.found.filled) if decision.outcome in rule.outcomes else ()
    issue_tags(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        holder=matter.found.applicant,
        things=[Thing(called, since) for called, since in things],
        now=now(),
    )
