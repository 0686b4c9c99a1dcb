"""Serves the built assets at `/static/<name>`.

Only names in the manifest are served, so no path can lead elsewhere. The names carry a hash of the content: browsers
may keep them for a year. The `.gz` beside a file is sent to whoever accepts gzip. A web server in front may serve the
folder itself; the product does not need it to.
"""

import mimetypes
from functools import lru_cache

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from stadttor.ground.web.manifest import BUILD, manifest

FOREVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """One asset by its hashed name, 404 for anything that was not built."""
    if name not in _served():
        return HttpResponseNotFound()
    packed = BUILD / f"{name}.gz"
    zipped = "gzip" in request.headers.get("Accept-Encoding", "") and packed.exists()
    response: HttpResponse = FileResponse(  # type: ignore[assignment]  # a streaming response, has headers as well
        (packed if zipped else BUILD / name).open("rb"), content_type=content_type(name)
    )
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=1)
def _served() -> frozenset[str]:
    return frozenset(manifest().values())


def content_type(name: str) -> str:
    """The media type of an asset by its ending."""
    ending = name[name.rfind(".") :]
    return TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
