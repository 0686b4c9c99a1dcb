"""GiroCode: what a banking app reads from the QR code of a letter (EPC069-12, version 2.1, "002")."""

LONGEST_NAME, LONGEST_TEXT = 70, 140


def giro_code(*, holder: str, iban: str, bic: str, text: str, cents: int = 0) -> str:
    """The lines of the code. Without an amount (0) the payer enters it: instalments differ. At most 331 bytes."""
    amount = f"EUR{cents // 100}.{cents % 100:02}" if cents else ""
    lines = ("BCD", "002", "1", "SCT", bic, holder[:LONGEST_NAME], iban, amount, "", "", text[:LONGEST_TEXT])
    return "\n".join(lines)
