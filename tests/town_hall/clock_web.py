"""`granian --interface wsgi tests.town_hall.clock_web:application`: the web process with its clock ahead (clock.py)."""

import tests.town_hall.clock  # noqa: F401, I001  # moves the clock, and therefore comes first

from stadttor.site.wsgi import application

__all__ = ["application"]
