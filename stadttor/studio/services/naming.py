"""The operator names a publisher."""

import re
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground.authorities import STEERING
from stadttor.ground.work import common
from stadttor.studio.models import Publisher
from stadttor.tenancy.queries import authority_by_slug

_NAMESPACE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*")
_KEY_FILE = re.compile(r"[a-z0-9][a-z0-9-]*\.jwk")


def make_publisher(*, slug: str, namespace: str, name: str, key_file: str, four_eyes: bool = True) -> UUID:
    """From now on this steering body edits and publishes packages below the namespace; gives its id. Safe to repeat.

    An act of the operator: no page leads here. Refused for an authority that serves places.
    """
    found = authority_by_slug(slug)
    if found is None or found.kind != STEERING:
        raise Refused("publisher_steers", "Only a steering body can be a publisher: {slug} is none.", slug=slug)
    if not _NAMESPACE.fullmatch(namespace) or not name.strip():
        raise Refused("publisher_namespace", "A publisher has a name and a reverse domain, like de.example.")
    if not _KEY_FILE.fullmatch(key_file):
        raise Refused(
            "publisher_key", "The key is the name of a file in the folder of publishers' keys, like redaktion.jwk."
        )
    with common(write=True):
        values = {"namespace": namespace, "name": name.strip(), "key_file": key_file, "four_eyes": four_eyes}
        Publisher.objects.update_or_create(authority_id=found.id, defaults=values)
    return found.id
