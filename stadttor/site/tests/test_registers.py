"""The way of a proof from a register through the pages: consent, preview, decision, and what each side sees of it."""

from dataclasses import replace
from threading import Event
from uuid import UUID

import pytest

from stadttor.catalog import queries as catalog
from stadttor.forms import ports, queries
from stadttor.forms.queries.retrieved import retrievals
from stadttor.forms.services.submitting import Application, submit
from stadttor.forms.tests.registers import AMIRA, FakeRegisters
from stadttor.ground.clock import now
from stadttor.identity.assertions import browser_cookie, keep
from stadttor.identity.ports import Claim, IdentityAssertion
from stadttor.identity.queries import hashed
from stadttor.portal import access
from stadttor.portal.services import start
from stadttor.site.applications import answer_groups, submitted
from tests.isolation import world

FIELD = "fahrzeug.zb1"
CAR = {"fahrzeug.nutzung": "eigenes", "fahrzeug.zulassung": "deutschland", "fahrzeug.kennzeichen": "WUG-AY 88"}
pytestmark = pytest.mark.db


class Simulated(FakeRegisters):
    simulated = True


@pytest.fixture
def registers():
    before, after = ports.registers(), Simulated()
    ports.use_registers(after)
    yield after
    ports.use_registers(before)


@pytest.fixture
def town(authority, registers, tmp_path):
    made = world.Town(authority.id, authority.slug, authority.slug)
    world._adopt(made, world.SERVICE)
    token = access.new_token()
    draft_id = start(
        form=catalog.adopted_form(authority.id, "bewohnerparkausweis"), token=token, language="de", now=now()
    )
    made.things["draft_id"], made.secrets["draft_id"] = str(draft_id), token
    made.things["submission_id"], made.secrets["submission_id"] = str(UUID(int=1)), "keines"
    made.citizen().post(f"/antrag/{draft_id}/seite/fahrzeug", CAR)
    return made


def signed_in(town, level="substantiell", **other):
    draft_id = UUID(town.things["draft_id"])
    claims = {name: Claim(value, level, "x") for name, value in {**AMIRA, **other}.items()}
    said = IdentityAssertion("simulated", level, now(), claims)
    keep(authority_id=town.authority_id, draft_id=draft_id, assertion=said, now=now(), browser_hash=hashed("of Anna"))
    client = town.citizen()
    client.cookies[browser_cookie(draft_id)] = "of Anna"
    return client


def paths(town):
    draft = f"/antrag/{town.things['draft_id']}"
    return f"{draft}/seite/fahrzeug", f"{draft}/abruf/{FIELD}"


def outcomes(town):
    return [one.outcome for one in retrievals(town.authority_id, UUID(town.things["draft_id"]))]


def draft_of(town):
    return queries.draft_for(town.authority_id, UUID(town.things["draft_id"]), town.secrets["draft_id"], now())


def test_from_the_form_to_the_register_and_back_with_everything_typed(town, registers):
    client, (page, there) = signed_in(town), paths(town)
    assert f'name="fetch" value="{FIELD}"' in client.get(page).content.decode()
    assert client.post(page, {**CAR, "fetch": FIELD}).headers["Location"] == there
    assert draft_of(town).answers["fahrzeug"]["kennzeichen"] == "WUG-AY 88"
    asked = client.get(there).content.decode()
    for word in ("YILMAZ", "Zentrales Fahrzeugregister", "Kraftfahrt-Bundesamt", "Dies ist eine Simulation"):
        assert word in asked
    refused = client.post(there, {"choice": "fetch"})
    assert (refused.status_code, "Ohne Zustimmung fragen wir nicht" in refused.content.decode()) == (422, True)
    assert registers.asked == []
    came = client.post(there, {"choice": "fetch", "consent": "yes"}).headers["Location"]
    shown = client.get(came).content.decode()
    assert "Kennzeichen" in shown
    assert f"{there}/vorschau" in shown
    assert client.get(f"{there}/vorschau").content == registers.answer.data
    assert client.post(there, {"choice": "add"}).headers["Location"].startswith(page)
    assert "Auszug.pdf" in client.get(page).content.decode()
    assert draft_of(town).answers["fahrzeug"]["kennzeichen"] == "WUG-AY 88"
    assert "Gefunden und zum Antrag hinzugefügt" in client.get(there).content.decode()


@pytest.mark.parametrize(
    ("answer", "words"), [("away", "Das Register antwortet nicht"), ("nothing", "keinen solchen Nachweis")]
)
def test_a_register_that_brings_nothing_says_so_and_offers_the_upload(town, registers, answer, words):
    registers.answer = answer
    client, (page, there) = signed_in(town), paths(town)
    shown = client.get(client.post(there, {"choice": "fetch", "consent": "yes"}).headers["Location"]).content.decode()
    assert words in shown
    assert f'kern-btn--primary" href="{page}#f-fahrzeug-zb1"' in shown
    assert outcomes(town) == [answer]


def test_a_register_that_hangs_is_waited_for_no_longer_than_said(town):
    over = Event()

    class Hanging(Simulated):
        def fetch(self, question):
            over.wait()

    ports.use_registers(Hanging(), patience=0.01)
    client, (_page, there) = signed_in(town), paths(town)
    try:
        shown = client.get(client.post(there, {"choice": "fetch", "consent": "yes"}).headers["Location"])
        assert "Das Register antwortet nicht" in shown.content.decode()
        assert outcomes(town) == ["away"]
    finally:
        over.set()


