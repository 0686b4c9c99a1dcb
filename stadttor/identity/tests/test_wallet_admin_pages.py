"""The organiser lets her authority ask wallets: certificate, registrations, codes; what ends is said, what does not fit refused."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.files.uploadedfile import SimpleUploadedFile

from adapters.eudi_wallet.tests import maker
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity import ports, wallet_access, wallet_admin_pages
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
PAGE = "/desk/wallet"


@pytest.fixture(autouse=True)
def _day_of_the_certificates(monkeypatch):
    monkeypatch.setattr(wallet_admin_pages, "now", lambda: maker.NOW)


@pytest.fixture
def kern(client, authority, employ):
    """Her browser."""
    employ(authority, "kern@weissenburg.example", ["organiser"], name="Frau Kern")
    client.post("/desk/sign-in", {"email": "kern@weissenburg.example", "password": PASSWORD})
    return client


@pytest.fixture
def services():
    before = ports._services
    ports.use_services(lambda authority_id: [("parken", "Bewohnerparkausweis"), ("hund", "Hundesteuer")])
    yield
    ports._services = before


def file(name, content):
    return SimpleUploadedFile(name, content.encode())


def pem_key(signer):
    return signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def given(signer, **more):
    files = {"key": file("access.key", pem_key(signer)), "chain": file("access.pem", signer.pem())}
    return {"act": "access", "prefix": "x509_hash", **files, **more}


def registration(*names, days=300):
    paths = [{"format": "dc+sd-jwt", "claim": [{"path": [name]} for name in names]}]
    mdoc = [{"format": "mso_mdoc", "claim": [{"path": [maker.PID_MDOC, name]} for name in names]}]
    said = {"credentials": paths + mdoc, "exp": maker.SECONDS + days * 24 * 3600}
    return maker.sign_jws({"typ": "rc-wrp+jwt"}, said, maker.new_key())


def text(answer):
    return answer.content.decode()


def test_from_nothing_to_asking_with_what_ends_soon_in_words(kern, authority, wallets, signer, services):
    before = text(kern.get(PAGE))
    assert "Es gibt keines" in before
    assert kern.post(PAGE, given(signer)).status_code == 302
    shown = text(kern.get(PAGE))
    assert "CN=Weißenburg" in shown
    assert "läuft bald ab" not in shown.partition("Registrierungen")[0]
    assert "urn:eudi:pid:de:1" in shown
    sent = {"act": "register", "service": "parken", "registration": file("r.jwt", registration("family_name", days=20))}
    assert kern.post(PAGE, sent).status_code == 302
    shown = text(kern.get(PAGE)).partition("Registrierungen")[2]
    assert "Bewohnerparkausweis" in shown
    assert "family_name" in shown
    assert "läuft bald ab" in shown
    kern.post(PAGE, {"act": "across", "across": ["parken"]})
    kept = wallet_access.access_of(authority.id)
    assert (list(kept.registrations), kept.across) == (["parken"], frozenset({"parken"}))
    assert wallet_access.access_of(authority.id).asker.key == signer.pkcs8()


def test_a_new_certificate_of_the_same_key_keeps_the_rest(kern, authority, put, signer, services):
    put(across=["hund"], registrations={"": registration("family_name")})
    newer = maker.Signer(signer.key, (maker.certificate("Weißenburg neu", signer.key, maker.root("Access root")),))
    answer = kern.post(PAGE, {"act": "access", "prefix": "x509_hash", "chain": file("neu.pem", newer.pem())})
    assert answer.status_code == 302
    kept = wallet_access.access_of(authority.id)
    assert (kept.asker.chain, kept.across, list(kept.registrations)) == (newer.pem(), frozenset({"hund"}), [""])
    kern.post(PAGE, {"act": "unregister", "service": "*"})
    assert wallet_access.access_of(authority.id).registrations == {}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Bitte wählen Sie das Zugangszertifikat"),
        ({"chain": "own"}, "Bitte wählen Sie den privaten Schlüssel"),
        ({"chain": "own", "key": "no key"}, "kein privater Schlüssel"),
        ({"chain": "own", "key": "other"}, "Der Schlüssel gehört nicht"),
        ({"chain": "no certificate", "key": "own"}, "sind nicht verwendbar"),
    ],
)
def test_what_does_not_fit_is_refused_in_her_language(kern, authority, wallets, signer, sent, told):
    stands = {"own": signer.pem(), "other": pem_key(maker.below(maker.root("x"), "y"))}
    files = {name: file(name, stands.get(kind, kind)) for name, kind in sent.items()}
    if sent.get("key") == "own":
        files["key"] = file("key", pem_key(signer))
    answer = kern.post(PAGE, {"act": "access", "prefix": "x509_hash", **files})
    assert (answer.status_code, told in text(answer)) == (422, True)
    assert wallet_access.access_of(authority.id) is None


def test_a_certificate_that_does_not_name_this_host_is_refused_where_wallets_look_for_its_name(
    kern, authority, wallets, signer
):
    """Report: it was saved, and then every citizen's button led to an error page."""
    nameless = maker.below(maker.root("Access root"), "Weißenburg")
    answer = kern.post(PAGE, {**given(nameless), "prefix": "x509_san_dns"})
    assert (answer.status_code, "nennt weissenburg.localhost nicht" in text(answer)) == (422, True)
    assert wallet_access.access_of(authority.id) is None
    assert kern.post(PAGE, {**given(signer), "prefix": "x509_san_dns"}).status_code == 302


