"""Who is this clerk, and member of which authority: accounts, sessions, roles, units, tokens of other systems.
Who is this citizen, and how surely: what her sign-in said, in one vocabulary (`vocabulary.py`, `assertions.py`).

Staff accounts are global (a person may work for several authorities); membership, roles and units belong to exactly one.
Citizens are no accounts here: a sign-in belongs to one draft, or to an account in `citizens`.
Invariants: a session is stored by the hash of its token; a role is checked per authority; guessing locks out.
"""
