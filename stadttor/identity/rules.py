"""Pure rules of signing in: roles, passwords, lock-out."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from stadttor.core.refused import Refused
from stadttor.ground.authorities import STEERING
from stadttor.ground.web.language import N_
from stadttor.identity.common_passwords import is_common

ROLES = ("clerk", "lead", "organiser", "warden", "post", "steering", "publisher")
OF_STEERING = ("organiser", "steering", "publisher")
# What opens a page on which cases are worked: the role clerk, or an agreement by which a neighbour helps.
CASEWORK = "casework"
SESSION_LASTS = timedelta(hours=10)
SESSION_IDLE = timedelta(hours=1)
# How a session began: by a password alone, or by something nobody can guess.
PASSWORD_ONLY = "password"  # noqa: S105  # the name of a way
WAYS = (PASSWORD_ONLY, "passkey", "openid", "openid_strong")
# Of these nobody knows that a second factor was asked for.
WEAK_WAYS = (PASSWORD_ONLY, "openid")
# How long somebody may take to sign in at her authority's provider.
OPENID_LASTS = timedelta(minutes=10)
# What opens or closes access wants to know again who is there.
PROOF_LASTS = timedelta(minutes=10)
# How long a question to a passkey waits for its answer, and how many of them one account may have.
CHALLENGE_LASTS = timedelta(minutes=5)
MOST_PASSKEYS = 20
PASSWORD_MIN, PASSWORD_MAX = 12, 200
FEWEST_LETTERS_OF_ONES_OWN = 4

# After this many wrong passwords in a row an account, or one network address, waits; the pause doubles each time.
FREE_TRIES = 5
# A whole town hall may share one network address: it gets more, so that one colleague's slips do not lock out the rest.
FREE_TRIES_ADDRESS = 50
FORGOTTEN_AFTER = timedelta(days=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LOCKED_OUT = N_(
    "Too many wrong passwords. Please wait {minutes} minutes. "
    "If you forgot your password, ask a colleague with the role organiser to set a new one."
)
LOCKED_OUT_A_MINUTE = N_(
    "Too many wrong passwords. Please wait one minute. "
    "If you forgot your password, ask a colleague with the role organiser to set a new one."
)
LONGEST_NAME = 200


@dataclass(frozen=True)
class Tries:
    """Wrong tries in a row and the last of them."""

    wrong: int = 0
    last: datetime | None = None
    free: int = FREE_TRIES

    def locked_until(self) -> datetime | None:
        """Until when no password is looked at, none if it may be tried."""
        if self.last is None or self.wrong < self.free:
            return None
        doubled: int = 2 ** min(self.wrong - self.free, 10)
        pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
        return self.last + pause

    def after_one_more(self, now: datetime) -> "Tries":
        """With one more try; those of yesterday are forgotten."""
        forgotten = self.last is None or now - self.last > FORGOTTEN_AFTER
        return Tries(1 if forgotten else self.wrong + 1, now, self.free)


def must_be_tryable(tries: Tries, now: datetime) -> None:
    """Refused while locked out; the time of the pause is said, whether the account exists is not."""
    until = tries.locked_until()
    if until and now < until:
        minutes = max(1, round((until - now).total_seconds() / 60))
        raise Refused(
            "locked_out",
            LOCKED_OUT_A_MINUTE if minutes == 1 else LOCKED_OUT,
            status=429,
            minutes=minutes,
        )


def must_be_good_password(password: str, names: Iterable[str]) -> None:
    """At least twelve characters, not one everybody uses, not only `names` of the account and its authority.

    No rules of composition (BSI ORP.4, NIST SP 800-63B §5.1.1).
    """
    if len(password) < PASSWORD_MIN:
        raise Refused("password_short", "Please choose at least {n} characters.", field="password", n=PASSWORD_MIN)
    plain = password.casefold()
    if len(password) > PASSWORD_MAX or len(set(plain)) < 5 or is_common(plain) or _is_only(plain, names):
        raise Refused("password_weak", "Please choose a password that is harder to guess.", field="password")


def _is_only(plain: str, names: Iterable[str]) -> bool:
    """Without the words of the names, what is left are digits and a few letters."""
    words = {word for name in names for word in re.split(r"[^\w]|_", name.casefold()) if len(word) >= 4}
    for word in sorted(words, key=len, reverse=True):
        plain = plain.replace(word, "")
    return sum(character.isalpha() for character in plain) < FEWEST_LETTERS_OF_ONES_OWN and bool(words)


def must_be_another_password(old: str, new: str, again: str, names: Iterable[str]) -> None:
    """What a colleague chooses herself: good, not the one somebody else knows, and typed the same twice."""
    try:
        must_be_good_password(new, names)
    except Refused as error:
        error.field = "new"
        raise
    if new == old:
        raise Refused("password_same", "Please choose another password than the one you have.", field="new")
    must_be_same(new, again)


def must_be_same(new: str, again: str) -> None:
    """Refused when what is typed blindly was not typed the same twice."""
    if again != new:
        raise Refused("password_differs", "The two new passwords are not the same.", field="again")


class SeveralRefused(Refused):
    """More than one thing is wrong: itself the first, `problems` all of them in their order."""

    def __init__(self, problems: list[Refused]) -> None:
        first = problems[0]
        super().__init__(first.code, first.text, status=first.status, field=first.field, **first.values)
        self.problems = problems


def must_all_hold(*checks: Callable[[], None]) -> None:
    """Everything that is wrong at once: who fills in a form wants to mend it in one go. Refused when a check fails."""
    problems = []
    for check in checks:
        try:
            check()
        except Refused as problem:
            problems.append(problem)
    if problems:
        raise SeveralRefused(problems) if len(problems) > 1 else problems[0]


def must_be_name(name: str) -> None:
    """Of a colleague or a unit. Refused when there is none, or it is very long."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Refused("name", "Please enter a name of at most {n} characters.", field="name", n=LONGEST_NAME)


def does_casework(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles handles cases."""
    return not {"clerk", "lead"}.isdisjoint(roles)


def roles_at(kind: str) -> tuple[str, ...]:
    """The roles colleagues of such an authority may have."""
    return OF_STEERING if kind == STEERING else ROLES[:-2]


def must_be_email(email: str) -> None:
    """Refused when it cannot be an address."""
    if "@" not in email:
        raise Refused("email", "Please enter an e-mail address like name@example.org.", field="email")


def must_be_roles(roles: list[str]) -> None:
    """Refused when one of the roles does not exist."""
    if not set(roles) <= set(ROLES):
        raise Refused("unknown_role", "This role does not exist.", field="roles")
