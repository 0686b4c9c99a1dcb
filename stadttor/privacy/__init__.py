"""What is held about a person, and how it ends: information and export (Art. 15 and 20 GDPR), deletion on request, and the
clock of retention from a closed case to the archive's answer and the proof of deletion.

Main verbs: `keep_time` (nightly), `answer_offer`, `delete_on_request`, `hold`, `export`. Invariants: nothing is deleted
before its last day, while it is held or offered, or without a proof; a proof holds no personal data.
"""
