"""A certificate of residence, shown from a wallet where a trade is registered: the way through the pages, and what is no proof."""

import re
import subprocess
from dataclasses import replace
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from uuid import UUID

import pytest

from adapters.eudi_wallet.tests import maker
from stadttor.catalog import queries as catalog
from stadttor.forms import queries as forms
from stadttor.forms.models import Draft, Retrieval
from stadttor.forms.services.drafting import save_answers
from stadttor.forms.services.submitting import Application, submit
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity import ports, wallet_access, wallet_sign_in
from stadttor.identity.assertions import assertion_of, browser_cookie, keep
from stadttor.identity.issuing.services import revoke
from stadttor.identity.issuing.signing import put_signer
from stadttor.identity.models import WalletSignIn
from stadttor.identity.ports import Claim, IdentityAssertion
from stadttor.identity.queries import hashed
from stadttor.portal import access
from stadttor.site import wiring
from stadttor.site.applications import answer_groups, submitted
from stadttor.site.tests.test_showing_again import (
    ACCESS_CA,
    CERTIFICATE,
    LONG,
    TOWN_CA,
    Blind,
    let_offer,
    take,
    trusting,
)
from stadttor.site.tests.test_showing_again import SERVICE as PERMIT
from tests.identity import granter
from tests.identity.packages import publish
from tests.isolation.world import Town

pytestmark = pytest.mark.db
TRADE, FIELD = "gewerbeanmeldung", "nachweise.wohnsitz"
OWN = f"own_{CERTIFICATE}"
TYPE = f"urn:stadttor:{CERTIFICATE}:1"
AGREED = {"way": "here", "consent": "yes"}


@pytest.fixture
def town(authority) -> Town:
    """Weißenburg, which issues certificates and permits, asks wallets, and asks traders for a proof of residence."""
    wiring.connect()
    from stadttor.catalog import services as adopting

    for package in (CERTIFICATE, PERMIT):
        let_offer(authority.id, package)
    adoption_id = adopting.adopt(
        authority_id=authority.id, version_id=publish(TRADE, now()), parameters={"ausweis_kopie": True}, actor=SYSTEM,
        now=now(),
    )  # fmt: skip
    adopting.go_live(authority_id=authority.id, adoption_id=adoption_id, actor=SYSTEM, now=now())
    signs_with(authority.id, TOWN_CA)
    ports.use_wallets(trusting)
    signer = maker.below(ACCESS_CA, "Weißenburg", **LONG)
    wallet_access.put_access(
        authority_id=authority.id, key=signer.pkcs8(), chain=signer.pem(), registrations={}, prefix="x509_hash",
        across=[], actor=SYSTEM, now=now(),
    )  # fmt: skip
    yield Town(authority.id, authority.slug, authority.slug)
    ports.use_wallets(None)


def signs_with(authority_id, root, *, believe_earlier=True):
    one = maker.below(root, "Weißenburg", **LONG)
    put_signer(
        authority_id=authority_id, key=one.pkcs8(), chain=one.pem(), actor=SYSTEM, now=now(),
        believe_earlier=believe_earlier,
    )  # fmt: skip


@pytest.fixture
def wallet(town):
    from adapters.eudi_wallet.tests.holder import Holder

    client = town.browser()

    def ask(path, body=None, kind="", token=""):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = client.get(path) if body is None else client.post(path, body, content_type=kind, headers=headers)
        return answer.status_code, answer.content.decode()

    return Holder(ask)


@pytest.fixture
def case(town, wallet) -> UUID:
    """Amira's certificate was granted, and is in her wallet."""
    case_id = UUID(granter._certify(town.authority_id)["case"])
    assert take(town, wallet, case_id, CERTIFICATE) == 200
    return case_id


@pytest.fixture
def trade(town):
    return Trade(town)


