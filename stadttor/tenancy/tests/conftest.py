"""The official files, where they are at hand: they are not part of the repository."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

FOLDER = os.environ.get("STADTTOR_REGISTER", "../shared/data/municipalities")
OFFICIAL_2021 = "GV100AD_301121.ASC"
KEYS_JSON = "german-key-lookup_2026-06.json"
KEYS_CSV = "gemeinden_2026_joined_2021.csv"


@pytest.fixture(scope="session")
def official() -> Callable[[str], bytes]:
    """Reads an official file from the folder $STADTTOR_REGISTER (default beside the repository), else skips."""

    def read(name: str) -> bytes:
        path = Path(__file__).resolve().parents[3] / FOLDER / name
        if not path.exists():
            pytest.skip(f"the official file {name} is not in $STADTTOR_REGISTER")
        return path.read_bytes()

    return read


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """No test sees what an earlier one made this process remember."""
    from stadttor.tenancy import queries

    queries.forget()
    yield
    queries.forget()
