"""German formats: from what people type to what we store. All functions raise Unreadable."""

import re
from datetime import date
from decimal import Decimal

from stadttor.core.cel import MAX_INTEGER
from stadttor.core.digits import western
from stadttor.forms.rules.marks import latin_capitals
from stadttor.forms.rules.problems import Unreadable
from stadttor.forms.rules.sepa import in_sepa

_THOUSANDS = re.compile(r"[+-]?\d{1,3}([.\u00a0\u202f ']\d{3})+")
_UNIT = re.compile(r"(?i)(?<=\d)\s*(kg|kilogramm|кг|كغ|km|cm|m²|qm|stück|jahre?|monate?|tage?)\.?$")
_NUMBER = re.compile(r"[+-]?\d{1,16}(\.\d{1,6})?")
_GERMAN_DAY = re.compile(r"([0-9]{1,2})\s?[./-]\s?([0-9]{1,2})\s?[./-]\s?([0-9]{1,4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?=.{4,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_PLATE = re.compile(r"([A-ZÄÖÜ]{1,3})[\s-]+([A-Z]{1,2})[\s-]*([1-9][0-9]{0,3})\s*([EH]?)")


def read_date(text: str) -> str:
    """`22.11.2026`, `2026-11-22`, `22/11/2026` → ISO date. Years from 1800 to 2999."""
    plain = western(text).strip()
    german, iso = _GERMAN_DAY.fullmatch(plain), _ISO_DAY.fullmatch(plain)
    year, month, day = german.group(3, 2, 1) if german else iso.groups() if iso else ("", "", "")
    found = f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    if not is_date(found):
        raise _no_date(year, month, day)
    return found


def _no_date(year: str, month: str, day: str) -> Unreadable:
    """Why three numbers are no date; empty ones were not even legible."""
    if year and len(year) < 4:
        return Unreadable("short_year")
    if not "1800" <= year <= "2999":
        return Unreadable("type")
    if not 1 <= int(month) <= 12:
        return Unreadable("no_such_month")
    return Unreadable("no_such_day", day=int(day), month=int(month), year=int(year))


def is_date(text: str) -> bool:
    if len(text) != 10 or text[4] != "-" or not "1800" <= text[:4] <= "2999":
        return False
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def read_integer(text: str) -> int:
    """A whole number; dots or spaces between groups of three are understood, a unit behind it is left out.

    Only units that cannot mean another size: `2 t` in a field for kilograms stays unreadable.
    """
    plain = _UNIT.sub("", western(text).strip())
    if _THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[^\d+-]", "", plain)
    if not re.fullmatch(r"[+-]?\d{1,16}", plain) or abs(int(plain)) > MAX_INTEGER:
        raise Unreadable("type")
    return int(plain)


def read_decimal(text: str) -> str:
    """`1.234,5`, `1234.5` → `1234.5`. The later of comma and dot separates the decimals; `1.234` is a thousand."""
    plain = western(text).strip()
    if _THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[^\d+-]", "", plain)
    plain = re.sub(r"[\s']", "", plain)
    if plain.rfind(",") > plain.rfind("."):
        plain = plain.replace(".", "").replace(",", ".")
    elif "," in plain:
        plain = plain.replace(",", "")
    return canonical_decimal(plain)


def canonical_decimal(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise Unreadable("type")
    return format(Decimal(text), "f")


def read_money(text: str) -> int:
    """`30,70 €` → 3070 cents. At most two decimals."""
    plain = re.sub(r"(?i)\s*(€|eur|euro)\s*$", "", western(text).strip())
    cents = Decimal(read_decimal(plain)) * 100
    if cents != cents.to_integral_value():
        raise Unreadable("type")
    return int(cents)


def read_boolean(text: str) -> bool:
    match text.strip().lower():
        case "true" | "1" | "on" | "yes" | "ja":
            return True
        case "false" | "0" | "off" | "no" | "nein":
            return False
    raise Unreadable("type")


def read_email(text: str) -> str:
    """The address as typed, the domain in lower case. Domains with umlauts become punycode."""
    local, at, domain = western(text).strip().rpartition("@")
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        raise Unreadable("email") from None
    address = f"{local}{at}{ascii_domain.lower()}"
    if not is_email(address):
        raise Unreadable("email")
    return address


def is_email(text: str) -> bool:
    local = text.partition("@")[0]
    return bool(_EMAIL.fullmatch(text)) and ".." not in local and not local.startswith(".") and not local.endswith(".")


def read_phone(text: str) -> str:
    """`09141 / 907-0` → `+4991419070`: international, digits only (ITU-T E.164); numbers without country are German."""
    plain = re.sub(r"[\s/().–-]", "", re.sub(r"\(0\)", "", western(text)))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.startswith("0"):
        plain = f"+49{plain[1:]}"
    if not is_phone(plain):
        raise Unreadable("phone")
    return plain


def is_phone(text: str) -> bool:
    return bool(re.fullmatch(r"\+[1-9][0-9]{5,14}", text))


def read_iban(text: str) -> str:
    """Upper case without spaces; length and checksum by ISO 13616, of a country that SEPA reaches."""
    plain = re.sub(r"[\s.-]", "", western(text)).upper()
    if fault := iban_fault(plain):
        raise Unreadable(fault)
    return plain


def iban_fault(text: str) -> str:
    """What is wrong with an IBAN without spaces: `iban`, `iban_country`, or nothing."""
    if not is_iban(text):
        return "iban"
    return "" if in_sepa(text) else "iban_country"


def is_iban(text: str) -> bool:
    if not text.isascii() or not text.isalnum() or not 15 <= len(text) <= 34:
        return False
    from stdnum import iban as stdnum_iban  # 1 MB that a process without such a field never needs
    from stdnum.exceptions import ValidationError

    try:
        return bool(stdnum_iban.validate(text, check_country=False) == text)
    except ValidationError:
        return False


def read_plate(text: str) -> str:
    """`wug ab 123 e` → `WUG-AB 123E`: district, letters, digits, E or H (§§ 9 to 11 FZV).

    Eight characters at most; E and H are not counted, to accept too much rather than too little.
    Cyrillic and Greek capitals that look like Latin ones become Latin.
    """
    found = _PLATE.fullmatch(latin_capitals(western(text).strip().upper()).replace("–", "-"))
    if not found or sum(map(len, found.groups()[:3])) > 8:
        raise Unreadable("plate")
    return f"{found[1]}-{found[2]} {found[3]}{found[4]}"


def is_plate(text: str) -> bool:
    try:
        return read_plate(text) == text
    except Unreadable:
        return False


def is_postal_code(text: str) -> bool:
    """A German postal code, from 01001 on."""
    return bool(re.fullmatch("[0-9]{5}", text)) and "01001" <= text <= "99998"
