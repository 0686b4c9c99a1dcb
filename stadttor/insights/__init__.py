"""What citizens and desks can learn from how services fare: how satisfied applicants are, and key figures.

Verbs: give a mark, add a comment, count, count a visit, settle what is reckoned against.
Invariants: an answer names the service and the day, a counter the service and
the month, never an application or a person; what fewer than `rules.SHOWN_FROM` stand behind is shown to nobody. Counters
are made of what happened, again and again to the same, until a month is final; they outlive the cases.
"""
