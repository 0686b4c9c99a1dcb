"""A real SFTP server as target: the contract, its key, who may come in, where we may go."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from adapters.sftp import Sftp
from adapters.sftp.tests.server import SftpTarget, public
from stadttor.exchange.ports import Place, TargetAway
from stadttor.exchange.tests.way_contract import PARCEL, WayContract


@pytest.fixture
def target(tmp_path: Path) -> Iterator[SftpTarget]:
    running = SftpTarget(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def way(target: SftpTarget) -> Sftp:
    return Sftp([target.host], seconds=20)


class TestSftp(WayContract):
    pass


def test_a_server_with_another_key_gets_neither_password_nor_file(way: Sftp, target: SftpTarget) -> None:
    another = replace(target.place, host_key=public(asyncssh.generate_private_key("ssh-ed25519")))
    with pytest.raises(TargetAway, match="host_key"):
        way.deliver(another, PARCEL)
    assert (target.logins, target.fetch()) == (0, [])


def test_a_private_key_lets_us_in(way: Sftp, target: SftpTarget) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    target.keys.append(key.public_data)
    way.deliver(replace(target.place, secret=key.export_private_key().decode()), PARCEL)
    assert [name for name, _data in target.fetch()] == [PARCEL.name]


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"secret": "falsch"}, "login"), ({"secret": "-----BEGIN nonsense"}, "login"), ({"username": "wer"}, "login")],
)
def test_who_is_not_let_in_reads_so(way: Sftp, target: SftpTarget, change: dict[str, str], problem: str) -> None:
    with pytest.raises(TargetAway, match=problem):
        way.look(replace(target.place, **change))


def test_a_folder_that_is_not_there_reads_so(way: Sftp, target: SftpTarget) -> None:
    place = replace(target.place, place=f"{target.host}/nichts")
    with pytest.raises(TargetAway, match="folder"):
        way.look(place)
    with pytest.raises(TargetAway, match="folder"):
        way.deliver(place, PARCEL)


def test_a_host_that_the_operator_did_not_name_is_not_asked(target: SftpTarget) -> None:
    with pytest.raises(TargetAway, match="host"):
        Sftp(["files.example.org"]).deliver(target.place, PARCEL)
    assert target.logins == 0


def test_the_metadata_of_a_cloud_is_not_asked() -> None:
    place = "169.254.169.254/in"
    way = Sftp(["169.254.169.254"])
    key = public(asyncssh.generate_private_key("ssh-ed25519"))
    with pytest.raises(TargetAway, match="host"):
        way.look(Place("weissenburg", place, "stadttor", "x", key))
