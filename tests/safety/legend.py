"""What the columns "tried" and "worst" count in each row: one line for who reads the table without the code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Legend:
    """`tried`: what one attempt is. `worst`: what was the slowest or largest; empty where the row measures neither."""

    tried: str
    worst: str = ""
    same_at_night: bool = False
    """The row tries everything there is in every size, so that a night would add nothing."""


LEGENDS = {
    "isolation": Legend(
        "requests, each with a neighbour's names and with names of nothing; the whole table of routes",
        same_at_night=True,
    ),
    "rls": Legend("statements against each table, transactions over shared connections, and policies taken away"),
    "marker": Legend(
        "pages, mails and streams seen from another town, and logs searched, those of journeys among them"
    ),
    "kills": Legend("processes killed", "seconds after the last kill until nothing was left to be done"),
    "duplicates": Legend("requests, most of them repetitions, and the cases they belong to"),
    "races": Legend("rounds, half of them with the guard switched off"),
    "hostile": Legend(
        "files, packages and names, harmless twins included",
        "the slowest refusal, and the memory it took beyond the process",
    ),
    "dependencies": Legend("faults", "seconds until somebody had an answer while the fault lasted"),
    "fuzz": Legend(
        "requests, conditions, typed values, inputs of readers and steps against models", "the slowest reader"
    ),
    "audit": Legend("changes made with the rights of the database's owner, and commands asked about them"),
    "privacy": Legend(
        "deletions of cases, drafts, appointments and accounts, exports and requests that must be refused"
    ),
    "hardening": Legend("requests that probe headers, cookies, hosts and limits", same_at_night=True),
    "backup": Legend("restores, changed bytes and refusals", "seconds of the slowest restore"),
}
