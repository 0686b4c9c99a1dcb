"""Every journey is quiet: what it leaves in the product's log names nobody."""

from collections.abc import Iterator

import pytest

from tests.journeys.quiet import faults_of, listening


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each journey the log of this process and those of the running product, if it met there, are read."""
    product = request.getfixturevalue("product") if "product" in request.fixturenames else None
    with listening() as said:
        yield
    logs = {"this process": said.getvalue(), **(product.logs.new() if product else {})}
    assert faults_of(logs) == {}
