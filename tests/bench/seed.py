"""Fills one stand, by the product's own verbs: `python -m tests.bench.seed TASK`, the task as JSON on standard input.

Authorities, both services published and adopted live, one colleague at the measured authority, and there as many cases
as the task says. Prints what the measures need as JSON.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

EMAIL, PASSWORD = "adler@bench.example", "messbogen-und-mehr"
UNIT = "Messstelle"


@dataclass(frozen=True)
class Task:
    """What to make: `registers` are files of the official register, without any `authorities` are made up."""

    packages: str
    registers: tuple[str, ...]
    authorities: int
    most: int | None
    cases: int


@dataclass(frozen=True)
class Seeded:
    """`slugs` of the authorities that adopted both services; `big` is the measured one of them, with a colleague."""

    slugs: tuple[str, ...]
    big: str
    big_id: str
    cases: int
    official: bool


def seed(task: Task) -> Seeded:
    """Make everything; the database is new."""
    from stadttor.catalog import demo as packages
    from stadttor.ground.clock import now

    _authorities(task)
    rows = _rows()[: task.most]
    published = packages.load_packages(Path(task.packages), keys=_keys(), now=now())
    for authority_id, _slug in rows:
        _adopt(authority_id, [one.version_id for one in published])
    big_id, big = next((row for row in rows if row[1] == "muenchen"), rows[0])
    unit_id = _employ(big_id, [one.package.rpartition(".")[2] for one in published])
    if task.cases:
        _fill(big_id, unit_id, published[0].package.rpartition(".")[2], task.cases)
    return Seeded(tuple(slug for _id, slug in rows), big, str(big_id), task.cases, bool(task.registers))


def _keys() -> Path:
    from django.conf import settings

    return Path(settings.STADTTOR_KEYS)


def _authorities(task: Task) -> None:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.tenancy import services

    if task.registers:
        for name in task.registers:
            services.import_register(Path(name).read_bytes(), file_name=Path(name).name, now=now())
        services.create_authorities_from_register()
        return
    for number in range(task.authorities):
        services.create_authority(
            slug=f"messstadt-{number}",
            name=f"Messstadt {number}",
            kind="gemeinde",
            covers=[f"09577{number:07}"],
            actor=SYSTEM,
            now=now(),
        )


def _rows() -> list[tuple[UUID, str]]:
    from stadttor.ground.models import Authority
    from stadttor.ground.work import common

    with common():
        return list(Authority.objects.order_by("slug").values_list("id", "slug"))


def _adopt(authority_id: UUID, versions: Sequence[UUID]) -> None:
    from stadttor.catalog import services
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now

    for version_id in versions:
        adoption_id = services.adopt(
            authority_id=authority_id, version_id=version_id, parameters={}, actor=SYSTEM, now=now()
        )
        services.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())


def _employ(authority_id: UUID, slugs: Sequence[str]) -> UUID:
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity import services

    unit_id = services.save_unit(
        authority_id=authority_id, unit_id=None, name=UNIT, services=slugs, actor=SYSTEM, now=now()
    )
    services.create_member(
        authority_id=authority_id,
        email=EMAIL,
        name="Frau Adler",
        roles=["clerk", "lead"],
        unit_ids=[unit_id],
        password=PASSWORD,
        actor=SYSTEM,
        now=now(),
    )
    return unit_id


_SUBMISSIONS = """
INSERT INTO forms_submission (id, authority_id, key, number, draft_id, token_hash, token_sealed, service, adoption_id,
 revision_id, language, channel, trust, answers, fees, email, applicant, received, is_test)
SELECT gen_random_uuid(), a.authority_id, 'bench:' || n, 'ALT-' || n, NULL, sha256(n::text::bytea), '', a.slug, a.id,
 r.id, 'de', 'online', 'none', '{"person": {"vorname": "Amira"}}', '[]', '', 'Amira ' || md5(n::text),
 now() - n %% 400 * interval '1 day', false
FROM catalog_adoption a JOIN catalog_adoptionrevision r ON r.adoption_id = a.id AND r.number = a.revision,
 generate_series(1, %(cases)s) n WHERE a.authority_id = %(authority)s AND a.slug = %(slug)s
"""
_CASES = """
INSERT INTO cases_case (id, authority_id, number, submission_id, adoption_id, adoption_revision, service, title,
 applicant, applicant_key, language, channel, trust, land, unit_id, assignee_name, state, active, version, received,
 period, due, four_eyes, outcome, retention, is_test, answer_unseen, is_protected, secrecy)
SELECT gen_random_uuid(), authority_id, number, id, adoption_id, 1, service, 'Messbogen', applicant, lower(applicant),
 'de', 'online', 'none', 'BY', %(unit)s, '', CASE WHEN n %% 5 = 0 THEN 'in_review' ELSE 'received' END, true, 1,
 received, 'P14D', current_date - 3 + n::int %% 60, false, '', 'P3Y', false, false, false, ''
FROM (SELECT *, row_number() OVER (ORDER BY number) n FROM forms_submission WHERE authority_id = %(authority)s) s
"""
_WORDS = """
INSERT INTO cases_caseword (id, authority_id, case_id, word)
SELECT gen_random_uuid(), authority_id, id, word
FROM cases_case, unnest(array['amira', 'messbogen', lower(number), split_part(applicant_key, ' ', 2)]) word
WHERE authority_id = %(authority)s
"""


def _fill(authority_id: UUID, unit_id: UUID, slug: str, cases: int) -> None:
    """Cases by SQL, as owner and with the authority set: the wall binds the owner too."""
    import psycopg

    values = {"authority": authority_id, "unit": unit_id, "slug": slug, "cases": cases}
    with psycopg.connect(os.environ["STADTTOR_OWNER_URL"]) as owner:
        owner.execute("SELECT set_config('app.authority', %s, true)", [str(authority_id)])
        for statement in (_SUBMISSIONS, _CASES, _WORDS):
            owner.execute(statement, values)
        owner.execute("ANALYZE")


def main() -> int:
    """Read the task, make everything, print what came of it."""
    import json

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    import django

    django.setup()
    given: dict[str, Any] = json.load(sys.stdin)
    print(json.dumps(asdict(seed(Task(**given | {"registers": tuple(given["registers"])})))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
