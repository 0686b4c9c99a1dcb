"""Jobs of the whole house, by the clock: docs/operating/watch.md lists them.

Each goes from authority to authority; one that fails is logged and does not keep the others waiting.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from stadttor.appointments import services as appointments
from stadttor.cases import services as cases
from stadttor.catalog import services as catalog
from stadttor.citizens import services as citizens
from stadttor.exchange.jobs import OUTSIDE
from stadttor.forms.services.drafting import delete_expired
from stadttor.forms.services.retrieving import throw_away_old
from stadttor.ground import authorities, files, sealing
from stadttor.ground.clock import german_day, now
from stadttor.ground.jobs import enqueue
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.identity import account_services, inviting, wallet_access, wallet_sign_in
from stadttor.identity.issuing import services as issuing
from stadttor.identity.issuing import signing
from stadttor.identity.services import forget_ended
from stadttor.identity.signing_in import forget_ended_sign_ins
from stadttor.insights.services import counting, forget_old, summing
from stadttor.papers.services import forget_barriers
from stadttor.payments import jobs as payment_jobs
from stadttor.payments.queries import ASK_AFTER, open_attempts
from stadttor.privacy.services import keep_time, remember_all
from stadttor.rollout import services as rollout
from stadttor.rollout.jobs import MANY
from stadttor.rollout.queries import steering_bodies
from stadttor.rollout.services.breaking import forget_broken
from stadttor.site import delivering, leftovers, watcher
from stadttor.site.applications import calendar_of
from stadttor.site.ending_drafts import announce_ending_drafts
from stadttor.site.given_up import forget_overtaken
from stadttor.site.lanes import PROMPT
from stadttor.site.month_reports import report_last_month
from stadttor.site.permits import remind_of_permits
from stadttor.studio.services.quotes import forget_quotes

log = logging.getLogger("stadttor.jobs")
SILENT_S = 20
ORPHANS_AFTER = timedelta(hours=24)
# How often in a row a job by the clock failed for an authority, in this process.
_failed: dict[tuple[str, UUID], int] = {}


@app.periodic(cron="* * * * * */5")
@app.task(name="site.seal_audit", queue=PROMPT, queueing_lock="site.seal_audit", pass_context=False)
@step
def seal_audit(timestamp: int) -> None:
    """Chain the entries that wait and keep the signed heads outside the database."""
    waiting = sealing.authorities_waiting()
    _for_each("site.seal_audit", waiting, lambda authority_id: sealing.seal_waiting(authority_id, now()))


@app.periodic(cron="* * * * * */10")
@app.task(name="site.take_back_jobs", queue=PROMPT, queueing_lock="site.take_back_jobs", pass_context=True)
async def take_back_jobs(context, timestamp: int) -> None:  # type: ignore[no-untyped-def]  # procrastinate's own context
    """Return the jobs of workers silent for `SILENT_S` to the queue: every job is safe to repeat."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        await _take_back(manager, job)


@app.periodic(cron="*/5 * * * *")
@app.task(name="site.ask_for_payments", queueing_lock="site.ask_for_payments", pass_context=False)
def ask_for_payments(timestamp: int) -> None:
    """Ask what came of attempts to pay whose end nobody told us; after a day they end as expired."""
    _for_each_authority("site.ask_for_payments", _ask_for_payments)


