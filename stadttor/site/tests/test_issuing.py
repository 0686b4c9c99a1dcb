"""A permit in the holder's wallet: what it says, how she takes it, and that it ends there with the permit."""

from datetime import timedelta
from uuid import UUID

import pytest

from adapters.eudi_wallet.credential import StatusEntry
from adapters.eudi_wallet.status_list import read_status_token
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.x509_path import Anchors
from stadttor.cases.ports import PermitFacts, Validity
from stadttor.cases.queries.permits import permit_of
from stadttor.cases.services.permitting import end_permit, issue_permit, let_permit_go
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity.issuing import queries, services
from stadttor.identity.issuing.models import CredentialOffer, CredentialSigner, IssuedCredential
from stadttor.identity.issuing.signing import put_signer
from stadttor.identity.issuing.status import give_place
from stadttor.notices.models import Mail
from stadttor.site import wiring
from stadttor.site.issuing import Issued, own_list, type_of
from tests.isolation.world import Town, in_work

pytestmark = pytest.mark.db
KIND = "bewohnerparkausweis"
TODAY = german_day(now())
URI = "http://{}.localhost/wallet-issuer/status/1"
ROOT = maker.root("Town CA", days=(-9_000, 9_000))


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    made, signer = in_work(authority), maker.below(ROOT, "Weißenburg", days=(-9_000, 9_000))
    put_signer(authority_id=authority.id, key=signer.pkcs8(), chain=signer.pem(), actor=SYSTEM, now=now())
    return made


@pytest.fixture
def case(town) -> UUID:
    """With a permit that is valid from today."""
    case_id = UUID(town.things["case_id"])
    grant(town, case_id)
    return case_id


def grant(town, case_id):
    validity = Validity(TODAY, TODAY + timedelta(days=364))
    facts = PermitFacts("Amira Yılmaz", ("WUG-AY 88",), "A")
    issue_permit(authority_id=town.authority_id, case_id=case_id, facts=facts, validity=validity, now=now())


def in_a_wallet(town, case_id) -> int:
    """As if a wallet had fetched it; gives the place in the list."""
    row = IssuedCredential(
        authority_id=town.authority_id, about=case_id, kind=KIND, offer_id=case_id, issued=now(),
        ends=now() + timedelta(days=300),
    )  # fmt: skip
    with work(town.authority_id):
        give_place(row)
    return row.place


def counts(town, place: int) -> bool:
    uri = URI.format(town.slug)
    text = own_list(uri)
    found = read_status_token(text, uri, type_of(KIND), Anchors({type_of(KIND): ROOT.chain}), now(), 300)
    return found.at(StatusEntry(uri, place).index) == 0


def test_it_says_what_the_permit_says_now(town, case):
    said = Issued().issuable(town.authority_id, KIND, case, now())
    assert said.claims["number_plates"] == ["WUG-AY 88"]
    assert said.claims["holder"] == "Amira Yılmaz"
    assert (german_day(said.begins), german_day(said.ends)) == (TODAY, TODAY + timedelta(days=365))
    [kind] = Issued().kinds(town.authority_id)
    assert (kind.id, kind.type) == (KIND, "urn:stadttor:bewohnerparkausweis:1")
    assert kind.claims["holder"]["ar"] != kind.claims["holder"]["de"]
    assert Issued().issuable(town.authority_id, "hundesteuer", case, now()) is None
    let_permit_go(authority_id=town.authority_id, case_id=case, now=now())
    assert Issued().issuable(town.authority_id, KIND, case, now()) is None


def test_the_number_goes_by_mail_and_not_over_the_page(town, case):
    citizen, path = town.citizen(), f"/status/{town.things['submission_id']}/wallet"
    assert citizen.post(path).status_code == 303
    page = citizen.get(path).content.decode()
    with work(town.authority_id):
        [mail] = Mail.objects.filter(kind="wallet_code")
    assert len(mail.values["code"]) == 6
    assert mail.values["code"] not in page
    assert "openid-credential-offer://?credential_offer_uri=" in page
    assert "<svg" in page


