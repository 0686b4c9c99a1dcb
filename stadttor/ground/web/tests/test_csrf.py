"""Our token is one of Django's: checked by its middleware, masked anew each time, of this browser's secret."""

import pytest
from django.http import HttpResponse
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CsrfViewMiddleware, _unmask_cipher_token
from django.test import RequestFactory

from stadttor.ground.web.csrf import masked, token

SECRET, OTHER = "aZ09" * 8, "bZ09" * 8
HIGHEST = len(CSRF_ALLOWED_CHARS) ** 32 - 1


def asked(secret=SECRET):
    """A GET by a browser that holds the secret."""
    request = RequestFactory().get("/", headers={"cookie": f"csrftoken={secret}"} if secret else {})
    middleware().process_request(request)
    return request


def middleware():
    return CsrfViewMiddleware(lambda request: HttpResponse())


def is_taken(sent, secret=SECRET):
    request = RequestFactory().post("/", {"csrfmiddlewaretoken": sent}, headers={"cookie": f"csrftoken={secret}"})
    middleware().process_request(request)
    return middleware().process_view(request, lambda request: HttpResponse(), (), {}) is None


def test_django_takes_it_from_this_browser_alone():
    assert is_taken(token(asked()))
    assert not is_taken(token(asked(OTHER)))
    assert not is_taken("")


@pytest.mark.parametrize("drawn", [0, 1, 61, 62, HIGHEST // 7, HIGHEST])
def test_the_mask_comes_off_whatever_was_drawn(drawn):
    made = masked(SECRET, drawn)
    assert len(made) == 64
    assert _unmask_cipher_token(made) == SECRET


def test_every_draw_is_another_mask():
    assert masked(SECRET, 0)[:32] == CSRF_ALLOWED_CHARS[0] * 32
    assert masked(SECRET, HIGHEST)[:32] == CSRF_ALLOWED_CHARS[-1] * 32
    assert len({masked(SECRET, drawn) for drawn in range(500)}) == 500
    assert len({token(asked()) for _ in range(50)}) == 50


def test_a_new_visitor_gets_a_secret_and_everybody_a_fresh_cookie():
    for secret in (SECRET, ""):
        request = asked(secret)
        sent = token(request)
        answer = middleware().process_response(request, HttpResponse())
        assert is_taken(sent, answer.cookies["csrftoken"].value)
