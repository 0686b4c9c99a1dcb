"""Which of the authorities that cover a place does what: competence by level (package.yaml `competent`)."""

from stadttor.core.ars import Ars, ArsPrefix, Level, is_gemeindefrei, is_kreisfrei


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
