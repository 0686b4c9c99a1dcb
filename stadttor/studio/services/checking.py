"""The check of a working copy: what is wrong with the package, and whether it is still the package of this copy."""

from collections.abc import Mapping
from dataclasses import replace

from stadttor.catalog.services.drafting import Fault, PackageRefused, Report, load, looked_over
from stadttor.studio.rules.copies import within

MANIFEST = "package.yaml"


def looked_over_as(package: str, files: Mapping[str, bytes]) -> Report:
    """The check of what is written (`drafting.looked_over`), with a fault when it says that it is another package."""
    report = looked_over(files)
    if report.content is None:
        return report
    return replace(report, faults=tuple(sorted({*report.faults, *_another(package, files)})))


def must_be_own(package: str, namespace: str, files: Mapping[str, bytes]) -> None:
    """Before it is signed. Raises PackageRefused for another package than that of the copy, or below another namespace.

    The key signs whatever it is given: nothing else keeps an edited `id` from going out as somebody else's package.
    """
    faults = _another(package, files)
    if not within(package, namespace):
        mend = "Ask the operator: this publisher may publish below another name now."
        faults.append(Fault(MANIFEST, 0, f"{package} is not below {namespace}.", mend))
    if faults:
        raise PackageRefused(faults)


def _another(package: str, files: Mapping[str, bytes]) -> list[Fault]:
    document = load(files.get(MANIFEST, b""), MANIFEST)
    said = document.data.get("id") if isinstance(document.data, dict) else None
    if said == package:
        return []
    line = document.line(("id",))
    text = f"This is the working copy of {package}, but `id` says another package."
    return [Fault(MANIFEST, line, text, f"Write `id: {package}`. For another package begin another working copy.")]
