"""Watch an upgrade under way, and stop it when its new version does worse than the old one at the same authorities.

One that is done is watched for two weeks more: there is nothing to stop then, but somebody to tell, who may take it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.cases.queries import Fared, cases_of_outer_submission, fared
from stadttor.catalog.queries import ChangedRow, changed_by_rollout
from stadttor.core.refused import Refused
from stadttor.forms.queries.accepted import accepted_without
from stadttor.ground.rows import read
from stadttor.ground.work import common, work
from stadttor.rollout.models import Rollout
from stadttor.rollout.queries import RolloutRow, authorities_done, rollouts
from stadttor.rollout.rules.watching import (
    CASE_WITHIN,
    FEWEST,
    LOOKS_BACK,
    MOST_OF_AN_HOUR,
    TRIED_OFTEN,
    WATCHED_AFTER,
    Share,
    broke,
    pages_broke,
    rose,
    written,
)
from stadttor.rollout.services.running import next_wave, stop

# The ids that jobs name which gave up or are tried again and again, and the applications whose job was not tried yet.
_FAILING = """
SELECT j.args->>'authority_id', v.value FROM procrastinate_jobs j, jsonb_each_text(j.args) v
WHERE (j.status = 'failed' OR j.attempts >= %s) AND j.args ? 'authority_id' AND v.key <> 'authority_id'
"""
_UNTRIED = """
SELECT args->>'authority_id', args->>'submission_id' FROM procrastinate_jobs
WHERE task_name = 'cases.open' AND status IN ('todo', 'doing') AND attempts = 0
"""
_BROKEN = """
SELECT is_later, least(sum(count), %s)::int FROM rollout_brokenpage, LATERAL (SELECT revision_id = ANY(%s) AS is_later) known
WHERE authority_id = %s AND adoption_id = %s AND hour >= %s AND (hour >= %s OR NOT is_later) GROUP BY is_later, hour
"""

NOTHING = Fared()


@dataclass(frozen=True)
class Watched:
    """The same authorities before and with the new version: their cases, `lost` applications that never became one, and how
    many pages were `broken`, few of them counted for each hour; afterwards at `places`, in at most `hours` at one of them."""

    before: Fared = NOTHING
    after: Fared = NOTHING
    lost_before: int = 0
    lost_after: int = 0
    broken_before: int = 0
    broken_after: int = 0
    places: int = 0
    hours: int = 0

    def __add__(self, other: "Watched") -> "Watched":
        return Watched(
            self.before + other.before,
            self.after + other.after,
            self.lost_before + other.lost_before,
            self.lost_after + other.lost_after,
            self.broken_before + other.broken_before,
            self.broken_after + other.broken_after,
            self.places + other.places,
            max(self.hours, other.hours),
        )

    @property
    def errors(self) -> tuple[Share, Share]:
        """Of all applications those that became no case or of which a job fails, before and after."""
        return _errors(self.before, self.lost_before), _errors(self.after, self.lost_after)

    @property
    def broken(self) -> tuple[Share, Share]:
        """Pages that broke beside the applications that came in all the same, before and after."""
        before, after = self.errors
        return (
            Share(self.broken_before, self.broken_before + before.total),
            Share(self.broken_after, self.broken_after + after.total),
        )

    @property
    def is_judged(self) -> bool:
        """Whether enough applications came in on both sides to say that the new version does no worse."""
        return min(share.total for share in self.errors) >= FEWEST

    def why_stop(self) -> str:
        """What rose, as it is kept; empty when nothing did."""
        before, after = self.before, self.after
        compared = {
            "refusals": (Share(before.refused, before.decided), Share(after.refused, after.decided)),
            "questions back": (Share(before.asked_back, before.received), Share(after.asked_back, after.received)),
        }
        risen = {name: shares for name, shares in compared.items() if rose(*shares)}
        risen |= {"errors": self.errors} if broke(*self.errors) else {}
        pages = pages_broke(*self.broken, places=self.places, hours=self.hours)
        return written(risen | ({"broken pages": self.broken} if pages else {}))


def watch(row: RolloutRow, *, now: datetime) -> Watched:
    """How those fare who have the new version, from 90 days before it on."""
    since = (row.begun_at or row.planned_at) - LOOKS_BACK
    failing, untried = _jobs()
    found = Watched()
    for one in changed_by_rollout(row.version_id, authorities_done(row.id)):
        here = failing.get(one.authority_id, set())
        with work(one.authority_id):
            old, new = fared(
                one.authority_id, one.adoption_id, revision=one.revision, since=since, failing=sorted(map(str, here))
            )
            lost = _lost(one, here, untried.get(one.authority_id, set()), since, now)
            found += Watched(old, new, *lost, *_broken(one, since, row.gone_on_at))
    return found


def watch_all(*, now: datetime) -> list[int]:
    """Stop every upgrade under way whose new version does worse, and mark one that is done; gives their numbers."""
    noted = []
    for row in rollouts(kind="upgrade", state__in=("running", "watched", "done")):
        if row.state == "done" and (row.why_stopped or row.ended_at is None or now > row.ended_at + WATCHED_AFTER):
            continue
        if why := watch(row, now=now).why_stop():
            mark_worse(row.number, why) if row.state == "done" else stop(row.number, why=why, now=now)
            noted.append(row.number)
    return noted


def must_be_judged(row: RolloutRow, *, unjudged: bool, now: datetime) -> None:
    """Refused where too few applications came in to judge an upgrade, unless somebody says to go on `unjudged`.

    An urgent correction does not wait for them.
    """
    if row.kind == "upgrade" and not row.urgent and not unjudged and not watch(row, now=now).is_judged:
        raise Refused(
            "rollout_unjudged",
            "Fewer than {count} applications came in with the new version or before it: too few to judge it. "
            "Say that the next wave shall begin all the same, or wait.",
            status=409,
            count=FEWEST,
        )


def begin_next_wave(row: RolloutRow, *, unjudged: bool, now: datetime) -> None:
    """Go on after a wave that was watched, and that could be judged or is let go on `unjudged`."""
    must_be_judged(row, unjudged=unjudged, now=now)
    next_wave(row.number, now=now)


def mark_worse(number: int, why: str) -> None:
    """Note of an upgrade that is done what rose since."""
    with common(write=True):
        Rollout.objects.filter(number=number, state="done", why_stopped="").update(why_stopped=why)


def _errors(cases: Fared, lost: int) -> Share:
    return Share(cases.stuck + lost, cases.received + lost)


def _lost(one: ChangedRow, failing: set[UUID], untried: set[UUID], since: datetime, now: datetime) -> tuple[int, int]:
    """Accepted applications that are no case, before and after: their job fails, or it is a while since.

    One whose job was not tried yet only waits, behind a worker that was away.
    """
    cases = cases_of_outer_submission(one.authority_id)
    after = [
        row.revision_id in one.later
        for row in accepted_without(one.authority_id, one.adoption_id, cases, since=since)
        if row.id in failing or (row.id not in untried and row.received < now - CASE_WITHIN)
    ]
    return after.count(False), after.count(True)


def _broken(one: ChangedRow, since: datetime, gone_on: datetime | None) -> tuple[int, int, int, int]:
    """Pages of the service that broke, before and after, whether at all and in how many hours; inside the open work.

    Those after it was stopped count only from the hour on that follows the word to go on.
    """
    rows = read(
        _BROKEN, MOST_OF_AN_HOUR, list(one.later), one.authority_id, one.adoption_id, since, gone_on or since
    )  # fmt: skip
    before = [count for is_later, count in rows if not is_later]
    after = [count for is_later, count in rows if is_later]
    return sum(before), sum(after), int(bool(after)), len(after)


def _jobs() -> tuple[Mapping[UUID, set[UUID]], Mapping[UUID, set[UUID]]]:
    """By authority: what jobs name that fail, and the applications whose job waits for its first try."""
    with common():
        return _by_authority(read(_FAILING, TRIED_OFTEN)), _by_authority(read(_UNTRIED))


def _by_authority(rows: list[tuple[str, str]]) -> Mapping[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for authority_id, value in rows:
        if id_ := _as_id(value):
            found.setdefault(UUID(authority_id), set()).add(id_)
    return found


def _as_id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
