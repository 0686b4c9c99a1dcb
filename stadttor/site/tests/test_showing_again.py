"""The story's last part: the permit in the wallet is shown in the renewal, and refused once it was taken back."""

import re
from datetime import timedelta
from functools import partial
from html import unescape
from uuid import UUID

import pytest

from adapters.eudi_wallet.mdoc import DOCUMENT_SIGNER
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.tests.holder import Holder
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from adapters.eudi_wallet.x509_path import Anchors
from stadttor.cases.ports import CaseRef, PermitFacts, Validity
from stadttor.cases.queries import standing_decision
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.services.permitting import issue_permit, let_permit_go
from stadttor.catalog import services as catalog
from stadttor.catalog.queries import adoptions
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.rows import insert
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.identity import ports, wallet_access
from stadttor.identity.assertions import assertion_of
from stadttor.identity.issuing import services
from stadttor.identity.issuing.queries import can_offer
from stadttor.identity.issuing.signing import put_signer
from stadttor.identity.models import AccountServiceRow
from stadttor.portal.services import offer_link
from stadttor.site import wiring
from stadttor.site.issuing import Issued, own_list
from stadttor.site.matter import matter_of
from stadttor.site.panels import WalletPanel
from stadttor.site.permits import keep_permit
from tests.identity import granter
from tests.identity.packages import publish
from tests.isolation.world import Town

pytestmark = pytest.mark.db
SERVICE = "bewohnerparkausweis"
CERTIFICATE = "meldebescheinigung"
PERMIT = f"own_{SERVICE}"
LONG = {"days": (-9_000, 9_000)}
TOWN_CA, PID_CA, ACCESS_CA = (maker.root(name, **LONG) for name in ("Town CA", "PID CA", "Access CA"))
ERIKA = {"family_name": "Yılmaz", "given_name": "Amira", "birthdate": "1990-05-17", "address": maker.ADDRESS}


def trusting(kind=StatusLists) -> EudiWallets:
    """Believes identity cards; nobody told it whom to believe permits."""
    return EudiWallets(Anchors({PID_SD_JWT: PID_CA.chain}), kind(lambda uri: "", own_list))


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    signer = maker.below(TOWN_CA, "Weißenburg", **LONG)
    for package in (SERVICE, CERTIFICATE):
        let_offer(authority.id, package)
    put_signer(authority_id=authority.id, key=signer.pkcs8(), chain=signer.pem(), actor=SYSTEM, now=now())
    ports.use_wallets(trusting)
    access = maker.below(ACCESS_CA, "Weißenburg", **LONG)
    wallet_access.put_access(
        authority_id=authority.id, key=access.pkcs8(), chain=access.pem(), registrations={}, prefix="x509_hash",
        across=[SERVICE], actor=SYSTEM, now=now(),
    )  # fmt: skip
    yield Town(authority.id, authority.slug, authority.slug)
    ports.use_wallets(None)


@pytest.fixture
def case(town) -> UUID:
    """Of a permit that is valid from today."""
    return UUID(granter._grant(town.authority_id)["case"])


def let_offer(authority_id, package):
    adoption_id = catalog.adopt(
        authority_id=authority_id, version_id=publish(package, now()), parameters={}, actor=SYSTEM, now=now()
    )
    catalog.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=now())


@pytest.fixture
def wallet(town) -> Holder:
    """Amira's, with her identity card."""
    client = town.browser()

    def ask(path, body=None, kind="", token=""):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = client.get(path) if body is None else client.post(path, body, content_type=kind, headers=headers)
        return answer.status_code, answer.content.decode()

    holder = Holder(ask)
    seconds = int(now().timestamp())
    pid = maker.below(PID_CA, "PID provider", purpose=DOCUMENT_SIGNER, **LONG)
    jwk = {"jwk": maker.public_jwk(holder.key.public_key())}
    holder.held["pid"] = maker.sd_jwt_vc(pid, ERIKA, iat=seconds - 60, exp=seconds + 900, cnf=jwk)
    return holder


