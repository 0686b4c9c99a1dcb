"""A sibling town's page cannot set a cookie that signs a colleague in as somebody else."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from stadttor.ground.web import cookies


@pytest.fixture
def over_tls(settings_with):
    settings_with(STADTTOR_HTTPS=True)


@pytest.fixture
def settings_with(monkeypatch):
    from django.conf import settings

    def change(**values):
        for name, value in values.items():
            monkeypatch.setattr(settings, name, value)

    return change


def browser(**held):
    request = RequestFactory().get("/")
    request.COOKIES = held
    return request


def test_over_tls_a_cookie_is_of_this_host_alone(over_tls):
    response = HttpResponse()
    cookies.keep(response, "stadttor_staff", "secret", seconds=60)
    (cookie,) = response.cookies.values()
    assert cookie.key == "__Host-stadttor_staff"
    assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["httponly"]) == (True, "/", "", True)
    assert cookies.kept(browser(**{"__Host-stadttor_staff": "secret"}), "stadttor_staff") == "secret"


def test_over_tls_a_cookie_without_the_prefix_counts_for_nothing(over_tls):
    assert cookies.kept(browser(stadttor_staff="the neighbour's"), "stadttor_staff") == ""


def test_over_tls_it_can_be_dropped(over_tls):
    response = HttpResponse()
    cookies.drop(response, "stadttor_staff")
    (cookie,) = response.cookies.values()
    assert (cookie.key, cookie["secure"], cookie["max-age"]) == ("__Host-stadttor_staff", True, 0)


def test_without_tls_the_name_is_plain(settings_with):
    settings_with(STADTTOR_HTTPS=False)
    assert cookies.kept(browser(stadttor_staff="secret"), "stadttor_staff") == "secret"
