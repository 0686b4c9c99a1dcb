"""Security headers on every response: a policy without inline script or style, no sniffing, no framing by others.

Icons of KERN are `data:` pictures in its style sheet, hence `img-src data:`; pictures cannot run anything.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": f"'self' {settings.STADTTOR_LIVE_SOURCE}".strip(),
    "frame-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {sources}" for name, sources in POLICY.items())


def may_post_to(response: HttpResponse, origin: str) -> None:
    """Let forms of this one page be sent to this other origin (`https://id.bund.de`) too."""
    sources = POLICY | {"form-action": f"'self' {origin}"}
    response.headers["Content-Security-Policy"] = "; ".join(f"{name} {given}" for name, given in sources.items())


# Camera and microphone are for uploads from a phone and for consultations; everything else stays off.
PERMISSIONS = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
YEAR = 365 * 24 * 3600


class SecurityHeaders:
    """Adds the headers; a view that sets one of them itself (a file shown in a frame) keeps its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
        return response


HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
