"""What forms need from outside: a virus scanner, and registers that give proofs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from stadttor.core.trust import Trust

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


@dataclass(frozen=True)
class Register:
    """Where proofs are fetched: its official name, the body that keeps it, and how surely it must know who asks."""

    title: str
    keeper: str
    level: Trust


@dataclass(frozen=True)
class RegisterQuestion:
    """One retrieval (Nachweisabruf): `person` holds claims of her sign-in and nothing that anybody typed.

    `key` is ours; `register` and `evidence` are the names the package uses; `purpose` the service, `authority` who asks.
    """

    key: UUID
    register: str
    evidence: str
    person: Mapping[str, str]
    purpose: str
    authority: str


@dataclass(frozen=True)
class Retrieved:
    """A proof as the register gave it: a file, and what it says as rows of label and value."""

    data: bytes
    name: str
    says: tuple[tuple[str, str], ...] = ()


class RegisterAway(RuntimeError):
    """The register does not answer, or answers nonsense: whether there is a proof is not known."""


class RegisterPort(Protocol):
    """The way to registers. Who asks waits `PATIENCE_S` and no longer; asking twice has no other effect than asking once."""

    @property
    def simulated(self) -> bool:
        """Whether what it gives is invented: then every page with it says so."""
        ...

    def register(self, name: str) -> Register | None:
        """The register a package names, None where this installation does not reach it."""
        ...

    def fetch(self, question: RegisterQuestion) -> Retrieved | None:
        """The proof, None where the register has none about this person. Raises RegisterAway."""
        ...


class NoRegisters:
    """No register is connected: proofs are uploaded."""

    simulated = False

    def register(self, name: str) -> Register | None:
        return None

    def fetch(self, question: RegisterQuestion) -> Retrieved | None:
        raise RegisterAway("no register is connected")


PATIENCE_S = 10.0
"""For so long somebody who looks at a page may wait for a register."""
_registers: RegisterPort = NoRegisters()
_patience = PATIENCE_S


def use_registers(registers: RegisterPort, patience: float = PATIENCE_S) -> None:
    """Set at start-up by the composition root; `patience` in seconds."""
    global _registers, _patience
    _registers, _patience = registers, patience


def patience() -> float:
    """How long a register is waited for, in seconds."""
    return _patience


def registers() -> RegisterPort:
    """The installation's way to registers."""
    return _registers
