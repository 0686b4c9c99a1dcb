"""What citizens and desks can learn from how services fare. So far one thing: how satisfied applicants are.

Verbs: give a mark, add a comment. Invariants: an answer names the service and the day, never an application or a
person; fewer answers than `rules.SHOWN_FROM` are shown to nobody.
"""
