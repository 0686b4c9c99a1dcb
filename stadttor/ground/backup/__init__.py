"""Backup and return of a cell: database, encrypted files and heads of the audit chains, to any second in between.

A *folder* of backups holds *sets* (each a copy of the database with a signed list of what belongs to it), the files of
all sets once, the heads, and the write-ahead log since. Main verbs: `making.make`, `following.follow`,
`checking.check`, `restoring.restore`, `forgetting.forget`. Needs no Django and no running product.

Never: a set is listed before it is whole, a file is removed that a kept set or second may need, a restore writes over
a cell (it moves what is there aside, and only when told to), keys lie in the folder.
"""
