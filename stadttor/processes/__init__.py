"""The course of a case as a BPMN 2.0 process: which step is open, what may follow, what is due.

Main verbs: `start`, `complete`, `send`, `wake`; packages bring their own process or use the built-in `antrag`.
Invariants: a definition is data from a stranger (no scripts, no code, conditions in CEL profile 1) and is stored once
by its hash; an instance is the list of its steps, from which its state is replayed, so a new engine changes nothing
that happened; it knows ids and small flags, never an answer of a person.
"""
