"""What the desk says by itself: an answer came, what was done (once), what to know before a decision."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases import ports, queries, services
from stadttor.cases.models import Decision
from stadttor.cases.ports import CaseRef, Caution, Document
from stadttor.cases.services import Asked, Given
from stadttor.cases.tests.test_pages import Desk, adler, sign_in
from stadttor.core.ids import new_id
from stadttor.ground import clock
from stadttor.ground.actor import CITIZEN
from stadttor.ground.models import Authority
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

__all__ = ["adler", "sign_in"]
pytestmark = pytest.mark.db
Open = Callable[..., UUID]
Version = Callable[[Staff, UUID], int]


@pytest.fixture
def open_fee() -> Iterator[None]:
    def warns(case: CaseRef) -> Sequence[Caution]:
        return (Caution("The fee is still open", "You can grant once it is paid.", "/fee", "Go to the fee"),)

    ports.wired.cautions.append(warns)
    yield
    ports.wired.cautions.remove(warns)


def answered(authority: Authority, desk: Desk, case_id: UUID, now: datetime, *files: Document) -> None:
    items = [Asked("zb1", "document", "Zulassungsbescheinigung Teil I")]
    services.ask_back(staff=desk.staff, case_id=case_id, version=1, items=items, now=now)
    question = queries.case_for(desk.staff, case_id, now).open_question
    assert question is not None
    services.answer_question(
        authority_id=authority.id,
        case_id=case_id,
        question_id=question.id,
        answers=[Given("zb1", "Bitte sehr", files)],
        actor=CITIZEN,
        now=now,
    )


def test_an_answer_is_on_top_until_somebody_deals_with_it(
    authority: Authority,
    adler: Desk,
    opened: Open,
    version: Version,
) -> None:
    case_id = opened()
    path = f"/desk/cases/{case_id}"
    assert "The applicant answered on" not in adler.text(path)
    scan = Document(new_id(), "zb1.pdf", "application/pdf", 9)
    answered(authority, adler, case_id, clock.now(), scan)
    for _look in range(2):
        page = adler.text(path)
        assert "The applicant answered on" in page
        assert f'href="{path}?document={scan.id}#documents"' in page
    adler.post(
        f"{path}/decide", version=version(adler.staff, case_id), outcome="refused", reasons=["keine_hauptwohnung"]
    )
    assert "The applicant answered on" not in adler.text(path)


def test_what_was_done_is_said_once(adler: Desk, opened: Open) -> None:
    case_id = opened()
    told = adler.post(f"/desk/cases/{case_id}/take", version="1")["Location"]
    assert "The case is yours now." in adler.text(told)
    assert "The case is yours now." not in adler.text(told)


def test_an_address_alone_says_nothing(adler: Desk, opened: Open) -> None:
    case_id = opened()
    assert "Your decision was saved." not in adler.text(f"/desk/cases/{case_id}", done="decided")
    adler.client.cookies["stadttor_told"] = "decided:forged"
    assert "Your decision was saved." not in adler.text(f"/desk/cases/{case_id}", done="decided")


def test_documents_named_alike_are_told_apart(
    authority: Authority,
    adler: Desk,
    opened: Open,
    now: datetime,
) -> None:
    case_id = opened()
    files = [Document(new_id(), "foto.jpg", "image/jpeg", 9) for _number in range(2)]
    answered(authority, adler, case_id, now, *files)
    page = adler.text(f"/desk/cases/{case_id}")
    titles = re.findall(r'#documents"[^>]*>([^<]*Teil I[^<]*)</a>', page)
    assert len(titles) == len(set(titles))
    assert "Zulassungsbescheinigung Teil I (2)" in titles


def test_before_a_decision_the_page_says_what_is_open(
    adler: Desk,
    sign_in: Callable[..., Desk],
    opened: Open,
    open_fee: None,
) -> None:
    path = f"/desk/cases/{opened()}"
    page = adler.text(f"{path}/decide")
    assert "The fee is still open" in page
    assert "Nobody has taken this case yet" in page
    assert "The fee is still open" in adler.text(path)
    sign_in("Herr Olsen").post(f"{path}/take", version="1")
    assert "Herr Olsen has this case" in adler.text(f"{path}/decide")


def test_a_letter_that_is_late_is_said_to_be_on_its_way(adler: Desk, opened: Open) -> None:
    """Report: minutes after it was due the page still told when the letter would leave, and to hurry with taking it back."""
    case_id = opened()
    path = f"/desk/cases/{case_id}"
    adler.post(f"{path}/decide", version="1", outcome="refused", reasons=["keine_hauptwohnung"])
    assert "the letter leaves at" in adler.text(path)
    with work(adler.staff.authority_id):
        Decision.objects.filter(case_id=case_id).update(send_at=clock.now() - timedelta(minutes=7))
    page = adler.text(path)
    assert "the letter is being made" in page
    assert "the letter leaves at" not in page


def test_nobody_else_is_told(client: Client, adler: Desk, opened: Open) -> None:
    """The word is for the page of this very case."""
    first, second = opened(), opened()
    adler.post(f"/desk/cases/{first}/take", version="1")
    assert adler.client.cookies["stadttor_told"]["path"] == f"/desk/cases/{first}"
    assert second != first


def test_a_filter_offers_one_way_not_to_choose(adler: Desk, opened: Open) -> None:
    opened()
    page = adler.text("/desk/cases/", scope="unit")
    assert "Please choose" not in page
    assert page.count('<option value="">') == 5


def test_a_saved_view_is_confirmed_once(adler: Desk, opened: Open) -> None:
    opened()
    address = adler.post("/desk/cases/views", view_name="Meine", scope="unit")["Location"]
    assert "Your view was saved." in adler.found(address)
    assert "Your view was saved." not in adler.found(address)
