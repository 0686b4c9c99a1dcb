"""Import, export, import: nothing is lost and nothing is added."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from stadttor.catalog.fim.model import Message
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import (
    PACKAGES,
    VALID,
    differences,
    export_of,
    export_of_folder,
    files_of,
    sample,
)
from stadttor.catalog.fim.tests.strategies import MESSAGES
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.tests.builders import checked


def exported_of(message: Message) -> Message:
    return export_of(files_of(message)).message


@pytest.mark.parametrize("name", VALID)
def test_a_published_schema_comes_out_as_it_came_in(name: str) -> None:
    message = read_message(sample(name), name)
    files = files_of(message)
    exported = export_of(files).message
    assert exported == message
    again = read_message(write_message(exported), name)
    assert again == message
    assert files_of(again) == files


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda folder: folder.name)
def test_a_package_of_ours_stays_the_same_schema(folder: Path) -> None:
    message = export_of_folder(folder).message
    assert read_message(write_message(message), "x") == message
    assert exported_of(message) == message


# Without shrinking: schemas are large, and the differences name their place anyhow.
@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(MESSAGES)
def test_any_schema_comes_out_as_it_came_in(message: Message) -> None:
    assert differences(read_message(write_message(message), "x"), message) == []
    files = files_of(message)
    assert checked(dict(files)).faults == ()
    assert differences(export_of(files).message, message) == []
