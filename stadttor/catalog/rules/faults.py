"""What is wrong with a package, where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    text: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}" + (f" Mend: {self.mend}" if self.mend else "")


class PackageRefused(Exception):
    """A package that cannot be read or must not be stored; carries every fault found so far."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def refuse(file: str, line: int, text: str, mend: str = "") -> PackageRefused:
    """The refusal for a single fault, to be raised where it is found."""
    return PackageRefused([Fault(file, line, text, mend)])
