"""The contract of `ground.ports.BlobStore`: whoever implements it inherits from here and gives the fixture `place`."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from stadttor.ground.ports import BlobGone, BlobStore

SEALED = bytes(range(256)) * 40
LATER = datetime.now(UTC) + timedelta(days=1)
EARLIER = LATER - timedelta(days=30)


@pytest.fixture
def town():
    return uuid4()


class StoreContract:
    """Bytes come back as they were, nobody else's are touched, removing twice is removing."""

    def test_what_was_put_is_got_again(self, place: BlobStore, town):
        blob_id = uuid4()
        place.put(town, blob_id, SEALED)
        assert place.get(town, blob_id, len(SEALED)) == SEALED

    @pytest.mark.parametrize("size", [0, 1, 28, 5_000_000])
    def test_the_smallest_and_a_large_one_come_back_whole(self, place, town, size):
        blob_id, sealed = uuid4(), (SEALED * (size // len(SEALED) + 1))[:size]
        place.put(town, blob_id, sealed)
        assert place.get(town, blob_id, size) == sealed

    def test_of_more_than_was_expected_one_byte_more_is_read(self, place, town):
        blob_id = uuid4()
        place.put(town, blob_id, SEALED)
        assert place.get(town, blob_id, 100) == SEALED[:101]

    def test_what_is_not_there_is_gone(self, place, town):
        with pytest.raises(BlobGone):
            place.get(town, uuid4(), 100)

    def test_what_is_under_another_authority_is_not_there(self, place, town):
        blob_id = uuid4()
        place.put(town, blob_id, SEALED)
        with pytest.raises(BlobGone):
            place.get(uuid4(), blob_id, len(SEALED))

    def test_removing_twice_is_removing_and_leaves_the_others(self, place, town):
        gone, stays = uuid4(), uuid4()
        for blob_id in (gone, stays):
            place.put(town, blob_id, SEALED)
        place.remove(town, gone)
        place.remove(town, gone)
        with pytest.raises(BlobGone):
            place.get(town, gone, len(SEALED))
        assert place.get(town, stays, len(SEALED)) == SEALED

    def test_the_old_ones_of_one_authority_are_found(self, place, town):
        ours = {uuid4() for _ in range(5)}
        for blob_id in ours:
            place.put(town, blob_id, SEALED)
        place.put(uuid4(), uuid4(), SEALED)
        assert set(place.old(town, LATER)) == ours
        assert set(place.old(town, EARLIER)) == set()

    def test_an_authority_without_files_has_none(self, place, town):
        assert list(place.old(town, LATER)) == []
        assert place.drop_halves(town, LATER) == 0
