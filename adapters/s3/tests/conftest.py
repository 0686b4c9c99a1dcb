from collections.abc import Iterator

import pytest

from adapters.s3 import Place
from adapters.s3.tests import server


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A bucket of a real store; the test is skipped where there is none."""
    if other := server.other_store():
        yield other
        return
    if not server.program():
        pytest.skip(server.ABSENT)
    with server.s3_server(tmp_path_factory.mktemp("s3")) as place:
        yield place
