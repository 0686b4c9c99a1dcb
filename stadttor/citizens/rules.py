"""How long a citizen's session and account last (OWASP ASVS 5.0, 7.3; Art. 5 Abs. 1 lit. e DSGVO)."""

from datetime import datetime, timedelta
from typing import Literal

SESSION_IDLE = timedelta(minutes=30)
SESSION_LASTS = timedelta(hours=4)
"""Also for somebody who is busy all the time: then she signs in anew."""
FRESH = timedelta(minutes=15)
"""So long after signing in she can save everything or delete the account (ASVS 7.5.3)."""
UNUSED = timedelta(days=2 * 365)
"""An account nobody signs in to for so long goes; what is in it stays as the law says."""
SEEN_EVERY = timedelta(minutes=1)
MOST = 500

Kind = Literal["draft", "application", "appointment"]


def is_open(started: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session that began then, and was last used then, still counts."""
    return now < started + SESSION_LASTS and now < seen + SESSION_IDLE


def is_fresh(started: datetime, now: datetime) -> bool:
    """Whether she showed a moment ago who she is."""
    return now < started + FRESH