def take(town, wallet, case, kind=SERVICE) -> int:
    offered = services.offer(authority_id=town.authority_id, about=case, kind=kind, mailed=False, now=now())
    return wallet.receive(offer_link(f"http://{town.slug}.localhost", offered), offered.tx_code, f"own_{kind}")


class Renewal:
    """Her new application, in a browser that knows nothing of the first one."""

    def __init__(self, town, act="verlaengerung"):
        self.browser = town.browser()
        begun = self.browser.post(f"/leistungen/{SERVICE}/antrag").headers["Location"]
        self.draft = re.match(r"/antrag/[0-9a-f-]+", begun)[0]
        page = f"{self.draft}/seite/antrag"
        self.saved = self.browser.post(page, {"antrag.art": act, "go": "on"}).headers["Location"]

    def text(self, path="/wallet"):
        return unescape(self.browser.get(f"{self.draft}{path}").content.decode())

    def ask(self, way="here"):
        assert self.browser.post(f"{self.draft}/wallet", {"way": way}).status_code == 303
        return re.search(r'href="(openid4vp:[^"]+)"', self.text())[1]

    def come_back(self, told):
        return self.browser.get(re.search(r'"redirect_uri": ?"https?://[^/]+([^"]+)"', told)[1])

    @property
    def id(self):
        return UUID(self.draft.rpartition("/")[2])


def test_of_a_service_that_was_withdrawn_nothing_is_offered(town, case):
    assert can_offer(town.authority_id, case, SERVICE, now())
    [live] = [one for one in adoptions(town.authority_id) if one.slug == SERVICE]
    catalog.withdraw(authority_id=town.authority_id, adoption_id=live.id, actor=SYSTEM, now=now())
    assert not can_offer(town.authority_id, case, SERVICE, now())


def test_the_renewal_asks_for_the_permit_and_what_it_says_stands_in_the_form(town, case, wallet):
    assert take(town, wallet, case) == 200
    amira = Renewal(town)
    assert f'href="{amira.draft}/ausweisen"' in amira.text("/seite/antrag?after=check")
    page = amira.text()
    assert "Aus Ihrer Wallet, wenn es dort ist: Bewohnerparkausweis" in page
    assert "Nummer des Ausweises, weil das Formular nach" in page
    status, told = wallet.show(amira.ask(), "pid", PERMIT)
    assert status == 200
    amira.come_back(told)
    number, shown = permit_of(town.authority_id, case).number, amira.text()
    assert number in shown
    assert f"{maker.ADDRESS['street_address']}, {maker.ADDRESS['postal_code']} {maker.ADDRESS['locality']}" in shown
    amira.browser.post(f"{amira.draft}/wallet", {"choice": "take"})
    said = assertion_of(town.authority_id, amira.id)
    assert (said.level, said.trust_of("permit_number"), said.trust_of("family_name")) == ("hoch", "normal", "hoch")
    form = amira.text("/seite/antrag")
    assert f'value="{number}"' in form
    assert "Aus Ihrer Anmeldung: Wallet" in form
    # Whoever applies for the first time is asked for none.
    first = Renewal(town, act="neu")
    assert "/ausweisen" not in first.text("/seite/antrag")
    assert "Aus Ihrer Wallet, wenn" not in first.text()
    assert PERMIT not in asked(wallet, first.ask())


def test_where_there_are_only_wallets_no_more_is_named_than_a_wallet_is_asked_for(town, case, wallet):
    """Report: the page of the ways named the e-mail address as well, which only account services know."""
    assert "Wir fragen nach diesen 6 Angaben" in (page := Renewal(town).text("/ausweisen"))
    assert "E-Mail-Adresse" not in page
    account = AccountServiceRow(
        authority_id=town.authority_id, source="bundid", entity_id="https://id.example", sign_in_url="https://id.example/in",
        certificates=[], keys_sealed=b"", active=True, created=now(),
    )  # fmt: skip
    with work(town.authority_id):
        insert(account)
    assert "Wir fragen nach diesen 7 Angaben" in (page := Renewal(town).text("/ausweisen"))
    assert "E-Mail-Adresse" in page


