"""What clocks and targets do while people work, by hand and at a wish: figures are counted, letters in an account lie too long,
the folder of a target is away, days of the books pass.
"""

import json
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

import psycopg

from tests.safety.kills.wishes import Wishes
from tests.safety.live.service import SLUG

Admin = psycopg.Connection[Any]
_DEFER = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', %s, 0, NULL, NULL, %s::jsonb, NULL)"
    "::procrastinate_job_to_defer_v1])"
)
_LIES_TOO_LONG = """
UPDATE notices_legaldelivery SET created = created - interval '40 days' WHERE id IN (SELECT id FROM notices_legaldelivery
 WHERE state = 'provided' AND created > now() - interval '1 day' ORDER BY random() LIMIT 1)
"""
# What was booked today counts for the day that is closed next: so each closing has lines.
_BOOKED_BEFORE = """
UPDATE payments_booking b SET day = c.day + 1 FROM (SELECT authority_id, max(day) AS day FROM payments_closing GROUP BY 1) c
WHERE c.authority_id = b.authority_id AND b.closing_id IS NULL AND b.day > c.day + 1
"""


def clocks_strike(admin: Admin, wishes: Wishes) -> None:
    """Whatever somebody waits for, as the clock of the product does."""
    admin.execute(_BOOKED_BEFORE)
    if wishes("figures"):
        _strike(admin, "site.count_figures")
    if wishes("leave_unopened"):
        admin.execute(_LIES_TOO_LONG)
        _strike(admin, "site.post_unopened")


def count_figures(admin: Admin) -> None:
    """Once more, now."""
    _strike(admin, "site.count_figures")


def is_counting(admin: Admin) -> bool:
    """Whether that is not over."""
    waits = "SELECT FROM procrastinate_jobs WHERE task_name = 'site.count_figures' AND status IN ('todo', 'doing')"
    return admin.execute(waits).fetchone() is not None


def _strike(admin: Admin, task: str) -> None:
    admin.execute(_DEFER, [task, json.dumps({"timestamp": int(time())})])


def target_is_there(folder: Path, town: str, there: bool) -> None:
    """The folder of a target, or not: what is delivered meanwhile waits."""
    here = folder / "hand-over" / town / SLUG
    away = here.with_name(f".{SLUG}")
    with suppress(OSError):
        (away if there else here).rename(here if there else away)


def pauses_end(admin: Admin) -> None:
    """What could not be tidied up while the folder was away is tried again at once: it is there again."""
    admin.execute(
        "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'exchange.tidy' AND status = 'todo'"
        " AND attempts > 0 AND scheduled_at > now()"
    )
