"""Keys per authority and purpose: derived, or brought along from another installation."""

from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from stadttor.ground import keys
from stadttor.ground.backup.cell import Cell

TOWN, OTHER = UUID(int=7), UUID(int=8)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "STADTTOR_KEYS", tmp_path)
    keys.master.cache_clear()
    yield
    keys.master.cache_clear()


def test_in_two_steps_it_is_the_key_of_rfc_5869():
    """What was sealed before an authority had a key of its own opens as ever."""
    at_once = HKDF(hashes.SHA256(), 32, salt=TOWN.bytes, info=b"files").derive(keys.master())
    assert keys.derived(TOWN, "files") == at_once


def test_a_key_that_was_brought_along_counts_for_its_authority_alone():
    before = keys.derived(OTHER, "files")
    assert keys.bring(TOWN, b"\1" * 32)
    assert keys.derived(TOWN, "files") == keys.purposed(b"\1" * 32, "files")
    assert keys.derived(OTHER, "files") == before
    assert not keys.bring(TOWN, b"\1" * 32)


def test_the_key_that_is_derived_here_needs_no_file():
    assert not keys.bring(TOWN, keys.own(TOWN))
    assert not keys.brought_path(TOWN).exists()


@pytest.mark.parametrize("key", [b"", b"\1" * 31])
def test_what_is_no_key_is_not_kept(key):
    with pytest.raises(ValueError):
        keys.bring(TOWN, key)
    assert not keys.brought_path(TOWN).exists()


def test_another_key_is_not_written_over():
    keys.bring(TOWN, b"\1" * 32)
    with pytest.raises(ValueError, match="another key"):
        keys.bring(TOWN, b"\2" * 32)


def test_the_backup_opens_files_with_it_and_asks_for_it(tmp_path):
    keys.master()
    keys.bring(TOWN, b"\1" * 32)
    cell = Cell(tmp_path, tmp_path, tmp_path)
    assert cell.files_key(TOWN) == keys.derived(TOWN, keys.FILES)
    assert cell.files_key(OTHER) == keys.derived(OTHER, keys.FILES)
    assert f"{TOWN}.key" in cell.fingerprints()
    assert Cell(tmp_path, tmp_path, tmp_path / "none").files_key(uuid4()) is None
