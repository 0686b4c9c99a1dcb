"""Cells of tables that people open in a spreadsheet."""

# Also the wide forms, which a spreadsheet in Chinese or Japanese reads as the same signs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> str:
    """The value as text: a spreadsheet would run a text that begins like a formula (CWE-1236). A number stays one."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text
