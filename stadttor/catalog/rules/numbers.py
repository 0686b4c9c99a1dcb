"""Numbers with check digits that a string parameter can name as its `format`."""

import re
from collections.abc import Callable, Mapping

_LETTERS = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9 ]{4,40}")


def is_iban(text: str) -> bool:
    """Length, structure and check digits (ISO 13616), blanks between groups allowed."""
    from stdnum import iban  # 1 MB that most processes never need

    return bool(_LETTERS.fullmatch(text)) and bool(iban.is_valid(text))


def is_creditor_id(text: str) -> bool:
    """SEPA creditor identifier: check digits over country and national part, not the business code (EPC262-08)."""
    from stdnum.eu import at_02

    return bool(_LETTERS.fullmatch(text)) and bool(at_02.is_valid(text))


FORMATS: Mapping[str, Callable[[str], bool]] = {"iban": is_iban, "creditor-id": is_creditor_id}
