"""One version of a package for many authorities in one action, and how far a service has come in the country.

Main verbs: `plan` (who, what, when), `run_batch` (the next hundred authorities), `pause`, `resume`, `take_back`, `object_to`,
`promise`, `shift`.
Invariants: targets are competent authorities, not areas; each is in the old state or the new one, never between; what an
authority decided for itself stays; "does not apply here" never counts as adopted. Tables are global and hold nothing about a
citizen; what a steering body still prepares is its own. The wall is passed by `ground.work.in_turn`, one authority at a time.
"""
