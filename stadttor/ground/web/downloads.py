"""Files as responses: a stranger's bytes show themselves and do nothing else."""

from django.http import HttpResponse

SHOWN = ("application/pdf", "image/png", "image/jpeg")
# No script, no form, no request to anywhere; browsers draw PDFs and pictures with styles of their own.
POLICY = (
    "default-src 'none'; img-src 'self' data:; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


def file_response(data: bytes, media_type: str, name: str, *, download: bool = False) -> HttpResponse:
    """Bytes of a stranger as a response that runs nothing; kinds a browser does not show are saved."""
    how = "inline" if media_type in SHOWN and not download else "attachment"
    response = HttpResponse(data, content_type=media_type if media_type in SHOWN else "application/octet-stream")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = f'{how}; filename="{plain_name(name)}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def plain_name(name: str) -> str:
    """A file name for a header: letters, digits and few signs, so that nothing can be written behind it."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_" for sign in name)[:100]
