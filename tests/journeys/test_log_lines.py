"""A whole journey, with slips and a bug, leaves no word about a person in the log."""

import io
import logging

import pytest
from django.test import Client

from stadttor.site.logs import Line
from tests.journeys.test_without_javascript import declare, fill

pytestmark = pytest.mark.db
ABOUT_HER = ("Amira", "Yılmaz", "Y\\u0131lmaz", "amira.yilmaz", "WUG", "Bahnhofstra", "91781", "1988", "2025-1")


def test_after_a_journey_the_log_says_nothing_about_her(permit, monkeypatch):
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)
    client = Client(headers={"host": "weissenburg.localhost"}, raise_request_exception=False)
    try:
        token, summary = journey(client)
        with monkeypatch.context() as broken:
            broken.setattr("stadttor.portal.services.submit", bug)
            assert client.post(summary, declare(client, summary)).status_code == 500
        assert client.post(summary, declare(client, summary)).status_code == 302
    finally:
        logging.getLogger().removeHandler(handler)
    lines = said.getvalue()
    assert "reference" in lines
    assert [word for word in (*ABOUT_HER, token) if word in lines] == []


def journey(client):
    """To the summary, with a wrong answer and a wrong link on the way; gives the secret and the summary's address."""
    url = client.post("/leistungen/bewohnerparkausweis/antrag").headers["location"]
    client.post(url, {"antrag.art": "Amira Yılmaz", "go": "on"})
    summary = fill(client, url)
    later = client.get(url.split("/seite")[0] + "/spaeter").content.decode()
    token = later.split("/weiter/")[1].split('"')[0].split("<")[0].strip()
    assert client.post(f"/weiter/{token}").status_code == 405
    client.post(url.split("/seite")[0] + "/spaeter", {"email": "amira.yilmaz@example.org; Yılmaz"})
    return token, summary


def bug(**arguments):
    raise ValueError(f"cannot take {arguments['application']}")
