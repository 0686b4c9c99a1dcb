"""Archives that unpack to far more than was sent, each in another way. They are sent where a document is asked for."""

import copy
import io
import zipfile
from random import Random

MB = 1_000_000


def deep(chance: Random) -> bytes:
    """One entry of hundreds of megabytes, a thousandth of it on the way."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed, packed.open(_entry(chance), "w") as entry:
        for _ in range(chance.randint(110, 200)):
            entry.write(bytes(MB))
    return data.getvalue()


def nested(chance: Random) -> bytes:
    """Archives in archives, as `42.zip` has them: each layer sixteen times the one within."""
    content = bytes(chance.randint(MB, 2 * MB))
    for _ in range(chance.randint(4, 6)):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
            for number in range(16):
                packed.writestr(_entry(chance, f"-{number}"), content)
        content = data.getvalue()
    return content


def many(chance: Random) -> bytes:
    """Tens of thousands of entries with nothing in them: the list alone is the harm."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        for number in range(chance.randint(20_000, 40_000)):
            packed.writestr(_entry(chance, f"-{number}"), b"")
    return data.getvalue()


def overlapping(chance: Random) -> bytes:
    """Thousands of entries that share the same packed bytes (Fifield, "A better zip bomb", WOOT 2019)."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(_entry(chance), bytes(chance.randint(9 * MB, 10 * MB)))
        [shared] = packed.filelist
        for number in range(chance.randint(2_000, 9_000)):
            again = copy.copy(shared)
            again.filename = f"nachweis-{number}.pdf"
            packed.filelist.append(again)
    return data.getvalue()


def _entry(chance: Random, more: str = "") -> zipfile.ZipInfo:
    """With a fixed date, so that the same chance gives the same bytes."""
    entry = zipfile.ZipInfo(f"nachweis-{chance.randrange(MB)}{more}.pdf")
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
