"""The jobs as the worker knows them. Who only enqueues needs none of procrastinate's code."""

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from stadttor.ground.jobs import PRIORITY, queue_of, registered

ATTEMPTS = 60
LONGEST_WAIT_S = 300


class Patience(BaseRetryStrategy):
    """Doubling pauses, five minutes at most, for about four hours; then the job stays as failed and is alarmed."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(2 ** (job.attempts + 1), LONGEST_WAIT_S)})


def add_jobs(app: App) -> None:
    """Make every registered job a task of the queue; called by the worker, which has loaded all of them."""
    for name, run in registered().items():
        app.task(name=name, queue=queue_of(name), priority=PRIORITY, retry=Patience())(run)
