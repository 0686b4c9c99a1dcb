"""Whom a provider's addresses may send us to: the hosts that the operator named, by https, and no further."""

import http.client
import socket

import pytest

from adapters.oidc import fetching
from stadttor.identity.ports import NotBelieved


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/jwks",
        "http://login.weissenburg.example/jwks",
        "https://login.weissenburg.example:8443/jwks",
        "https://login.weissenburg.example@evil.example/jwks",
        "https://127.0.0.1/jwks",
        "file:///etc/passwd",
    ],
)
def test_only_hosts_that_the_operator_named_are_asked(address: str) -> None:
    with pytest.raises(NotBelieved) as refused:
        fetching.Web(["login.weissenburg.example"]).get(address)
    assert refused.value.code == "host"


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Temporary Redirect", b"500 Oh"])
def test_a_redirection_is_not_followed(status: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(b"HTTP/1.1 " + status + b"\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n")
        answer = http.client.HTTPResponse(ours)
        answer.begin()
        with pytest.raises(NotBelieved) as refused:
            fetching._whole(answer)
    assert refused.value.code == "status"
