"""How far it is: a bar on a terminal, a line for each tenth where nobody watches."""

from typing import TextIO

WIDTH = 30
MB = 1_000_000


class Progress:
    """Of one step with `total` units (bytes or files; 0 when nobody knows)."""

    def __init__(self, out: TextIO, what: str, total: int = 0, unit: str = "MB") -> None:
        self._out, self._what, self._total, self._unit = out, what, total, unit
        self._done, self._told = 0, -1

    def add(self, amount: int) -> None:
        """So much more is done."""
        self.at(self._done + amount, self._total)

    def at(self, done: int, total: int) -> None:
        """This much of that much is done."""
        self._done, self._total = done, total
        share = min(100, done * 100 // total) if total else 0
        step = share if self._out.isatty() else share // 10 * 10
        if step != self._told:
            self._told = step
            self._show(share)

    def end(self) -> None:
        """Done, however much it was."""
        self._total = self._done
        self._told = 100
        self._show(100)
        if self._out.isatty():
            self._out.write("\n")
        self._out.flush()

    def _show(self, share: int) -> None:
        filled = share * WIDTH // 100
        bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {share:3} % {self._amount()} {self._what}"
        self._out.write(f"\r{bar}" if self._out.isatty() else f"{bar}\n")
        self._out.flush()

    def _amount(self) -> str:
        return f"{self._done / MB:.1f} MB" if self._unit == "MB" else f"{self._done} {self._unit}"
