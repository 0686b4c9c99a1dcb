"""Jobs of the whole house, by the clock: seal the audit chains, take back the work of silent workers."""

from procrastinate.contrib.django import app

from stadttor.ground import sealing
from stadttor.ground.clock import now

SILENT_S = 20


@app.periodic(cron="* * * * * */5")
@app.task(name="site.seal_audit", queueing_lock="site.seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Chain the entries that wait and keep the signed heads outside the database."""
    for authority_id in sealing.authorities_waiting():
        sealing.seal_waiting(authority_id, now())


@app.periodic(cron="* * * * * */10")
@app.task(name="site.take_back_jobs", queueing_lock="site.take_back_jobs", pass_context=True)
async def take_back_jobs(context, timestamp: int) -> None:  # type: ignore[no-untyped-def]  # procrastinate's own context
    """Return the jobs of workers silent for `SILENT_S` to the queue: every job is safe to repeat."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S):
        await manager.retry_job(job)