class Trade:
    """A trade that is being registered, in a browser of its own."""

    def __init__(self, town):
        self.town, self.browser = town, town.browser()
        begun = self.browser.post(f"/leistungen/{TRADE}/antrag").headers["Location"]
        self.draft = re.match(r"/antrag/[0-9a-f-]+", begun)[0]
        self.form, self.proof = f"{self.draft}/seite/nachweise", f"{self.draft}/zeigen/{FIELD}"
        self.id = UUID(self.draft.rpartition("/")[2])

    def text(self, path="", browser=None):
        return unescape((browser or self.browser).get(path or self.proof).content.decode())

    def ask(self):
        assert self.browser.post(self.proof, AGREED).status_code == 303
        return re.search(r'href="(openid4vp:[^"]+)"', self.text())[1]

    def come_back(self, told, browser=None):
        return (browser or self.browser).get(re.search(r'"redirect_uri": ?"https?://[^/]+([^"]+)"', told)[1])

    def show(self, wallet):
        status, told = wallet.show(self.ask(), OWN)
        assert status == 200
        assert self.come_back(told).headers["Location"] == self.proof

    @property
    def kept(self):
        with work(self.town.authority_id):
            return list(Retrieval.objects.filter(draft_id=self.id))

    @property
    def attachments(self):
        return forms.attachments(self.town.authority_id, self.id)


def acts(town, prefix):
    with work(town.authority_id):
        return [(one.act, one.details) for one in AuditEntry.objects.order_by("id") if one.act.startswith(prefix)]


def test_from_the_form_to_the_wallet_and_back_as_a_document(town, trade, wallet, case, tmp_path):
    form = trade.text(trade.form)
    assert f'name="from_wallet" value="{FIELD}"' in form
    assert "Aus meiner Wallet zeigen: Meldebescheinigung" in form
    assert f'type="file" id="f-{FIELD.replace(".", "-")}"' in form
    assert trade.browser.post(trade.form, {"from_wallet": FIELD}).headers["Location"] == trade.proof
    asking = trade.text()
    assert "Straße und Hausnummer" in asking
    refused = trade.browser.post(trade.proof, {"way": "here"})
    assert (refused.status_code, "Ohne Zustimmung fragen wir nicht" in refused.content.decode()) == (422, True)
    with work(town.authority_id):
        assert not WalletSignIn.objects.exists()
    query = wallet.question(trade.ask())["dcql_query"]
    [asked] = query["credentials"]
    assert (asked["meta"], "credential_sets" in query, "claim_sets" in asked) == ({"vct_values": [TYPE]}, False, False)
    assert [one["path"] for one in asked["claims"]] == [
        ["family_name"], ["given_name"], ["birth_date"], ["street_address"], ["postal_code"], ["locality"]
    ]  # fmt: skip
    trade.show(wallet)
    seen = trade.text()
    for word in ("Yılmaz", "17. Mai 1990", "Marktplatz 5", "Weißenburg", "Vertrauensniveau normal"):
        assert word in seen
    assert (trade.attachments, trade.kept) == ([], [])
    added = trade.browser.post(trade.proof, {"choice": "add"})
    assert added.headers["Location"].startswith(trade.form)
    assert "Meldebescheinigung.pdf" in trade.text(trade.form)
    [file] = trade.attachments
    data = forms.attachment_bytes(town.authority_id, file.id)[1]
    assert data.startswith(b"%PDF")
    assert b"eyJ" not in data
    if Path("/usr/bin/pdftotext").exists():
        (tmp_path / "proof.pdf").write_bytes(data)
        said = subprocess.run(
            ["pdftotext", "-raw", str(tmp_path / "proof.pdf"), "-"], capture_output=True, check=True, text=True
        )
        for word in ("Yılmaz", "Marktplatz 5", "91781", TYPE, "Gewerbe", "Vertrauensniveau normal"):
            assert word in said.stdout
    assert assertion_of(town.authority_id, trade.id) is None
    [(_act, details)] = acts(town, "identity.wallet_proven")
    assert (details["type"], details["proof"]) == (TYPE, FIELD)
    *_asked, (act, details) = acts(town, "wallet_proof.")
    assert (act, details["level"], details["attachment_id"]) == ("wallet_proof.added", "normal", str(file.id))
    assert "Yılmaz" not in str(acts(town, ""))
    with work(town.authority_id):
        assert not WalletSignIn.objects.exists()


