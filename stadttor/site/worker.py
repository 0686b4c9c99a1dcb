"""The worker process: runs the jobs, takes back those of workers that fell silent."""

import asyncio

from procrastinate.contrib.django import app

from stadttor.ground import queue_connections

SILENT_S = 20


async def _work() -> None:
    with app.replace_connector(queue_connections.connector()) as worker_app:
        async with worker_app.open_async():
            await worker_app.run_worker_async(
                concurrency=2,
                install_signal_handlers=True,
                listen_notify=True,
                fetch_job_polling_interval=5,
                delete_jobs="successful",
                update_heartbeat_interval=5,
                stalled_worker_timeout=SILENT_S,
            )


def run() -> int:
    """Until SIGTERM; running jobs are finished first."""
    asyncio.run(_work())
    return 0
