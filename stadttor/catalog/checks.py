"""The checks that other modules make of a package's letters and process, bound together for this house."""

from collections.abc import Iterator

from stadttor.catalog.rules.checking import Checks
from stadttor.catalog.rules.faults import Fault
from stadttor.processes.services import check_bpmn


def house_checks() -> Checks:
    """What `check` and `publish` use."""
    return Checks(process=_check_process)


def _check_process(xml: bytes) -> Iterator[Fault]:
    for fault in check_bpmn(xml):
        yield Fault("process.bpmn", fault.line, fault.text, fault.mend)
