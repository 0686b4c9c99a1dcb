"""Frau Sommer, organiser, and processes of her town."""

from typing import Any

from django.test import Client

from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.identity import services as identity
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.inventory import services
from stadttor.inventory.rules.stock import Process, Step

HOME = "/desk/inventory"
LOST = Process(
    "Fundsachen", volume=120, demand=2, systems="Excel", law="§ 965 BGB",
    steps=(Step("Zettel schreiben", 5, ("paper_in", "signature")), Step("Abtippen", 10, ("retype",))),
)  # fmt: skip


def kept(authority: Any, process: Process = LOST) -> Any:
    """The id of a process that is in the stock."""
    return services.save_process(
        authority_id=authority.id, process_id=None, seen=0, process=process, actor=SYSTEM, now=clock.now()
    )


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
