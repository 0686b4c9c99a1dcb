"""The story of the wallet (tests/identity/story.py), in German; `STORY_LANGUAGE=en` plays it in another language of hers."""

import os
import shutil
from collections.abc import Iterator

from tests.identity.in_browser import chromium
from tests.identity.plan import note
from tests.identity.stand import Stand
from tests.identity.story import Story
from tests.identity.town import built
from tests.journeys.story import Album
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line

PICTURES = ROOT / "var" / "story" / "wallet"


def run(stand: Stand) -> Iterator[Line]:
    """A line for each thing that was to be seen."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    album = Album(PICTURES)
    with built(stand.folder / "town", stand.pki) as town, chromium() as browser:
        yield from Story(stand, town, browser, album, os.environ.get("STORY_LANGUAGE", "de")).play()
    yield note(f"{len(album.taken)} pictures in {PICTURES.relative_to(ROOT)}")
