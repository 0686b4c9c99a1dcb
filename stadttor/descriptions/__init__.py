"""Services without a form: what it is, who may, papers, cost, deadline, law; by life situation and everyday words.

A town's portal is useful before its first package is adopted: it starts with a set of descriptions that comes with the
product (`texts/`, one file per life situation, German and English), each with its law and the day somebody last read it.
A package that a town adopts takes the place of the description with its address.

Invariants: an address names one description; each says who is responsible where that is not the town hall itself, and
nothing that a statute or a Land decides is stated as an amount.
"""
