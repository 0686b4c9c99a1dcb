"""Starts Stadttor on one machine and keeps it running.

`postgres` finds or brings a database server, `roles` makes its roles, `supervisor` is the parent of every
process, `demo` puts them together for `make demo`, `testing` lends a private server to the tests.

Nothing here imports Django: the launcher must work when the product does not.
"""
