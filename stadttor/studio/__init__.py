"""The studio: a publisher edits a package in the browser, sees what is wrong with it, and publishes it.

A publisher is a steering body that the operator named one (`stadttor publisher`), for packages below one name. It has one
working copy of each package it edits, behind its own wall; all who have the role there edit the same one.

Invariants: nothing typed is lost: each save is a revision that stays, and going back is a further one; a save tells which
revision it saw, and where somebody else changed the same since, it is not written but shown beside hers. A working copy may
be as wrong as it likes; what is published is checked completely by the catalogue.
"""
