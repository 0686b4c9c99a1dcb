"""The form engine: what may be asked, what was answered, what was accepted.

Verbs: start, save, attach, submit. It takes a form definition and knows no catalogue.
Invariants: a receipt exists if and only if its submission does; one submission per authority and key; nothing hidden by a
condition is stored at submission; drafts end 30 days after the last edit.
"""
