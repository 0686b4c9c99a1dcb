"""`python -m tests.safety.kills.house`: the product as its launcher starts it, with a second worker.

Everything is the launcher's own: the supervisor, the private PostgreSQL that syncs to disk, granian, the workers. Only
its pause after early deaths is short: it is meant for programs that cannot live, and here they are killed.
"""

import os
import sys
from dataclasses import replace

from stadttor.ground.launcher import demo, supervisor
from stadttor.ground.launcher.supervisor import Ended, Program, Supervisor

WORKERS = 2
LONGEST_PAUSE_S = 0.25


def main() -> int:
    """Until SIGTERM. Says "ready" on its standard output as soon as pages are served."""
    supervisor._LONGEST_PAUSE = LONGEST_PAUSE_S
    setting = demo._setting(os.environ)
    with Supervisor(setting.var / "log", tell=_tell) as house:
        try:
            _serve(setting, house)
        except Ended:
            return 0
    return 0


def _serve(setting: demo.Setting, house: Supervisor) -> None:
    dsns = demo._database(setting, house)
    house.run(demo._step(setting, dsns, "migrate"))
    web, worker, *_ = (_smtp(program) for program in demo._processes(setting, dsns))
    seed = (sys.executable, "-m", "tests.safety.kills.seed", str(setting.var / "packages"))
    house.run(Program("seed", seed, web.environment, folder=demo.ROOT))
    house.start(web, *(replace(worker, name=f"worker-{number}") for number in range(WORKERS)))
    _tell("ready")
    house.watch()


def _smtp(program: Program) -> Program:
    """With the mail server of the programme."""
    return replace(program, environment={**program.environment, "STADTTOR_SMTP_PORT": os.environ["SMTP_PORT"]})


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
