"""E-mail by SMTP (RFC 5321): the sender for any mail server, and the demo's catcher."""
