"""A real SFTP server of asyncssh in a thread, whose connection ends in the middle where a test says so."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import asyncssh

from stadttor.exchange.ports import Place

USER, PASSWORD = "stadttor", "ein Kennwort für Tests"


class Access(asyncssh.SSHServer):
    """One account, by password or by the key it is given."""

    def __init__(self, keys: list[bytes]) -> None:
        self._keys = keys

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data in self._keys


class SftpTarget:
    """Implements `Target` of the contract: serves one folder, reads what appears there without a dot."""

    breaks = ("write", "mark", "rename", "after_rename")

    def __init__(self, root: Path) -> None:
        self.folder = root / "in"
        self.folder.mkdir(parents=True)
        self.read: list[tuple[str, bytes]] = []
        self.logins, self.keys = 0, list[bytes]()
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self._root, self._breaks, self._skips = root, dict[str, int](), dict[str, int]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(20)
        self.port = self._server.get_port()
        self.place = Place("weissenburg", f"localhost:{self.port}/in", USER, PASSWORD, public(self.host_key))

    async def _listen(self) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "localhost",
            0,
            server_host_keys=[self.host_key],
            server_factory=lambda: Access(self.keys),
            sftp_factory=lambda channel: _Files(channel, self),
            family=2,
        )

    @property
    def host(self) -> str:
        return f"localhost:{self.port}"

    @property
    def root(self) -> bytes:
        return str(self._root).encode()

    def break_at(self, moment: str, times: int = 1, skip: int = 0) -> None:
        self._breaks[moment], self._skips[moment] = times, skip

    def breaks_now(self, moment: str) -> bool:
        if self._skips.get(moment, 0) > 0:
            self._skips[moment] -= 1
            return False
        left = self._breaks.get(moment, 0)
        self._breaks[moment] = left - 1
        return left > 0

    def fetch(self) -> list[tuple[str, bytes]]:
        for path in sorted(self.folder.glob("[!.]*")):
            self.read.append((path.name, path.read_bytes()))
            path.unlink()
        return self.read

    def lies(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def stop(self) -> None:
        async def close() -> None:
            self._server.close()
            await asyncio.wait_for(self._server.wait_closed(), 5)

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


def public(key: asyncssh.SSHKey) -> str:
    """As an organiser is given it: kind and key, without a comment."""
    return " ".join(key.export_public_key().decode().split()[:2])


class _Files(asyncssh.SFTPServer):
    """A folder; hangs up where the target is told to, before or after the effect."""

    def __init__(self, channel: Any, target: SftpTarget) -> None:
        super().__init__(channel, chroot=target.root)
        self._channel_of, self._target = channel, target
        target.logins += 1

    def _hang_up(self) -> None:
        self._channel_of.get_connection().abort()
        raise asyncssh.SFTPConnectionLost("the target went away")

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if path.endswith(b".whole") and self._target.breaks_now("mark"):
            self._hang_up()
        return super().open(path, pflags, attrs)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if self._target.breaks_now("write"):
            super().write(file_obj, offset, data[: len(data) // 2])
            self._hang_up()
        return super().write(file_obj, offset, data)

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._target.breaks_now("rename"):
            self._hang_up()
        super().posix_rename(oldpath, newpath)
        if self._target.breaks_now("after_rename"):
            self._hang_up()
