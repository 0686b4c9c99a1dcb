"""kill -9 of web workers, job workers and PostgreSQL while people apply, pay, answer, decide and roll out; then all is counted.

Eight citizens, two more with accounts, three guests who book appointments and a clerk in two windows work at the running product,
each with a journal on disk of what she was promised. Processes are killed at random moments and after every marked step
(`stadttor.ground.steps`), PostgreSQL before them. After it every promise is looked up, and every effect of every
application, appointment, hand-over, question to a register and closed day is counted: none is missing, none is there twice.
"""

import random
import shutil

from tests.safety.kills.killing import Killer
from tests.safety.kills.people import SEED, People
from tests.safety.kills.running import house, marked
from tests.safety.kills.settling import count, end_what_was_begun, settle
from tests.safety.kills.verdict import PARTS, outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

__all__ = ["outcome", "run"]

ROUNDS = 5
"""Of deaths after each step, in a night: some five hundred."""
ONCE_MORE = 4
"""So often a death is ordered anew where nobody came to the step in all the time."""
NOTES = (
    "The launcher's pause after early deaths is a quarter of a second here, half a minute at most otherwise; once each all"
    " web workers and all job workers stay away for six seconds.",
    "PostgreSQL is killed, not the machine: what the disk itself loses is not tried here.",
    "The decision's minute, the ten minutes after which an unfinished payment is asked for and the pauses after a hand-over"
    " that failed pass by hand; the claim of a worker that died while it handed over does not. Jobs that the"
    " people's ways do not reach (timers, quarantine, the watcher's) are rung by hand for some case.",
    "Two citizens have an account, at the simulated account service, and ask the simulated register; whoever has a permit"
    " takes it into a wallet. The folder of a target is away, days of the books pass and letters lie too long in an account"
    " by hand, while somebody waits to die of it.",
    "Verbs after which nobody dies by order have their reasons in tests/safety/kills/unkilled.py: among them settings, what"
    " colleagues do in one transaction, sign-ins of colleagues and by wallet, and the deletion of whole cases. A death after"
    " any commit is tried.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Start the house, let people work in it, kill, let it settle, count."""
    from tests.safety.kills.mails import mail_server

    folder = stand.folder / "kills"
    shutil.rmtree(folder, ignore_errors=True)
    with mail_server(folder / "mails" / "mails.jsonl") as (smtp, letters), house(folder, smtp) as running:
        steps = marked(folder)
        lines.write("steps", names=sorted(steps))
        killer = Killer(running, lines, random.Random(SEED))
        people = People(running, folder / "journals", letters.code)
        with people.at_work():
            for number in range(size.pick(small=1, ci=4, night=75)):  # one in three a backend
                killer.postgres(number)
            for _ in range(size.pick(small=0, ci=1, night=ROUNDS)):
                missed = killer.after_steps(steps, between=10)
                for _ in range(ONCE_MORE if missed else 0):  # on a slow machine people are slow, too
                    missed = killer.after_steps({name: steps[name] for name in missed}, between=0)
            for of in size.pick(small=(), ci=PARTS, night=PARTS):
                killer.stays_away(of)
            for _ in range(size.pick(small=4, ci=0, night=0)):
                killer.process()
            people.meanwhile(lambda: end_what_was_begun(running, max(killer.deaths), lines))
        settle(running, lines)
        count(running, killer, people, folder, lines)
    for text in NOTES:
        lines.write("note", text=text)
