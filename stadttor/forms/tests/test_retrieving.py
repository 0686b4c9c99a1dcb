"""A proof from a register: only with consent, only about whoever signed in, checked as an upload, told each time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stadttor.core.refused import Refused
from stadttor.forms import ports, queries
from stadttor.forms.definition import Field
from stadttor.forms.models import Attachment, Draft, Retrieval
from stadttor.forms.ports import Retrieved
from stadttor.forms.queries.retrieved import preview_bytes, retrievals
from stadttor.forms.services import attaching, retrieving
from stadttor.forms.services.erasing import erase_draft
from stadttor.forms.tests import hostile
from stadttor.forms.tests.registers import AMIRA, FakeRegisters
from stadttor.ground.models import AuditEntry, Blob
from stadttor.ground.work import work
from stadttor.identity.assertions import assertion_id, keep
from stadttor.identity.ports import Claim, IdentityAssertion
from stadttor.identity.queries import hashed

FIELD = Field(
    "schein", "fahrzeug", "file", evidence="zulassungsbescheinigung_teil_1", register="fahrzeugregister", max_files=1
)
BROWSER = "of Anna"
pytestmark = pytest.mark.db


@pytest.fixture
def registers():
    before, after = ports.registers(), FakeRegisters()
    ports.use_registers(after)
    yield after
    ports.use_registers(before)


@pytest.fixture
def sign_in(authority, draft_id, now):
    def come(level="substantiell", trust="substantiell", at=now, **person):
        claims = {name: Claim(value, trust, "x") for name, value in {**AMIRA, **person}.items()}
        said = IdentityAssertion("bundid", level, at, claims)
        keep(authority_id=authority.id, draft_id=draft_id, assertion=said, now=at, browser_hash=hashed(BROWSER))

    return come


@pytest.fixture
def retrieve(authority, draft_id, registers, now):
    def ask(consent=True, field=FIELD, at=now, browser=BROWSER):
        return retrieving.retrieve(
            authority_id=authority.id, draft_id=draft_id, field=field, purpose="Bewohnerparkausweis",
            authority="Stadt Weißenburg", consent=consent, browser=browser,
            now=at,
        )  # fmt: skip

    return ask


@pytest.fixture
def draft(authority, draft_id, now):
    return lambda: queries.draft_for(authority.id, draft_id, "t" * 64, now)


@pytest.fixture
def add(authority, draft, now):
    def take(browser=BROWSER, at=now):
        return retrieving.add(
            authority_id=authority.id, draft=draft(), field=FIELD, language="de", browser=browser, now=at
        )

    return take


@pytest.fixture
def preview(authority, draft_id, registers, now):
    def look(at=now):
        mine = assertion_id(authority.id, draft_id)
        return preview_bytes(authority.id, draft_id, FIELD.path, mine, at - retrieving.RECENT)

    return look


def acts(authority):
    with work(authority.id):
        return list(AuditEntry.objects.filter(act__startswith="register.").order_by("id").values_list("act", flat=True))


def nothing_of_a_file(authority):
    with work(authority.id):
        row = Retrieval.objects.get()
        return (row.name, row.media_type, row.size, row.sha256, row.blob_id) == ("", "", 0, "", None)


def outcomes(authority, draft_id):
    return [one.outcome for one in retrievals(authority.id, draft_id)]


def test_found_looked_at_and_added_it_is_a_proof_like_an_upload(
    authority, draft_id, sign_in, retrieve, draft, add, preview, registers
):
    sign_in()
    assert retrieve() == "found"
    row, data = preview()
    assert (data, row.says) == (registers.answer.data, (("Kennzeichen", "WUG-AY 88"),))
    assert queries.attachments(authority.id, draft_id) == []
    file = add()
    assert draft().answers == {"fahrzeug": {"schein": [str(file)]}}
    assert queries.attachment_bytes(authority.id, file)[1] == registers.answer.data
    [row] = retrievals(authority.id, draft_id)
    assert (row.outcome, row.attachment_id, row.says) == ("added", file, ())
    assert acts(authority) == ["register.asked", "register.found", "register.added"]


def test_only_who_she_is_by_her_own_sign_in_goes_into_the_question(authority, draft_id, sign_in, retrieve, registers):
    with work(authority.id):
        Draft.objects.update(answers={"person": {"nachname": "Weber", "geburtsdatum": "1975-02-11"}})
    sign_in(phone="+49 9141 1", street_address="Weg 1")
    retrieve()
    [question] = registers.asked
    assert question.person == AMIRA
    assert (question.purpose, question.authority) == ("Bewohnerparkausweis", "Stadt Weißenburg")


def test_without_her_consent_nothing_is_asked(authority, draft_id, sign_in, retrieve, registers):
    sign_in()
    with pytest.raises(Refused) as caught:
        retrieve(consent=False)
    assert (caught.value.code, registers.asked, outcomes(authority, draft_id)) == ("no_consent", [], [])


@pytest.mark.parametrize(
    "how", [{"level": "normal"}, {"trust": "normal"}, {"at": -timedelta(minutes=31)}, None], ids=str
)
def test_below_the_level_or_long_after_signing_in_nothing_is_asked(how, sign_in, retrieve, registers, now):
    if how is not None:
        sign_in(**{**how, **({"at": now + how["at"]} if "at" in how else {})})
    with pytest.raises(Refused) as caught:
        retrieve()
    assert (caught.value.code, registers.asked) == ("trust_low", [])


def test_a_field_without_a_register_here_asks_none(sign_in, retrieve, registers):
    sign_in()
    for field in (replace(FIELD, register=None), replace(FIELD, register="unbekannt")):
        with pytest.raises(Refused):
            retrieve(field=field)
    assert registers.asked == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("away", "away"),
        ("nothing", "nothing"),
        (Retrieved(hostile.pdf(hostile.opens(hostile.SCRIPT)), "Auszug.pdf"), "unusable"),
        (Retrieved(b"<html>", "Auszug.pdf"), "unusable"),
        (Retrieved(hostile.pdf() + b"EICAR", "Auszug.pdf"), "unusable"),
    ],
    ids=["away", "nothing", "active", "no file", "infected"],
)
def test_what_brings_no_proof_is_told_and_kept(
    authority, draft_id, sign_in, retrieve, registers, scanner, answer, outcome
):
    sign_in()
    registers.answer = answer
    assert retrieve() == outcome
    assert outcomes(authority, draft_id) == [outcome]
    assert acts(authority) == ["register.asked", f"register.{outcome}"]
    with work(authority.id):
        assert not Blob.objects.exists()


def test_what_she_throws_away_is_gone_and_told(authority, draft_id, sign_in, retrieve, preview, now):
    sign_in()
    retrieve()
    retrieving.throw_away(authority_id=authority.id, draft_id=draft_id, path=FIELD.path, now=now)
    [row] = retrievals(authority.id, draft_id)
    assert (row.outcome, row.says, row.name) == ("thrown_away", (), "")
    assert nothing_of_a_file(authority)
    with work(authority.id):
        assert not Blob.objects.exists()
    assert acts(authority)[-1] == "register.thrown_away"
    with pytest.raises(Refused):
        preview()


def test_that_she_did_not_agree_is_kept_once(authority, draft_id, registers, now):
    for _time in range(2):
        retrieving.decline(authority_id=authority.id, draft_id=draft_id, field=FIELD, now=now)
    assert (outcomes(authority, draft_id), registers.asked) == (["declined"], [])
    assert acts(authority) == ["register.declined"]


def test_two_questions_at_once_are_one(authority, draft_id, sign_in, retrieve, registers, now):
    sign_in()
    registers.answer = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        retrieve()
    with pytest.raises(Refused) as caught:
        retrieve(at=now + timedelta(seconds=29))
    assert (caught.value.code, len(registers.asked)) == ("asked_now", 1)
    registers.answer = FakeRegisters().answer
    assert retrieve(at=now + timedelta(seconds=30)) == "found"


def test_the_answer_that_came_last_is_the_one_that_waits(authority, draft_id, sign_in, retrieve, registers, now):
    sign_in()
    registers.meanwhile = lambda: retrieve(at=now + retrieving.UNDER_WAY)
    assert retrieve() == "found"
    assert sorted(outcomes(authority, draft_id)) == ["found", "thrown_away"]
    with work(authority.id):
        assert Blob.objects.count() == 1


def test_a_second_answer_takes_the_place_of_the_first(authority, draft_id, sign_in, retrieve, add):
    sign_in()
    retrieve()
    retrieve()
    assert outcomes(authority, draft_id) == ["thrown_away", "found"]
    add()
    with pytest.raises(Refused):
        add()


def test_a_place_that_is_full_takes_no_more(authority, draft_id, sign_in, retrieve, add, draft):
    sign_in()
    retrieve()
    add()
    retrieve()
    with pytest.raises(Refused) as caught:
        add()
    assert caught.value.code == "too_many_files"
    assert outcomes(authority, draft_id) == ["added", "found"]


def test_registers_are_not_asked_again_and_again(authority, draft_id, sign_in, retrieve, registers, now):
    sign_in()
    registers.answer = "nothing"
    retrieving.decline(authority_id=authority.id, draft_id=draft_id, field=FIELD, now=now)
    for _time in range(retrieving.MOST):
        retrieve()
    with pytest.raises(Refused) as caught:
        retrieve()
    assert (caught.value.code, len(registers.asked)) == ("asked_often", retrieving.MOST)


def test_sending_throws_away_what_still_waits_and_erasing_takes_all(authority, draft_id, sign_in, retrieve, send):
    sign_in()
    retrieve()
    send(authority, draft_id=draft_id)
    assert outcomes(authority, draft_id) == ["thrown_away"]
    with work(authority.id):
        erase_draft(authority.id, draft_id)
        assert not Retrieval.objects.exists()


def test_erasing_a_draft_takes_the_file_that_waits(authority, draft_id, sign_in, retrieve):
    sign_in()
    retrieve()
    with work(authority.id):
        erase_draft(authority.id, draft_id)
        assert not Blob.objects.exists()


def test_a_fetched_proof_is_removed_like_an_upload(authority, draft_id, sign_in, retrieve, add, now):
    sign_in()
    retrieve()
    file = add()
    attaching.detach(authority_id=authority.id, draft_id=draft_id, attachment_id=file, now=now)
    with work(authority.id):
        assert not Attachment.objects.exists()
        assert not Blob.objects.exists()
    [row] = retrievals(authority.id, draft_id)
    assert (row.outcome, row.name, row.attachment_id) == ("removed", "", None)
    assert nothing_of_a_file(authority)


def test_a_neighbour_sees_nothing_of_it(authority, neighbour, draft_id, sign_in, retrieve, now):
    sign_in()
    retrieve()
    assert retrievals(neighbour.id, draft_id) == []
    with pytest.raises(Refused):
        preview_bytes(neighbour.id, draft_id, FIELD.path, assertion_id(authority.id, draft_id), now)


@pytest.mark.parametrize("browser", ["", "of Mallory"])
def test_whoever_sent_her_the_link_of_his_draft_can_neither_ask_nor_add(sign_in, retrieve, add, registers, browser):
    sign_in()
    with pytest.raises(Refused) as caught:
        retrieve(browser=browser)
    assert (caught.value.code, registers.asked) == ("trust_low", [])
    retrieve()
    with pytest.raises(Refused) as caught:
        add(browser=browser)
    assert caught.value.code == "trust_low"


def test_half_an_hour_later_it_is_neither_shown_nor_added_and_goes(
    authority, draft_id, sign_in, retrieve, add, preview, now
):
    sign_in()
    retrieve()
    later = now + retrieving.RECENT
    retrieving.throw_away_old(authority_id=authority.id, now=later)
    assert outcomes(authority, draft_id) == ["found"]
    sign_in(at=later)
    later += timedelta(seconds=1)
    with pytest.raises(Refused):
        preview(at=later)
    with pytest.raises(Refused) as caught:
        add(at=later)
    assert caught.value.code == "not_found"
    retrieving.throw_away_old(authority_id=authority.id, now=later)
    assert outcomes(authority, draft_id) == ["thrown_away"]
    with work(authority.id):
        assert not Blob.objects.exists()


def test_who_signs_in_after_her_gets_nothing_of_hers(authority, draft_id, sign_in, retrieve, add, preview, now):
    sign_in()
    retrieve()
    sign_in(given_name="JONAS")
    for tried in (preview, add):
        with pytest.raises(Refused) as caught:
            tried()
        assert caught.value.code == "not_found"
    retrieving.throw_away_of_others(authority_id=authority.id, draft_id=draft_id, now=now)
    assert outcomes(authority, draft_id) == ["thrown_away"]


def test_when_she_signs_in_once_more_it_is_still_hers(authority, draft_id, sign_in, retrieve, add, now):
    sign_in()
    retrieve()
    sign_in()
    retrieving.throw_away_of_others(authority_id=authority.id, draft_id=draft_id, now=now)
    assert add()
