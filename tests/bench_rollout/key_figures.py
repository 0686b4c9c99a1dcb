"""Key figures of one large city: `python -m tests.bench_rollout.key_figures` makes its organiser, JSON in and out.

Its history is written by SQL, five events a case; the counters are counted by the operator's command, reckoned anew here in
another way, and looked at on the organiser's pages.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import psycopg

from stadttor.core.periods import is_working_day
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Lines

EVENTS = 5
SERVICES = 10
BACK_DAYS = 1_000
READS = 100
EMAIL, PASSWORD = "kern@messung.example", "Tauben auf dem Ellinger Tor 1926"  # noqa: S105  # of this stand alone
# Of ten cases nine are decided, two were asked back first; the days differ by number, so that nothing is alike.
_HISTORY = (
    """
INSERT INTO cases_case (id, authority_id, number, adoption_id, adoption_revision, service, title, applicant, applicant_key,
 language, channel, trust, land, assignee_name, state, active, version, received, period, four_eyes, outcome, retention,
 is_test, answer_unseen, is_protected, secrecy)
SELECT gen_random_uuid(), %(authority)s, 'KPI-' || n, gen_random_uuid(), 1,
 CASE WHEN n %% %(services)s::int = 0 THEN %(slug)s ELSE 'dienst-' || n %% %(services)s::int END, 'Messung', 'Amira ' || n,
 'amira ' || n, 'de', CASE WHEN n %% 3 = 0 THEN 'counter' ELSE 'online' END, 'none', 'BY', '', 'closed', false, 1,
 %(now)s::timestamptz - interval '40 days' - n %% %(days)s::int * interval '1 day' - n %% 600 * interval '1 minute',
 'P14D', false, 'granted', 'P3Y', false, false, false, ''
FROM generate_series(1, %(cases)s::int) n
""",
    """
CREATE TEMPORARY TABLE went AS SELECT id, received, substr(number, 5)::int AS n,
 received + (substr(number, 5)::int %% 31 + 1) * interval '1 day' AS sent FROM cases_case
WHERE authority_id = %(authority)s AND number LIKE 'KPI-%%'
""",
    """
INSERT INTO cases_decision (id, authority_id, case_id, outcome, reasons, conditions, decided_at, decided_by_name,
 confirmed_by_name, send_at, sent_at, channel, channel_reason, fee_reason,
 tags)
SELECT gen_random_uuid(), %(authority)s, id, 'granted', '[]', '[]', sent, '', '', sent, sent, '', '', '', '[]'
FROM went WHERE n %% 10 > 0
""",
    """
INSERT INTO cases_question (id, authority_id, case_id, asked_at, asked_by_name, items, answers, answered_at)
SELECT gen_random_uuid(), %(authority)s, id, received + interval '6 hours', '', '[]', '[]', received + (n %% 7) * interval '1 day'
FROM went WHERE n %% 10 BETWEEN 1 AND 2
""",
    """
INSERT INTO cases_event (id, authority_id, case_id, at, act, actor_kind, actor_name, details, public)
SELECT gen_random_uuid(), %(authority)s, id, received + place * interval '1 hour', act, 'staff', '', '{}', false
FROM went, unnest(array['received', 'taken', 'noted', 'decided', 'sent']) WITH ORDINALITY AS one(act, place)
""",
    "ANALYZE cases_case, cases_decision, cases_question, cases_event",
)
# Another way than the product's: working days by their place in a calendar, not by walking through them. Visits are counted
# when they happen and have no history to be reckoned from: the reads of this run are among them.
_RECKONED = """
WITH days AS (SELECT unnest(%(days)s::date[]) AS day, unnest(%(worked)s::int[]) AS worked),
decided AS (
 SELECT c.service, c.channel, c.id, c.received AT TIME ZONE 'Europe/Berlin' AS begun, d.sent AT TIME ZONE 'Europe/Berlin' AS sent,
  d.sent < %(now)s::timestamptz - interval '7 days' AS known, d.sent < %(now)s::timestamptz - interval '14 days' AS settled
 FROM cases_case c JOIN (SELECT case_id, min(sent_at) AS sent FROM cases_decision WHERE authority_id = %(authority)s
  AND sent_at IS NOT NULL GROUP BY 1) d ON d.case_id = c.id WHERE c.authority_id = %(authority)s AND NOT c.is_test
), taken AS (
 SELECT one.service, one.channel, date_trunc('month', one.sent)::date AS month, one.known, one.settled, e.worked - b.worked AS gross,
  coalesce((SELECT least(f.worked, e.worked) - a.worked FROM cases_question q
   JOIN days a ON a.day = (q.asked_at AT TIME ZONE 'Europe/Berlin')::date
   JOIN days f ON f.day = greatest((q.answered_at AT TIME ZONE 'Europe/Berlin')::date, a.day)
   WHERE q.authority_id = %(authority)s AND q.case_id = one.id AND q.asked_at AT TIME ZONE 'Europe/Berlin' < one.sent), 0) AS theirs,
  EXISTS (SELECT FROM cases_question q WHERE q.authority_id = %(authority)s AND q.case_id = one.id
   AND q.asked_at AT TIME ZONE 'Europe/Berlin' < one.sent)::int AS asked
 FROM decided one JOIN days b ON b.day = one.begun::date JOIN days e ON e.day = one.sent::date
), reckoned AS (
 SELECT service, month, 'gross' AS measure, gross AS value, count(*) AS count FROM taken GROUP BY 1, 2, 4
 UNION ALL SELECT service, month, 'net', gross - theirs, count(*) FROM taken GROUP BY 1, 2, 4
 UNION ALL SELECT service, month, 'breaks', (channel <> 'online')::int, count(*) FROM taken GROUP BY 1, 2, 4
 UNION ALL SELECT service, month, 'asked', asked, count(*) FROM taken GROUP BY 1, 2, 4
 UNION ALL SELECT service, month, 'first_contact', 1 - asked, count(*) FROM taken GROUP BY 1, 2, 4
 UNION ALL SELECT service, month, 'not_again', 1 - asked, count(*) FROM taken WHERE known GROUP BY 1, 2, 4
 UNION ALL SELECT service, month, 'corrected', 0, count(*) FROM taken WHERE settled GROUP BY 1, 2, 4
 UNION ALL SELECT service, date_trunc('month', received AT TIME ZONE 'Europe/Berlin')::date, 'online',
  (channel = 'online')::int, count(*) FROM cases_case WHERE authority_id = %(authority)s AND NOT is_test GROUP BY 1, 2, 4
)
SELECT count(*) AS all, count(*) FILTER (WHERE r.count IS DISTINCT FROM k.count) AS differ FROM reckoned r
FULL JOIN (SELECT * FROM insights_counter WHERE authority_id = %(authority)s AND measure <> 'visits') k
 ON (k.service, k.month, k.measure, k.value::bigint) = (r.service, r.month, r.measure, r.value::bigint)