def test_a_registration_that_has_ended_is_refused(kern, authority, put, services):
    sent = {"act": "register", "service": "*", "registration": file("r.jwt", registration("family_name", days=-1))}
    answer = kern.post(PAGE, sent)
    assert "Registrierungszertifikat ist abgelaufen" in text(answer)
    assert wallet_access.access_of(authority.id).registrations == {}


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "something"},
        {"act": "register", "service": "par\0ken"},
        {"act": "register", "service": "nobody"},
        {"act": "unregister", "service": "nobody"},
        {"act": "across", "across": ["par\0ken"]},
    ],
)
def test_what_the_page_does_not_offer_is_no_page(kern, authority, put, services, sent):
    put(across=["hund"])
    with_file = {"registration": file("r.jwt", registration("family_name"))} if sent["act"] == "register" else {}
    assert kern.post(PAGE, {**sent, **with_file}).status_code == 404
    kept = wallet_access.access_of(authority.id)
    assert (dict(kept.registrations), kept.across) == ({}, frozenset({"hund"}))


def test_a_registration_of_a_service_that_is_gone_can_be_removed(kern, authority, put, services):
    put(registrations={"gone": registration("family_name")})
    assert kern.post(PAGE, {"act": "unregister", "service": "gone"}).status_code == 302
    assert wallet_access.access_of(authority.id).registrations == {}


def test_of_two_that_have_ended_one_after_the_other_is_replaced_and_removed(
    kern, authority, put, services, monkeypatch
):
    put(registrations={"parken": registration("family_name", days=20), "hund": registration("given_name", days=20)})
    monkeypatch.setattr(wallet_admin_pages, "now", lambda: maker.NOW + timedelta(days=30))
    newer = {"act": "register", "service": "hund", "registration": file("r.jwt", registration("locality"))}
    assert kern.post(PAGE, newer).status_code == 302
    assert kern.post(PAGE, {"act": "unregister", "service": "parken"}).status_code == 302
    assert list(wallet_access.access_of(authority.id).registrations) == ["hund"]


def test_who_stops_leaves_no_key(kern, authority, put):
    assert 'href="?ask=remove"' in text(kern.get(PAGE))
    assert 'name="confirm" value="yes"' in text(kern.get(PAGE, {"ask": "remove"}))
    assert kern.post(PAGE, {"act": "remove"}).status_code == 404
    assert wallet_access.access_of(authority.id) is not None
    assert kern.post(PAGE, {"act": "remove", "confirm": "yes"}).status_code == 302
    assert wallet_access.access_of(authority.id) is None
    with work(authority.id):
        assert AuditEntry.objects.filter(act="wallet.access_removed").count() == 1


def test_where_nobody_is_believed_the_page_says_so(kern):
    assert "noch keine Wallets" in text(kern.get(PAGE))


def test_a_clerk_has_no_business_there(client, authority, employ, put):
    employ(authority, "olsen@weissenburg.example", ["clerk"])
    client.post("/desk/sign-in", {"email": "olsen@weissenburg.example", "password": PASSWORD})
    assert client.post(PAGE, {"act": "remove"}).status_code in (403, 404)
    assert wallet_access.access_of(authority.id) is not None
