"""What people, machines and the log see when something goes wrong."""

import io
import logging
import re

import pytest
from django.conf import settings
from django.db.utils import OperationalError
from django.test import Client, override_settings

from stadttor.catalog import services
from stadttor.ground import authorities
from stadttor.ground.actor import SYSTEM
from stadttor.site.logs import Line

pytestmark = pytest.mark.db


@pytest.fixture
def browser(authority):
    with override_settings(ROOT_URLCONF="stadttor.site.tests.odd_urls"):
        yield Client(headers={"host": "weissenburg.localhost"}, raise_request_exception=False)


@pytest.fixture
def log():
    """What the log says, as it is configured."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)
    yield said
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "höchstens 50"), ("en", "You can add 50 files at most"), ("ar", "50")],
)
def test_a_refusal_is_explained_in_the_readers_language(browser, language, words):
    page = browser.get("/no", headers={"accept-language": language})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()


@pytest.mark.parametrize(("language", "words"), [("de", "nicht"), ("en", "What was saved before is safe")])
def test_a_database_that_is_away_before_the_authority_is_known_is_explained_in_the_readers_language(
    browser, monkeypatch, language, words
):
    """Found by row dependencies: whoever came when the kept authority had just expired was told in German."""

    def away(slug):
        raise OperationalError("the connection to the database was lost")

    monkeypatch.setattr(authorities, "by_slug", away)
    page = browser.get("/", headers={"accept-language": language})
    assert page.status_code == 503
    assert words in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()


def test_below_api_a_refusal_is_problem_json(browser):
    problem = browser.get("/api/no")
    assert problem["content-type"] == "application/problem+json"
    assert problem.json() == {
        "type": "urn:stadttor:problem:too_many_files",
        "title": "too many files",
        "status": 422,
        "detail": "You can add 50 files at most.",
        "field": "nachweis",
    }


def test_a_bug_shows_a_reference_number_and_nothing_else(browser, log):
    page = browser.get("/bug")
    reference = re.search(r"<bdi>([0-9A-F]{8})</bdi>", page.content.decode())[1]
    assert page.status_code == 500
    assert "Amira" not in page.content.decode()
    assert "ValueError" not in page.content.decode()
    assert f"reference {reference} ValueError" in log.getvalue()


def test_a_broken_page_of_an_open_service_is_counted_by_hour_and_version_and_nothing_else(authority, monkeypatch, log):
    from stadttor.catalog.tests.builders import adopted
    from stadttor.ground.clock import now
    from stadttor.ground.work import work
    from stadttor.portal.pages import entrance
    from stadttor.rollout.models import BrokenPage

    def broken(*given, **named):
        raise ValueError("Amira")

    def counted():
        with work(authority.id):
            return [(row.adoption_id, row.count) for row in BrokenPage.objects.filter(authority_id=authority.id)]

    adoption_id = adopted(authority.id, now(), live=False)
    client = Client(headers={"host": "weissenburg.localhost"}, raise_request_exception=False)
    monkeypatch.setattr(entrance, "render", broken)
    for page in ("/leistungen/muster", "/leistungen/nirgends", "/"):
        client.get(page)
    assert counted() == []
    services.go_live(authority_id=authority.id, adoption_id=adoption_id, actor=SYSTEM, now=now())
    assert [client.get("/leistungen/muster").status_code for _ in range(2)] == [500, 500]
    assert counted() == [(adoption_id, 2)]
    assert "Amira" not in log.getvalue()


def test_a_count_that_fails_costs_nobody_the_page_that_explains(browser, monkeypatch, log):
    from stadttor.site import breaking

    def fails(*given):
        raise OSError

    monkeypatch.setattr(breaking, "_service", fails)
    monkeypatch.setattr(breaking, "PAGES", "")
    assert "<bdi>" in browser.get("/bug").content.decode()
    assert "a broken page was not counted" in log.getvalue()


def test_below_api_a_bug_is_problem_json_with_a_reference(browser):
    problem = browser.get("/api/bug").json()
    assert re.fullmatch(r"Internal error, reference [0-9A-F]{8}\.", problem["detail"])


def test_the_log_tells_where_a_bug_is_and_nothing_of_what_it_says(browser, log):
    """Report: log lines held the message of the error, which quotes what a person wrote."""
    browser.get("/bugs")
    said = log.getvalue()
    assert "odd_urls.py" in said
    assert "builtins.ValueError\nwhich led to" in said
    assert "builtins.RuntimeError" in said
    for name in ("Amira", "Yılmaz", "Jonas", "Weber", "Bahnhofstraße"):
        assert name not in said


def test_without_our_formatter_the_log_would_tell(browser):
    """The twin: the formatter is what keeps the message out."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger().addHandler(handler)
    browser.get("/bugs")
    logging.getLogger().removeHandler(handler)
    assert "Amira" in said.getvalue()


