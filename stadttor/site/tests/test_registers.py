"""The way of a proof from a register through the pages: consent, preview, decision, and what each side sees of it."""

from uuid import UUID

import pytest

from stadttor.catalog import queries as catalog
from stadttor.forms import ports, queries
from stadttor.forms.queries.retrieved import retrievals
from stadttor.forms.services.submitting import Application, submit
from stadttor.forms.tests.registers import AMIRA, FakeRegisters
from stadttor.ground.clock import now
from stadttor.identity.assertions import keep
from stadttor.identity.ports import Claim, IdentityAssertion
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
    return made


def signed_in(town, level="substantiell"):
    claims = {name: Claim(value, level, "x") for name, value in AMIRA.items()}
    said = IdentityAssertion("simulated", level, now(), claims)
    keep(authority_id=town.authority_id, draft_id=UUID(town.things["draft_id"]), assertion=said, now=now())


def paths(town):
    draft = f"/antrag/{town.things['draft_id']}"
    return f"{draft}/seite/fahrzeug", f"{draft}/abruf/{FIELD}"


def outcomes(town):
    return [one.outcome for one in retrievals(town.authority_id, UUID(town.things["draft_id"]))]


def draft_of(town):
    return queries.draft_for(town.authority_id, UUID(town.things["draft_id"]), town.secrets["draft_id"], now())


def test_from_the_form_to_the_register_and_back_with_everything_typed(town, registers):
    signed_in(town)
    client, (page, there) = town.citizen(), paths(town)
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
    ("answer", "words"), [("away", "antwortet gerade nicht"), ("nothing", "keinen solchen Nachweis")]
)
def test_a_register_that_brings_nothing_says_so_and_offers_the_upload(town, registers, answer, words):
    signed_in(town)
    registers.answer = answer
    client, (page, there) = town.citizen(), paths(town)
    shown = client.get(client.post(there, {"choice": "fetch", "consent": "yes"}).headers["Location"]).content.decode()
    assert words in shown
    assert f"{page}#f-fahrzeug-zb1" in shown
    assert outcomes(town) == [answer]


def test_who_is_not_surely_known_is_asked_to_sign_in_and_nothing_else(town, registers):
    client, (page, there) = town.citizen(), paths(town)
    assert 'name="fetch"' not in client.get(page).content.decode()
    for level in (None, "normal"):
        if level:
            signed_in(town, level)
        shown = client.get(there).content.decode()
        assert ("/ausweisen" in shown, 'name="consent"' in shown) == (True, False)
        assert client.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 403
    assert (registers.asked, outcomes(town)) == ([], [])


def test_refusing_and_throwing_away_are_told_to_her(town):
    signed_in(town)
    client, (_page, there) = town.citizen(), paths(town)
    client.post(there, {"choice": "decline"})
    client.post(there, {"choice": "fetch", "consent": "yes"})
    client.post(there, {"choice": "leave"})
    assert outcomes(town) == ["declined", "thrown_away"]
    shown = client.get(there).content.decode()
    assert "Sie haben nicht zugestimmt" in shown
    assert "Gefunden und verworfen" in shown


def test_the_clerk_reads_that_a_register_gave_it_and_that_it_is_simulated(town):
    signed_in(town)
    client, (_page, there) = town.citizen(), paths(town)
    client.post(there, {"choice": "fetch", "consent": "yes"})
    client.post(there, {"choice": "add"})
    form, draft = catalog.adopted_form(town.authority_id, "bewohnerparkausweis"), draft_of(town)
    answers = {"antrag": {"art": "neu"}, "fahrzeug": {"nutzung": "eigenes", **draft.answers["fahrzeug"]}}
    sent = Application(form.slug, form.adoption_id, form.revision_id, answers, [], "de", "", "Amira Yılmaz")
    accepted = submit(
        authority_id=town.authority_id, key="k", application=sent, token="t" * 64, prefix="WEI",
        randomness=b"0123456789abcdef", now=now(), draft_id=draft.id,
    )  # fmt: skip
    groups = answer_groups(submitted(town.authority_id, accepted.submission_id), "de")
    [row] = [one for group in groups for one in group.rows if one.path == FIELD]
    assert row.origin == "register"
    assert row.where.startswith("Auszug.pdf, Zentrales Fahrzeugregister (nachgebildet), ")


def test_nobody_asks_about_herself_for_somebody_else(town, registers):
    signed_in(town)
    client, (page, there) = town.citizen(), paths(town)
    client.post(page.replace("/fahrzeug", "/fuer_wen"), {"fuer_wen.wer": "betreuung"})
    if draft_of(town).answers.get("fuer_wen", {}).get("wer") != "betreuung":
        client.post(page.replace("/fahrzeug", "/person"), {"fuer_wen.wer": "betreuung"})
    assert draft_of(town).answers["fuer_wen"]["wer"] == "betreuung"
    assert client.get(there).status_code == 404
    assert client.post(there, {"choice": "fetch", "consent": "yes"}).status_code == 404
    assert registers.asked == []


def test_a_proof_without_a_register_has_no_such_page(town):
    signed_in(town)
    client, (_page, there) = town.citizen(), paths(town)
    for path in ("fahrzeug.kennzeichen", "halter.erklaerung", "gibt.es.nicht"):
        assert client.get(there.replace(FIELD, path)).status_code == 404
    ports.use_registers(ports.NoRegisters())
    assert client.get(there).status_code == 404