def test_a_failed_attempt_and_too_many_are_said_with_the_way_on(town, case):
    in_a_wallet(town, case)
    citizen, path = town.citizen(), f"/status/{town.things['submission_id']}/wallet"
    for _ in range(5):
        citizen.post(path)
    assert "Mit einem neuen Code neu beginnen" not in citizen.get(path).content.decode()
    with work(town.authority_id):
        newest = CredentialOffer.objects.order_by("-started").first()
        CredentialOffer.objects.filter(id=newest.id).update(status="void", tries=3)
    page = citizen.get(path).content.decode()
    assert "Die Nummer war dreimal falsch" in page
    assert "kern-alert--success" not in page
    assert "wieder beginnen" in page
    assert "csrf" not in page.partition("<main")[2].partition("</main>")[0]
    assert citizen.post(path).status_code == 303
    with work(town.authority_id):
        assert CredentialOffer.objects.count() == 5


def test_without_an_address_the_page_shows_the_number(town, case):
    offered = services.offer(authority_id=town.authority_id, about=case, kind=KIND, mailed=False, now=now())
    page = town.citizen().get(f"/status/{town.things['submission_id']}/wallet").content.decode()
    assert offered.tx_code in page


def test_only_the_holder_takes_it_and_only_where_the_town_signs(town, case, authority):
    path = f"/status/{town.things['submission_id']}/wallet"
    assert town.browser().get(path).status_code == 404
    assert town.browser().post(path).status_code == 404
    assert path in town.citizen().get(path.removesuffix("/wallet") + "/ausweis").content.decode()
    with work(town.authority_id):
        CredentialSigner.objects.all().delete()
    assert town.citizen().get(path).status_code == 404
    assert path not in town.citizen().get(path.removesuffix("/wallet") + "/ausweis").content.decode()


def test_what_is_in_a_wallet_ends_with_the_permit(town, case):
    place = in_a_wallet(town, case)
    services.offer(authority_id=town.authority_id, about=case, kind=KIND, mailed=False, now=now())
    assert counts(town, place)
    let_permit_go(authority_id=town.authority_id, case_id=case, now=now())
    assert not counts(town, place)
    with work(town.authority_id):
        assert list(CredentialOffer.objects.values_list("status", flat=True)) == ["void"]


def test_it_ends_when_a_case_that_was_opened_again_is_withdrawn(town, case):
    place = in_a_wallet(town, case)
    services.offer(authority_id=town.authority_id, about=case, kind=KIND, mailed=False, now=now())
    citizen, path = town.citizen(), f"/status/{town.things['submission_id']}/zuruecknehmen"
    assert "Ihr Ausweis endet damit" in citizen.get(path).content.decode()
    assert citizen.post(path).status_code == 302
    permit = permit_of(town.authority_id, case)
    assert (permit.state, permit.ended_from) == ("returned", TODAY)
    assert not counts(town, place)
    assert not queries.can_offer(town.authority_id, case, KIND, now())
    with work(town.authority_id):
        assert list(CredentialOffer.objects.values_list("status", flat=True)) == ["void"]


def test_a_changed_permit_has_to_be_taken_anew(town, case):
    place = in_a_wallet(town, case)
    grant(town, case)
    assert not counts(town, place)
    assert queries.can_offer(town.authority_id, case, KIND, now())


def test_one_that_ends_later_ends_then_and_the_clerk_sees_it(town, case):
    staff = identity.staff_of(town.secrets["session"], town.authority_id, now())
    in_a_wallet(town, case)
    page = town.clerk().get(f"/desk/cases/{case}").content.decode()
    assert "In einer Wallet" in page
    ends = TODAY + timedelta(days=3)
    end_permit(staff=staff, case_id=case, act="returned", reason="Umzug", ended_from=ends, now=now())
    found = queries.taken(town.authority_id, case)
    assert found.counts(now())
    assert german_day(found.ended) == ends
    assert not found.counts(found.ended)


def test_a_list_of_somebody_else_is_not_ours(town, case):
    in_a_wallet(town, case)
    for uri in (
        "https://status.example/1",
        URI.format("nowhere"),
        URI.format(town.slug) + "x",
        URI.format(town.slug) + "7",
        "https://[status.example/1",
    ):
        assert own_list(uri) is None