def test_of_what_the_form_does_not_ask_for_no_register_is_asked(town, registers):
    client, (page, there) = signed_in(town), paths(town)
    client.post(page, {**CAR, "fahrzeug.nutzung": "carsharing"})
    assert client.get(there).status_code == 404
    assert client.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 404
    assert (
        not client.post(page, {"fahrzeug.nutzung": "carsharing", "fetch": FIELD}).headers["Location"].startswith(there)
    )
    assert (registers.asked, outcomes(town)) == ([], [])


def test_who_is_not_surely_known_is_asked_to_sign_in_and_nothing_else(town, registers):
    client, (page, there) = town.citizen(), paths(town)
    assert 'name="fetch"' not in client.get(page).content.decode()
    for level in (None, "normal"):
        if level:
            client = signed_in(town, level)
        shown = client.get(there).content.decode()
        assert ("/ausweisen" in shown, 'name="consent"' in shown) == (True, False)
        assert client.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 403
    assert (registers.asked, outcomes(town)) == ([], [])


def test_refusing_and_throwing_away_are_told_to_her(town):
    client, (_page, there) = signed_in(town), paths(town)
    client.post(there, {"choice": "decline"})
    client.post(there, {"choice": "fetch", "consent": "yes"})
    client.post(there, {"choice": "leave"})
    assert outcomes(town) == ["declined", "thrown_away"]
    shown = client.get(there).content.decode()
    assert "Sie haben nicht zugestimmt" in shown
    assert "Gefunden und verworfen" in shown


def answer_of(town, submission_id):
    groups = answer_groups(submitted(town.authority_id, submission_id), "de")
    [row] = [one for group in groups for one in group.rows if one.path == FIELD]
    return row


def test_the_clerk_reads_that_a_register_gave_it_and_that_it_is_simulated(town):
    client, (_page, there) = signed_in(town), paths(town)
    client.post(there, {"choice": "fetch", "consent": "yes"})
    client.post(there, {"choice": "add"})
    form, draft = catalog.adopted_form(town.authority_id, "bewohnerparkausweis"), draft_of(town)
    answers = {"antrag": {"art": "neu"}, "fahrzeug": {"nutzung": "eigenes", **draft.answers["fahrzeug"]}}
    sent = Application(form.slug, form.adoption_id, form.revision_id, answers, [], "de", "", "Amira Yılmaz")
    accepted = submit(
        authority_id=town.authority_id, key="k", application=sent, token="t" * 64, prefix="WEI",
        randomness=b"0123456789abcdef", now=now(), draft_id=draft.id,
    )  # fmt: skip
    row = answer_of(town, accepted.submission_id)
    assert row.origin == "register"
    assert row.where.startswith("Auszug.pdf, Zentrales Fahrzeugregister (nachgebildet), ")
    found = submitted(town.authority_id, accepted.submission_id)
    [name] = found.fetched
    forged = replace(found.attachments[name], name="Auszug.pdf")
    found.attachments["x"] = forged
    found.filled.answers["fahrzeug"]["zb1"].append("x")
    [beside] = [one for group in answer_groups(found, "de") for one in group.rows if one.path == FIELD]
    assert beside.origin == "typed"
    assert beside.where.startswith("Auszug.pdf, Zentrales")
    assert beside.where.endswith("; Auszug.pdf, von der antragstellenden Person hochgeladen")
    signed_in(town, family_name="WEBER")
    assert answer_of(town, accepted.submission_id).origin == "typed"


def test_nobody_asks_about_herself_for_somebody_else(town, registers):
    client, (page, there) = signed_in(town), paths(town)
    client.post(page.replace("/fahrzeug", "/fuer_wen"), {"fuer_wen.wer": "betreuung"})
    if draft_of(town).answers.get("fuer_wen", {}).get("wer") != "betreuung":
        client.post(page.replace("/fahrzeug", "/person"), {"fuer_wen.wer": "betreuung"})
    assert draft_of(town).answers["fuer_wen"]["wer"] == "betreuung"
    assert client.get(there).status_code == 404
    assert client.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 404
    assert registers.asked == []


def test_a_proof_without_a_register_has_no_such_page(town):
    client, (_page, there) = signed_in(town), paths(town)
    for path in ("fahrzeug.kennzeichen", "halter.erklaerung", "gibt.es.nicht"):
        assert client.get(there.replace(FIELD, path)).status_code == 404
    ports.use_registers(ports.NoRegisters())
    assert client.get(there).status_code == 404


def test_the_link_of_a_draft_opens_neither_the_register_nor_what_it_said(town, registers):
    """Report: whoever sent her the link of his draft asked, read and added with the cookie of his own browser."""
    anna, mallory, (page, there) = signed_in(town), town.citizen(), paths(town)
    anna.post(page, CAR)
    assert mallory.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 403
    assert registers.asked == []
    anna.post(there, {"choice": "fetch", "consent": "yes"})
    assert "WUG-AY 88" in anna.get(there).content.decode()
    assert "WUG-AY 88" not in mallory.get(there).content.decode()
    assert mallory.get(f"{there}/vorschau").status_code == 403
    assert mallory.post(there, {"choice": "add"}).status_code == 403
    assert outcomes(town) == ["found"]


def test_going_on_without_signing_in_throws_away_what_waits(town):
    client, (page, there) = signed_in(town), paths(town)
    client.post(page, CAR)
    client.post(there, {"choice": "fetch", "consent": "yes"})
    client.post(f"/antrag/{town.things['draft_id']}/ausweisen", {"way": "none"})
    assert outcomes(town) == ["thrown_away"]


def test_where_no_file_more_has_room_no_register_is_asked(town, registers):
    client, (_page, there) = signed_in(town), paths(town)
    for _time in range(4):
        client.post(there, {"choice": "fetch", "consent": "yes"})
        client.post(there, {"choice": "add"})
    assert client.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 422
    assert (len(registers.asked), outcomes(town)) == (4, ["added"] * 4)
