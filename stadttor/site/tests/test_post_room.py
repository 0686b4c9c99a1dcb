"""Letters are printed together, posted on a day, or taken apart before; posted, a run stays as it is."""

import io
from datetime import date, datetime, timedelta
from uuid import UUID

import pikepdf
import pytest
from django.test import Client

from stadttor.cases.models import Case
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import BERLIN, now
from stadttor.ground.work import work
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.services import create_member, sign_in
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AuthorityFacts, CaseFacts, LetterFacts, RecipientFacts, letter_data
from stadttor.notices.queries import deliveries_of, print_runs, waiting_letters
from stadttor.notices.services import Way, begin_delivery, make_run, note_printed, note_returned, post_run, undo_run
from stadttor.records.bundle.stack import stack_letters
from stadttor.records.services import file_document, open_file, put

pytestmark = pytest.mark.db
POST = Actor("staff", UUID(int=3), "Frau Post")
CASE = UUID(int=7)
MADE = datetime(2026, 12, 1, 9, tzinfo=BERLIN)
POSTED = date(2026, 12, 2)
TODAY = datetime(2026, 12, 3, 9, tzinfo=BERLIN)


def sent(authority, land: str, document: UUID | None = None, number: int = 1) -> UUID:
    recipient = {"name": "Amira Yılmaz", "lines": ["Luitpoldstraße 3", "91781 Weißenburg"]}
    with work(authority.id):
        return begin_delivery(
            authority_id=authority.id, case_id=CASE, subject_id=new_id(), decision_id=new_id(), number=number,
            way=Way("post", "post", "general", land, recipient), documents=[document or new_id()], now=MADE,
        )  # fmt: skip


def days(authority) -> set[tuple[str, date | None, date | None]]:
    return {(one.state, one.known_on, one.remedy_until) for one in deliveries_of(authority.id, CASE)}


