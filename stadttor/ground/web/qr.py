"""QR codes (ISO/IEC 18004) of texts, as a picture in the page: bytes, error correction M, no other modes.

The smallest of the first 25 versions that holds the text: up to 997 bytes, far more than an address needs.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from markupsafe import Markup, escape

# Level M by version: codewords for correction in each block, blocks (ISO/IEC 18004, table 9).
CORRECTION = (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28)
BLOCKS = (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21)
QUIET = 4
"""Empty modules around it (§6.3.8)."""
PADDING = (0xEC, 0x11)
MASKS = (
    lambda x, y: (x + y) % 2,
    lambda x, y: y % 2,
    lambda x, y: x % 3,
    lambda x, y: (x + y) % 3,
    lambda x, y: (x // 3 + y // 2) % 2,
    lambda x, y: x * y % 2 + x * y % 3,
    lambda x, y: (x * y % 2 + x * y % 3) % 2,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2,
)
FINDER_LIKE = ((1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1))
Grid = list[list[int]]


def picture(text: str, label: str) -> Markup:
    """An SVG of it, dark on light whatever the page's colours; `label` says what it is to whoever does not see it."""
    modules = matrix(text)
    size = len(modules) + 2 * QUIET
    dark = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(modules) for x, module in enumerate(row) if module
    )
    head = f'<svg class="st-qr" viewBox="0 0 {size} {size}" width="{size * 4}" height="{size * 4}" role="img"'
    body = f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{dark}"/>'
    return Markup(f'{head} aria-label="{escape(label)}" shape-rendering="crispEdges">{body}</svg>')  # noqa: S704  # digits and an escaped label


def drawing(text: str) -> str:
    """An SVG that stands for itself, for a letter."""
    modules = matrix(text)
    size = len(modules) + 2 * QUIET
    dark = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(modules) for x, module in enumerate(row) if module
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
    return f'{head}<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{dark}"/></svg>'


def matrix(text: str) -> Grid:
    """Rows of modules, 1 is dark. Raises ValueError for a text that is too long."""
    data = text.encode()
    version = next((one for one in range(1, len(BLOCKS) + 1) if len(data) <= _room(one)), None)
    if version is None:
        raise ValueError("too long for a QR code of ours")
    fixed = _patterns(version)
    free = _places(fixed)
    bits = [codeword >> 7 - bit & 1 for codeword in _codewords(data, version) for bit in range(8)]
    drawn = (_drawn(fixed, free, bits, mask, version) for mask in range(len(MASKS)))
    return min(drawn, key=_penalty)


# Data


def _size(version: int) -> int:
    return 17 + 4 * version


@cache
def _capacity(version: int) -> int:
    """Codewords in all, data and correction."""
    return len(_places(_patterns(version))) // 8


def _room(version: int) -> int:
    """Bytes of text it holds: without mode and length."""
    data = _capacity(version) - CORRECTION[version - 1] * BLOCKS[version - 1]
    return data - (2 if version < 10 else 3)


