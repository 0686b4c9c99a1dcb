"""What is tried: random inputs, and sound ones with some places spoiled."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]
TRICKS = (
    "", "\x00", "\n", "\r\n", "\t", "\u2028", "\x85", "\u202e", "\ufeff", "\ud800", "😀", "e\u0301", "İ", "ß", "ſ", "ﬃ", "٣", "Ⅷ",
    "²", "१", "𝟗", "\u00a0", "\u202f", " ", "'", '"', "`", ",", ";", ":", ".", "..", "/", "\\", "../", "|", "-", "--", "+", "=",
    "#", "%", "%00", "$", "&", "&a", "*a", "<<", "<", ">", "<!", "<?", "]]>", "(", ")", "[", "]", "{", "}", "!", "!!map", "? ",
    "- ", "@", "0", "00", "-0", "1e9", "1e999", "0x10", "1_0", "nan", "inf", "null", "true", "9" * 40, "A" * 300, "0" * 300,
    "(" * 60, "[" * 60, "xn--", "ü", "=?utf-8?q?=0A?=",
)  # fmt: skip
tricks = st.sampled_from(TRICKS)
texts = st.text(max_size=30) | st.lists(tricks | st.text(max_size=4), max_size=8).map("".join)


@dataclass(frozen=True)
class Reader:
    """`read` gives something or raises one of `refusals`; anything else is a defect, an AssertionError too.

    `sound` is understood.
    """

    name: str
    sound: Any
    inputs: Strategy
    read: Callable[[Any], object]
    refusals: tuple[type[Exception], ...] = ()


@st.composite
def spoiled(draw: st.DrawFn, samples: Sequence[str]) -> str:
    """One of these texts, with up to six places replaced by a trick, something random or another part of itself."""
    text = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 6))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.sampled_from((0, 0, 1, 1, 2, 5, 20, 200))))
        start = draw(st.integers(0, len(text)))
        other = st.just(text[start : start + 40])
        text = f"{text[:begin]}{draw(tricks | st.text(max_size=3) | other)}{text[end:]}"
    return text


def spoiled_bytes(*samples: bytes) -> Strategy:
    """The same for bytes; one in some is not the encoding it should be."""
    plain = [sample.decode("utf-8", "surrogateescape") for sample in samples]
    return st.builds(
        _encoded, spoiled(plain), st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-8", "utf-16", "latin-1"))
    )


def _encoded(text: str, encoding: str) -> bytes:
    if encoding == "utf-8":
        return text.encode("utf-8", "surrogateescape" if _is_escaped(text) else "surrogatepass")
    return text.encode(encoding, "replace")


def _is_escaped(text: str) -> bool:
    return all(not "\ud800" <= letter <= "\udfff" or "\udc80" <= letter <= "\udcff" for letter in text)


@st.composite
def spoiled_binary(draw: st.DrawFn, sample: bytes) -> bytes:
    """These bytes with up to eight of them changed, cut or doubled."""
    data = bytearray(sample)
    for _ in range(draw(st.integers(0, 8))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        data[place : place + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data)


@st.composite
def spoiled_data(draw: st.DrawFn, sample: Any) -> Any:
    """This nested data with up to four of its values replaced, removed or doubled."""
    data = deepcopy(sample)
    for _ in range(draw(st.integers(0, 4))):
        _spoil_one(draw, data)
    return data


def _spoil_one(draw: st.DrawFn, data: Any) -> None:
    here = data
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if isinstance(here[key], dict | list) and draw(st.integers(0, 3)):
            here = here[key]
            continue
        here[key] = draw(tricks | st.integers() | st.none() | st.booleans() | st.just([{}]) | st.just(deepcopy(here)))
        return