def test_posted_letters_are_known_by_the_law_of_their_land(authority):
    """The month ends on Epiphany: a holiday in Bavaria and none in Hesse."""
    sent(authority, "BY"), sent(authority, "HE")
    mine = {"authority_id": authority.id, "actor": POST}
    run_id = make_run(**mine, now=MADE)
    assert waiting_letters(authority.id) == []
    for wrong in (date(2026, 11, 30), date(2026, 12, 4)):
        with pytest.raises(Refused) as refused:
            post_run(**mine, run_id=run_id, day=wrong, now=TODAY)
        assert refused.value.field == "day"
    assert len(post_run(**mine, run_id=run_id, day=POSTED, now=TODAY)) == 2
    assert days(authority) == {
        ("posted", date(2026, 12, 6), date(2027, 1, 7)),
        ("posted", date(2026, 12, 6), date(2027, 1, 6)),
    }
    assert post_run(**mine, run_id=run_id, day=POSTED, now=TODAY) == []
    for change in (
        lambda: post_run(**mine, run_id=run_id, day=date(2026, 12, 3), now=TODAY),
        lambda: undo_run(**mine, run_id=run_id, now=TODAY),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.status == 409
    assert [one.posted_on for one in print_runs(authority.id)] == [POSTED]
    back = deliveries_of(authority.id, CASE)[0]
    note_returned(**mine, delivery_id=back.id, reason="Unbekannt verzogen", now=TODAY)
    assert ("returned", None, None) in days(authority)


def test_a_run_taken_apart_lets_its_letters_wait_again_and_numbers_go_on(authority):
    sent(authority, "BY")
    mine = {"authority_id": authority.id, "actor": POST}
    run_id = make_run(**mine, now=MADE)
    undo_run(**mine, run_id=run_id, now=TODAY)
    undo_run(**mine, run_id=run_id, now=TODAY)
    assert len(waiting_letters(authority.id)) == 1
    with pytest.raises(Refused) as refused:
        post_run(**mine, run_id=run_id, day=POSTED, now=TODAY)
    assert refused.value.code == "run_changed"
    make_run(**mine, now=TODAY)
    assert [(one.number, one.letters) for one in print_runs(authority.id)] == [(2, 1)]
    with pytest.raises(Refused) as refused:
        make_run(**mine, now=TODAY)
    assert refused.value.code == "nothing_waits"


def test_a_run_that_was_printed_is_not_taken_apart_unasked(authority):
    """Found in review: two clerks, one run, and the same letters in the post twice."""
    sent(authority, "BY")
    mine = {"authority_id": authority.id, "actor": POST}
    run_id = make_run(**mine, now=MADE)
    note_printed(**mine, run_id=run_id, now=TODAY)
    assert [(one.printed_at, one.printed_by_name) for one in print_runs(authority.id)] == [(TODAY, "Frau Post")]
    with pytest.raises(Refused) as refused:
        undo_run(**mine, run_id=run_id, now=TODAY)
    assert refused.value.code == "run_was_printed"
    undo_run(**mine, run_id=run_id, now=TODAY, sure=True)
    assert len(waiting_letters(authority.id)) == 1


def test_the_list_of_what_waits_names_no_protected_person(authority):
    """Name and address stand on her letter, where they must be, and nowhere else in the post room."""
    sent(authority, "BY")
    account = {"email": "post@weissenburg.example", "password": "ein langes Kennwort"}
    create_member(
        authority_id=authority.id, name="Frau Post", roles=["post"], unit_ids=[], actor=SYSTEM, now=TODAY, **account
    )
    browser = Client(headers={"host": "weissenburg.localhost", "accept-language": "en"})
    browser.cookies[STAFF_COOKIE] = sign_in(authority_id=authority.id, address="::1", now=now(), **account)
    assert "Amira Yılmaz" in browser.get("/desk/post/").content.decode()
    with work(authority.id):
        Case.objects.create(
            authority_id=authority.id, id=CASE, number="WUG-1", adoption_id=new_id(), service="x", title="X",
            received=MADE, is_protected=True,
        )  # fmt: skip
    page = browser.get("/desk/post/").content.decode()
    assert "Protected person" in page
    assert "Amira" not in page
    assert "Luitpoldstraße" not in page


def letter(name: str, rows: int) -> bytes:
    facts = LetterFacts(
        kind="question", language="de", subject=f"Bescheid für {name}", day=POSTED,
        authority=AuthorityFacts("Stadt Weißenburg", ("Rathaus 1", "91781 Weißenburg")),
        case=CaseFacts("WUG-1", "Ausweis", POSTED, "Frau Adler"),
        recipient=RecipientFacts(name, ("Luitpoldstraße 3", "91781 Weißenburg")),
        body="Näheres [hier](https://example.org).\n\n" + "\n\n".join(["Ein Absatz."] * rows),
    )  # fmt: skip
    return render_letter(builtin("question"), {}, letter_data(facts))


def test_the_letters_of_a_run_are_one_document_that_can_be_read_aloud_and_is_the_same_each_time(authority):
    documents = []
    with work(authority.id):
        open_file(authority_id=authority.id, case_id=CASE, number="1", title="Ausweis", now=MADE)
    for name, rows in (("Amira", 3), ("Jonas", 60)):
        kept = put(authority_id=authority.id, data=letter(name, rows))
        documents.append(
            file_document(
                authority_id=authority.id,
                case_id=CASE,
                kind="letter",
                title=name,
                origin="system",
                kept=kept,
                source_key=name,
                now=MADE + timedelta(minutes=1),
            )
        )

    def made() -> bytes:
        given = {"letters": [[documents[0]], [new_id()], [documents[1]]], "first": [b"", b"", letter("Anschrift", 1)]}
        with stack_letters(authority_id=authority.id, title="Drucklauf 1", **given) as file:
            return file.read()

    whole = made()
    assert made() == whole
    pdf = pikepdf.open(io.BytesIO(whole))
    assert len(pdf.pages) >= 4
    tree = pdf.Root.StructTreeRoot
    flat = list(tree.ParentTree.Nums)
    keys = [int(key) for key in flat[::2]]
    assert keys == sorted(set(keys))
    used = [int(page.obj.StructParents) for page in pdf.pages]
    used += [int(one.StructParent) for page in pdf.pages for one in page.obj.get("/Annots", [])]
    assert sorted(used) == keys
    assert len(tree.K) == 3
    values = dict(zip(keys, flat[1::2], strict=True))
    for page in pdf.pages:
        leaf = values[int(page.obj.StructParents)][0]
        assert leaf.get("/Pg", page.obj).objgen == page.obj.objgen
    with pdf.open_metadata() as said:
        assert said["pdfuaid:part"] == "1"
        assert said["dc:title"] == "Drucklauf 1"
    with pytest.raises(Refused):
        stack_letters(authority_id=authority.id, letters=[[new_id()]], first=[b""], title="leer")
