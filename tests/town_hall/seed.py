"""Fills the database of the story: `python -m tests.town_hall.seed`. The demo's towns and people, and one town of Hesse.

Everything is made by the product's own verbs, with invented people.
"""

import tests.town_hall.clock  # noqa: F401, I001  # everything arrives on the day the story begins

import os
import sys
from copy import deepcopy
from typing import Any

HESSE, HESSE_NAME, HESSE_AREA = "frankfurt", "Stadt Frankfurt am Main", "064120000000"
HESSE_LINES = [HESSE_NAME, "Beispielstraße 1", "60311 Frankfurt am Main"]
DOG = {
    "haushalt": {"hunde_bisher": 0, "dauer": "dauerhaft", "weitere_halter": False},
    "hund": [
        {
            "name": "Bello", "rasse": "Mischling", "gelistet": False, "geschlecht": "maennlich",
            "geburtsdatum": "2024-03-01", "gehalten_seit": "2026-10-01",
        }
    ],
    "herkunft": {"zugezogen": False},
    "ermaessigung": {"gewuenscht": False},
    "zahlung": {"art": "ueberweisung"},
}  # fmt: skip
HANDED_OVER = 4
"""So many dogs in each of the towns that hand over."""
TOWNS_OF_DOGS = ("muenchen", "stuttgart")


def main() -> int:
    """The demo, then what the story needs beyond it."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from stadttor.ground.clock import now
    from stadttor.site import demo

    demo.load()
    moment = now()
    _found_in_hesse(moment)
    for town in TOWNS_OF_DOGS:
        for number in range(HANDED_OVER):
            _keep_a_dog(town, number, moment)
    return 0


def _found_in_hesse(moment: Any) -> None:
    from stadttor.catalog import queries as catalog
    from stadttor.catalog import services as adopting
    from stadttor.ground.actor import SYSTEM
    from stadttor.site import demo
    from stadttor.site.demo_cast import PARAMETERS
    from stadttor.tenancy.services import create_authority, describe

    who: dict[str, Any] = {"actor": SYSTEM, "now": moment}
    authority_id = create_authority(slug=HESSE, name=HESSE_NAME, kind="gemeinde", covers=[HESSE_AREA], **who)
    describe(authority_id, lines=HESSE_LINES, **who)
    parking = next(one for one in catalog.versions() if one.slug == "bewohnerparkausweis")
    own = PARAMETERS["muenchen"]["bewohnerparkausweis"]
    adoption_id = adopting.adopt(authority_id=authority_id, version_id=parking.id, parameters=own, **who)
    adopting.go_live(authority_id=authority_id, adoption_id=adoption_id, **who)
    demo._employ(HESSE, authority_id, moment)


def _keep_a_dog(town: str, number: int, moment: Any) -> None:
    from stadttor.site import demo
    from stadttor.site.demo_cast import APPLICATIONS
    from stadttor.tenancy.queries import authority_by_slug

    row = authority_by_slug(town)
    assert row is not None
    answers = deepcopy(DOG) | {"person": deepcopy(APPLICATIONS[1]["answers"]["person"])}
    answers["hund"][0]["name"] = f"Bello {number + 1}"  # type: ignore[index]  # the one dog
    application = {
        "key": f"dog-{number}", "authority": town, "service": "hundesteuer", "language": "de", "answers": answers,
    }  # fmt: skip
    demo._apply(row.id, application, moment)


if __name__ == "__main__":
    sys.exit(main())
