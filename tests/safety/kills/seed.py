"""`python -m tests.safety.kills.seed FOLDER`: the towns of all rows; here people sign in and have wallets, and books are closed."""

import os
import sys
from pathlib import Path

TOWN = "weissenburg"
"""Where people work."""
DAYS = 500
"""So many days of the books nobody has closed: one after the other is."""


def seed(folder: Path) -> None:
    """By the product's own verbs."""
    from stadttor.ground.clock import now
    from stadttor.site import closing, simulated_account, simulated_wallet
    from tests.safety.live import seed as towns

    for slug, town in towns.seed(folder, closed=DAYS).items():
        simulated_account.set_up(town, slug, now())
        simulated_wallet.set_up(town, now())
        if slug == TOWN:  # two towns would have files of the same names
            towns.hand_over(town, slug, closing.SERVICE)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    seed(Path(sys.argv[1]))
