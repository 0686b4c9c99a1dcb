"""The product with its clock ahead by as many days as a file says: `python -m tests.town_hall.clock worker`.

To be imported before everything else of the product, which takes `now` from the clock by its name. The file (`TOWN_HALL_CLOCK`) is
read each time, so that the day of all processes moves while they run. Where no file is named the clock stays as it is.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from stadttor.ground import clock

FILE = "TOWN_HALL_CLOCK"
_here = clock.now


def _now() -> datetime:
    return _here() + timedelta(days=int(Path(os.environ[FILE]).read_text()))


if FILE in os.environ:
    clock.now = _now

if __name__ == "__main__":
    from stadttor.__main__ import main

    sys.exit(main())
