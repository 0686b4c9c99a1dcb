"""What citizens and desks can learn from how services fare: how satisfied applicants are, and key figures.

Verbs: give a mark, add a comment, count, count a visit, settle what is reckoned against.
Invariants: a text names the service and the month, a counter too, never an application or a person; a mark is
a counter one higher, and no text leads to it; what fewer than `rules.SHOWN_FROM` stand behind is shown to nobody. Counters
are made of what happened, again and again to the same, until a month is final; they outlive the cases.
"""
