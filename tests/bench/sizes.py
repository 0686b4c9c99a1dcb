"""How much is measured. The small size is for tests: the same steps, figures without weight."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Counts are per run and stand where not said otherwise."""

    name: str
    few: int  # authorities of the small stand
    many: int  # authorities of the large stand where the official register is absent
    most: int | None  # at most so many authorities of the large stand adopt; None for all
    cases: int  # of one authority of the large stand
    runs: int
    warm_up: int  # applications before anything is written down
    applications: int
    form_gets: int  # per application of the 25-field service
    inserts: int
    case_lists: int
    load: int  # applications for each number of clients
    warm_starts: int


FULL = Size("full", 30, 4_400, None, 100_000, 5, 16, 8, 4, 100, 12, 96, 3)
SMALL = Size("small", 3, 12, 12, 500, 2, 2, 2, 2, 20, 2, 8, 1)
SIZES = {size.name: size for size in (FULL, SMALL)}
CLIENTS = (1, 8, 32)
