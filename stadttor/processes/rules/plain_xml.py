"""XML of a stranger, looked at before any reader builds a tree of it: no DTD, no entity, neither endless nor too deep."""

from xml.parsers import expat

from stadttor.processes.rules.facts import ProcessFault


class _Stopped(Exception):
    """Nothing after this place is read."""


def not_plain(xml: bytes, *, most_levels: int, most_elements: int) -> ProcessFault | None:
    """The fault of XML that is broken, too long, nested too deeply, or brings a DTD; entities are never expanded."""
    reader = expat.ParserCreate()
    depth = elements = 0

    def stopped(*_: object) -> None:
        raise _Stopped

    def opened(*_: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > most_levels or elements > most_elements:
            raise _Stopped

    def closed(_: str) -> None:
        nonlocal depth
        depth -= 1

    reader.StartDoctypeDeclHandler = reader.EntityDeclHandler = reader.ProcessingInstructionHandler = stopped
    reader.StartElementHandler, reader.EndElementHandler = opened, closed
    try:
        reader.Parse(xml, True)
    except _Stopped:
        line = reader.CurrentLineNumber
        if depth > most_levels:
            return ProcessFault(line, f"More than {most_levels} levels of elements.", "Flatten it.")
        if elements > most_elements:
            return ProcessFault(line, f"More than {most_elements} elements.", "Make it smaller.")
        return ProcessFault(line, "A DTD, an entity or an instruction is refused.", "Remove it.")
    except (expat.ExpatError, ValueError, LookupError) as error:
        return ProcessFault(reader.CurrentLineNumber, f"Not well-formed XML: {error}.")
    return None