def test_the_installation_logs_with_our_formatter_and_names_no_paths():
    assert settings.LOGGING["formatters"]["line"]["()"] == "stadttor.site.logs.Line"
    assert logging.getLogger("django.request").level == logging.CRITICAL


def test_a_secret_link_is_in_no_log_line(browser, log):
    """Report: Django wrote the path of each refused request into the log, and a secret link is a path."""
    assert browser.post("/weiter/geheimnis").status_code == 405
    assert browser.get("/weiter/geheimnis").status_code == 404
    assert "geheimnis" not in log.getvalue()


@pytest.mark.parametrize(
    ("path", "status"), [("/gone", 404), ("/odd", 400), ("/nirgends", 404), ("/api/nirgends", 404)]
)
def test_what_is_no_bug_is_no_bug(browser, log, path, status):
    """Report: a view that said "not found" in Django's words was answered as a bug."""
    answer = browser.get(path)
    assert answer.status_code == status
    assert "Amira" not in answer.content.decode()
    assert "reference" not in log.getvalue()


def test_a_form_of_too_many_fields_is_refused(browser):
    assert browser.post("/form", {f"f{number}": "x" for number in range(2_001)}).status_code == 400
    assert browser.post("/form", {f"f{number}": "x" for number in range(1_900)}).status_code == 200


def test_a_body_that_is_too_big_is_refused(browser):
    assert browser.post("/form", {"x": "x" * 11_000_000}).status_code == 400


def test_a_broken_upload_is_refused(browser):
    answer = browser.post("/form", b"--x\r\n", content_type="multipart/form-data; boundary=" + "y" * 300)
    assert answer.status_code == 400


def test_while_the_database_is_away_people_are_told_what_was_kept_and_what_to_do(browser, log, monkeypatch):
    from django.db.utils import OperationalError

    from stadttor.ground import authorities

    def away(slug):
        raise OperationalError("connection to server failed for user Amira")

    monkeypatch.setattr(authorities, "by_slug", away)
    page = browser.get("/")
    assert page.status_code == 503
    assert re.search(r"nicht gespeichert.*in einigen Minuten.*sicher.*[0-9A-F]{8}", page.content.decode(), re.DOTALL)
    assert "OperationalError" in log.getvalue()
    assert "Amira" not in log.getvalue()


def test_a_form_from_elsewhere_is_refused_with_what_to_do(authority):
    strict = Client(headers={"host": "weissenburg.localhost", "accept-language": "en"}, enforce_csrf_checks=True)
    page = strict.post("/desk/sign-in", {"email": "x", "password": "y"})
    assert page.status_code == 403
    assert "reload the page" in page.content.decode()


def test_who_tries_what_she_may_not_is_in_the_log_by_id(browser, log):
    browser.get("/forbidden")
    assert re.search(
        r"WARNING stadttor.errors refused role_missing at forbidden, staff None, authority weissenburg", log.getvalue()
    )


def test_times_in_the_log_say_their_offset(browser, log):
    browser.get("/forbidden")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 WARNING ", log.getvalue())


def test_a_form_without_its_token_puts_no_secret_link_into_the_log(authority, log):
    """Report: Django wrote the path of each form from elsewhere into the log, and a secret link is a path."""
    stranger = Client(enforce_csrf_checks=True, headers={"host": "weissenburg.localhost"})
    assert stranger.post("/weiter/geheimnis").status_code == 403
    assert "geheimnis" not in log.getvalue()
    assert "refused csrf at portal:resume" in log.getvalue()
