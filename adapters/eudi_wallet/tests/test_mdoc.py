import cbor2
import pytest

from adapters.eudi_wallet.encoding import b64url, from_b64url
from adapters.eudi_wallet.mdoc import Handover, proven_mdoc
from adapters.eudi_wallet.tests.maker import NOW, anchors, below, holder, mdoc, pid_root, sign1, town_root, wrapped
from adapters.eudi_wallet.vocabulary import PID_MDOC, PLACES, spoken
from stadttor.identity.ports import NotProven

HANDOVER = Handover("x509_hash:us", "fresh", bytes(32), "https://town.example/response")


def proven(presentation):
    return proven_mdoc(presentation, PID_MDOC, anchors(), HANDOVER, NOW)


def reason(presentation):
    with pytest.raises(NotProven) as refused:
        proven(presentation)
    return refused.value.reason


def test_elements_of_a_shown_document():
    credential = proven(mdoc(HANDOVER))
    assert credential.claims[PID_MDOC]["resident_city"] == "KÖLN"
    assert credential.status is None


@pytest.mark.parametrize("day", ["1964-00-00", "1964-08-12"])
def test_a_birthday_is_read_as_it_is_written_also_where_only_the_year_is_known(day):
    credential = proven(mdoc(HANDOVER, elements={"birth_date": cbor2.CBORTag(1004, day)}))
    said = spoken({"birth_date": PLACES["birth_date"].mdoc}, credential.claims, "hoch")
    assert said["birth_date"].value == day


def test_a_day_that_is_no_text_is_refused():
    assert reason(mdoc(HANDOVER, elements={"birth_date": cbor2.CBORTag(1004, 19640812)})) == "cbor"


def test_the_signer_is_one_of_documents():
    assert reason(mdoc(HANDOVER, signer=below(pid_root(), "Signer"))) == "path_purpose"
    assert reason(mdoc(HANDOVER, signer=below(town_root(), "Town", purpose="1.0.18013.5.1.2"))) == "path_no_anchor"


@pytest.mark.parametrize(
    ("mso", "why"),
    [
        ({"version": "2.0"}, "mso"),
        ({"digestAlgorithm": "MD5"}, "digest_alg"),
        ({"docType": "org.iso.18013.5.1.mDL"}, "document_type"),
        ({"validityInfo": {"signed": NOW, "validFrom": NOW, "validUntil": "later"}}, "credential_time_form"),
        ({"validityInfo": {"signed": NOW, "validFrom": NOW}}, "credential_time_form"),
        ({"deviceKeyInfo": {"deviceKey": {1: 2, -1: 2}}}, "device_key"),
        ({"status": {"identifier_list": {}}}, "status_mechanism"),
        ({"valueDigests": {}}, "mdoc_form"),
    ],
)
def test_what_the_issuer_signed_must_hold(mso, why):
    assert reason(mdoc(HANDOVER, mso=mso)) == why


def test_it_was_signed_while_its_signer_was_certified():
    early = {"signed": NOW.replace(year=2020), "validFrom": NOW, "validUntil": NOW.replace(year=2027)}
    assert reason(mdoc(HANDOVER, mso={"validityInfo": early})) == "document_signed_outside_certificate"


def test_elements_of_the_devices_own_are_not_believed():
    def change(response):
        response["documents"][0]["deviceSigned"]["nameSpaces"] = wrapped({PID_MDOC: {"family_name": "ADELIG"}})

    assert reason(mdoc(HANDOVER, change=change)) == "device_elements"


def test_a_mac_beside_the_signature_is_refused():
    def change(response):
        response["documents"][0]["deviceSigned"]["deviceAuth"]["deviceMac"] = []

    assert reason(mdoc(HANDOVER, change=change)) == "device_auth"


def test_a_signature_over_what_it_brings_along_is_none():
    def change(response):
        auth = response["documents"][0]["deviceSigned"]["deviceAuth"]
        auth["deviceSignature"] = sign1(holder(), b"anything")

    assert reason(mdoc(HANDOVER, change=change)) == "cose_payload"


@pytest.mark.parametrize("name", ["errors", "documentErrors"])
def test_an_answer_with_errors_is_none(name):
    def change(response):
        (response if name == "documentErrors" else response["documents"][0])[name] = {}

    assert reason(mdoc(HANDOVER, change=change)) == "device_response_documents"


def test_a_random_of_few_bytes_can_be_guessed():
    from adapters.eudi_wallet.mdoc import _checked_element

    with pytest.raises(NotProven, match="element_random"):
        _checked_element({"digestID": 0, "random": bytes(15), "elementIdentifier": "a", "elementValue": 1})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes.fromhex("bf616101ff"),  # a map of indefinite length
        bytes.fromhex("a2616101616102"),  # the same name twice
        b"\x81" * 100 + b"\x00",  # nested
        cbor2.dumps({}) + b"\x00",  # something behind it
        bytes.fromhex("9b00ffffffffffffff"),  # a list that is longer than everything
    ],
)
def test_cbor_with_two_readings_is_refused(data):
    assert reason(b64url(data)) == "cbor"


def test_changed_bytes_of_an_item_are_noticed():
    good = mdoc(HANDOVER)
    changed = from_b64url(good).replace(b"ERIKA", b"ERIKO")
    assert reason(b64url(changed)) == "element_digest"
