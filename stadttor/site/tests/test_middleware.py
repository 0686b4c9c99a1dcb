"""The authority of a request comes from its host, and from nothing else."""

import pytest
from django.test import Client, override_settings

pytestmark = pytest.mark.db


def get(host, path="/", **more):
    return Client(headers={"host": host, "accept-language": "de"}, raise_request_exception=False).get(path, **more)


@pytest.mark.parametrize("host", ["weissenburg.localhost", "WEISSENBURG.localhost:8000", "weissenburg.localhost."])
def test_the_host_names_the_town(authority, host):
    assert "Weißenburg" in get(host).content.decode()


@pytest.mark.parametrize("host", ["nirgendwo.localhost", "a.weissenburg.localhost", "weissenburg.muenchen.localhost"])
def test_an_unknown_town_has_a_page_that_says_so(authority, host):
    page = get(host)
    assert page.status_code == 404
    assert "<h1" in page.content.decode()
    assert "Weißenburg" not in page.content.decode()


@pytest.mark.parametrize(
    "host",
    ["evil.example", "weissenburg.localhost.evil.example", "weissenburg.localhost@evil.example", "", "weissenburg",
     "localhost/../x", "weissenburg.localhost:80:80", "weissenburg.localhost\r\nX: y", "xn--weienburg-localhost"],
)  # fmt: skip
def test_a_made_up_host_is_refused_and_not_repeated(authority, host):
    page = get(host)
    assert page.status_code == 400
    assert "evil.example" not in page.content.decode()


def test_a_forwarded_host_counts_for_nothing(authority, neighbour):
    page = get("weissenburg.localhost", headers={"x-forwarded-host": "muenchen.localhost"})
    assert "München" not in page.content.decode()


def test_the_bare_domain_is_everybodys_entrance(authority):
    assert get("localhost").status_code == 200
    assert get("localhost", "/desk/sign-in").status_code == 404


@override_settings(STADTTOR_DEMO=True)
def test_in_the_demo_a_prefix_names_the_town_and_links_keep_it(authority):
    page = get("localhost", "/~weissenburg/").content.decode()
    assert "Weißenburg" in page
    assert 'href="/~weissenburg/' in page
    assert get("localhost", "/~nirgendwo/").status_code == 404


@override_settings(STADTTOR_DEMO=True)
def test_a_prefix_does_not_override_a_host(authority, neighbour):
    assert get("weissenburg.localhost", "/~muenchen/").status_code == 404


@override_settings(STADTTOR_DEMO=False)
def test_in_production_there_is_no_prefix(authority):
    assert get("localhost", "/~weissenburg/").status_code == 404


@override_settings(STADTTOR_DEMO=True)
def test_a_prefix_does_not_stay_for_the_next_request(authority):
    get("localhost", "/~weissenburg/")
    assert "/~weissenburg/" not in get("nirgendwo.localhost").content.decode()
    assert "/~weissenburg/" not in get("evil.example").content.decode()
    assert "/~weissenburg/" not in get("weissenburg.localhost").content.decode()
