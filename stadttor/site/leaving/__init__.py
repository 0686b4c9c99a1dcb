"""One authority leaves: its export in open formats, its return from one, its erasure with a proof (docs/decisions/0037).

Main verbs: `exporting.export`, `erasing.erase`, `restoring.restore`, `restoring.replace`,
`comparing.export_restore_differences`.

Never: a row or byte of a neighbour is read into an export (the wall's own role reads), a file is written over, an export
that is not whole has the name of one, a new table is forgotten (`tables.own_tables` knows each or refuses).
"""
