"""In which order authorities get their turn: a small wave first, spread over the whole group, then all others."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

BATCH = 100
"""So many authorities are done in one transaction: few enough that nobody waits long for a row."""


@dataclass(frozen=True)
class Planned:
    """The authorities of one batch, and of which wave it is."""

    wave: int
    authorities: tuple[UUID, ...]


def batches(authorities: Iterable[UUID], *, first_percent: int, seed: str, size: int = BATCH) -> list[Planned]:
    """All authorities in batches. `first_percent` of them (rounded up) are the first wave; 0 or 100: there is only one.

    Who is first follows from the seed alone, so that it is nobody's choice and can be recomputed. An index between whose
    entries they come to lie grows by a tenth less than in the order of the keys, whose pages it leaves half full.
    """
    everybody = sorted(set(authorities), key=lambda one: _draw(seed, one))
    count = -(-len(everybody) * first_percent // 100)
    waves = [everybody[:count], everybody[count:]]
    kept = [wave for wave in waves if wave]
    return [Planned(number, part) for number, wave in enumerate(kept, 1) for part in _parts(wave, size)]


def _draw(seed: str, authority_id: UUID) -> bytes:
    return hashlib.sha256(f"{seed}:{authority_id}".encode()).digest()


def _parts(wave: Sequence[UUID], size: int) -> Iterator[tuple[UUID, ...]]:
    return (tuple(wave[begin : begin + size]) for begin in range(0, len(wave), size))
