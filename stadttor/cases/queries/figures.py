"""What happened to cases, for key figures: counts and spans of one authority, no case by its name. Trials do not count."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from stadttor.ground.clock import german_day
from stadttor.ground.rows import read
from stadttor.ground.work import work

_CAME_IN = """
SELECT service, channel, count(*) FROM cases_case
WHERE authority_id = %s AND received >= %s AND received < %s AND NOT is_test GROUP BY service, channel
"""
_FIRST = "SELECT min(received) FROM cases_case WHERE authority_id = %s AND NOT is_test"
# A case counts with the first decision that left the house; what is decided anew afterwards was answered before.
_DECIDED = """
WITH decided AS (
 SELECT case_id, min(sent_at) AS sent FROM cases_decision WHERE authority_id = %s AND sent_at IS NOT NULL
 GROUP BY case_id HAVING min(sent_at) >= %s AND min(sent_at) < %s
)
SELECT c.id, c.service, c.channel, c.received, d.sent,
 EXISTS (SELECT FROM cases_event e WHERE e.authority_id = c.authority_id AND e.case_id = c.id AND e.act = 'reopened'
  AND e.at > d.sent AND e.at <= d.sent + interval '7 days')
 OR EXISTS (SELECT FROM cases_case o WHERE o.authority_id = c.authority_id AND o.applicant_key = c.applicant_key
  AND o.applicant_key <> '' AND o.service = c.service AND o.id <> c.id AND NOT o.is_test
  AND o.received > d.sent AND o.received <= d.sent + interval '7 days'),
 c.submission_id,
 (SELECT count(*) FROM cases_event e WHERE e.authority_id = c.authority_id AND e.case_id = c.id
  AND e.at <= d.sent + interval '14 days'
  AND (e.act IN ('taken_back', 'sent_back') OR (e.act IN ('reopened', 'sent') AND e.at > d.sent))),
 (SELECT (e.details ->> 'in_one_contact')::boolean FROM cases_event e WHERE e.authority_id = c.authority_id
  AND e.case_id = c.id AND e.act IN ('decided', 'proposed') AND e.at <= d.sent ORDER BY e.at DESC, e.id DESC LIMIT 1)
FROM decided d JOIN cases_case c ON c.authority_id = %s AND c.id = d.case_id WHERE NOT c.is_test
"""
_TURNS = """
SELECT q.case_id, q.asked_at, coalesce(q.answered_at, q.withdrawn_at) FROM cases_question q
JOIN (SELECT case_id, min(sent_at) AS sent FROM cases_decision WHERE authority_id = %s AND sent_at IS NOT NULL
 GROUP BY case_id HAVING min(sent_at) >= %s AND min(sent_at) < %s) d ON d.case_id = q.case_id
WHERE q.authority_id = %s AND q.asked_at < d.sent ORDER BY q.asked_at
"""
# What a colleague did before in any case, a moment ago, is where her work on this act began. After a longer break nobody knows
# how long it took: nothing, or as much as the break may be at most. Who it was stays in here.
_HANDLED = """
WITH decided AS (
 SELECT case_id, min(sent_at) AS sent FROM cases_decision WHERE authority_id = %s AND sent_at IS NOT NULL
 GROUP BY case_id HAVING min(sent_at) >= %s AND min(sent_at) < %s
), acts AS (
 SELECT case_id, at, at - lag(at) OVER (PARTITION BY actor_id ORDER BY at, id) AS gap FROM cases_event
 WHERE authority_id = %s AND actor_kind = 'staff' AND actor_id IS NOT NULL AND at >= %s AND at < %s
)
SELECT a.case_id,
 round(extract(epoch FROM sum(CASE WHEN gap <= %s THEN gap ELSE interval '0' END)) / 60)::int,
 round(extract(epoch FROM sum(CASE WHEN gap <= %s THEN gap ELSE %s END)) / 60)::int
FROM acts a JOIN decided d ON d.case_id = a.case_id AND a.at <= d.sent GROUP BY a.case_id
"""
HANDLED_SINCE = timedelta(days=180)


@dataclass(frozen=True)
class DecidedCase:
    """How a case went: German days; `turns` are the applicant's, from the day of the question to that of the answer.

    `came_again`: it was opened anew, or somebody of the same name applied for the same service, within seven days.
    `put_right`: how often a decision was taken or sent back up to fourteen days after the first one left, or the case was
    opened or decided anew in these days. `declared`: what whoever decided said of its having been settled in one contact.
    """

    id: UUID
    service: str
    channel: str
    received: date
    decided: date
    decided_at: datetime
    turns: tuple[tuple[date, date], ...]
    came_again: bool
    submission_id: UUID | None
    put_right: int
    declared: bool | None


def first_received(authority_id: UUID) -> datetime | None:
    """When the first real application came in, of those that are still here."""
    with work(authority_id):
        ((moment,),) = read(_FIRST, authority_id)
    return moment if isinstance(moment, datetime) else None


def came_in(authority_id: UUID, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """(service, channel, how many) of the applications received from one moment to before another."""
    with work(authority_id):
        return [(service, channel, count) for service, channel, count in read(_CAME_IN, authority_id, since, until)]


def decided_between(authority_id: UUID, since: datetime, until: datetime) -> list[DecidedCase]:
    """The cases whose first decision left the house from one moment to before another."""
    span = (authority_id, since, until, authority_id)
    turns: dict[UUID, list[tuple[datetime, datetime | None]]] = {}
    with work(authority_id):
        found = read(_DECIDED, *span)
        for case_id, asked, answered in read(_TURNS, *span):
            turns.setdefault(case_id, []).append((asked, answered))
    return [
        DecidedCase(
            id_,
            service,
            channel,
            german_day(received),
            german_day(sent),
            sent,
            tuple(
                (german_day(asked), german_day(min(answered or sent, sent))) for asked, answered in turns.get(id_, ())
            ),
            came_again,
            submission_id,
            put_right,
            declared,
        )
        for id_, service, channel, received, sent, came_again, submission_id, put_right, declared in found
    ]


def handled_between(
    authority_id: UUID, since: datetime, until: datetime, *, longest_break: timedelta
) -> dict[UUID, tuple[int, int]]:
    """(at least, at most) minutes that colleagues worked on each of the same cases up to its decision, from their acts.

    Acts of the 180 days before count. A case in which only the product acted is not in it.
    """
    breaks = (longest_break, longest_break, longest_break)
    with work(authority_id):
        rows = read(_HANDLED, authority_id, since, until, authority_id, since - HANDLED_SINCE, until, *breaks)
    return {case_id: (least, most) for case_id, least, most in rows}
