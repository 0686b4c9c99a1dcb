"""Who is this clerk, and member of which authority: accounts, sessions, roles, units, tokens of other systems.

Staff accounts are global (a person may work for several authorities); membership, roles and units belong to exactly one.
Citizens are no accounts here: their applications open by secret links.
Invariants: a session is stored by the hash of its token; a role is checked per authority; guessing locks out.
"""
