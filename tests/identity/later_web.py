"""`granian --interface wsgi tests.identity.later_web:application`: the web process with its clock ahead (later.py)."""

import tests.identity.later  # noqa: F401, I001  # moves the clock, and therefore comes first

from stadttor.site.wsgi import application

__all__ = ["application"]
