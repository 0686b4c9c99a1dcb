"""The permit of a granted application as an object: made when the decision leaves, told of before it ends."""

from datetime import date
from uuid import UUID, uuid5

from stadttor.cases import services as cases
from stadttor.cases.ports import PermitFacts, Validity
from stadttor.cases.queries import DecisionView
from stadttor.cases.queries.permits import PermitView, permit_of, permits_to_remind_of
from stadttor.cases.services.permitting import issue_permit, let_permit_go, note_reminded
from stadttor.core.cel import Environment
from stadttor.core.languages import OFFICIAL
from stadttor.core.outcomes import is_decision
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.jobs import enqueue, job
from stadttor.ground.web import formats
from stadttor.ground.web.language import _, speaking
from stadttor.ground.work import work
from stadttor.identity.issuing.services import revoke
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import letter_data
from stadttor.records.queries import is_filed
from stadttor.records.services import file_document, put
from stadttor.site.applications import Submitted
from stadttor.site.delivering import known_from, send_plainly, way_of
from stadttor.site.letter_facts import letter_facts
from stadttor.site.matter import Matter, mail, matter_of
from stadttor.site.representing import address_of


def keep_permit(matter: Matter, decision: DecisionView) -> None:
    """Issue, change or end the permit of the case as this decision has it, inside the open work in which it leaves.

    What else an earlier decision let her take into a wallet does not count there any more.
    """
    if matter.found.form.content.credential is not None:
        revoke(
            authority_id=matter.authority_id, about=matter.case_id, why="changed", begins=now(), actor=SYSTEM, now=now()
        )
    rule = matter.found.form.content.permit
    if rule is None:
        return
    if decision.outcome not in rule.outcomes or decision.valid_from is None or decision.valid_until is None:
        let_permit_go(
            authority_id=matter.authority_id,
            case_id=matter.case_id,
            now=now(),
            ended_from=_known_from(matter.found, decision) if is_decision(decision.outcome) else None,
        )
        return
    issue_permit(
        authority_id=matter.authority_id,
        case_id=matter.case_id,
        facts=facts_of(matter.found),
        validity=Validity(decision.valid_from, decision.valid_until),
        now=now(),
    )


def _known_from(found: Submitted, decision: DecisionView) -> date | None:
    """A Bescheid has no effect before it is known (§ 43 Abs. 1 VwVfG): the earliest day of the way it takes."""
    way = way_of(found, now(), decision.channel, decision.channel_reason)
    return known_from(found, way.channel, german_day(now()))


def facts_of(found: Submitted) -> PermitFacts:
    """What the answers as they are now say for the permit."""
    rule, environment = found.form.content.permit, Environment(found.filled.seen)
    if rule is None:
        return PermitFacts(found.applicant)
    return PermitFacts(
        found.applicant, rule.plates_of(environment), rule.area_of(environment), rule.replaces_of(environment)
    )


def remind_of_permits(authority_id: UUID) -> None:
    """Have the holders told whose permits end within four weeks; each is told once."""
    with work(authority_id):
        for case_id in permits_to_remind_of(authority_id, german_day(now())):
            enqueue(remind_of_permit, authority_id=authority_id, key=f"permit:{case_id}", case_id=case_id)


@job("site.remind_of_permit")
@cases.ends_with_case
def remind_of_permit(*, authority_id: UUID, case_id: UUID) -> None:
    """Say that a permit ends, with the way to its renewal: by mail, else by post. Where neither is known nobody was told."""
    matter, permit = matter_of(authority_id, case_id), permit_of(authority_id, case_id)
    if matter is None or permit is None or not permit.may_end(german_day(now())):
        return
    with speaking(matter.found.row.language):
        day = formats.day(permit.valid_until)
    key = f"permit-ends:{case_id}:{permit.valid_until.isoformat()}"
    if not matter.found.email:
        if not address_of(matter.found):
            return
        _remind_by_post(matter, permit, key, day)
    # The mail has its own key: a job that dies between the two says nothing twice.
    mail(matter, "permit_ends", key, {"day": day})
    note_reminded(authority_id=authority_id, case_id=case_id, now=now())


def _remind_by_post(matter: Matter, permit: PermitView, key: str, day: str) -> None:
    """The same as the mail says, as a letter in the print run; once for each last day."""
    if is_filed(matter.authority_id, matter.case_id, key):
        return
    language, moment = matter.found.row.language, now()
    with speaking(language):
        subject = _("Your permit ends soon")
        body = _(
            "Your permit {number} ends on {day}. You can apply for a new one on our website or at the town hall.",
            number=permit.number,
            day=day,
        )
    facts = letter_facts(matter.found, language, kind="reminder", subject=subject, at=moment, body=body)
    kept = put(
        authority_id=matter.authority_id,
        data=render_letter(builtin("reminder"), {}, letter_data(facts)),
        media_type="application/pdf",
    )
    with speaking(OFFICIAL):
        title = _("Reminder that the permit ends")
    with cases.stays(matter.authority_id, matter.case_id):
        filed = file_document(
            authority_id=matter.authority_id, case_id=matter.case_id, kind="letter", title=title, origin="system",
            kept=kept, source_key=key, now=moment,
        )  # fmt: skip
        send_plainly(matter, uuid5(matter.case_id, key), [filed], moment)
