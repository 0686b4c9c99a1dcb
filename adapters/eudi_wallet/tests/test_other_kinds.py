"""Where a name or a number is due, a list or a map is refused like any other wrong value: no wallet and no issuer makes us fail."""

import json

import cbor2
import pytest

from adapters.eudi_wallet import cose, jws, response, sd_jwt, status_list
from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.tests import maker
from stadttor.identity.ports import NotProven

KEY = maker.new_key()
ODD = pytest.mark.parametrize("odd", [[], {}, ["ES256"], {"alg": "ES256"}], ids=str)


def reason(read, *arguments):
    with pytest.raises(NotProven) as refused:
        read(*arguments)
    return refused.value.reason


def head(**header):
    return b64url(json.dumps(header).encode())


@ODD
def test_an_algorithm_that_is_no_name_is_refused(odd):
    """Report: a key proof whose `alg` is a list was answered with 500, and so was a wallet's answer with such an `enc`."""
    signed = f"{head(alg=odd, typ='kb+jwt')}.e30.{'A' * 86}"
    assert reason(lambda: jws.read_jws(signed, typ="kb+jwt")) == "jws_alg"
    sealed = f"{head(alg='ECDH-ES', enc=odd, kid='1')}..A.A.A"
    assert reason(response.decrypted, sealed, KEY, "1", "") == "jwe_alg"
    protected = [cbor2.dumps({1: odd}), *maker.sign1(KEY, b"x")[1:]]
    assert reason(cose.must_be_sign1, protected, KEY.public_key()) == "cose_alg"


@ODD
def test_a_hash_or_a_number_of_bits_of_another_kind_is_refused(odd):
    assert reason(sd_jwt.open_claims, {"_sd_alg": odd}, []) == "sd_alg"
    packed = maker.packed(64, revoked=3)
    assert reason(status_list.read_packed, packed | {"bits": odd}) == "status_list_form"
    assert reason(status_list.read_packed, packed | {"bits": 1.0}) == "status_list_form"
