"""Verbs of notices: send a mail, post a message, mark it as read, erase both."""

from stadttor.notices.services.erasing import erase_about
from stadttor.notices.services.mailing import send_mail
from stadttor.notices.services.posting import mark_read, post_message

__all__ = ["erase_about", "mark_read", "post_message", "send_mail"]
