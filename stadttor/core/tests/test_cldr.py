"""What is left of CLDR's tables says the same."""

import json
import subprocess
import sys

import pytest
from babel import localedata

from stadttor.core.cldr import UNREAD, locale
from stadttor.core.languages import LANGUAGES

SAY = """
import json, sys
from datetime import datetime
from babel import Locale
from babel.dates import format_date, format_time, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from decimal import Decimal
from stadttor.core.cldr import locale
one = (locale if sys.argv[2] == "ours" else Locale.parse)(sys.argv[1])
moment = datetime(2026, 11, 22, 14, 3)
said = [format_date(moment, form, one) for form in ("short", "medium", "long", "full", "MMMM y", "EEE")]
said += [format_datetime(moment, form, locale=one) for form in ("short", "medium")]
said += [format_time(moment, "HH:mm", locale=one), format_currency(Decimal("1234.5"), "EUR", locale=one)]
said += [format_decimal(Decimal("-12345.678"), locale=one, numbering_system=way) for way in ("latn", "default")]
said += [format_list(list("abc"), locale=one), *map(str, one.territories.items())]
print(json.dumps(said))
"""


@pytest.mark.parametrize("identifier", sorted({language.locale for language in LANGUAGES.values()}))
def test_every_form_we_use_reads_as_with_all_tables(identifier: str) -> None:
    said = [
        json.loads(subprocess.run([sys.executable, "-c", SAY, identifier, way], capture_output=True, check=True).stdout)
        for way in ("ours", "babel")
    ]
    assert said[0] == said[1]
    assert len(said[0]) > 200


def test_what_nobody_reads_is_not_kept() -> None:
    assert locale("de").territories["DE"] == "Deutschland"
    assert not set(UNREAD) & localedata.load("de").keys()
