"""Fills the stand: `python -m tests.bench_rollout.seed`, the task as JSON on standard input, what was made as JSON out.

The official register with all administrations, the package in two versions, and a small service that some offer already.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

READERS = 30
LANDS = tuple(f"{number:02}" for number in range(1, 17))


def main() -> int:
    """Make everything."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    import django

    django.setup()
    task = json.load(sys.stdin)
    _register([Path(name) for name in task["registers"]], most=task["most"])
    read = _packages(Path(task["packages"]))
    print(json.dumps({"slugs": _offered(read)}))
    return 0


def _register(files: Sequence[Path], most: int | None) -> None:
    from stadttor.ground.clock import now
    from stadttor.tenancy import demo, services

    if most is None:
        for file in files:
            services.import_register(file.read_bytes(), file_name=file.name, now=now())
    else:
        demo.load(now=now())
    services.create_authorities_from_register(kreise=True)


def _packages(folder: Path) -> UUID:
    """Gives the version of the service that is only read."""
    from django.conf import settings

    from stadttor.catalog import demo
    from stadttor.ground.clock import now

    published = [
        one
        for part in ("first", "second", "read")
        for one in demo.load_packages(folder / part, keys=Path(settings.STADTTOR_KEYS), now=now())
    ]
    return published[-1].version_id


def _offered(version_id: UUID) -> list[str]:
    """Some authorities offer the service that is read; gives their addresses."""
    from stadttor.catalog import services
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.tenancy.queries import all_authorities

    everybody = all_authorities()
    some = everybody[:: max(1, len(everybody) // READERS)][:READERS]
    for one in some:
        adoption_id = services.adopt(authority_id=one.id, version_id=version_id, parameters={}, actor=SYSTEM, now=now())
        services.go_live(authority_id=one.id, adoption_id=adoption_id, actor=SYSTEM, now=now())
    return [one.slug for one in some]


if __name__ == "__main__":
    sys.exit(main())
