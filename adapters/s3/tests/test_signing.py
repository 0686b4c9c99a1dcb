"""The examples of the specification, with the key it publishes for them."""

import hashlib
from datetime import UTC, datetime

import pytest

from adapters.s3.signing import Credentials, Request, signed

WHO = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"Host": "examplebucket.s3.amazonaws.com"}
NOTHING = hashlib.sha256(b"").hexdigest()
WELCOME = hashlib.sha256(b"Welcome to Amazon S3.").hexdigest()
PUT = {**HOST, "Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"}


@pytest.mark.parametrize(
    ("request_", "signature"),
    [
        (
            Request("GET", "/test.txt", {}, {**HOST, "Range": "bytes=0-9"}, NOTHING),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            Request("PUT", "/test%24file.text", {}, PUT, WELCOME),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            Request("GET", "/", {"lifecycle": ""}, HOST, NOTHING),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            Request("GET", "/", {"prefix": "J", "max-keys": "2"}, HOST, NOTHING),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_the_examples_of_the_specification_are_signed_as_it_says(request_, signature):
    assert signed(request_, WHO, AT)["authorization"].endswith(f"Signature={signature}")


def test_another_secret_path_body_or_moment_is_another_signature():
    base = Request("PUT", "/a", {}, HOST, NOTHING)
    others = [
        (base, Credentials("AKIAIOSFODNN7EXAMPLE", "another", "us-east-1"), AT),
        (Request("PUT", "/b", {}, HOST, NOTHING), WHO, AT),
        (Request("PUT", "/a", {}, HOST, WELCOME), WHO, AT),
        (base, WHO, AT.replace(hour=1)),
    ]
    told = {signed(*one)["authorization"].rpartition("=")[2] for one in [(base, WHO, AT), *others]}
    assert len(told) == 5
