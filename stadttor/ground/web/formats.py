"""Numbers, money, dates and countries in the form of the reader's language (CLDR through Babel)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_day_names, get_month_names
from babel.numbers import format_currency, format_decimal

from stadttor.core import cldr
from stadttor.ground.web.language import current

ZONE = ZoneInfo("Europe/Berlin")
BYTES = 1000
# People in Germany write ASCII digits in forms; Arabic pages show the same digits they are asked to type.
DIGITS: Literal["latn"] = "latn"


def locale() -> Locale:
    """Babel's locale of the current language."""
    return cldr.locale(current().locale)


def money(cents: int | None) -> str:
    """3070 becomes `30,70 €`, in the notation of the language; nothing becomes an empty string."""
    if cents is None:
        return ""
    text = format_currency(Decimal(cents) / 100, "EUR", locale=locale(), numbering_system=DIGITS)
    # CLDR's Ukrainian says EUR; the sign is understood by everybody and is what letters and price lists show.
    return text.replace("EUR", "€")


def amount(cents: int | None) -> str:
    """3070 becomes `30,70`: money as it is typed into a field, German notation, no sign."""
    return "" if cents is None else f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d}"


def number(value: int | float | Decimal | None) -> str:
    """1234.5 becomes `1.234,5`."""
    if isinstance(value, int):
        return _count(value, locale())
    return "" if value is None else format_decimal(value, locale=locale(), numbering_system=DIGITS)


@lru_cache(maxsize=4_096, typed=True)
def _count(value: int, where: Locale) -> str:
    """A page of a list tells up to ten, mostly the same ones as the page before."""
    return format_decimal(value, locale=where, numbering_system=DIGITS)


def day(value: date | datetime | str | None, form: str = "long") -> str:
    """A date (or ISO string, or moment, then in German time) as `22. November 2026`; form short medium long full."""
    moment = _as_date(value)
    return _day(moment, form, locale()) if moment else ""


@lru_cache(maxsize=4_096)
def _day(value: date, form: str, identifier: str) -> str:
    """Lists show the same days over and over."""
    return _latin(format_date(value, form, locale=identifier))


def month(number: int) -> str:
    """The name of a month (1 to 12) as it stands within a date: `Februar`, Ukrainian `лютого`."""
    return str(get_month_names("wide", "format", locale())[number])


def weekday(number: int) -> str:
    """The name of a weekday, 0 is Monday."""
    return str(get_day_names("wide", "stand-alone", locale())[number])


def moment(value: datetime | None, form: str = "medium") -> str:
    """A moment in German time, `22.11.2026, 10:00`."""
    if value is None:
        return ""
    local = value.astimezone(ZONE)
    if form == "medium":
        is_arabic = current().locale == "ar"
        return f"{day(local, 'short' if is_arabic else 'medium')}{'،' if is_arabic else ','} {clock(value)}"
    return _latin(format_datetime(local, form, tzinfo=ZONE, locale=locale()))


def clock(value: datetime | None) -> str:
    """The time of day in German time, `14:03`."""
    return "" if value is None else _latin(format_time(value.astimezone(ZONE), "HH:mm", locale=locale()))


def filesize(size: int | None) -> str:
    """1234567 becomes `1,2 MB`."""
    if not size:
        return ""
    if size < BYTES**2:
        return f"{number(max(1, round(size / BYTES)))} kB"
    return f"{number(round(size / BYTES**2, 1))} MB"


def countries() -> list[dict[str, str]]:
    """All countries as options {value, label}, sorted by their name in the current language."""
    return _countries(current().locale)


@lru_cache
def _countries(identifier: str) -> list[dict[str, str]]:
    names = cldr.locale(identifier).territories
    pairs = [(str(name), str(code)) for code, name in names.items() if _is_country(str(code))]
    return [{"value": code, "label": name} for name, code in sorted(pairs, key=lambda pair: _sort_key(pair[0]))]


NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


WITHOUT_MARKS = str.maketrans("äöüåç", "aouac")


def _is_country(code: str) -> bool:
    return len(code) == 2 and code not in NOT_COUNTRIES


def _sort_key(name: str) -> str:
    return name.lower().translate(WITHOUT_MARKS)


def country(code: str) -> str:
    """The name of a country in the current language, the code itself when it is unknown."""
    return str(locale().territories.get(code, code))


def date_parts(value: object) -> dict[str, str]:
    """{day, month, year} to show in a date field, from an ISO date, a date, what was typed, or nothing."""
    if isinstance(value, Mapping):
        return {part: str(value.get(part) or "") for part in ("day", "month", "year")}
    text = value.isoformat() if isinstance(value, date) else str(value or "")
    year, _sep, rest = text.partition("-")
    month, _sep, last = rest.partition("-")
    return {"day": last.lstrip("0"), "month": month.lstrip("0"), "year": year}


def _as_date(value: date | datetime | str | None) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(ZONE).date() if value.tzinfo else value.date()
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value


ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def _latin(text: str) -> str:
    return text.translate(ARABIC_DIGITS)
