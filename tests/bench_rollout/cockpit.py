"""The cockpit under measurement: `python -m tests.bench_rollout.cockpit` makes a steering body and counts, JSON in and out.

One package is counted at every authority by the product; its counters are then copied to as many packages as a country has.
"""

import http.client
import json
import os
import random
import sys
import time
from typing import Any

import psycopg

from stadttor.insights.rules.across import SHARES, SPREADS
from tests.measuring.lines import Lines

PACKAGES = 100
READS = 40
"""So many of each page."""
FIGURES = """
INSERT INTO insights_summedfigures (id, lands, service, taking_part, year, lately, before, months, at)
SELECT gen_random_uuid(), CASE land WHEN 0 THEN '' ELSE lpad(land::text, 2, '0') END, 'dienst-' || service, 200, told, told, told,
 (SELECT jsonb_object_agg(to_char(now() - make_interval(months => m), 'YYYY-MM'), told) FROM generate_series(0, 11) m), now()
FROM generate_series(0, 16) land, generate_series(1, %(services)s) service, LATERAL (
 SELECT jsonb_object_agg(name, CASE WHEN name = ANY(%(spreads)s) THEN jsonb_build_array(5 + service, 5 + land + 2 * service, 500)
  ELSE jsonb_build_array(5 + service, 500) END) AS told FROM unnest(%(spreads)s::text[] || %(shares)s::text[]) name) one
"""
"""Durations and shares of each, over each Land and the country, in every month."""
# What there is in the smallest country too: one with fewer services would answer 404.
PATHS = ("", "?in=09", "?q=dienst-2", "/dienst-2")
SLUG, PASSWORD = "steuerung", "Tauben auf dem Ellinger Tor 1926"  # noqa: S105  # of this stand alone
_COPY = """
WITH made AS (
 INSERT INTO catalog_package (id, name, slug)
 SELECT gen_random_uuid(), 'de.messung.paket' || n, 'paket' || n FROM generate_series(2, %(packages)s) n RETURNING id, slug
), counted AS (
 INSERT INTO rollout_counted (id, package_id, title, by_land, at)
 SELECT gen_random_uuid(), m.id, c.title || ' ' || m.slug, c.by_land, c.at FROM made m, rollout_counted c JOIN catalog_package p
  ON p.id = c.package_id WHERE p.name = %(package)s
)
INSERT INTO rollout_standing (id, package_id, kreis, counts, authorities)
SELECT gen_random_uuid(), m.id, s.kreis, s.counts, s.authorities FROM made m, rollout_standing s JOIN catalog_package p
 ON p.id = s.package_id WHERE p.name = %(package)s
"""


def main() -> int:
    """Gives the session of somebody in a steering body that sees the whole country, and how many authorities were counted."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    import django

    django.setup()
    from stadttor.catalog.queries import release
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import services as identity
    from stadttor.identity.queries import STAFF_COOKIE
    from stadttor.rollout import queries, services
    from stadttor.tenancy.services import create_authority

    task = json.load(sys.stdin)
    body = create_authority(slug=SLUG, name="Steuerung", kind="steering", covers=[], actor=SYSTEM, now=now())
    services.make_steering(authority_id=body, keys=[], acts=False)
    email = "sommer@messung.example"
    identity.create_member(
        authority_id=body, email=email, name="Frau Sommer", roles=["steering"], unit_ids=[], password=PASSWORD,
        actor=SYSTEM, now=now(),
    )  # fmt: skip
    token = identity.sign_in(authority_id=body, email=email, password=PASSWORD, address="127.0.0.1", now=now())
    begun = time.perf_counter()
    services.count(release(task["package"]), now=now())
    took = time.perf_counter() - begun
    counted = next(row for row in queries.by_package(()) if row.package == task["package"])
    print(json.dumps({"cookie": f"{STAFF_COOKIE}={token}", "authorities": counted.counts.whole, "count_s": took}))
    return 0


def copied(admin: "psycopg.Connection[Any]", package: str, packages: int) -> None:
    """The counters of one package for all others too."""
    admin.execute(_COPY, {"package": package, "packages": packages})
    admin.execute("ANALYZE rollout_standing, rollout_counted, catalog_package")


def looked_at(port: int, cookie: str, package: str, each: int, lines: Lines, chance: random.Random) -> None:
    """Every kind of page so often, in a row made by chance; each look is a line."""
    own = f"/desk/cockpit/packages/{package}"
    pages = {
        "overview": ("/desk/cockpit", "/desk/cockpit?in=09&sort=-used"),
        "package": (own, f"{own}?sort=-test"),
        "land": (f"{own}?in=09", f"{own}?in=05"),
        "authorities": (f"{own}/authorities?sort=-stage&page=40", f"{own}/authorities?in=09&sort=name"),
        "kreis": ("/desk/cockpit/kreise/09577", "/desk/cockpit/kreise/07131"),
        "authority": ("/desk/cockpit/authorities/gangelt", "/desk/cockpit/authorities/gelsenkirchen"),
    }
    wanted = [(kind, path) for kind, paths in pages.items() for place in range(each) for path in [paths[place % 2]]]
    chance.shuffle(wanted)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": f"{SLUG}.localhost", "Cookie": cookie}
    # Each worker draws everything once before.
    for kind, path in [*((None, path) for paths in pages.values() for path in paths * 4), *wanted]:
        begun = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if kind:
            ms = (time.perf_counter() - begun) * 1000
            lines.write("rollout_cockpit", page=kind, status=answer.status, wall_ms=ms)
    connection.close()


def summed_up(
    admin: "psycopg.Connection[Any]", port: int, cookie: str, services: int, reads: int, lines: Lines
) -> None:
    """The key figures of the country, of one Land, of one word and of one service in turn; each look is a line of the key figures."""
    admin.execute(FIGURES, {"services": services, "spreads": list(SPREADS), "shares": list(SHARES)})
    admin.execute("ANALYZE insights_summedfigures")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Host": f"{SLUG}.localhost", "Cookie": cookie}
    for place in range(-8, reads):
        begun = time.perf_counter()
        connection.request("GET", f"/desk/cockpit/figures{PATHS[place % len(PATHS)]}", headers=headers)
        answer = connection.getresponse()
        answer.read()
        # Each worker draws everything once before.
        if place >= 0:
            ms = (time.perf_counter() - begun) * 1000
            lines.write("rollout_kpi", page="country", status=answer.status, wall_ms=ms)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
