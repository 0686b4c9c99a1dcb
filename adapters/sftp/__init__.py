"""Hand-over by SFTP (draft-ietf-secsh-filexfer-02, which servers speak) to hosts the operator named, known by their key."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from stadttor.core.network import may_be_asked
from stadttor.exchange.ports import SFTP, Parcel, Piece, Place, TargetAway, host_of, sftp_parts

if TYPE_CHECKING:
    from asyncssh import SFTPClient

CONNECT_S, WHOLE_S = 10.0, 40.0


class Sftp:
    """Implements `stadttor.exchange.ports.Way`. `hosts` are `host` or `host:port`, as the operator wrote them.

    As in a folder: a part, a mark that it is whole, then one rename; of several pieces all are whole before the first is
    renamed, the file when its proofs are. A try that takes too long goes on where it stopped. A server whose key is another
    one gets neither our password nor a byte.
    """

    def __init__(self, hosts: Collection[str], *, seconds: float = WHOLE_S) -> None:
        self._hosts, self._seconds = frozenset(hosts), seconds

    def allows(self, place: str) -> bool:
        """Whether the operator named the host."""
        return host_of(SFTP, place) in self._hosts

    def deliver(self, place: Place, parcel: Parcel) -> str:
        return str(self._run(self._deliver(place, parcel)))

    def forget(self, place: Place, parcel: Parcel) -> None:
        self._run(self._forget(place, parcel))

    def look(self, place: Place) -> None:
        self._run(self._look(place))

    def _run(self, call: Any) -> Any:
        """Everything that can go wrong on the way, as the port has it."""
        import asyncssh

        try:
            return asyncio.run(asyncio.wait_for(call, self._seconds))
        except TargetAway:
            raise
        except asyncssh.HostKeyNotVerifiable as error:
            raise TargetAway("host_key") from error
        except (asyncssh.PermissionDenied, asyncssh.KeyImportError) as error:
            raise TargetAway("login") from error
        except asyncssh.SFTPNoSuchFile as error:
            raise TargetAway("folder") from error
        except asyncssh.SFTPConnectionLost as error:
            raise TargetAway("broken_off") from error
        except asyncssh.SFTPError as error:
            raise TargetAway("write") from error
        except TimeoutError as error:
            raise TargetAway("slow") from error
        except (asyncssh.Error, OSError, ValueError) as error:
            raise TargetAway("unreachable") from error

    async def _deliver(self, place: Place, parcel: Parcel) -> str:
        async with self._opened(place) as (client, folder):
            for one in parcel.pieces:
                part, mark = _ours(folder, one)
                if not await client.exists(mark):
                    await _write(client, part, one.data)
                    await _write(client, mark, b"")
            for one in parcel.pieces:
                part, _mark = _ours(folder, one)
                # Without the part it was renamed before; only the answer did not come back.
                if await client.exists(part):
                    await _rename(client, part, folder + one.name)
        return parcel.name

    async def _forget(self, place: Place, parcel: Parcel) -> None:
        """Where the part of the file itself is still there, it never appeared: then proofs that did go as well."""
        async with self._opened(place) as (client, folder):
            if await client.exists(_ours(folder, parcel)[0]):
                for one in parcel.along:
                    part, mark = _ours(folder, one)
                    if await client.exists(mark) and not await client.exists(part):
                        await _remove(client, folder + one.name)
            for piece in sorted(parcel.pieces, key=lambda one: one.id == parcel.id):  # its own part goes last
                for path in _ours(folder, piece):
                    await _remove(client, path)

    async def _look(self, place: Place) -> None:
        async with self._opened(place) as (client, folder):
            if not await client.isdir(folder or "."):
                raise TargetAway("folder")

    @asynccontextmanager
    async def _opened(self, place: Place) -> "AsyncIterator[tuple[SFTPClient, str]]":
        """A client, and the folder with its slash; empty for where one arrives."""
        import asyncssh

        if not self.allows(place.place):
            raise TargetAway("host")
        host, port, folder = sftp_parts(place.place)
        known = asyncssh.import_public_key(place.host_key)
        by_key = place.secret.startswith("-----BEGIN")
        connecting = asyncssh.connect(
            await _address(host, port),
            port,
            username=place.username,
            password=None if by_key else place.secret,
            client_keys=[asyncssh.import_private_key(place.secret)] if by_key else None,
            known_hosts=([known], [], []),
            # Nothing of this machine decides: no configuration, no agent, no keys lying around.
            config=[],
            agent_path=None,
            connect_timeout=CONNECT_S,
            login_timeout=CONNECT_S,
        )
        # The folder of a place begins where one arrives.
        async with connecting as connection, connection.start_sftp_client() as client:
            yield client, f"{folder}/" if folder else ""


async def _address(host: str, port: int) -> str:
    """The address we go to: one that may be asked, looked up once."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not all(may_be_asked(ipaddress.ip_address(one)) for one in addresses):
        raise TargetAway("host")
    return addresses[0]


def _ours(folder: str, piece: Piece | Parcel) -> tuple[str, str]:
    """Part and mark."""
    return f"{folder}.{piece.id}.part", f"{folder}.{piece.id}.whole"


async def _remove(client: "SFTPClient", path: str) -> None:
    if await client.exists(path):
        await client.remove(path)


async def _write(client: "SFTPClient", path: str, data: bytes) -> None:
    import asyncssh

    async with client.open(path, "wb") as file:
        await file.write(data)
        try:
            await file.fsync()
        except asyncssh.SFTPOpUnsupported:
            return  # the server does not say when it is on the disk


async def _rename(client: "SFTPClient", old: str, new: str) -> None:
    """At once where the server can; else as it can."""
    import asyncssh

    try:
        await client.posix_rename(old, new)
    except asyncssh.SFTPOpUnsupported:
        await client.rename(old, new)
