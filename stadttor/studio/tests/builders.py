"""A publisher with Frau Sommer and Herr Berg, and a package of theirs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.test import Client

from stadttor.catalog.tests.builders import NAME, published
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.studio import queries, services
from stadttor.tenancy.services import create_authority

HOME = "/desk/studio"
NAMESPACE = "de.example"
PASSWORD = "Tauben auf dem Ellinger Tor 1926"


def a_body(slug: str = "redaktion", *, four_eyes: bool = True) -> UUID:
    """A steering body that the operator made a publisher."""
    body = create_authority(slug=slug, name="Redaktion", kind="steering", covers=[], actor=SYSTEM, now=clock.now())
    services.make_publisher(
        slug=slug, namespace=NAMESPACE, name="Muster-Redaktion", key_file="redaktion.jwk", four_eyes=four_eyes
    )
    return body


def a_copy(body: UUID, now: datetime) -> UUID:
    """A working copy of the skeleton as it is published."""
    published(now)
    return services.open_published(publisher=queries.publisher_at(body), package=NAME, actor=SYSTEM, now=now)


def signed_in(authority_id: UUID, slug: str, name: str = "sommer", role: str = "publisher") -> Client:
    """A colleague with this role, reading English."""
    client, email = Client(HTTP_HOST=f"{slug}.localhost"), f"{name}@{slug}.example"
    identity.create_member(
        authority_id=authority_id, email=email, name=f"Frau {name.title()}", roles=[role], unit_ids=[],
        password=PASSWORD, actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    client.cookies[STAFF_COOKIE] = identity.sign_in(
        authority_id=authority_id, email=email, password=PASSWORD, address="127.0.0.1", now=clock.now()
    )
    client.cookies["language"] = "en"
    return client


def text(response: Any) -> str:
    return str(response.content.decode())
