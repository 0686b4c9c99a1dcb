from django.http import HttpResponse
from django.test import RequestFactory

from stadttor.ground.web.headers import SecurityHeaders


def answered(**extra: object) -> HttpResponse:
    return SecurityHeaders(lambda request: HttpResponse())(RequestFactory().get("/", **extra))


def test_nothing_inline_and_nothing_from_elsewhere():
    policy = answered().headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'self'" in policy
    assert answered().headers["X-Content-Type-Options"] == "nosniff"


def test_transport_security_only_over_https():
    assert "Strict-Transport-Security" not in answered().headers
    assert "Strict-Transport-Security" in answered(secure=True).headers


def test_a_view_may_be_stricter():
    def view(request):
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert SecurityHeaders(view)(RequestFactory().get("/")).headers["Content-Security-Policy"] == "sandbox"