def test_one_that_was_taken_back_is_refused_in_words_with_a_way_on(town, case, wallet):
    assert take(town, wallet, case) == 200
    before = Renewal(town)
    status, told = wallet.show(before.ask(), PERMIT)
    assert status == 200
    before.come_back(told)
    assert "niedrigem Vertrauensniveau" in before.text()
    let_permit_go(authority_id=town.authority_id, case_id=case, now=now())
    amira = Renewal(town)
    status, told = wallet.show(amira.ask(), "pid", PERMIT)
    assert (status, "redirect_uri" in told) == (400, False)
    page = amira.text()
    assert "gilt nicht mehr" in page
    assert "Es wurde nichts übernommen" in page
    assert assertion_of(town.authority_id, amira.id) is None
    assert 'name="way" value="plain"' in page
    assert PERMIT not in asked(wallet, amira.ask("plain"))
    # The twin: without the look at its status it would pass.
    ports.use_wallets(partial(trusting, Blind))
    assert wallet.show(Renewal(town).ask(), PERMIT)[0] == 200


@pytest.mark.parametrize(("believed", "status"), [(True, 200), (False, 400)])
def test_after_a_change_of_the_key_older_permits_count_unless_the_key_was_lost(town, case, wallet, believed, status):
    assert take(town, wallet, case) == 200
    newer = maker.below(TOWN_CA, "Weißenburg", **LONG)
    put_signer(
        authority_id=town.authority_id, key=newer.pkcs8(), chain=newer.pem(), actor=SYSTEM, now=now(),
        believe_earlier=believed,
    )  # fmt: skip
    assert wallet.show(Renewal(town).ask(), "pid", PERMIT)[0] == status


def refused(town, wallet, *names, way="here"):
    """Her page after her wallet showed these in vain."""
    amira = Renewal(town)
    assert wallet.show(amira.ask(way), *names)[0] == 400
    return amira, amira.text()


def test_a_permit_that_has_not_begun_is_refused_with_the_card_alone_as_the_way_on(town, wallet):
    case = UUID(granter._grant(town.authority_id)["case"])
    later = german_day(now()) + timedelta(days=3)
    issue_permit(
        authority_id=town.authority_id, case_id=case, facts=PermitFacts("Amira Yılmaz", ("WUG-AY 88",), "A"), now=now(),
        validity=Validity(later, later + timedelta(days=300)),
    )  # fmt: skip
    assert take(town, wallet, case) == 200
    amira, page = refused(town, wallet, "pid", PERMIT)
    assert "gilt noch nicht" in page
    assert 'name="way" value="plain"' in page
    assert PERMIT not in asked(wallet, amira.ask("plain"))


def test_after_a_lost_key_of_the_town_she_learns_to_take_it_anew(town, case, wallet):
    assert take(town, wallet, case) == 200
    signer = maker.below(TOWN_CA, "Weißenburg", **LONG)
    put_signer(
        authority_id=town.authority_id, key=signer.pkcs8(), chain=signer.pem(), actor=SYSTEM, now=now(),
        believe_earlier=False,
    )  # fmt: skip
    _amira, page = refused(town, wallet, "pid", PERMIT)
    assert "neuen Schlüssel" in page
    assert 'name="way" value="plain"' in page
    assert take(town, wallet, case) == 200
    assert wallet.show(Renewal(town).ask(), "pid", PERMIT)[0] == 200


def test_an_identity_card_that_has_ended_is_not_offered_as_the_way_on(town, case, wallet):
    assert take(town, wallet, case) == 200
    seconds, jwk = int(now().timestamp()), {"jwk": maker.public_jwk(wallet.key.public_key())}
    pid = maker.below(PID_CA, "PID provider", purpose=DOCUMENT_SIGNER, **LONG)
    wallet.held["pid"] = maker.sd_jwt_vc(pid, ERIKA, iat=seconds - 9_000, exp=seconds - 900, cnf=jwk)
    for names in (["pid"], ["pid", PERMIT]):
        _amira, page = refused(town, wallet, *names)
        assert "Der Personalausweis in Ihrer Wallet gilt nicht mehr" in page
        assert 'value="plain' not in page


