"""The official register as Destatis publishes it: GV100AD, 220 fixed columns, UTF-8.

Source: Statistisches Bundesamt, Datensatzbeschreibung GV100AD (14.06.2000). Columns below count from 1, as there.
"""

from collections.abc import Iterator
from datetime import date

from stadttor.core.ars import LAENDER, Level
from stadttor.tenancy.rules.register import KINDS, BadRegister, Place, Problem, Register

SOURCE = "GV100AD"
WIDTH = 220
_NO_VERBAND = "50"
_LEVELS: dict[str, Level] = {"10": "land", "20": "bezirk", "40": "kreis", "50": "verband", "60": "gemeinde"}
_KEY_LENGTHS = {"10": 2, "20": 3, "40": 5}
_REGION = "30"  # Regionen of Baden-Württemberg: for planning only, no area of an administration


class _BadLine(ValueError):
    """Why a line cannot be read."""


def parse(data: bytes, *, population_as_of: date | None = None) -> Register:
    """Read a whole file. Raises BadRegister with every broken line and its number.

    The file does not say of which day its population is; without `population_as_of` it is the end of the year before.
    """
    places, states, problems = [], set(), []
    for number, line in _lines(data):
        try:
            states.add(_state(line))
            place = _place(line, population_as_of)
        except _BadLine as error:
            problems.append(Problem(number, str(error)))
            continue
        if place is not None:
            places.append(place)
    problems += _whole_file_problems(places, states)
    if problems:
        raise BadRegister(problems)
    return Register(SOURCE, states.pop(), tuple(places))


def _lines(data: bytes) -> Iterator[tuple[int, str]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken = data.count(b"\n", 0, error.start) + 1
        raise BadRegister(
            [Problem(broken, "is not UTF-8 (editions before 2017 are Latin-1: convert them first)")]
        ) from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def _whole_file_problems(places: list[Place], states: set[date]) -> list[Problem]:
    if not places:
        return [Problem(0, "holds no record of types 10 to 60")]
    if len(states) > 1:
        return [Problem(0, f"mixes {len(states)} states of the register (columns 3 to 10)")]
    codes = [place.code for place in places]
    doubled = len(codes) - len(set(codes))
    return [Problem(0, f"names {doubled} areas twice")] if doubled else []


def _field(line: str, first: int, last: int) -> str:
    return line[first - 1 : last].strip()


def _state(line: str) -> date:
    if line[:2] not in _LEVELS and line[:2] != _REGION:
        raise _BadLine(f"record type {line[:2]!r} is none of 10, 20, 30, 40, 50, 60")
    if len(line) != WIDTH:
        raise _BadLine(f"has {len(line)} characters, expected {WIDTH}")
    try:
        return date(int(line[2:6]), int(line[6:8]), int(line[8:10]))
    except ValueError:
        raise _BadLine(f"columns 3 to 10 hold no date: {line[2:10]!r}") from None


def _place(line: str, population_as_of: date | None) -> Place | None:
    record = line[:2]
    if record == _REGION or (record == "50" and _field(line, 123, 124) == _NO_VERBAND):
        return None
    if record == "60":
        return _municipality(line, population_as_of or date(_state(line).year - 1, 12, 31))
    return _larger_area(line, record)


def _larger_area(line: str, record: str) -> Place:
    length = _KEY_LENGTHS.get(record)
    code = _digits(line, 11, 10 + length) if length else _digits(line, 11, 15) + _digits(line, 19, 22)
    _check_land(code)
    level = _LEVELS[record]
    kind = level if record in ("10", "20") else _kind(line)
    return Place(code, code, level, _name(line), kind, seat=_field(line, 73, 122))


def _municipality(line: str, population_date: date) -> Place:
    ags = _digits(line, 11, 18)
    _check_land(ags)
    return Place(
        code=ags,
        ars=ags[:5] + _digits(line, 19, 22) + ags[5:],
        level="gemeinde",
        name=_name(line),
        kind=_kind(line),
        population=_number(line, 140, 150),
        population_date=population_date,
        area_ha=_number(line, 129, 139),
        postal_code=_field(line, 166, 170),
        several_postal_codes=bool(_field(line, 171, 175)),
    )


def _digits(line: str, first: int, last: int) -> str:
    text = line[first - 1 : last]
    if not (text.isascii() and text.isdigit()):
        raise _BadLine(f"columns {first} to {last} should hold digits, not {text!r}")
    return text


def _number(line: str, first: int, last: int) -> int:
    return int(_digits(line, first, last))


def _check_land(code: str) -> None:
    if code[:2] not in LAENDER:
        raise _BadLine(f"key {code} begins with {code[:2]}, which is no Land")


def _kind(line: str) -> str:
    code = _field(line, 123, 124)
    if code not in KINDS:
        raise _BadLine(f"unknown Textkennzeichen {code!r} in columns 123 to 124")
    return KINDS[code]


def _name(line: str) -> str:
    name = _field(line, 23, 72)
    if not name:
        raise _BadLine("has no name in columns 23 to 72")
    return name
