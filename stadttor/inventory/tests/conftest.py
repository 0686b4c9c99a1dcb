"""An organiser at her desk."""

from typing import Any

import pytest


@pytest.fixture
def desk(authority: Any) -> Any:
    """Frau Sommer, organiser, reading English."""
    from stadttor.inventory.tests.builders import signed_in

    return signed_in(authority)