def sent(town, trade):
    """The application as the clerk has it."""
    [file] = trade.attachments
    form = catalog.adopted_form(town.authority_id, TRADE)
    answers = {"unternehmen": {"art": "einzel"}, "nachweise": {"wohnsitz": [str(file.id)]}}
    application = Application(form.slug, form.adoption_id, form.revision_id, answers, [], "de", "", "Amira Yılmaz")
    accepted = submit(
        authority_id=town.authority_id, key=str(trade.id), application=application, token=str(trade.id) * 2, prefix="WEI",
        randomness=b"0123456789abcdef", now=now(), draft_id=trade.id,
    )  # fmt: skip
    return submitted(town.authority_id, accepted.submission_id)


def proof_row(found):
    [row] = [one for group in answer_groups(found, "de") for one in group.rows if one.path == FIELD]
    return row


def test_the_clerk_reads_where_it_is_from_and_how_sure_it_is(town, trade, wallet, case):
    trade.show(wallet)
    trade.browser.post(trade.proof, {"choice": "add"})
    found = sent(town, trade)
    [file] = trade.attachments
    row = proof_row(found)
    assert (row.origin, row.trust) == ("wallet", "normal")
    assert "Meldebescheinigung aus der Wallet gezeigt, ausgestellt von Weißenburg" in row.where
    beside = replace(found.attachments[str(file.id)], name="Pass.pdf")
    found.attachments["x"] = beside
    found.filled.answers["nachweise"]["wohnsitz"].append("x")
    row = proof_row(found)
    assert (row.origin, row.trust) == ("typed", "none")
    assert "Pass.pdf, von der antragstellenden Person hochgeladen" in row.where


def revoked(town, wallet, case):
    revoke(authority_id=town.authority_id, about=case, why="changed", begins=now(), actor=SYSTEM, now=now())


def of_another_holder(town, wallet, case):
    """She has a copy of it, and not the key it is bound to."""
    wallet.key = maker.new_key()


def of_another_type(town, wallet, case):
    permit = UUID(granter._grant(town.authority_id)["case"])
    assert take(town, wallet, permit, PERMIT) == 200
    wallet.held[OWN] = wallet.held[f"own_{PERMIT}"]


def of_another_town(town, wallet, case):
    """The same type, signed by a town that this one was told nothing of."""
    other = maker.below(maker.root("Another town's CA", **LONG), "München", **LONG)
    wallet.held[OWN] = issued(wallet, other)


def ended(town, wallet, case):
    wallet.held[OWN] = issued(wallet, own_signer(town), exp=int(now().timestamp()) - 3600)


def with_a_claim_left_out(town, wallet, case):
    jwt, *disclosures, _end = wallet.held[OWN].split("~")
    wallet.held[OWN] = "~".join([jwt, *disclosures[1:], ""])


def with_a_claim_changed(town, wallet, case):
    jwt, _first, *rest, _end = wallet.held[OWN].split("~")
    wallet.held[OWN] = "~".join([jwt, maker.disclosure("family_name", "Weber"), *rest, ""])


def without_a_status(town, wallet, case):
    """Whatever we issue can be taken back: one that cannot is none of ours."""
    wallet.held[OWN] = issued(wallet, own_signer(town))


def own_signer(town):
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    from adapters.eudi_wallet.x509_path import read_pem
    from stadttor.identity.issuing.signing import signer_of

    signer = signer_of(town.authority_id)
    return maker.Signer(load_der_private_key(signer.key, None), read_pem(signer.chain))


