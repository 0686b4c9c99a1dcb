"""What whoever runs the store can do: see nothing, and change nothing unnoticed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag

from adapters.s3 import S3
from stadttor.core.refused import Refused
from stadttor.ground import files, keys, ports
from stadttor.ground.clock import now as this_moment
from stadttor.ground.sealed import unseal
from stadttor.ground.tests.storing import stored

pytestmark = pytest.mark.db
PAPER = "Amira Yılmaz, WUG-AY 88".encode()


@pytest.fixture
def store(bucket, monkeypatch):
    """The product's files lie in the bucket."""
    place = S3(bucket)
    monkeypatch.setattr(ports, "_store", [place])
    return place


def test_what_is_stored_is_read_again_and_lies_there_encrypted(store, authority, now):
    kept = stored(authority.id, PAPER, now)
    assert files.read(authority.id, kept.blob_id) == PAPER
    assert "Yılmaz".encode() not in store.get(authority.id, kept.blob_id, 1_000)


@pytest.mark.parametrize("place", [0, 15, -1])
def test_a_byte_changed_in_the_store_is_noticed(store, authority, now, place):
    kept = stored(authority.id, PAPER, now)
    data = bytearray(store.get(authority.id, kept.blob_id, 1_000))
    data[place] ^= 1
    store.put(authority.id, kept.blob_id, bytes(data))
    with pytest.raises(InvalidTag):
        files.read(authority.id, kept.blob_id)


@pytest.mark.parametrize("changed", [lambda sealed: sealed[:20], lambda sealed: sealed + b"x", lambda sealed: PAPER])
def test_a_file_cut_lengthened_or_written_in_plain_by_the_store_is_noticed(store, authority, now, changed):
    kept = stored(authority.id, PAPER, now)
    store.put(authority.id, kept.blob_id, changed(store.get(authority.id, kept.blob_id, 1_000)))
    with pytest.raises(InvalidTag):
        files.read(authority.id, kept.blob_id)


def test_two_files_exchanged_in_the_store_are_noticed(store, authority, now):
    one, other = stored(authority.id, PAPER, now), stored(authority.id, b"other", now)
    store.put(authority.id, one.blob_id, store.get(authority.id, other.blob_id, 1_000))
    with pytest.raises(InvalidTag):
        files.read(authority.id, one.blob_id)


def test_a_neighbours_file_is_not_found_and_her_key_does_not_open_it(store, authority, neighbour, now):
    kept = stored(authority.id, PAPER, now)
    sealed = store.get(authority.id, kept.blob_id, 1_000)
    store.put(neighbour.id, kept.blob_id, sealed)
    with pytest.raises(Refused, match="not_found"):
        files.read(neighbour.id, kept.blob_id)
    with pytest.raises(InvalidTag):
        unseal(keys.derived(neighbour.id, keys.FILES), kept.blob_id, sealed)


def test_a_wrong_secret_refuses_in_words_and_enters_nothing(bucket, authority, now, monkeypatch):
    stranger = S3(replace(bucket, who=replace(bucket.who, secret="wrong")))
    monkeypatch.setattr(ports, "_store", [stranger])
    with pytest.raises(Refused, match="file_no_room"):
        files.put(authority.id, PAPER, media_type="text/plain")


def test_a_sweep_takes_what_has_no_row_and_nothing_else(store, authority, neighbour, now):
    kept, lost = stored(authority.id, PAPER, now), files.put(authority.id, PAPER, media_type="text/plain")
    theirs = files.put(neighbour.id, PAPER, media_type="text/plain")
    later = this_moment() + timedelta(hours=1)
    assert files.sweep(authority.id, this_moment() - timedelta(hours=24)) == 0
    assert files.sweep(authority.id, later) == 1
    assert set(store.old(authority.id, later)) == {kept.blob_id}
    assert set(store.old(neighbour.id, later)) == {theirs.blob_id}
    assert lost.blob_id != kept.blob_id
