"""The operator's command makes authorities and steering bodies with somebody who can sign in."""

import io

import pytest

from stadttor.identity.queries import members
from stadttor.rollout.queries import steering_at
from stadttor.site import operator_cli
from stadttor.tenancy.queries import authority_by_slug

pytestmark = pytest.mark.db
BODY = [
    "steering",
    "steuerung",
    "Koordinierungsstelle Bayern",
    "--organiser",
    "a@example.org",
    "--organiser-name",
    "Frau Sommer",
]


@pytest.fixture(autouse=True)
def _typed(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Tauben auf dem Ellinger Tor 1926\n"))


def test_a_steering_body_is_made_as_the_handbook_of_operators_says():
    """Report: the documented command did not exist."""
    assert operator_cli.main([*BODY, "--in", "09", "--acts"]) == 0
    body = authority_by_slug("steuerung")
    made = steering_at(body.id)
    assert (list(made.keys), made.acts) == (["09"], True)
    (organiser,) = members(body.id)
    assert set(organiser.roles) == {"organiser", "steering"}


def test_a_key_that_is_no_lands_and_no_kreis_is_said_in_words(capsys):
    assert operator_cli.main([*BODY, "--in", "0957"]) == 1
    assert "0957" in capsys.readouterr().err
