"""`python -m tests.town_hall.comparing EXPORT`: how many rows and files of an authority here differ from its export, as JSON."""

import tests.town_hall.clock  # noqa: F401, I001  # the same day as everybody

import json
import os
import sys
from pathlib import Path


def main() -> int:
    """In an environment of the product."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from stadttor.site.leaving.cli import app_url
    from stadttor.site.leaving.comparing import export_restore_differences
    from stadttor.site.leaving.house import this_house

    print(json.dumps(export_restore_differences(Path(sys.argv[1]), url=app_url(), house=this_house())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