def issued(wallet, signer, **claims):
    says = {
        "family_name": "Yılmaz", "given_name": "Amira", "birth_date": "1990-05-17", "street_address": "Marktplatz 5",
        "postal_code": "91781", "locality": "Weißenburg",
    }  # fmt: skip
    seconds, jwk = int(now().timestamp()), {"jwk": maker.public_jwk(wallet.key.public_key())}
    return maker.sd_jwt_vc(
        signer, says, **{"vct": TYPE, "iat": seconds - 60, "exp": seconds + 900, "cnf": jwk} | claims
    )


NO_PROOFS = {
    revoked: "zählt nicht mehr",
    ended: "zählt nicht mehr",
    of_another_town: "Wir kennen die Unterschrift nicht",
    of_another_holder: "ließ sich nicht bestätigen",
    of_another_type: "ließ sich nicht bestätigen",
    with_a_claim_left_out: "ließ sich nicht bestätigen",
    with_a_claim_changed: "ließ sich nicht bestätigen",
    without_a_status: "ließ sich nicht bestätigen",
}


@pytest.mark.parametrize(("bend", "words"), NO_PROOFS.items(), ids=[one.__name__ for one in NO_PROOFS])
def test_what_is_no_proof_is_refused_in_words_and_uploading_stays(town, trade, wallet, case, bend, words):
    bend(town, wallet, case)
    status, told = wallet.show(trade.ask(), OWN)
    assert (status, "redirect_uri" in told) == (400, False)
    page = trade.text()
    assert words in page
    assert f'href="{trade.form}#f-nachweise-wohnsitz"' in page
    assert trade.browser.post(trade.proof, {"choice": "add"}).status_code == 404
    assert (trade.attachments, trade.kept) == ([], [])


def test_without_the_look_at_the_status_a_revoked_one_would_pass(town, trade, wallet, case):
    """The twin: it is this check that refuses it."""
    revoked(town, wallet, case)
    ports.use_wallets(partial(trusting, Blind))
    assert wallet.show(trade.ask(), OWN)[0] == 200


def test_an_answer_counts_for_one_question_and_once(town, trade, wallet, case):
    first = wallet.question(trade.ask())
    shown = wallet._bound(wallet.held[OWN], first)
    other = Trade(town)
    second = wallet.question(other.ask())
    assert posted(wallet, second, shown) == 400
    assert "ließ sich nicht bestätigen" in other.text()
    assert [posted(wallet, first, shown) for _time in range(2)] == [200, 400]


def posted(wallet, question, shown):
    """The status with which the town takes this presentation as the answer to a question."""
    jwe = maker.encrypted({"vp_token": {OWN: [shown]}}, question["client_metadata"]["jwks"]["keys"][0])
    path = question["response_uri"].partition("localhost")[2]
    return wallet.ask(path, f"response={jwe}".encode(), "application/x-www-form-urlencoded")[0]


def test_the_link_of_a_draft_opens_neither_the_preview_nor_the_proof(town, trade, wallet, case):
    mallory = town.browser()
    name = access.cookie_name(trade.id)
    mallory.cookies[name] = trade.browser.cookies[name].value
    trade.show(wallet)
    assert "Marktplatz 5" in trade.text()
    assert "Marktplatz 5" not in trade.text(browser=mallory)
    assert mallory.post(trade.proof, {"choice": "add"}).status_code == 404
    # Once it is part of the draft, no earlier link of it opens that.
    trade.browser.post(trade.proof, {"choice": "add"})
    assert "Meldebescheinigung.pdf" in trade.text(trade.form)
    assert mallory.get(trade.form).status_code == 404


def test_no_address_typed_before_she_showed_a_proof_gets_the_link_to_what_she_sends(town, trade, wallet, case):
    typed = {"unternehmen": {"art": "einzel"}, "person": {"nachname": "Yılmaz", "email": "mallory@weissenburg.example"}}
    save_answers(authority_id=town.authority_id, draft_id=trade.id, revision=0, answers=typed, language="de", now=now())
    told, page = "nur eine Adresse, die Sie jetzt selbst eintragen", f"{trade.draft}/seite/person"
    assert told not in trade.text(page)
    trade.show(wallet)
    trade.browser.post(trade.proof, {"choice": "add"})
    with work(town.authority_id):
        answers = Draft.objects.get(id=trade.id).answers
    assert (answers["person"], len(answers["nachweise"]["wohnsitz"])) == ({"nachname": "Yılmaz"}, 1)
    assert told in trade.text(page)


