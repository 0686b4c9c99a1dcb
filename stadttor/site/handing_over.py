"""What a package says is handed over, made from a case: as a file when it is time, as a sheet whenever somebody looks.

A trial application is handed over to nobody; nothing is, where the authority switched hand-overs off.
"""

import re
from datetime import timedelta
from uuid import UUID, uuid5

from stadttor.cases import services as cases
from stadttor.cases.queries import DecisionView, case_row, decision_of, standing_decision
from stadttor.cases.queries.tags import ended_before
from stadttor.catalog.queries import adopted_form, adoptions
from stadttor.catalog.queries.handing_over import MEDIA_TYPES, Facts, HandOver, Line, lines, written
from stadttor.core.languages import OFFICIAL
from stadttor.exchange import services as exchange
from stadttor.exchange.ports import Offered
from stadttor.exchange.queries import HandOverRow
from stadttor.ground.clock import german_day, now
from stadttor.ground.jobs import job
from stadttor.ground.web.language import speaking
from stadttor.payments.queries.finance import Asked, asked_by
from stadttor.records.queries import DocumentRow, documents
from stadttor.site.closing import offered_closing
from stadttor.site.matter import Matter, matter_of
from stadttor.site.parts import uses

RECEIVED, DECIDED = "received", "decision:"
PROOFS = frozenset({"proof", "answer"})
MOST_PROOFS, LARGEST_PROOFS, LONGEST_TITLE = 30, 25_000_000, 40
"""Together in one try, which is over in 40 seconds: what is more is copied from the sheet."""
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@job("site.hand_over_decided")
@cases.ends_with_case
def hand_over_decided(*, authority_id: UUID, case_id: UUID, decision_id: UUID) -> None:
    """A decision has left: what the target procedure gets of it is made, once for each decision."""
    matter = matter_of(authority_id, case_id)
    rule = _rule_of(matter, "decided")
    if matter is None or rule is None:
        return
    with cases.stays(authority_id, case_id):
        decision = standing_decision(authority_id, case_id)
        # A late retry of a decision that was replaced meanwhile, or whose case was opened again.
        if decision is None or decision.id != decision_id:
            return
        _drop_replaced(authority_id, case_id)
        if decision.outcome in rule.outcomes:
            _make(matter, rule, f"{DECIDED}{decision_id}", decision)


def hand_over_received(matter: Matter) -> None:
    """An application came in whose target procedure gets it at once; with proofs when none waits for the virus scanner."""
    waiting = any(one.state == "quarantine" for one in matter.found.attachments.values())
    rule = _rule_of(matter, "received")
    if rule and not (rule.proofs and waiting):
        _make(matter, rule, f"{RECEIVED}:{matter.case_id}", None)


@job("site.drop_hand_overs")
@cases.ends_with_case
def drop_hand_overs(*, authority_id: UUID, case_id: UUID) -> None:
    """Withdrawn or opened again: what nobody has taken over yet and does not hold any more need not be."""
    with cases.stays(authority_id, case_id):
        if case_row(authority_id, case_id).state == "withdrawn":
            exchange.drop_open(authority_id=authority_id, case_id=case_id, now=now())
        else:
            _drop_replaced(authority_id, case_id)


def sheet_of(row: HandOverRow) -> list[Line]:
    """The lines to copy, as the case says them now."""
    matter = matter_of(row.authority_id, row.case_id)
    rule = matter.found.form.content.handover if matter else None
    if matter is None or rule is None:
        return []
    decision = (
        decision_of(row.authority_id, UUID(row.key.removeprefix(DECIDED))) if row.key.startswith(DECIDED) else None
    )
    with speaking(OFFICIAL):
        return lines(rule, facts_of(matter, decision))


def facts_of(matter: Matter, decision: DecisionView | None) -> Facts:
    """A case as the rule of its package reads it."""
    said = {
        "number": matter.number,
        "received": german_day(matter.found.row.received).isoformat(),
        "applicant": matter.found.applicant,
    }
    if decision is not None:
        said |= {"decided": german_day(decision.decided_at).isoformat(), "outcome": decision.outcome}
        days = {"valid_from": decision.valid_from, "valid_until": decision.valid_until}
        said |= {name: day.isoformat() for name, day in days.items() if day}
        said |= _money(asked_by(matter.authority_id, decision.id))
    tag = matter.found.form.content.tag
    return Facts(
        said,
        matter.found.filled,
        matter.found.words(OFFICIAL),
        tag.each if tag else "",
        decision.tags if decision else (),
        ended_before(matter.authority_id, matter.case_id, decision.decided_at) if tag and decision else frozenset(),
    )