@app.periodic(cron="* * * * *")
@app.task(name="site.watch", queueing_lock="site.watch", pass_context=False)
def watch(timestamp: int) -> None:
    """Enqueue again what should have happened and did not."""
    watcher.watch_all(timestamp // 60, now())
    forget_overtaken()


@app.periodic(cron="* * * * *")
@app.task(name="site.begin_settings", queueing_lock="site.begin_settings", pass_context=False)
def begin_settings(timestamp: int) -> None:
    """Let settings count whose day has come."""
    catalog.begin_planned(now())


@app.periodic(cron="17 * * * *")
@app.task(name="site.delete_expired_drafts", queueing_lock="site.delete_expired_drafts", pass_context=False)
def delete_expired_drafts(timestamp: int) -> None:
    """Delete drafts 30 days after their last edit, with their files (§ 8a Abs. 3 OZG)."""
    _for_each_authority(
        "site.delete_expired_drafts", lambda authority_id: delete_expired(authority_id=authority_id, now=now())
    )


@app.periodic(cron="47 5 * * *")
@app.task(name="site.announce_ending_drafts", queueing_lock="site.announce_ending_drafts", pass_context=False)
def tell_of_ending_drafts(timestamp: int) -> None:
    """Tell by mail whose draft is deleted within a week."""
    moment = now()
    _for_each_authority(
        "site.announce_ending_drafts", lambda authority_id: announce_ending_drafts(authority_id, moment)
    )


@app.periodic(cron="27 * * * *")
@app.task(name="site.forget_ended_sessions", queueing_lock="site.forget_ended_sessions", pass_context=False)
def forget_ended_sessions(timestamp: int) -> None:
    """Delete ended sessions, wrong tries that count no more, sign-ins of citizens nobody finished, accounts nobody uses,
    proofs from registers that nobody decided about, invitations nobody took up."""
    forget_ended(now=now())
    _for_each_authority("site.forget_ended_sessions", _forget_sign_ins)
    _for_each_authority(
        "site.forget_ended_sessions", lambda authority_id: citizens.forget_ended(authority_id=authority_id, now=now())
    )


@app.periodic(cron="*/10 * * * *")
@app.task(name="site.forget_wallets", queueing_lock="site.forget_wallets", pass_context=False)
def forget_wallets(timestamp: int) -> None:
    """Delete questions to wallets that nobody answered, answers that nobody took over, offers that nobody fetched."""
    _for_each_authority("site.forget_wallets", _forget_wallets)


@app.periodic(cron="17 5 * * *")
@app.task(name="site.warn_of_wallets", queueing_lock="site.warn_of_wallets", pass_context=False)
def warn_of_wallets(timestamp: int) -> None:
    """Say in the log which certificates, for asking wallets, issuing and accounts of citizens, end within sixty days."""
    _for_each_authority("site.warn_of_wallets", _warn_of_wallets)


@app.periodic(cron="37 3 * * *")
@app.task(name="site.sweep_files", queueing_lock="site.sweep_files", pass_context=False)
def sweep_files(timestamp: int) -> None:
    """Remove files without a row that work left behind when it rolled back, and rows that nothing names."""
    before = now() - ORPHANS_AFTER
    _for_each_authority("site.sweep_files", lambda authority_id: _sweep(authority_id, before))


@app.periodic(cron="*/15 * * * *")
@app.task(name="site.remind_of_appointments", queueing_lock="site.remind_of_appointments", pass_context=False)
def remind_of_appointments(timestamp: int) -> None:
    """Mail whose appointment begins within a day."""
    _for_each_authority(
        "site.remind_of_appointments",
        lambda authority_id: appointments.remind_coming(authority_id=authority_id, now=now()),
    )


@app.periodic(cron="7 4 * * *")
@app.task(name="site.forget_appointments", queueing_lock="site.forget_appointments", pass_context=False)
def forget_appointments(timestamp: int) -> None:
    """Delete appointments two weeks after they were over or cancelled, with their mails."""
    _for_each_authority(
        "site.forget_appointments",
        lambda authority_id: appointments.forget_over(authority_id=authority_id, now=now()),
    )


@app.periodic(cron="47 * * * *")
@app.task(name="site.forget_looks", queueing_lock="site.forget_looks", pass_context=False)
def forget_looks(timestamp: int) -> None:
    """Delete who looked at which case more than a day ago."""
    _for_each_authority(
        "site.forget_looks", lambda authority_id: cases.forget_looks(authority_id=authority_id, now=now())
    )


@app.periodic(cron="23 * * * *")
@app.task(name="site.find_units", queueing_lock="site.find_units", pass_context=False)
def find_units(timestamp: int) -> None:
    """Give cases under tax secrecy that have no unit to the one in charge now."""
    _for_each_authority("site.find_units", lambda authority_id: cases.find_units(authority_id=authority_id, now=now()))


@app.periodic(cron="57 3 * * *")
@app.task(name="site.forget_old_feedback", queueing_lock="site.forget_old_feedback", pass_context=False)
def forget_old_feedback(timestamp: int) -> None:
    """Delete the opinions of applicants after a year, and those that were sent to a publisher."""
    moment = now()
    _for_each_authority("site.forget_old_feedback", lambda authority_id: _forget_feedback(authority_id, moment))


@app.periodic(cron="27 4 * * *")
@app.task(name="site.forget_barriers", queueing_lock="site.forget_barriers", pass_context=False)
def forget_old_barriers(timestamp: int) -> None:
    """Delete reports of barriers three months after their answer."""
    _for_each_authority(
        "site.forget_barriers", lambda authority_id: forget_barriers(authority_id=authority_id, now=now())
    )


@app.periodic(cron="37 4 * * *")
@app.task(name="site.forget_broken_pages", queueing_lock="site.forget_broken_pages", pass_context=False)
def forget_broken_pages(timestamp: int) -> None:
    """Delete the counts of broken pages four months after."""
    _for_each_authority(
        "site.forget_broken_pages", lambda authority_id: forget_broken(authority_id=authority_id, now=now())
    )


@app.periodic(cron="13 * * * *")
@app.task(name="site.watch_rollouts", queueing_lock="site.watch_rollouts", pass_context=False)
def watch_rollouts(timestamp: int) -> None:
    """Stop an upgrade for many whose new version does worse than the old one; name one that is done and fares so."""
    for number in rollout.watch_all(now=now()):
        log.critical(
            "roll-out %d fares worse than before: errors, broken pages, refusals or questions back rose", number
        )


@app.periodic(cron="*/10 * * * *")
@app.task(name="site.follow_rollouts", queue=MANY, queueing_lock="site.follow_rollouts", pass_context=False)
def follow_rollouts(timestamp: int) -> None:
    """Tell authorities of announced upgrades, begin those whose day has come, and do what was deferred until today."""
    rollout.follow(now=now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="site.issue_catalogue", queueing_lock="site.issue_catalogue", pass_context=False)
def issue_catalogue(timestamp: int) -> None:
    """Sign the catalogue for other installations anew, when it changed or grows old."""
    catalog.issue(now=now())


@app.periodic(cron="33 * * * *")
@app.task(name="site.refresh_catalogues", queue=OUTSIDE, queueing_lock="site.refresh_catalogues", pass_context=False)
def refresh_catalogues(timestamp: int) -> None:
    """Read the catalogues of other installations that are followed here."""
    for name, refused in catalog.refresh_all(now=now()).items():
        log.warning("catalogue %s was not believed: %s", name, refused)


@app.periodic(cron="43 * * * *")
@app.task(name="site.count_rollouts", queue=MANY, queueing_lock="site.count_rollouts", pass_context=False)
def count_rollouts(timestamp: int) -> None:
    """Count for the cockpit how far each package is."""
    rollout.count_all(now=now())


@app.periodic(cron="53 * * * *")
@app.task(name="site.count_figures", queue=MANY, queueing_lock="site.count_figures", pass_context=False)
def count_figures(timestamp: int) -> None:
    """Bring the counters of the key figures up to date, and their sums over all authorities."""
    moment = now()
    _for_each_authority("site.count_figures", lambda authority_id: _count_figures(authority_id, moment))
    sum_figures(moment)


@app.periodic(cron="41 4 * * *")
@app.task(name="site.report_figures", queue=MANY, queueing_lock="site.report_figures", pass_context=False)
def report_figures(timestamp: int) -> None:
    """Make the reports of the month that is over, where there are none yet: on its first day, or when the worker runs again."""
    moment = now()
    _for_each_authority("site.report_figures", lambda authority_id: report_last_month(authority_id, moment))


@app.periodic(cron="37 5 * * *")
@app.task(name="site.remind_of_permits", queueing_lock="site.remind_of_permits", pass_context=False)
def tell_of_ending_permits(timestamp: int) -> None:
    """Tell holders whose permits end within four weeks."""
    _for_each_authority("site.remind_of_permits", remind_of_permits)


@app.periodic(cron="47 4 * * *")
@app.task(name="site.post_unopened", queueing_lock="site.post_unopened", pass_context=False)
def post_unopened(timestamp: int) -> None:
    """Send by post what nobody opened in the account in time (§ 41 Abs. 2a Satz 4 VwVfG)."""
    moment = now()
    _for_each_authority("site.post_unopened", lambda authority_id: delivering.post_unopened(authority_id, moment))


@app.periodic(cron="7 1 * * *")
@app.task(name="site.keep_retention", queueing_lock="site.keep_retention", pass_context=False)
def keep_retention(timestamp: int) -> None:
    """Let the clock of closed cases go on by one night: offer to the archive what is over, delete what is free."""
    moment = now()
    _for_each_authority("site.keep_retention", lambda authority_id: _keep_time(authority_id, moment))


def sum_figures(moment: datetime) -> None:
    """Sum the key figures over all authorities: by Land, over the country, and as steering bodies read them, all they see and
    within each Land."""
    seen = [body.lands_in(wanted) for body in steering_bodies() for wanted in ("", *body.keys)]
    groups = [group for group in seen if group]
    summing.sum_all(authorities.all_ids(), now=moment, groups=groups)


def _count_figures(authority_id: UUID, moment: datetime) -> None:
    counting.count(authority_id=authority_id, calendar=calendar_of(authority_id), now=moment)


def _keep_time(authority_id: UUID, moment: datetime) -> None:
    remember_all(authority_id=authority_id)
    keep_time(authority_id=authority_id, now=moment)


def _forget_feedback(authority_id: UUID, moment: datetime) -> None:
    forget_old(authority_id=authority_id, today=german_day(moment))
    forget_quotes(authority_id=authority_id, now=moment)


def _forget_sign_ins(authority_id: UUID) -> None:
    forget_ended_sign_ins(authority_id=authority_id, now=now())
    throw_away_old(authority_id=authority_id, now=now())
    inviting.forget_old(authority_id=authority_id, now=now())


def _forget_wallets(authority_id: UUID) -> None:
    wallet_sign_in.forget_ended(authority_id=authority_id, now=now())
    issuing.forget_ended(authority_id=authority_id, now=now())


def _warn_of_wallets(authority_id: UUID) -> None:
    moment = now()
    for ending in (wallet_access.ending, signing.ending, account_services.ending):
        for one in ending(authority_id, moment):
            log.warning("authority %s: %s", authority_id, one.told(moment))


def _sweep(authority_id: UUID, before: datetime) -> None:
    leftovers.delete_files_of_no_case(authority_id, before, now())
    leftovers.delete_unnamed(authority_id, before)
    files.sweep(authority_id, before)


def _for_each_authority(job: str, verb: Callable[[UUID], object]) -> None:
    _for_each(job, authorities.all_ids(), verb)


def _for_each(job: str, authority_ids: Iterable[UUID], verb: Callable[[UUID], object]) -> None:
    """One that fails keeps nobody waiting. It is told once, with where it broke, and once more when it works again."""
    for authority_id in authority_ids:
        failed = _failed.get((job, authority_id), 0)
        try:
            verb(authority_id)
        except Exception:
            _failed[job, authority_id] = failed + 1
            if not failed:
                log.critical("%s: authority %s failed", job, authority_id, exc_info=True)
        else:
            if _failed.pop((job, authority_id), 0):
                log.warning("%s: authority %s works again, it failed %d times", job, authority_id, failed)


def _ask_for_payments(authority_id: UUID) -> None:
    with work(authority_id):
        for key in open_attempts(authority_id, now() - ASK_AFTER):
            enqueue(payment_jobs.ask, authority_id=authority_id, key=key, provider_key=key)


@step
async def _take_back(manager: Any, job: Any) -> None:
    """A job whose twin waits under the same key already is done by its twin."""
    try:
        await manager.retry_job(job)
    except UniqueViolation:
        await manager.finish_job(job, Status.FAILED, delete_job=True)
