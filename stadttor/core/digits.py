"""Digits of every script as 0 to 9: people type the ones of their keyboard, registers and letters hold the western ones."""

import re
import unicodedata

_DIGIT = re.compile(r"\d")


def western(text: str) -> str:
    """`٩١٧٨١`, `۹۱۷۸۱` and `９１７８１` become `91781` (Unicode category Nd); everything else stays.

    stadttor/forms/assets/conditions.js does the same in the browser.
    """
    return text if text.isascii() else _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
