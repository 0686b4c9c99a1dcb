"""Hand-over: what was decided here goes to the procedure that works on, and its receipt comes back.

Knows its case by id only; what is handed over comes as bytes. Invariants: a hand-over is the same file under the same id
however often it is tried, so that the target has it once; it is open until the target has it, somebody copied it field by
field, or somebody said why not; nobody outside is asked while a transaction waits.
"""
