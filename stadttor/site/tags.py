"""What a decision enters until it is ended (a dog with its tag): numbered for the clerk, there when the decision leaves.

It is ended by the decision of another application, from the moment of that decision on: two that want to end the same thing
meet in the database, and whatever was assessed for it is lowered once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from stadttor.cases import events as cases
from stadttor.cases.ports import CaseRef, Caution, Tags, Thing
from stadttor.cases.queries import DecisionView, case_row, decision_of, sent_decisions, standing_decision
from stadttor.cases.queries.tags import TagView, numbers_of, tag_ended_by, tag_of_holder
from stadttor.cases.services.tagging import end_tag, issue_tags, restore_tag
from stadttor.catalog.queries import adopted_revision
from stadttor.core.refused import Refused
from stadttor.forms import queries as forms
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import N_, _
from stadttor.site.applications import Submitted, submitted
from stadttor.site.lowering import Lowering, lower, lowering, said_of, take_back
from stadttor.site.matter import Matter


def tags_of(found: Submitted, case_id: UUID) -> Tags | None:
    """What a decision on this application would enter, with the numbers that an earlier decision gave; None for nothing.

    A trial enters nothing: its numbers would be missing for those that are handed out.
    """
    rule = None if found.row.is_test else found.form.content.tag
    called = tuple(name for name, _since in rule.things(found.filled)) if rule else ()
    if rule is None or not called:
        return None
    return Tags(rule.outcomes, called, numbers_of(found.form.authority_id, case_id))


def keep_tags(matter: Matter, decision: DecisionView) -> None:
    """Inside the open work in which the decision leaves: what it enters is there, what it does not enter any more is not."""
    rule = matter.found.form.content.tag
    if rule is None or matter.found.row.is_test:
        return
    things = rule.things(matter.found.filled) if decision.outcome in rule.outcomes else ()
    issue_tags(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        holder=matter.found.applicant,
        things=[Thing(called, since) for called, since in things],
        now=now(),
    )


@dataclass(frozen=True)
class Ends:
    """What an application ends: the `number` that it names, the `last_day`, and the tag of the same holder, where it is there."""

    number: str
    last_day: date | None
    tag: TagView | None


def ends_of(found: Submitted, case_id: UUID) -> Ends | None:
    """None for an application that ends nothing. A tag is found by its number and the name of its holder; in a trial never."""
    rule = found.form.content.tag
    ending = rule.ending(found.filled) if rule else None
    if ending is None:
        return None
    if found.row.is_test or not ending.number or ending.last_day is None:
        return Ends(ending.number, ending.last_day, None)
    authority_id, ended = found.form.authority_id, tag_ended_by(found.form.authority_id, case_id)
    if ended is None or not ended.has_number(ending.number):
        ended = tag_of_holder(authority_id, found.row.service, ending.number, found.applicant)
    return Ends(ending.number, ending.last_day, ended)


def end_decided(fact: cases.Decided) -> None:
    """In the transaction of the decision: what it ends does not count after that day; one that ends nothing gives it back."""
    found = _ending(fact.authority_id, fact.case_id)
    rule = found.form.content.tag if found else None
    if found is None or rule is None or rule.ends is None:
        return
    _end(found, fact.case_id, decision_of(fact.authority_id, fact.decision_id), fact.at)


def _end(found: Submitted, case_id: UUID, decision: DecisionView, at: datetime) -> None:
    """As this decision says. Locks the case with the tag first, then the days of the books, as deciding that case does."""
    authority_id, rule, actor = found.form.authority_id, found.form.content.tag, _who(decision)
    ends = ends_of(found, case_id) if rule and rule.ends and decision.outcome in rule.ends.outcomes else None
    if ends is None or ends.tag is None or ends.last_day is None:
        if tag_ended_by(authority_id, case_id) is None:
            return
        restore_tag(authority_id=authority_id, by_case_id=case_id, actor=actor, now=at)
        take_back(authority_id, case_id)
        return
    _must_stand(ends.tag)
    end_tag(
        authority_id=authority_id,
        case_id=ends.tag.case_id,
        entry=ends.tag.entry,
        ended_from=ends.last_day + timedelta(days=1),
        by_case_id=case_id,
        actor=actor,
        now=at,
    )
    # It may have been opened before it was locked.
    _must_stand(ends.tag)
    if _is_assessed(ends.tag, ends.last_day, case_id):
        lower(authority_id, ends.tag.case_id, ends.tag.entry, ends.last_day, case_id)
    else:
        take_back(authority_id, case_id)


def what_it_lowers(found: Submitted, case_id: UUID, today: date) -> Lowering | None:
    """What a decision of today lowers, for a letter that is looked at before; None where it lowers nothing, or cannot."""
    ends = ends_of(found, case_id)
    if ends is None or ends.tag is None or ends.last_day is None:
        return None
    try:
        return lowering(
            ends.tag.authority_id, ends.tag.case_id, ends.tag.entry, ends.last_day, today, told=_told(found),
            by_case_id=case_id,
        )  # fmt: skip
    except Refused:
        return None


def _must_stand(tag: TagView) -> None:
    """Refused while the case that entered it is decided anew: what that comes to would not know that it ended."""
    decision = standing_decision(tag.authority_id, tag.case_id)
    if decision is None or decision.sent_at is None:
        raise Refused(
            "tag_in_work",
            N_("The case in which this was entered is being decided anew. Please wait until its letter has left."),
            status=409,
        )


def _is_assessed(tag: TagView, last_day: date, by_case_id: UUID) -> bool:
    """Whether there is a claim to lower; a dog leaves also where there never was one. Whatever else is wrong `lower` says."""
    try:
        lowering(tag.authority_id, tag.case_id, tag.entry, last_day, german_day(now()), by_case_id=by_case_id)
    except Refused as error:
        return error.code != "nothing_assessed"
    return True


def _told(found: Submitted) -> date:
    return german_day(found.row.received)


def restore_taken_back(fact: cases.DecisionTakenBack) -> None:
    """Nobody was told of it. What an earlier decision of the case ended, of which somebody was told, is ended as it said."""
    sent = sent_decisions(fact.authority_id, fact.case_id)
    if not sent:
        actor = _who(decision_of(fact.authority_id, fact.decision_id))
        restore_tag(authority_id=fact.authority_id, by_case_id=fact.case_id, actor=actor, now=fact.at)
        return
    told = decision_of(fact.authority_id, sent[-1])
    found = _ending(fact.authority_id, fact.case_id, told.decided_at)
    if found is not None:
        _end(found, fact.case_id, told, fact.at)


def what_it_ends(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision which tag it ends, or that it finds none. Implements `stadttor.cases.ports.Cautions`."""
    if case.submission_id is None or standing_decision(case.authority_id, case.case_id):
        return ()
    found = submitted(case.authority_id, case.submission_id)
    ends = ends_of(found, case.case_id)
    if ends is None:
        return ()
    if ends.tag is None or ends.last_day is None:
        text = _(
            "There is nothing entered with the number “{number}” for {holder}. The decision ends nothing and changes no"
            " claim by itself: compare number and name, or do it by hand.",
            number=ends.number or "–", holder=found.applicant,
        )  # fmt: skip
        return (Caution(_("What the decision ends"), text),)
    text = _(
        "{called}, number {number}, entered for {holder}: after {day} it does not count any more.",
        called=ends.tag.called, number=ends.tag.number, holder=ends.tag.holder, day=day(ends.last_day),
    )  # fmt: skip
    try:
        _must_stand(ends.tag)
        said = said_of(
            lowering(
                ends.tag.authority_id,
                ends.tag.case_id,
                ends.tag.entry,
                ends.last_day,
                german_day(now()),
                told=_told(found),
                by_case_id=case.case_id,
            )
        )
    except Refused as error:
        said = (_(error.text, **error.values),)
    return (Caution(_("What the decision ends"), "; ".join((text.rstrip("."), *said)), kind="info"),)


def _ending(authority_id: UUID, case_id: UUID, until: datetime | None = None) -> Submitted | None:
    """The application of a case whose package says what ends a tag, `until` a moment. Looks at little for all others."""
    submission_id = case_row(authority_id, case_id).submission_id
    if submission_id is None or not forms.is_accepted(authority_id, submission_id):
        return None
    row = forms.submission(authority_id, submission_id)
    try:
        tag = adopted_revision(authority_id, row.revision_id).content.tag
    except Refused:
        # Where the service cannot be read, who decides is told so by the words she decides with.
        return None
    return submitted(authority_id, row.id, until=until) if tag and tag.ends else None


def _who(decision: DecisionView) -> Actor:
    return Actor("staff", decision.decided_by, decision.decided_by_name) if decision.decided_by else SYSTEM
