"""What of a cell lies outside its database, as far as one authority needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from stadttor.ground import keys, ports


@dataclass(frozen=True)
class House:
    """`own` gives the key of an authority (`ground/keys.py`), `heads` is the folder of signed heads."""

    store: ports.BlobStore
    own: Callable[[UUID], bytes]
    signing: Ed25519PrivateKey
    heads: Path


def this_house() -> House:
    """The cell as its settings lay it out."""
    return House(ports.store(), keys.own, keys.signing(), Path(settings.STADTTOR_HEADS))
