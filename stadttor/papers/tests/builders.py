"""Frau Sommer, organiser, at her desk."""

from typing import Any

from django.test import Client

from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE

HOME = "/desk/papers"


def signed_in(authority: Any, role: str = "organiser") -> Client:
    """Frau Sommer with this role, reading English."""
    client, email = Client(HTTP_HOST=f"{authority.slug}.localhost"), f"{role}@{authority.slug}.example"
    password = "Tauben auf dem Ellinger Tor 1926"
    identity.create_member(
        authority_id=authority.id, email=email, name="Frau Sommer", roles=[role], unit_ids=[], password=password,
        actor=SYSTEM, now=clock.now(),
    )  # fmt: skip
    client.cookies[STAFF_COOKIE] = identity.sign_in(
        authority_id=authority.id, email=email, password=password, address="127.0.0.1", now=clock.now()
    )
    client.cookies["language"] = "en"
    return client


def text(response: Any) -> str:
    return str(response.content.decode())
