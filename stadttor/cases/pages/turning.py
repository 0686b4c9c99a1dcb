"""The child process that turns and enlarges one document: `python turning.py KIND DEGREES PERCENT < file > file`.

KIND is pdf, png or jpeg. Bounds its own memory, time and answer before it reads the first byte; imports nothing of the
product. Ends with 1, having said nothing of use, when it cannot: the document is then shown as it is.
"""

import io
import resource
import sys

SECONDS = 8
MEMORY = 768 * 1024 * 1024
LARGEST = 30_000_000
LONGEST_SIDE = 6_000
MOST_PIXELS = 60_000_000


def turned_pdf(data: bytes, degrees: int) -> bytes:
    """Every page turned clockwise."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.rotate(degrees, relative=True)
        pdf.save(out)
    return out.getvalue()


def redrawn(data: bytes, kind: str, degrees: int, percent: int) -> bytes:
    """A picture turned clockwise and enlarged, to a longest side of LONGEST_SIDE pixels at most."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    out = io.BytesIO()
    with Image.open(io.BytesIO(data), formats=[kind.upper()]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        upright = picture.rotate(-degrees, expand=True) if degrees else picture
        factor = min(percent / 100, LONGEST_SIDE / max(upright.size))
        if factor > 1:
            upright = upright.resize((round(upright.width * factor), round(upright.height * factor)))
        upright.save(out, format=kind.upper())
    return out.getvalue()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """What cannot be turned is not an error of ours."""
    _limit()
    kind, degrees, percent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try:
        data = sys.stdin.buffer.read()
        made = turned_pdf(data, degrees) if kind == "pdf" else redrawn(data, kind, degrees, percent)
    except Exception:  # parsers of strangers' files raise whatever they like
        return 1
    if len(made) > LARGEST:
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