"""


def main() -> int:
    """Gives the session of the city's organiser, its id, its calendar and the address of a service that it offers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    import django

    django.setup()
    from stadttor.catalog.queries import adoptions
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import services as identity
    from stadttor.identity.queries import STAFF_COOKIE
    from stadttor.site.applications import calendar_of
    from stadttor.tenancy.queries import authority_by_slug

    city = authority_by_slug(json.load(sys.stdin)["slug"])
    assert city
    identity.create_member(
        authority_id=city.id, email=EMAIL, name="Frau Kern", roles=["organiser"], unit_ids=[], password=PASSWORD,
        actor=SYSTEM, now=now(),
    )  # fmt: skip
    token = identity.sign_in(authority_id=city.id, email=EMAIL, password=PASSWORD, address="127.0.0.1", now=now())
    made = {
        "authority": str(city.id), "calendar": calendar_of(city.id), "service": adoptions(city.id)[0].slug,
        "cookie": f"{STAFF_COOKIE}={token}", "now": now().isoformat(),
    }  # fmt: skip
    print(json.dumps(made))
    return 0


def measured(
    cases: int, slug: str, port: int, environment: Mapping[str, str], admin: "psycopg.Connection[Any]", lines: Lines
) -> None:
    """Write the history, count it twice, reckon it anew, look at the pages."""
    run = [sys.executable, "-m", "tests.bench_rollout.key_figures"]
    found = json.loads(_said(run, environment, json.dumps({"slug": slug})))
    values = {
        "authority": found["authority"], "slug": found["service"], "services": SERVICES, "days": BACK_DAYS, "cases": cases,
        "now": found["now"],
    }  # fmt: skip
    with admin.transaction():
        # A million rows: what their keys point to is made here, too.
        admin.execute("SET LOCAL session_replication_role = replica")
        for statement in _HISTORY:
            admin.execute(statement, values)
    for run_number in (1, 2):
        begun = time.perf_counter()
        said = _said([sys.executable, "-m", "stadttor", "figures", "recount", slug], environment)
        wall = time.perf_counter() - begun
        lines.write("rollout_recounts", run=run_number, wall_s=wall, said=said.strip())
    lines.write("rollout_events", cases=cases, events=EVENTS * cases, **_compared(admin, found))
    _looked_at(port, slug, found, lines)


def _said(command: list[str], environment: Mapping[str, str], given: str = "") -> str:
    done = subprocess.run(
        command, input=given, env=dict(environment), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=1_200
    )  # fmt: skip
    return done.stdout


def _compared(admin: "psycopg.Connection[Any]", found: Mapping[str, str]) -> dict[str, int]:
    """How many counters there are, here or there, and how many differ."""
    today = date.fromisoformat(found["now"][:10])
    days = [today - timedelta(days=back) for back in range(BACK_DAYS + 50, -2, -1)]
    worked, so_far = [], 0
    for day in days:
        so_far += is_working_day(day, found["calendar"])
        worked.append(so_far)
    values = {"authority": found["authority"], "days": days, "worked": worked, "now": found["now"]}
    row = admin.execute(_RECKONED, values).fetchone()
    assert row
    return {"counters": int(row[0]), "differ": int(row[1])}


def _looked_at(port: int, slug: str, found: Mapping[str, str], lines: Lines) -> None:
    """All services, and one of them by month, in turn; each look is a line."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": f"{slug}.localhost", "Cookie": found["cookie"]}
    pages = {"all": "/desk/figures", "service": f"/desk/figures/{found['service']}"}
    for place in range(-8, 2 * READS):
        kind, path = list(pages.items())[place % 2]
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        # Each worker draws both once before.
        if place >= 0:
            ms = (time.perf_counter() - begun) * 1000
            lines.write("rollout_kpi", page=kind, status=answer.status, wall_ms=ms)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
