"""Services without a form: what it is, who may, papers, cost, deadline, law; by life situation and everyday words.

A town's portal is useful before its first package is adopted: it starts with a set of descriptions that comes with the
product (`texts/`, one file per life situation, German and English), each with its law and the day somebody last read it.
A package that a town adopts takes the place of the description with its address. A town changes, hides and adds
descriptions: its words stand over the product's, which stay visible at the desk as their origin.

Verbs: save, hide, show, take back, take in (a file).

Invariants: what a town says belongs to it alone; two organisers never overwrite each other; an address names one
description; each says who is responsible where that is not the town hall itself, and nothing of the product's texts that
a statute or a Land decides is stated as an amount.
"""
