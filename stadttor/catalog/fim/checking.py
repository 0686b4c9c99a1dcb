"""What is wrong with a package's fim.yaml: asked by the check of the whole package."""

from collections.abc import Iterator

from stadttor.catalog.fim.sidecar import FILE, from_document
from stadttor.catalog.rules.content import PackageContent, Reading
from stadttor.catalog.rules.faults import Fault, PackageRefused


def check_fim(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    """The file must be whole, and its places questions of the form."""
    document = reading.documents.get(FILE)
    if document is None:
        return
    try:
        places = from_document(document).places
    except PackageRefused as refused:
        yield from refused.faults
        return
    for trail, path in places.items():
        if path not in content.form.fields and path not in content.form.groups:
            line = document.line(("places", trail))
            yield Fault(FILE, line, f"The form has no question `{path}`.", "Correct the path, or remove the line.")
