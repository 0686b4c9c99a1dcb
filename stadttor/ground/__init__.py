"""The only technical module: the bare authority row, the wall between authorities, audit, jobs, files, web, launcher.

Invariants: no query runs outside `work(authority)` or `common()`; a row of a person or a case belongs to exactly one
authority; a change, its audit row and the jobs it causes are one transaction.
"""
