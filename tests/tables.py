"""A server with the product's tables: made once for a state of the code, copied by every later run."""

import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from stadttor.ground.launcher.demo import tables_print
from stadttor.ground.launcher.roles import Dsns
from stadttor.ground.launcher.testing import migrated_cluster

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "test-tables"


def with_tables() -> AbstractContextManager[Dsns]:
    """Gives the addresses of the roles; the server is gone at the end of the block."""
    return migrated_cluster(KEPT, tables_print(), _migrate)


def _migrate(addresses: Dsns) -> None:
    subprocess.run(
        [sys.executable, "-m", "stadttor", "migrate"], cwd=ROOT, env=os.environ | addresses.environment(), check=True
    )
