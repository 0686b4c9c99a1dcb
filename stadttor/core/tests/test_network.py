import pytest

from stadttor.core.network import is_this_machine, neighbourhood


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/56"),
        ("2001:db8:1:ff::1", "2001:db8:1::/56"),
        ("2001:db8:1:100::1", "2001:db8:1:100::/56"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_whom_an_address_stands_for(address: str, counted: str) -> None:
    assert neighbourhood(address) == counted


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("", True),
        ("192.0.2.7", False),
        ("2001:db8::1", False),
    ],
)
def test_who_is_on_this_machine(address: str, here: bool) -> None:
    assert is_this_machine(address) is here
