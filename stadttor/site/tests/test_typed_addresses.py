"""Addresses as people type them, with a slash too few or too many at the end."""

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.db


@pytest.fixture
def browser(authority):
    client = Client(headers={"host": "weissenburg.localhost"})
    client.get("/")  # the authority is kept from here on
    return client


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("/desk", "/desk/"),
        ("/desk/cases", "/desk/cases/"),
        ("/desk/cases?unit=a%20b&page=2", "/desk/cases/?unit=a%20b&page=2"),
        ("/desk/cockpit/", "/desk/cockpit"),
        ("/konto/", "/konto"),
    ],
)
def test_a_slash_too_few_or_too_many_leads_to_the_page_without_asking_the_database(browser, typed, page):
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(typed)
    assert (answer.status_code, answer["Location"]) == (301, page)
    assert not asked.captured_queries


def test_in_the_demos_prefix_it_stays_there(authority):
    answer = Client(headers={"host": "localhost"}).get("/~weissenburg/desk")
    assert (answer.status_code, answer["Location"]) == (301, "/~weissenburg/desk/")


@pytest.mark.parametrize(
    "typed",
    [
        "//evil.example",
        "//evil.example/desk",
        "/\\evil.example/desk",
        "//evil.example/../desk",
        "/nowhere",
        "/desk/nowhere/",
    ],
)
def test_what_no_page_has_stays_not_found_and_leads_nowhere(browser, typed):
    answer = browser.get("/", PATH_INFO=typed)
    assert answer.status_code == 404
    assert "Location" not in answer


def test_no_other_host_can_be_named_by_the_way_to_a_page(browser):
    """A page at any path is the worst case: its redirect still begins with one slash."""
    with override_settings(ROOT_URLCONF="stadttor.site.tests.any_path_urls"):
        answer = browser.get("/", PATH_INFO="//evil.example/x")
    assert answer["Location"].startswith("/%2F")


def test_what_is_sent_is_never_sent_on(browser):
    assert browser.post("/desk").status_code == 404