@pytest.mark.parametrize("is_here", [True, False], ids=["her browser", "another browser"])
def test_the_address_that_she_brought_by_signing_in_here_stays_when_she_adds_a_proof(
    town, trade, wallet, case, is_here
):
    address = "amira.yilmaz@example.org"
    said = IdentityAssertion("bundid", "hoch", now(), {"email": Claim(address, "normal", "x")})
    keep(
        authority_id=town.authority_id, draft_id=trade.id, assertion=said, now=now(), browser_hash=hashed("secret")
    )  # fmt: skip
    save_answers(
        authority_id=town.authority_id, draft_id=trade.id, revision=0, answers={"person": {"email": address}},
        language="de", now=now(),
    )  # fmt: skip
    if is_here:
        trade.browser.cookies[browser_cookie(trade.id)] = "secret"
    trade.show(wallet)
    assert trade.browser.post(trade.proof, {"choice": "add"}).status_code == 303
    with work(town.authority_id):
        assert Draft.objects.get(id=trade.id).answers["person"] == ({"email": address} if is_here else {})


def test_what_came_back_into_another_browser_is_gone(town, trade, wallet, case):
    _status, told = wallet.show(trade.ask(), OWN)
    assert trade.come_back(told, town.browser()).status_code == 403
    assert "Marktplatz 5" not in trade.text()


def test_what_she_throws_away_is_nowhere_but_that_she_did(town, trade, wallet, case):
    trade.show(wallet)
    trade.browser.post(trade.proof, {"choice": "leave"})
    assert "Marktplatz 5" not in trade.text()
    [row] = trade.kept
    assert (row.way, row.outcome, row.says, row.attachment_id) == ("wallet", "thrown_away", [], None)
    assert trade.attachments == []
    assert [act for act, _details in acts(town, "wallet_proof.")] == ["wallet_proof.asked", "wallet_proof.thrown_away"]


def test_that_she_let_her_wallet_be_asked_is_noted_whatever_becomes_of_it(town, trade, wallet, case):
    trade.browser.post(trade.proof, {"way": "here"})
    assert acts(town, "wallet_proof.") == []
    question = trade.ask()
    asked = ("wallet_proof.asked", {"proof": FIELD, "type": TYPE, "across": "no"})
    assert acts(town, "wallet_proof.") == [asked]
    of_another_holder(town, wallet, case)
    assert wallet.show(question, OWN)[0] == 400
    [(_act, refused)] = acts(town, "identity.wallet_refused")
    assert (refused["proof"], "reason" in refused) == (FIELD, True)
    trade.ask()
    assert acts(town, "wallet_proof.") == [asked, asked]


def signed_in(town, trade, **who):
    claims = {name: Claim(value, "hoch", "x") for name, value in who.items()}
    said = IdentityAssertion("wallet_pid", "hoch", now(), claims)
    keep(authority_id=town.authority_id, draft_id=trade.id, assertion=said, now=now())


def test_of_somebody_else_than_who_signed_in_it_is_no_proof(town, trade, wallet, case):
    signed_in(town, trade, family_name="WEBER", given_name="JONAS", birth_date="1975-02-11")
    trade.show(wallet)
    refused = trade.browser.post(trade.proof, {"choice": "add"})
    assert (refused.status_code, "um eine andere Person" in refused.content.decode()) == (403, True)
    assert trade.attachments == []
    other = Trade(town)
    signed_in(town, other, family_name="YILMAZ", given_name="AMIRA LEYLA", birth_date="1990-05-17")
    other.show(wallet)
    assert other.browser.post(other.proof, {"choice": "add"}).status_code == 303


