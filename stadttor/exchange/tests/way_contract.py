"""What every way to a target promises, tried at a real target that breaks off where it is told to.

A target of a test implements `Target`; `breaks` are the moments at which it can fail in the middle.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol
from uuid import UUID

import pytest

from stadttor.exchange.ports import Parcel, Piece, Place, TargetAway, Way

PARCEL = Parcel(UUID(int=11), "hundesteuer-WUG-2026-1.xml", "application/xml", b"<Fall>\xc3\x9f</Fall>" * 5_000)


def with_proofs(number: int = 0) -> Parcel:
    """A file with two proofs, each with bytes and names of its own."""
    along = tuple(
        Piece(UUID(int=5_000 + number * 10 + place), f"fall-{number}-0{place}.pdf", "application/pdf", b"%PDF" * place)
        for place in (1, 2)
    )
    return Parcel(UUID(int=4_000 + number), f"fall-{number}.xml", "application/xml", b"<Fall/>" * 500, along)


class Target(Protocol):
    """The other side. `break_at(moment, times, skip)`: after `skip` calls the next so many that come there fail, after or
    before their effect.
    """

    place: Place
    breaks: Sequence[str]

    def break_at(self, moment: str, times: int = 1, skip: int = 0) -> None: ...

    def fetch(self) -> list[tuple[str, bytes]]:
        """What the target has read since it began, each as often as it found it; it takes away what it reads."""
        ...

    def lies(self) -> list[str]:
        """What of ours lies there that nobody fetches."""
        ...


class WayContract:
    """Fixtures `way` and `target` come from the adapter's test."""

    def test_it_arrives_whole_and_once(self, way: Way, target: Target) -> None:
        answer = way.deliver(target.place, PARCEL)
        way.forget(target.place, PARCEL)
        assert len(answer) <= 300
        assert target.fetch() == [(PARCEL.name, PARCEL.data)]

    def test_the_same_again_is_still_one(self, way: Way, target: Target) -> None:
        for _time in range(3):
            way.deliver(target.place, PARCEL)
        assert [name for name, _data in target.fetch()] == [PARCEL.name]

    def test_fetched_between_two_tries_it_is_still_one(self, way: Way, target: Target) -> None:
        """We died before we could note it; the target has read it meanwhile."""
        way.deliver(target.place, PARCEL)
        target.fetch()
        way.deliver(target.place, PARCEL)
        assert target.fetch() == [(PARCEL.name, PARCEL.data)]

    def test_broken_off_anywhere_it_arrives_once(self, way: Way, target: Target) -> None:
        for number, moment in enumerate(target.breaks):
            parcel = Parcel(UUID(int=100 + number), f"{moment}.xml", PARCEL.media_type, PARCEL.data)
            target.break_at(moment)
            with pytest.raises(TargetAway):
                way.deliver(target.place, parcel)
            assert all(data == PARCEL.data for _name, data in target.fetch()), "nobody reads half a file"
            way.deliver(target.place, parcel)
            way.forget(target.place, parcel)
        assert sorted(target.fetch()) == sorted((f"{moment}.xml", PARCEL.data) for moment in target.breaks)

    def test_what_broke_off_and_is_not_wanted_any_more_leaves_nothing(self, way: Way, target: Target) -> None:
        """Report: the part of a file stayed in the target's folder for good, with all that is in it."""
        for number, moment in enumerate(target.breaks):
            parcel = Parcel(UUID(int=200 + number), f"{moment}.xml", PARCEL.media_type, PARCEL.data)
            target.break_at(moment)
            with pytest.raises(TargetAway):
                way.deliver(target.place, parcel)
            for _time in range(2):
                way.forget(target.place, parcel)
        target.fetch()
        assert target.lies() == []

    def test_proofs_go_along_with_a_manifest_and_each_once(self, way: Way, target: Target) -> None:
        parcel = with_proofs()
        for _time in range(2):
            way.deliver(target.place, parcel)
            target.fetch()
        way.forget(target.place, parcel)
        assert sorted(target.fetch()) == sorted((one.name, one.data) for one in parcel.pieces)
        told = json.loads(parcel.manifest.data)
        assert [one["name"] for one in told["proofs"]] == [one.name for one in parcel.along]
        assert target.lies() == []

    def test_broken_off_at_each_piece_the_file_never_appears_without_its_proofs(self, way: Way, target: Target) -> None:
        """Died in the middle, and the target reads as soon as something is there."""
        expected: list[tuple[str, bytes]] = []
        for number, (moment, skip) in enumerate((one, skip) for one in target.breaks for skip in range(4)):
            parcel = with_proofs(number)
            target.break_at(moment, skip=skip)
            with suppress(TargetAway):  # over HTTP all pieces are one call: there is nothing to skip to
                way.deliver(target.place, parcel)
            names = {name for name, _data in target.fetch()}
            if names & {parcel.name, parcel.manifest.name}:
                assert {one.name for one in parcel.along} <= names
            if parcel.manifest.name in names:
                assert parcel.name in names
            way.deliver(target.place, parcel)
            way.forget(target.place, parcel)
            target.break_at(moment, times=0)
            expected += [(one.name, one.data) for one in parcel.pieces]
        assert sorted(target.fetch()) == sorted(expected)
        assert target.lies() == []

    def test_a_set_that_broke_off_and_is_not_wanted_any_more_leaves_no_proof(self, way: Way, target: Target) -> None:
        for number, (moment, skip) in enumerate((one, skip) for one in target.breaks for skip in range(3)):
            parcel = with_proofs(number)
            target.break_at(moment, skip=skip)
            with suppress(TargetAway):
                way.deliver(target.place, parcel)
            target.break_at(moment, times=0)
            way.forget(target.place, Parcel(parcel.id, parcel.name, parcel.media_type, b"", parcel.along))
            names = set(target.lies())
            assert not names or parcel.name in names, "a proof stays only where its file arrived"
            target.fetch()
        assert target.lies() == []

    def test_what_was_delivered_leaves_no_marks(self, way: Way, target: Target) -> None:
        way.deliver(target.place, PARCEL)
        way.forget(target.place, PARCEL)
        way.forget(target.place, PARCEL)
        target.fetch()
        way.look(target.place)
