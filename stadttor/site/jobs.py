"""Jobs of the whole house, by the clock: seal the audit chains, take back the work of silent workers."""

from procrastinate.contrib.django import app

from stadttor.ground import audit, authorities, heads
from stadttor.ground.clock import now
from stadttor.ground.work import work

SILENT_S = 20


@app.periodic(cron="* * * * * */5")
@app.task(name="site.seal_audit", queueing_lock="site.seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Chain the new entries of every authority and keep the signed heads outside the database."""
    for authority_id in authorities.all_ids():
        with work(authority_id):
            if not audit.anything_to_seal(authority_id):
                continue
            audit.seal(authority_id, now())
            head = audit.head(authority_id)
        if head:
            heads.keep(head)


@app.periodic(cron="* * * * * */10")
@app.task(name="site.take_back_jobs", queueing_lock="site.take_back_jobs", pass_context=True)
async def take_back_jobs(context, timestamp: int) -> None:  # type: ignore[no-untyped-def]  # procrastinate's own context
    """Return the jobs of workers silent for `SILENT_S` to the queue: every job is safe to repeat."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        await manager.retry_job(job)
