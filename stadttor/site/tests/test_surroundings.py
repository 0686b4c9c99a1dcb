"""A rule that says no does not throw a colleague out of her desk."""

import re
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from stadttor.ground.actor import SYSTEM
from stadttor.identity import services
from stadttor.site.surroundings import surroundings

pytestmark = pytest.mark.db
PASSWORD = "ein-gutes-kennwort"
CASE = f"/desk/cases/{uuid4()}"


@pytest.fixture
def clerk(authority, now):
    services.create_member(
        authority_id=authority.id, email="olsen@weissenburg.example", name="Herr Olsen", roles=["clerk"], unit_ids=[],
        password=PASSWORD, actor=SYSTEM, now=now,
    )  # fmt: skip
    browser = Client(headers={"host": "weissenburg.localhost"})
    browser.post("/desk/sign-in", {"email": "olsen@weissenburg.example", "password": PASSWORD})
    return browser


def test_a_missing_role_is_explained_at_the_desk(clerk):
    page = clerk.get("/desk/staff").content.decode()
    assert 'class="st-nav"' in page
    assert re.search(r'href="/desk/"[^>]*><span class="kern-label">Zu Ihrem Arbeitsplatz', page)
    assert "„Organisation“" in page


@pytest.mark.parametrize(("status", "ways"), [(409, ["Back to the case", "To your desk"]), (404, ["To your desk"])])
def test_what_failed_on_a_case_leads_back_to_it_unless_it_is_not_there(status, ways):
    request = RequestFactory().post(f"{CASE}/take")
    request.staff = object()
    request.resolver_match = resolve(f"{CASE}/take")
    assert [way["label"] for way in surroundings(request, status)["ways"]] == ways


def test_inside_the_frame_of_the_letter_there_is_no_second_page(clerk):
    page = clerk.post(f"{CASE}/letter", {"outcome": "granted"}).content.decode()
    assert "st-nav" not in page
    assert "st-footer" not in page


def test_citizens_keep_the_portal(authority):
    page = Client(headers={"host": "weissenburg.localhost"}).get("/gibt-es-nicht").content.decode()
    assert "st-footer" in page
    assert "Zur Startseite" in page
