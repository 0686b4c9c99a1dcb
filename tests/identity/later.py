"""The product with its clock ahead by `STORY_DAYS` days: `python -m tests.identity.later worker` instead of `-m stadttor worker`.

To be imported before everything else of the product, which takes `now` from the clock by its name. Nothing but the edges reads
the clock, so that nothing else has to be told.
"""

import os
import sys
from datetime import timedelta

from stadttor.ground import clock

_AHEAD, _here = timedelta(days=int(os.environ.get("STORY_DAYS", "0"))), clock.now
setattr(clock, "now", lambda: _here() + _AHEAD)  # noqa: B010  # a function of a module is assigned to on purpose

if __name__ == "__main__":
    from stadttor.__main__ import main

    sys.exit(main())