def _money(asked: Asked) -> dict[str, str]:
    """What the decision asks for; nothing of it where it asks for nothing."""
    if not asked.due:
        return {}
    said = {"claim": asked.number, "account": asked.account, "asked": _euros(sum(one.cents for one in asked.due))}
    said["due"] = "; ".join(f"{one.due.isoformat()}: {_euros(one.cents)}" for one in asked.due)
    return said | ({"mandate": asked.mandate.isoformat()} if asked.mandate else {})


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"


def offered(authority_id: UUID) -> list[Offered]:
    """The services of an authority whose package hands something over."""
    found = []
    for one in adoptions(authority_id):
        if one.state == "withdrawn":
            continue
        rule = adopted_form(authority_id, one.slug, include_test=True).content.handover
        if rule is not None:
            found.append(Offered(one.slug, one.title, rule.target, rule.file is not None))
    return [*found, offered_closing()]


def _rule_of(matter: Matter | None, at: str) -> HandOver | None:
    if matter is None or matter.found.row.is_test or not uses(matter.authority_id, "hand_overs"):
        return None
    rule = matter.found.form.content.handover
    return rule if rule is not None and rule.at == at else None


def _drop_replaced(authority_id: UUID, case_id: UUID) -> None:
    """Of what decisions made, the newest one's alone holds; none while the case is being worked on again."""
    decision = standing_decision(authority_id, case_id)
    but = f"{DECIDED}{decision.id}" if decision else ""
    exchange.drop_replaced(authority_id=authority_id, case_id=case_id, causes=DECIDED, but=but, now=now())


def _make(matter: Matter, rule: HandOver, key: str, decision: DecisionView | None) -> None:
    """The id follows from the cause, so that a file that is made again is the same file."""
    hand_over_id = uuid5(matter.case_id, key)
    service, moment = matter.found.row.service, now()
    with speaking(OFFICIAL):
        file = _file(matter, rule, facts_of(matter, decision), hand_over_id)
    with cases.stays(matter.authority_id, matter.case_id):
        # A late retry: `drop_hand_overs` ran when there was nothing to drop yet.
        if decision is None and case_row(matter.authority_id, matter.case_id).state == "withdrawn":
            return
        exchange.hand_over(
            authority_id=matter.authority_id,
            hand_over_id=hand_over_id,
            case_id=matter.case_id,
            key=key,
            service=service,
            target=rule.target,
            file=file,
            due=moment + timedelta(days=rule.due_days),
            now=moment,
        )


def _file(matter: Matter, rule: HandOver, facts: Facts, hand_over_id: UUID) -> exchange.File | None:
    """None where the package has no file, or the file or its proofs would be too large: then it is copied."""
    if rule.file is None:
        return None
    data = written(rule.file, facts, str(hand_over_id))
    number = re.sub(r"[^A-Za-z0-9-]", "-", matter.number)
    stem = f"{matter.found.row.service}-{number}-{hand_over_id.hex[:8]}"
    proofs = _proofs(matter) if rule.proofs else []
    if data is None or len(proofs) > MOST_PROOFS or sum(one.size for one in proofs) > LARGEST_PROOFS:
        return None
    along = tuple(_along(one, f"{stem}-{place:02}", hand_over_id) for place, one in enumerate(proofs, 1))
    return exchange.File(f"{stem}.{rule.file.format}", MEDIA_TYPES[rule.file.format], data, along)


def _proofs(matter: Matter) -> list[DocumentRow]:
    """What the applicant handed in, with the application and later, as it lies in the electronic file."""
    return [one for one in documents(matter.authority_id, matter.case_id) if one.kind in PROOFS]


def _along(one: DocumentRow, stem: str, hand_over_id: UUID) -> exchange.Along:
    """Under a name of letters, digits and hyphens, whatever it was called."""
    title = re.sub(r"[^A-Za-z0-9]+", "-", one.title.rsplit(".", 1)[0])[:LONGEST_TITLE].strip("-")
    name = f"{stem}{'-' if title else ''}{title}.{ENDINGS.get(one.media_type, 'bin')}"
    return exchange.Along(uuid5(hand_over_id, str(one.id)), name, one.media_type, one.blob_id, one.sha256)
