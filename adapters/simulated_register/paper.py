"""A page of PDF (ISO 32000-1) with a heading, a warning and rows of text, in a font every reader has."""

from collections.abc import Sequence

TOP, LEFT, LINE = 780, 60, 24


def pdf(title: str, warning: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """One page A4. Letters outside of Latin-1 become question marks."""
    lines = [(18, title), (12, warning), *((12, f"{label}: {value}") for label, value in rows)]
    drawn = [
        f"BT /F1 {size} Tf {LEFT} {TOP - number * LINE} Td ({_text(text)}) Tj ET"
        for number, (size, text) in enumerate(lines)
    ]
    content = "\n".join(drawn).encode("latin-1")
    return _file(
        b"<< /Type /Catalog /Pages 2 0 R /Lang (de) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def _text(text: str) -> str:
    """As a string of PDF: brackets and backslashes are escaped."""
    plain = text.encode("latin-1", "replace").decode("latin-1")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _file(*objects: bytes) -> bytes:
    """Header, numbered objects, their places, trailer."""
    whole, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(whole))
    return whole + b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, table) + trailer
