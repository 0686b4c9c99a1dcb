"""What we tell people: e-mails, the mailbox on the status page, letters.

Verbs: `send_mail`, `post_message`, `mark_read`, and `letters.render_letter` for paper. A mail and a message exist once
per key of their authority; a mail says that there is something to read and where, never an answer from the application.
"""
