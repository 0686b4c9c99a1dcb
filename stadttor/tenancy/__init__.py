"""Areas and authorities: which places exist in Germany, which administration serves them, who that administration is.

Main verbs: `import_register` (the official register, repeatable), `create_authority`, `responsible` (who does it).
Invariants: an area keeps its code for ever, a dissolved one its last day and, where known, its successor; one authority
serves many areas by a prefix of the regional key; all tables here are global and hold no data of citizens.
"""
