"""Two workers on one job: the queue's own statement, in transactions that stay open as long as the race needs."""

from uuid import UUID, uuid4

from procrastinate.sql import queries

from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import read
from stadttor.ground.work import common, work
from stadttor.payments.jobs import ask
from tests.safety.races.meeting import Point
from tests.safety.races.race import Guard, Race, Round

FETCH = queries["fetch_job"].replace("%(queues)s", "NULL").replace("%(worker_id)s", "%s::bigint")
FETCHED = Point("job taken, not committed", ("tests.safety.races.of_jobs:_taken",))
ASKING = Point("about to ask for a job", ("tests.safety.races.of_jobs:_taken",), after=False)


def race_of_jobs(town: UUID, fetching: str) -> Race:
    """`fetching` is the definition of the queue's function, which in the twin looks at no lock."""
    unlocked = fetching.replace("FOR UPDATE OF jobs SKIP LOCKED", "")
    assert unlocked != fetching
    return Race(
        "two workers on one job", lambda: _round(town), (ASKING, FETCHED), FETCHED, Guard(statements=(unlocked,))
    )


def _round(town: UUID) -> Round:
    done = list[str]()
    _nothing_else_waits()
    with work(town):
        enqueue(ask, authority_id=town, provider_key=uuid4().hex)
    with common(write=True):
        workers = [int(read("SELECT worker_id FROM procrastinate_register_worker_v1()")[0][0]) for _ in range(2)]

    def act(worker: int) -> None:
        with common(write=True):
            taken = _taken(worker)
        done.extend(taken)

    def wrong(became: tuple[str, str]) -> str:
        return "" if (became, len(done)) == (("done", "done"), 1) else f"{became}, taken {len(done)} times"

    return Round((lambda: act(workers[0]), lambda: act(workers[1])), wrong)


def _nothing_else_waits() -> None:
    with common(write=True):
        read("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status IN ('todo', 'doing') RETURNING id")


def _taken(worker: int) -> list[str]:
    """The job this worker gets, none when there is none for it."""
    return [str(row[0]) for row in read(FETCH, worker) if row[0] is not None]
