"""`python -m tests.safety.live.seed FOLDER`: two towns that offer the service of FOLDER, with a clerk each."""

import sys
from pathlib import Path
from uuid import UUID

TOWNS = {"weissenburg": "Weißenburg i. Bay.", "muenchen": "München"}
PASSWORD = "ein-gutes-kennwort"


def seed(folder: Path, closed: int = 1) -> dict[str, UUID]:
    """By the product's own verbs; gives the towns by their names in addresses. The last day that is closed in the books is
    `closed` days ago, with nothing on it.
    """
    from django.conf import settings

    from stadttor.catalog import demo, services
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity.services import create_member, save_unit
    from stadttor.tenancy.services import create_authority
    from tests.safety.live.meeting import open_all_day
    from tests.safety.live.service import SLUG, write_package

    moment, towns = now(), {}
    (published,) = demo.load_packages(write_package(folder), keys=settings.STADTTOR_KEYS, now=moment)
    for number, (slug, name) in enumerate(TOWNS.items()):
        town = create_authority(
            slug=slug, name=name, kind="gemeinde", covers=[f"09577{number:07}"], actor=SYSTEM, now=moment
        )
        towns[slug] = town
        known = {"authority_id": town, "actor": SYSTEM, "now": moment}
        adoption = services.adopt(version_id=published.version_id, parameters={}, **known)
        services.go_live(adoption_id=adoption, **known)
        unit = save_unit(unit_id=None, name="Bürgerbüro", services=[SLUG], **known)
        create_member(
            email=email(slug),
            name="Herr Olsen",
            roles=["clerk", "lead", "post"],
            unit_ids=[unit],
            password=PASSWORD,
            **known,
        )
        _keep_books(town, closed)
        open_all_day(town, SLUG)
        hand_over(town, slug, SLUG)
    return towns


def _keep_books(town: UUID, closed: int) -> None:
    """What is taken at the counter can be booked; some day before today is closed."""
    from datetime import timedelta

    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import german_day, now
    from stadttor.payments.services.closing import close_day
    from stadttor.payments.services.finance import Books, set_rules

    moment, before = now(), german_day(now()) - timedelta(days=closed)
    known = {"authority_id": town, "actor": SYSTEM, "now": moment}
    set_rules(valid_from=before, books=Books("577", 8, "mod97", "Q", {"*/": "4311"}), **known)
    close_day(day=before, counted=0, **known)


def hand_over(town: UUID, slug: str, service: str) -> None:
    """What is decided goes into a folder, where the stand has one."""
    from django.conf import settings

    from stadttor.exchange.ports import FOLDER, ways
    from stadttor.exchange.services import save_target
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.site.ways import DEMO_FOLDER

    if FOLDER in ways():
        (settings.VAR / DEMO_FOLDER / slug / service).mkdir(parents=True, exist_ok=True)
        save_target(
            authority_id=town, service=service, way=FOLDER, place=service, username="", host_key="", secret="",
            active=True, actor=SYSTEM, now=now(),
        )  # fmt: skip


def email(slug: str) -> str:
    return f"olsen@{slug}.example"


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    seed(Path(sys.argv[1]))
