"""Which of the authorities that cover a place does what: competence by level (package.yaml `competent`)."""

from stadttor.core.ars import Ars, ArsPrefix, Level, is_gemeindefrei, is_kreisfrei

_LEVELS: tuple[Level, ...] = ("land", "kreis", "verband", "gemeinde")
_WHOLE = 12


def prefix_order(ars: Ars, level: Level) -> tuple[ArsPrefix, ...]:
    """The prefixes whose authority may be competent at a place, the first that exists is.

    A municipality without an administration of its own is served by its Verband; a service of the Verband is done by
    the municipality where it belongs to none; a kreisfreie Stadt does the work of the Kreis itself; in an
    unincorporated area, where there is no municipality, the Kreis is asked.
    """
    gemeinde, verband, kreis, land = (ArsPrefix(ars[:length]) for length in (12, 9, 5, 2))
    if level == "land":
        return (land,)
    if level == "kreis":
        return (gemeinde, kreis) if is_kreisfrei(ars) else (kreis,)
    if is_gemeindefrei(ars):
        return (gemeinde, kreis)
    return (verband, gemeinde) if level == "verband" else (gemeinde, verband)


def compete(one: str, other: str) -> bool:
    """Whether two regional keys may stand for one administration: who serves one could be asked instead of who serves the other.

    A municipality and its Verband compete, and a kreisfreie Stadt and its Kreis; a town and its Landkreis do not.
    """
    ars = Ars(max(one, other, key=len))
    return one == other or (
        len(ars) == _WHOLE and any({one, other} <= set(prefix_order(ars, level)) for level in _LEVELS)
    )
