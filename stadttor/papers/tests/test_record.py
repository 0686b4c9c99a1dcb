"""The papers for the house: record, annex, first look. Each says that it is a draft."""

import csv
import html
import io
from datetime import timedelta

import pytest
from django.conf import settings

from stadttor.catalog.tests.builders import adopted
from stadttor.core.classify import RETENTIONS
from stadttor.ground.clock import now
from stadttor.ground.work import common
from stadttor.papers.pages.standing import STANDING
from stadttor.papers.queries import processings
from stadttor.papers.tests.builders import HOME, signed_in, text
from stadttor.tenancy.models import Profile
from stadttor.tenancy.queries.profiles import forget

pytestmark = pytest.mark.db
PAPERS = ("record", "processor", "screening")


@pytest.fixture
def desk(authority):
    adopted(authority.id, now() - timedelta(minutes=1))
    return signed_in(authority)


@pytest.mark.parametrize("paper", PAPERS)
def test_each_paper_says_that_it_is_a_draft_and_what_is_missing(desk, paper):
    page = text(desk.get(f"{HOME}/{paper}"))
    assert "This is a draft" in page
    assert "/desk/setup/law" in page
    assert "Muster" in page


def test_a_stored_crest_that_no_letter_can_carry_is_a_finding(desk, authority):
    """Report: nobody was told why the letters of a town failed."""
    finding = "A crest that letters can carry"
    assert finding not in text(desk.get(HOME))
    with common(write=True):
        Profile.objects.update_or_create(authority_id=authority.id, defaults={"crest": "<svg><path d='M0"})
    forget()
    assert finding in text(desk.get(HOME))


def test_the_record_has_every_service_with_purpose_law_data_recipients_and_time(desk, authority, monkeypatch):
    monkeypatch.setattr(settings, "STADTTOR_PROCESSOR", "Rechenzentrum Muster")
    (one,) = processings(authority.id, "en")
    lines = list(csv.reader(io.StringIO(text(desk.get(f"{HOME}/record.csv")).removeprefix("\ufeff")), delimiter=";"))
    assert len(lines) == 2 + len(STANDING)
    row = dict(zip(lines[0], lines[1], strict=True))
    assert row["Processing"] == one.notice.title.text
    # Report: it was the summary of the service, which speaks to citizens and says nothing of data.
    assert row["Purpose"] == f"Working on this for applicants: {one.notice.title.text}"
    assert all(law in row["Legal basis"] for law in one.notice.law)
    for part in one.notice.personal:
        assert all(asked.text in row["Personal data"] for asked in part.asked)
    assert "Rechenzentrum Muster" in row["Recipients"]
    assert row["Time limit for deletion"]
    page = text(desk.get(f"{HOME}/record"))
    assert f'href="{HOME}/record.csv"' in page


def test_what_the_program_itself_does_is_in_page_and_table_with_its_time_limit(desk):
    """Report: appointments, accounts, audit, feedback and barrier reports were left out."""
    page = text(desk.get(f"{HOME}/record"))
    lines = list(csv.reader(io.StringIO(text(desk.get(f"{HOME}/record.csv")).removeprefix("\ufeff")), delimiter=";"))
    rows = {line[0]: dict(zip(lines[0], line, strict=True)) for line in lines}
    for one in STANDING:
        assert f">{one.title}</h3>" in page
        assert html.escape(one.purpose) in page
        assert all(rows[one.title][key] for key in lines[0])
        assert rows[one.title]["Time limit for deletion"] == one.period


def test_every_record_that_has_a_time_limit_of_its_own_is_in_it():
    """Drafts and cases belong to a service, which says for how long."""
    assert {kept for one in STANDING for kept in one.kept} == set(RETENTIONS) - {"draft", "case"}


def test_a_service_in_test_mode_is_in_the_record_and_marked(authority):
    adopted(authority.id, now() - timedelta(minutes=1), live=False)
    page = text(signed_in(authority).get(f"{HOME}/record"))
    assert "in test" in page


def test_the_annex_names_data_centre_and_subprocessors_or_says_that_nobody_did(desk, monkeypatch):
    page = text(desk.get(f"{HOME}/processor"))
    # Report: the paper said the name of a variable of the server, which nobody in a town hall knows.
    assert "Whoever runs Stadttor for you (the operator) can enter it" in page
    assert "STADTTOR_" not in page + text(desk.get(HOME))
    monkeypatch.setattr(settings, "STADTTOR_PROCESSOR", "Rechenzentrum Muster")
    monkeypatch.setattr(settings, "STADTTOR_SUBPROCESSORS", "Druck AG: Briefe; ;Netz GmbH: Leitung")
    page = text(desk.get(f"{HOME}/processor"))
    for word in ("Rechenzentrum Muster", "Druck AG: Briefe", "Netz GmbH: Leitung"):
        assert word in page
    assert "(the operator) can enter" not in page


def test_the_first_look_says_whose_list_counts(desk):
    page = text(desk.get(f"{HOME}/screening"))
    assert "made for private bodies" in page
    assert "For a person to judge" in page


@pytest.mark.parametrize("paper", [*PAPERS, "record.csv"])
def test_only_an_organiser_reads_them_and_only_of_her_town(desk, authority, neighbour, paper):
    assert signed_in(authority, "clerk").get(f"{HOME}/{paper}").status_code == 403
    assert "Muster" not in text(signed_in(neighbour).get(f"{HOME}/{paper}"))
