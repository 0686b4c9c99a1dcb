"""Appointments: pools of counters with their hours, free times, bookings, reminders.

Verbs: `save_pool`, `book`, `move`, `cancel`, `mark`. Invariants: a place at a time is given once, which a constraint of the
database holds (`TakenStep`); the same form sent twice is one booking; how long an appointment takes is never told by a
browser; what was booked is deleted 14 days after it is over. A service is known by its address only.
"""
