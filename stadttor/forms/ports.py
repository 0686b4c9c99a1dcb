"""What forms need from outside: a virus scanner."""

from typing import Literal, Protocol

ScanResult = Literal["clean", "infected", "unavailable"]


class Scanner(Protocol):
    """Looks into a file. `unavailable` when the scanner cannot be asked: the file waits in quarantine."""

    def scan(self, data: bytes) -> ScanResult: ...


class NoScanner:
    """The installation runs without a scanner, by the operator's decision: structure checks only."""

    def scan(self, data: bytes) -> ScanResult:
        return "clean"


_scanner: Scanner = NoScanner()


def use_scanner(scanner: Scanner) -> None:
    """Set at start-up by the composition root."""
    global _scanner
    _scanner = scanner


def scanner() -> Scanner:
    """The installation's scanner."""
    return _scanner
