"""Cells of tables that people open in a spreadsheet."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: object) -> str:
    """The value as text: a spreadsheet would run a text that begins like a formula (CWE-1236)."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