def test_who_was_asked_by_code_goes_on_by_code(town, case, wallet):
    assert take(town, wallet, case) == 200
    let_permit_go(authority_id=town.authority_id, case_id=case, now=now())
    amira, page = refused(town, wallet, "pid", PERMIT, way="across")
    assert 'name="way" value="plain-across"' in page
    link = amira.ask("plain-across")
    assert PERMIT not in asked(wallet, link)
    assert "Scannen Sie diesen Code" in amira.text()


def test_a_certificate_of_residence_takes_the_place_of_the_identity_card_where_that_is_enough(town, wallet):
    granted = granter._certify(town.authority_id)
    case, page = UUID(granted["case"]), f"/status/{granted['submission']}"
    holder = town.browser(**{granted["cookie"]: granted["token"]})
    assert f'href="{page}/wallet"' in holder.get(page).content.decode()
    assert "Die Bescheinigung auf Papier gilt auch ohne Wallet." in holder.get(f"{page}/wallet").content.decode()
    row, panel = CaseRef(town.authority_id, case, None, case, 1, "", "de"), WalletPanel()
    with speaking("de"):
        assert panel.view(row, None) is None
        assert take(town, wallet, case, CERTIFICATE) == 200
        assert panel.view(row, None).context["wallet"].startswith("seit ")
    first = Renewal(town, act="neu")
    assert "genügt auch: Meldebescheinigung" in first.text()
    status, told = wallet.show(first.ask(), f"own_{CERTIFICATE}")
    assert status == 200
    first.come_back(told)
    first.browser.post(f"{first.draft}/wallet", {"choice": "take"})
    said = assertion_of(town.authority_id, first.id)
    assert (said.source, said.level) == ("wallet_eaa", "normal")
    assert (said.claims["street_address"].value, said.claims["birth_date"].value) == ("Marktplatz 5", "1990-05-17")
    form = first.text("/seite/person")
    assert 'value="Yılmaz"' in form
    assert 'value="Marktplatz"' in form
    # Another decision of the case: what the former one brought counts no more.
    keep_permit(matter_of(town.authority_id, case), standing_decision(town.authority_id, case))
    with speaking("de"):
        assert panel.view(row, None).context["wallet"] == "gilt dort nicht mehr"
    assert wallet.show(Renewal(town, act="neu").ask(), f"own_{CERTIFICATE}")[0] == 400


def test_no_certificate_goes_into_a_wallet_for_others_or_without_its_grant(town):
    for how in ({"outcome": "refused"}, {"bescheinigung": {**granter.HERSELF["bescheinigung"], "fuer": "kind"}}):
        case = UUID(granter._certify(town.authority_id, **how)["case"])
        assert not can_offer(town.authority_id, case, CERTIFICATE, now())
    granted = UUID(granter._certify(town.authority_id)["case"])
    assert can_offer(town.authority_id, granted, CERTIFICATE, now())
    assert not can_offer(town.authority_id, granted, SERVICE, now())
    assert not can_offer(town.authority_id, granted, CERTIFICATE, now() + timedelta(days=95))
    [certificate] = [kind for kind in Issued().kinds(town.authority_id) if kind.id == CERTIFICATE]
    assert certificate.claims["family_name"]["de"] == "Familienname"
    assert certificate.claims["family_name"]["tr"] != certificate.claims["family_name"]["en"]


class Blind(StatusLists):
    """Looks at no list."""

    def must_be_valid(self, credential, anchors, now):
        pass


def asked(wallet, link):
    return [one["id"] for one in wallet.question(link)["dcql_query"]["credentials"]]