def _codewords(data: bytes, version: int) -> list[int]:
    """Mode, length, text, padding; in blocks, each with its correction; one codeword of each block after the other."""
    length_bits = 8 if version < 10 else 16
    room = _capacity(version) - CORRECTION[version - 1] * BLOCKS[version - 1]
    number = (0b0100 << length_bits | len(data)) << 8 * len(data) | int.from_bytes(data)
    # The four bits behind the text are the end mark, which also fills the last codeword.
    filled = list((number << 4).to_bytes(len(data) + 1 + length_bits // 8))
    filled += [PADDING[place % 2] for place in range(room - len(filled))]
    blocks = list(_blocks(filled, BLOCKS[version - 1]))
    corrections = [_correction(block, CORRECTION[version - 1]) for block in blocks]
    return [*_in_turn(blocks), *_in_turn(corrections)]


def _blocks(data: Sequence[int], count: int) -> Iterator[Sequence[int]]:
    """The longer blocks come last (§7.5.1)."""
    short, longer = divmod(len(data), count)
    at = 0
    for number in range(count):
        size = short + (number >= count - longer)
        yield data[at : at + size]
        at += size


def _in_turn(blocks: Sequence[Sequence[int]]) -> Iterator[int]:
    for place in range(max(len(block) for block in blocks)):
        yield from (block[place] for block in blocks if place < len(block))


def _times(one: int, other: int) -> int:
    """In the field of 256 elements by x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    for bit in reversed(range(8)):
        product = product << 1 ^ (product >> 7) * 0x11D
        product ^= (other >> bit & 1) * one
    return product


@cache
def _generator(degree: int) -> tuple[int, ...]:
    """The product of (x - 2^i) without its leading one."""
    found, root = [0] * (degree - 1) + [1], 1
    for _ in range(degree):
        found = [_times(one, root) ^ following for one, following in zip(found, [*found[1:], 0], strict=True)]
        root = _times(root, 2)
    return tuple(found)


def _correction(block: Sequence[int], count: int) -> list[int]:
    """The remainder of the Reed-Solomon division (§7.5.2)."""
    rest = [0] * count
    for codeword in block:
        factor = codeword ^ rest[0]
        rest = [one ^ _times(by, factor) for one, by in zip([*rest[1:], 0], _generator(count), strict=True)]
    return rest


# Modules


@cache
def _patterns(version: int) -> tuple[tuple[int | None, ...], ...]:
    """What looks the same in every code of this version; None where data goes. Format bits are held free by zeros."""
    size = _size(version)
    grid: list[list[int | None]] = [[None] * size for _ in range(size)]
    for place in range(size):
        grid[6][place] = grid[place][6] = 1 - place % 2
    for x, y in ((3, 3), (size - 4, 3), (3, size - 4)):
        _ring(grid, x, y, 4, dark=(0, 1, 3))
    centres = _alignment(version)
    for x in centres:
        for y in centres:
            # Three of the corners are taken by the finders.
            if (x, y) not in {(6, 6), (6, size - 7), (size - 7, 6)}:
                _ring(grid, x, y, 2, dark=(0, 2))
    for place in [*range(9), *range(size - 8, size)]:
        for y, x in ((8, place), (place, 8)):
            if grid[y][x] is None or (y, x) == (8, 8):
                grid[y][x] = 0
    grid[size - 8][8] = 1
    if version >= 7:
        bits = version << 12 | _remainder(version, 12, 0x1F25)
        for place in range(18):
            x, y = size - 11 + place % 3, place // 3
            grid[y][x] = grid[x][y] = bits >> place & 1
    return tuple(tuple(row) for row in grid)


def _ring(grid: list[list[int | None]], x: int, y: int, radius: int, *, dark: tuple[int, ...]) -> None:
    size = len(grid)
    for row in range(max(0, y - radius), min(size, y + radius + 1)):
        for column in range(max(0, x - radius), min(size, x + radius + 1)):
            grid[row][column] = int(max(abs(row - y), abs(column - x)) in dark)


def _alignment(version: int) -> list[int]:
    """Centres of the alignment patterns in each direction (annex E)."""
    if version == 1:
        return []
    count, last = version // 7 + 2, _size(version) - 7
    step = (last - 6 + count - 2) // (count - 1)
    step += step % 2
    return [6, *(last - step * number for number in reversed(range(count - 1)))]


def _places(fixed: Sequence[Sequence[int | None]]) -> list[tuple[int, int]]:
    """(row, column) where data goes, in its order: columns in pairs, upwards and downwards (§7.7.3)."""
    size, found = len(fixed), []
    for number, right in enumerate([*range(size - 1, 6, -2), 5, 3, 1]):
        rows = range(size) if number % 2 else reversed(range(size))
        found += [(row, column) for row in rows for column in (right, right - 1) if fixed[row][column] is None]
    return found


def _drawn(
    fixed: Sequence[Sequence[int | None]], free: Sequence[tuple[int, int]], bits: Sequence[int], mask: int, version: int
) -> Grid:
    grid = [[module or 0 for module in row] for row in fixed]
    for place, (row, column) in enumerate(free):
        bit = bits[place] if place < len(bits) else 0
        grid[row][column] = bit ^ (MASKS[mask](column, row) == 0)
    # Level M is 0b00.
    format_ = (mask << 10 | _remainder(mask, 10, 0x537)) ^ 0x5412
    size = _size(version)
    around = [*((8, y) for y in range(6)), (8, 7), (8, 8), (7, 8), *((x, 8) for x in range(5, -1, -1))]
    beside = [*((x, 8) for x in range(size - 1, size - 9, -1)), *((8, y) for y in range(size - 7, size))]
    for places in (around, beside):
        for bit, (x, y) in enumerate(places):
            grid[y][x] = format_ >> bit & 1
    return grid


def _remainder(value: int, bits: int, divisor: int) -> int:
    """Of the division of polynomials (annexes C, D)."""
    rest = value
    for _ in range(bits):
        rest = rest << 1 ^ (rest >> bits - 1) * divisor
    return rest


def _penalty(grid: Grid) -> int:
    """How hard it is to read (§7.8.3)."""
    lines = [*grid, *(list(column) for column in zip(*grid, strict=True))]
    dark, size = sum(map(sum, grid)), len(grid)
    squares = sum(
        grid[y][x] == grid[y][x + 1] == grid[y + 1][x] == grid[y + 1][x + 1]
        for y in range(size - 1)
        for x in range(size - 1)
    )
    return sum(_line_penalty(line) for line in lines) + 3 * squares + 10 * (abs(20 * dark - 10 * size**2) // size**2)


def _line_penalty(line: Sequence[int]) -> int:
    found, run = 0, 1
    for before, module in pairwise(line):
        run = run + 1 if module == before else 1
        found += 3 if run == 5 else run > 5
    starts = range(len(line) - 10)
    return found + 40 * sum(tuple(line[at : at + 11]) in FINDER_LIKE for at in starts)