def test_what_was_shown_before_the_sign_in_the_clerk_is_asked_to_compare(town, trade, wallet, case):
    """Report: his proof was added first, she signed in after it; it stood there as hers, with its level."""
    trade.show(wallet)
    trade.browser.post(trade.proof, {"choice": "add"})
    signed_in(town, trade, family_name="WEBER", given_name="JONAS", birth_date="1975-02-11")
    assert "Vor der Anmeldung gezeigt" in proof_row(sent(town, trade)).doubt


def test_what_was_compared_already_or_with_nobody_raises_no_doubt(town, trade, wallet, case):
    signed_in(town, trade, family_name="YILMAZ", given_name="AMIRA", birth_date="1990-05-17")
    trade.show(wallet)
    trade.browser.post(trade.proof, {"choice": "add"})
    assert proof_row(sent(town, trade)).doubt == ""
    other = Trade(town)
    other.show(wallet)
    other.browser.post(other.proof, {"choice": "add"})
    assert proof_row(sent(town, other)).doubt == ""


def test_showing_a_proof_signs_nobody_in_and_signing_in_forgets_what_waits(town, trade, wallet, case):
    trade.show(wallet)
    browser = trade.browser.cookies[wallet_sign_in.cookie_name(trade.id)].value
    assert wallet_sign_in.waiting(town.authority_id, trade.id, browser, now()) is None
    assert wallet_sign_in.take(authority_id=town.authority_id, draft_id=trade.id, browser=browser, now=now()) is None
    assert "Marktplatz 5" in trade.text()
    signed_in(town, trade, family_name="WEBER")
    assert "Marktplatz 5" not in trade.text()


def test_it_waits_for_half_an_hour(town, trade, wallet, case):
    trade.show(wallet)
    with work(town.authority_id):
        row = WalletSignIn.objects.get()
        assert row.expires - now() < wallet_sign_in.TO_TAKE_OVER + timedelta(seconds=1)
        WalletSignIn.objects.update(expires=now())
    assert trade.browser.post(trade.proof, {"choice": "add"}).status_code == 404


@pytest.mark.parametrize("without", ["a verifier", "access", "a key to issue with"])
def test_where_it_cannot_be_asked_for_it_is_uploaded(town, trade, without):
    if without == "a verifier":
        ports.use_wallets(None)
    elif without == "access":
        from stadttor.identity.models import WalletAccess

        with work(town.authority_id):
            WalletAccess.objects.all().delete()
    else:
        from stadttor.identity.issuing.models import CredentialSigner

        with work(town.authority_id):
            CredentialSigner.objects.all().delete()
    form = trade.text(trade.form)
    assert "from_wallet" not in form
    assert f'type="file" id="f-{FIELD.replace(".", "-")}"' in form
    assert trade.browser.get(trade.proof).status_code == 404
    assert trade.browser.post(trade.proof, AGREED).status_code == 404


def test_no_other_field_has_such_a_page(trade):
    for path in ("nachweise.ausweis", "person.nachname", "gibt.es.nicht"):
        assert trade.browser.get(trade.proof.replace(FIELD, path)).status_code == 404


def test_where_no_file_more_has_room_no_wallet_is_asked(town, trade, wallet, case):
    for _time in range(2):
        trade.show(wallet)
        trade.browser.post(trade.proof, {"choice": "add"})
    assert trade.browser.post(trade.proof, AGREED).status_code == 422
    assert len(trade.attachments) == 2


def test_a_proof_she_takes_out_again_is_gone(town, trade, wallet, case):
    trade.show(wallet)
    trade.browser.post(trade.proof, {"choice": "add"})
    [file] = trade.attachments
    trade.browser.post(trade.form, {"remove": str(file.id), FIELD: str(file.id)})
    assert trade.attachments == []
    [row] = trade.kept
    assert (row.outcome, row.attachment_id) == ("removed", None)
