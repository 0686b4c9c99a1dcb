"""Log files that never fill the disk."""

from pathlib import Path


class RotatingLog:
    """Appends bytes to `path`; past `limit` bytes it starts anew and keeps `keep` older files (`.1` is the newest)."""

    def __init__(self, path: Path, *, limit: int = 5_000_000, keep: int = 3) -> None:
        self.path = path
        self._limit = limit
        self._keep = keep
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, text: bytes) -> None:
        """Append as is."""
        if self._file.tell() + len(text) > self._limit and self._file.tell() > 0:
            self._rotate()
        self._file.write(text)

    def last_lines(self, count: int) -> list[str]:
        """What was written last, to show beside a problem."""
        with self.path.open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - 20_000))
            return file.read().decode(errors="replace").splitlines()[-count:]

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._keep, 0, -1):
            older = self._numbered(number - 1)
            if older.exists():
                older.rename(self._numbered(number))
        self._file = self.path.open("ab", buffering=0)

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}") if number else self.path
