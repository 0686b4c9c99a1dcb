"""Verbs of notices: send a mail, post a message, mark it as read."""

from stadttor.notices.services.mailing import send_mail
from stadttor.notices.services.posting import mark_read, post_message

__all__ = ["mark_read", "post_message", "send_mail"]
