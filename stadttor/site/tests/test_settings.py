"""What the settings become outside the demo."""

import json
import os
import subprocess
import sys

import pytest

WANTED = ("ALLOWED_HOSTS", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "LOGGING")
TELL = f"import json; from stadttor.site import settings; print(json.dumps([getattr(settings, n) for n in {WANTED}]))"


@pytest.fixture
def settings_of(tmp_path):
    """`settings_of(STADTTOR_HTTPS="1")`: the settings of an installation with this environment."""

    def read(**environment):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STADTTOR_")}
        own = {"STADTTOR_VAR": str(tmp_path), "STADTTOR_DOMAIN": "portal.example", **environment}
        done = subprocess.run(  # noqa: S603  # our own settings, in a process of their own
            [sys.executable, "-c", TELL], env={**kept, **own}, capture_output=True, check=True
        )
        return dict(zip(WANTED, json.loads(done.stdout), strict=True))

    return read


def test_an_installation_answers_to_its_own_domain_alone(settings_of):
    """Report: every installation answered to `127.0.0.1` and `testserver`, too."""
    assert settings_of()["ALLOWED_HOSTS"] == ["portal.example", ".portal.example"]
    assert "127.0.0.1" in settings_of(STADTTOR_DEMO="1")["ALLOWED_HOSTS"]


def test_over_tls_the_cookie_of_forms_is_of_one_host_alone(settings_of):
    found = settings_of(STADTTOR_HTTPS="1")
    assert (found["CSRF_COOKIE_NAME"], found["CSRF_COOKIE_SECURE"]) == ("__Host-csrftoken", True)
    assert settings_of()["CSRF_COOKIE_NAME"] == "csrftoken"


def test_a_database_that_takes_a_connection_and_says_nothing_holds_nobody_for_long():
    """Report: a page waited for ever for a server that was half open."""
    from stadttor.site.settings import _database

    described = _database("postgresql://stadttor_app@db.example.org/stadttor")
    assert described["OPTIONS"]["connect_timeout"] == 5


def test_no_level_lets_a_library_log_what_it_works_on(settings_of):
    """Found by reading the log of a journey at DEBUG: signxml wrote down the assertion, with name and date of birth."""
    found = settings_of(STADTTOR_LOG_LEVEL="DEBUG")["LOGGING"]
    assert found["root"]["level"] == "WARNING"
    assert found["loggers"]["stadttor"]["level"] == "DEBUG"
