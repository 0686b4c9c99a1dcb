"""What a citizen sees: the town's services, an application from the first field to the decision, its status.

Verbs: start, fill in, send, pay, answer, withdraw. Invariants: going back loses nothing; what is saved is said; a
secret link, not an account, opens a draft or an application; nothing is decided by what a person cannot see.
"""
