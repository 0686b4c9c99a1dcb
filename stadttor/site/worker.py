"""The worker process: runs the jobs, takes back those of workers that fell silent."""

import asyncio
import signal

from procrastinate import App
from procrastinate.contrib.django import app

from stadttor.ground import queue_connections
from stadttor.ground.queue_tasks import add_jobs
from stadttor.site.lanes import LANES

SILENT_S = 20


async def _work() -> None:
    """Every lane until the first one ends; then the others finish what they do, and end too."""
    add_jobs(app)
    with app.replace_connector(queue_connections.connector()) as worker_app:
        async with worker_app.open_async():
            lanes = [asyncio.create_task(_lane(worker_app, queue, size)) for queue, size in LANES.items()]
            _end_on_signals(lanes)
            await asyncio.wait(lanes, return_when=asyncio.FIRST_COMPLETED)
            _end(lanes)
            ended = await asyncio.gather(*lanes, return_exceptions=True)
    broken = [one for one in ended if isinstance(one, Exception)]
    if broken:
        raise broken[0]


async def _lane(worker_app: App, queue: str, size: int) -> None:
    await worker_app.run_worker_async(
        queues=[queue],
        name=queue,
        concurrency=size,
        install_signal_handlers=False,
        listen_notify=True,
        fetch_job_polling_interval=5,
        delete_jobs="successful",
        update_heartbeat_interval=5,
        stalled_worker_timeout=SILENT_S,
    )


def _end_on_signals(lanes: list["asyncio.Task[None]"]) -> None:
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, _end, lanes)


def _end(lanes: list["asyncio.Task[None]"]) -> None:
    """Cancelled, a lane takes no more jobs and finishes those it has."""
    for lane in lanes:
        if not lane.cancelling():  # a second time would break off what it finishes
            lane.cancel()


def run() -> int:
    """Until SIGTERM; running jobs are finished first."""
    asyncio.run(_work())
    return 0
