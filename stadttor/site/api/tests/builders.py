"""What tests of the API need: answers of the cast, calls, tokens of systems."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from stadttor.catalog import services as adopting
from stadttor.catalog.tests.builders import a_package, published
from stadttor.core.ids import new_id
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.identity.services import create_token

ANSWERS: dict[str, Any] = {
    "person": {"vorname": "Amira", "nachname": "Yılmaz", "email": "amira.yilmaz@example.org"},
    "anliegen": {"art": "neu", "ab": "2031-01-07"},
}
FILES = (
    "          - {id: ab, type: date, required: true}\n",
    "          - {id: ab, type: date, required: true}\n"
    "          - {id: beleg, type: file, accept: [pdf, png], max_mb: 1, max_files: 2}\n",
)
LABEL = (
    "    ab: {label: Ab wann soll die Genehmigung gelten?}\n",
    "    ab: {label: Ab wann soll die Genehmigung gelten?}\n    beleg: {label: Beleg}\n",
)


def adopted_with_files(authority_id: UUID, moment: datetime) -> UUID:
    """The model service, which also takes a proof; gives the adoption's id."""
    version = published(moment, files=a_package(form=FILES, texts=LABEL))
    adoption_id = adopting.adopt(
        authority_id=authority_id, version_id=version.version_id, parameters={}, actor=SYSTEM, now=moment
    )
    adopting.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=moment)
    return adoption_id


def token(authority_id: UUID, *scopes: str) -> dict[str, str]:
    """The header of a system of this authority with these scopes."""
    secret = create_token(
        authority_id=authority_id,
        name="Fachverfahren Parken",
        scopes=scopes,
        lasts=timedelta(days=1),
        actor=SYSTEM,
        now=clock.now(),
    )
    return {"Authorization": f"Bearer {secret}"}


def fresh() -> str:
    return str(new_id())


def post(client: Client, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
    """A JSON post with an Idempotency-Key, a fresh one unless given."""
    sent = {"Idempotency-Key": key or fresh(), **headers}
    return client.post(path, body, content_type="application/json", headers=sent)


def hand_in(client: Client, answers: Any = None, *, key: str | None = None, headers: Any = None, **more: Any) -> Any:
    body = {"answers": ANSWERS if answers is None else answers, "declared": True, **more}
    return post(client, "/api/v1/services/muster/applications", body, key=key, **(headers or {}))
