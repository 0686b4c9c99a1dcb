"""Counters from what happened. Counting again gives the same: months that may still change are counted anew, those
before stay as they are, although the cases behind them are deleted one day."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID

from stadttor.cases.queries import DecidedCase, came_in, decided_between, first_received, handled_between
from stadttor.catalog.queries import revisions_tried_out
from stadttor.core.periods import is_working_day, months_later
from stadttor.exchange.queries import copied_by_hand
from stadttor.forms.queries.begun import begun
from stadttor.forms.queries.corrected import amended
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.rows import first, insert_unless_taken
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.insights.models import Counter, Counting
from stadttor.insights.queries.figures import settings_of
from stadttor.insights.rules.figures import (
    AGAIN_DAYS,
    CORRECTED_DAYS,
    LONGEST,
    LONGEST_BREAK,
    OPEN_DAYS,
    SENT_WITHIN_DAYS,
    WORKED,
    days_taken,
)
from stadttor.insights.rules.marks import MEASURES as MARKS
from stadttor.notices.queries import left_on_paper

BY_DAY = ("begun", "sent")
# Whose number says of a measure how many stand behind it.
BEHIND = {"net": "gross", "asked": "gross", "first_contact": "gross", "sent": "begun", "worked_least": "worked_most"}
# What is counted when it happens; nothing else says how often.
WRITTEN_AT_ONCE = ("visits", *MARKS)


class Key(NamedTuple):
    """What is counted within a month."""

    service: str
    measure: str
    value: int


class Recounted(NamedTuple):
    """`changed` counters of `counters` were otherwise; `kept` measures of a month stay, as fewer stand behind them now."""

    counters: int
    changed: int
    kept: int


@step
def count(*, authority_id: UUID, calendar: str, now: datetime) -> None:
    """Bring the counters of an authority up to date. `calendar` says its working days (core.periods). Safe to repeat."""
    today = german_day(now)
    with work(authority_id):
        insert_unless_taken(Counting(authority_id=authority_id, at=now))
        # Two that count at the same moment do so one after the other.
        row = first(Counting, lock=True, authority_id=authority_id)
        assert row
        is_new = row.at == now and row.final is None
        # A draft may be gone soon; what was counted of a day that is over stays.
        since = date.min if is_new else german_day(row.at) - timedelta(days=OPEN_DAYS)
        for month in _months(authority_id, row.final, today):
            is_over = partial(_is_before, month, since)
            _write(authority_id, month, _tally(authority_id, month, calendar, now), is_over)
        row.at, row.final = now, _final(today)
        row.save(update_fields=["at", "final"])


def recount(
    *, authority_id: UUID, calendar: str, now: datetime, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> Recounted:
    """Count every month from scratch that still has cases, each in a transaction of its own: what was counted wrongly is
    put right. A measure with fewer behind it than when it was counted stays: what is missing has been deleted since.
    Safe to break off and to repeat; `progress` hears how many months are done."""
    with work(authority_id):
        months = list(_months(authority_id, None, german_day(now)))
    counters = changed = kept = 0
    for place, month in enumerate(months):
        with work(authority_id):
            # The hourly count waits meanwhile.
            first(Counting, lock=True, authority_id=authority_id)
            found = _tally(authority_id, month, calendar, now)
            poorer = _poorer(_kept(authority_id, month), found)
            changed += _write(authority_id, month, found, lambda key, poorer=poorer: _group(key) in poorer)  # type: ignore[misc]  # bound at once
            counters, kept = counters + sum(map(bool, found.values())), kept + len(poorer)
        progress(place + 1, len(months))
    return Recounted(counters, changed, kept)


def _is_before(month: date, since: date, key: Key) -> bool:
    """Whether it counts a day that is over for good."""
    return key.measure in BY_DAY and month.replace(day=key.value) < since


def _group(key: Key) -> tuple[str, str]:
    return key.service, BEHIND.get(key.measure, key.measure)


def _kept(authority_id: UUID, month: date) -> Tally[Key]:
    rows = Counter.objects.filter(authority_id=authority_id, month=month).exclude(measure__in=WRITTEN_AT_ONCE)
    return Tally({Key(row.service, row.measure, row.value): row.count for row in rows})


def _poorer(before: Tally[Key], found: Tally[Key]) -> set[tuple[str, str]]:
    """The services and measures behind which fewer stand now."""
    sums = []
    for counted in (before, found):
        behind: Tally[tuple[str, str]] = Tally()
        for key, often in counted.items():
            behind[key.service, key.measure] += often
        sums.append(behind)
    return {group for group, often in sums[0].items() if group[1] not in BEHIND and sums[1][group] < often}


def _months(authority_id: UUID, final: date | None, today: date) -> Iterator[date]:
    """First days of the months to count, up to the present one."""
    if final:
        month = months_later(final, 1)
    else:
        begin = first_received(authority_id)
        month = (german_day(begin) if begin else today).replace(day=1)
        month = min(month, months_later(today.replace(day=1), -1))
    while month <= today:
        yield month
        month = months_later(month, 1)


def _final(today: date) -> date:
    """The last month that ended more than OPEN_DAYS ago."""
    return months_later((today - timedelta(days=OPEN_DAYS)).replace(day=1), -1)


def _tally(authority_id: UUID, month: date, calendar: str, now: datetime) -> Tally[Key]:
    """Everything that counts in a month."""
    end = months_later(month, 1)
    since, until = (datetime.combine(day, time(), BERLIN) for day in (month, end))
    found: Tally[Key] = Tally()
    for service, channel, often in came_in(authority_id, since, until):
        found[Key(service, "online", int(channel == "online"))] += often
    _tally_decided(found, authority_id, since, until, calendar, now)
    _tally_begun(found, authority_id, since, until)
    return found


def _tally_decided(
    found: Tally[Key], authority_id: UUID, since: datetime, until: datetime, calendar: str, now: datetime
) -> None:
    working = cache(partial(is_working_day, land=calendar))
    decided = decided_between(authority_id, since, until)
    _tally_breaks(found, authority_id, decided)
    _tally_corrected(found, authority_id, decided, now)
    if settings_of(authority_id).handling:
        _tally_worked(found, decided, handled_between(authority_id, since, until, longest_break=LONGEST_BREAK))
    for case in decided:
        gross, net = days_taken(case.received, case.decided, case.turns, working)
        at_first = not case.turns
        found[Key(case.service, "gross", gross)] += 1
        found[Key(case.service, "net", net)] += 1
        found[Key(case.service, "asked", len(case.turns))] += 1
        found[Key(case.service, "first_contact", int(at_first))] += 1
        if case.declared is not None:
            found[Key(case.service, "declared", int(case.declared))] += 1
        # Whether somebody comes again is known when the time for it is over.
        if case.decided_at + timedelta(days=AGAIN_DAYS) < now:
            found[Key(case.service, "not_again", int(at_first and not case.came_again))] += 1


def _tally_breaks(found: Tally[Key], authority_id: UUID, decided: Sequence[DecidedCase]) -> None:
    """Where a case left the medium: what came in on paper or by word, what left on paper, what somebody copied."""
    ids = [case.id for case in decided]
    broken = (left_on_paper(authority_id, ids), copied_by_hand(authority_id, ids))
    for case in decided:
        breaks = (case.channel != "online") + sum(case.id in one for one in broken)
        found[Key(case.service, "breaks", breaks)] += 1


def _tally_corrected(found: Tally[Key], authority_id: UUID, decided: Sequence[DecidedCase], now: datetime) -> None:
    """What was put right, known when the time for it is over: acts in the case, and answers changed after acceptance."""
    known = {case.id: case for case in decided if case.decided_at + timedelta(days=CORRECTED_DAYS) < now}
    until = {
        case.submission_id: case.decided_at + timedelta(days=CORRECTED_DAYS)
        for case in known.values()
        if case.submission_id
    }
    changed = amended(authority_id, until)
    for case in known.values():
        often = case.put_right + (changed.get(case.submission_id, 0) if case.submission_id else 0)
        found[Key(case.service, "corrected", min(often, LONGEST))] += 1


def _tally_worked(found: Tally[Key], decided: Sequence[DecidedCase], handled: Mapping[UUID, tuple[int, int]]) -> None:
    for case in decided:
        for measure, minutes in zip(WORKED, handled.get(case.id, ()), strict=False):
            found[Key(case.service, measure, min(minutes, LONGEST))] += 1


def _tally_begun(found: Tally[Key], authority_id: UUID, since: datetime, until: datetime) -> None:
    """By day of the month; a service that is tried out does not count."""
    tried_out = revisions_tried_out(authority_id)
    for service, day, revision, often, sent in begun(authority_id, since, until, within_days=SENT_WITHIN_DAYS):
        if revision not in tried_out:
            found[Key(service, "begun", day.day)] += often
            found[Key(service, "sent", day.day)] += sent


def _write(authority_id: UUID, month: date, found: Tally[Key], stays: Callable[[Key], bool]) -> int:
    """Make the month's counters these, but for those that stay as they are. Gives how many it changed."""
    before = {
        key: row
        for row in Counter.objects.filter(authority_id=authority_id, month=month).exclude(measure__in=WRITTEN_AT_ONCE)
        if not stays(key := Key(row.service, row.measure, row.value))
    }
    wanted = {key: often for key, often in found.items() if often and not stays(key)}
    gone = [row.id for key, row in before.items() if key not in wanted]
    changed = [row for key, row in before.items() if key in wanted and row.count != wanted[key]]
    for row in changed:
        row.count = wanted[Key(row.service, row.measure, row.value)]
    new = [key for key in wanted if key not in before]
    Counter.objects.filter(authority_id=authority_id, id__in=gone).delete()
    Counter.objects.bulk_update(changed, ["count"])
    Counter.objects.bulk_create(
        Counter(authority_id=authority_id, month=month, count=wanted[key], **key._asdict()) for key in new
    )
    return len(gone) + len(changed) + len(new)
