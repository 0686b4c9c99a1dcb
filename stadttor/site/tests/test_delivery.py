"""A job that died after filing runs again, maybe on another day: what was filed to be sent stays as it was."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.notices.models import Mail
from stadttor.records.models import Document
from stadttor.site import delivery, wiring
from tests.isolation.world import made

pytestmark = pytest.mark.db


@pytest.fixture
def town(authority):
    wiring.connect()
    return made(authority)


def versions(town, kind):
    with work(town.authority_id):
        return sorted(
            Document.objects.filter(case_id=town.things["case_id"], kind=kind).values_list("version", flat=True)
        )


@pytest.mark.parametrize(
    ("job", "kind", "more"),
    [("file_application", "application", ()), ("send_question", "question", ("question_id",))],
)
def test_what_was_filed_stays_when_the_job_runs_again_days_later(town, monkeypatch, job, kind, more):
    """Report: a question whose job died was filed once more, with another date, after it had been answered."""
    about = {name: UUID(town.things[name]) for name in ("case_id", *more)}
    for days in (0, 3):
        monkeypatch.setattr(delivery, "now", lambda days=days: now() + timedelta(days=days))
        getattr(delivery, job)(authority_id=town.authority_id, **about)
    assert versions(town, kind) == [1]


def test_a_convenience_copy_says_its_language_by_name(town):
    """Report: `Bescheid, Übersetzung (tr)`."""
    assert delivery._title("decision", "tr") == "Bescheid, Übersetzung (Türkisch)"
    assert delivery._title("decision") == "Bescheid"


def test_the_page_of_a_case_keeps_check_sums_and_the_mail_servers_words_behind_details(town):
    """Report: a clerk read `250 2.0.0` and twelve letters of a check sum in her tables."""
    case_id = UUID(town.things["case_id"])
    delivery.file_application(authority_id=town.authority_id, case_id=case_id)
    with work(town.authority_id):
        Mail.objects.filter(authority_id=town.authority_id).update(reply="250 2.0.0 caught")
        sha256 = Document.objects.filter(case_id=case_id, kind="application").get().sha256
    page = town.clerk().get(f"/desk/cases/{case_id}").content.decode()
    hidden = " ".join(re.findall(r"<details.*?</details>", page, re.DOTALL))
    for words in ("250 2.0.0 caught", sha256):
        assert words in hidden
        assert page.count(words) == 1
