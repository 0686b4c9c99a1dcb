"""What the API is asked about that exists: services, drafts and cases made by the row, and for each operation a sound request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stadttor.cases.services import open_case
from stadttor.ground import clock
from stadttor.site.api.tests.builders import ANSWERS, fresh, hand_in, post
from stadttor.site.api.tests.test_applying import PNG, with_file

SLUG, PLACE = "muster", "Weißenburg"


@dataclass(frozen=True)
class Sound:
    """The parts of one request; `body` None where there is none."""

    path: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None


@dataclass
class Known:
    """The town's things, as they are found by a system that may do everything: `headers` carry its token."""

    town: UUID
    host: str
    headers: Mapping[str, str]
    _made: dict[str, Sound | None] = field(default_factory=dict)

    def sound(self, operation: str) -> Sound | None:
        """A request that is answered with 2xx, about things of its own; None for an operation nobody knows here."""
        make = self._makers.get(operation)
        return make() if make else None

    def shared(self, operation: str) -> Sound | None:
        """The same request for all that ask: what a spoiled one is made of."""
        if operation not in self._made:
            self._made[operation] = self.sound(operation)
        return self._made[operation]

    @property
    def _client(self) -> Client:
        return Client(headers={"host": self.host})

    @cached_property
    def _makers(self) -> Mapping[str, Callable[[], Sound]]:
        service = {"slug": SLUG}
        return {
            "who_is_responsible": lambda: Sound(query={"place": PLACE}),
            "services": lambda: Sound(query={"language": "de", "page": 1}),
            "service": lambda: Sound(service),
            "schema_of_answers": lambda: Sound(service),
            "create_draft": lambda: Sound(headers={"Idempotency-Key": fresh()}, body={"service": SLUG}),
            "add_attachment": lambda: self._draft({"path": "anliegen.beleg", "file": PNG}),
            "remove_draft": lambda: self._draft(None),
            "hand_in": lambda: Sound(
                service, {"Idempotency-Key": fresh()}, body={"answers": ANSWERS, "declared": True}
            ),
            "status": self._status,
            "adopted": lambda: Sound(query={"page": 1}),
            "cases": lambda: Sound(query={"state": "open", "service": SLUG}),
            "search_cases": lambda: Sound(body={"words": "Amira", "sort": "received"}),
            "case": self._case,
            "list_documents": self._case,
            "document": self._document,
            "ask_back": lambda: self._case({"version": 1, "items": [{"kind": "question", "text": "Seit wann?"}]}),
            "decide": lambda: self._case({"version": 1, "outcome": "granted"}),
        }

    def _draft(self, body: Any) -> Sound:
        draft = post(self._client, "/api/v1/drafts", {"service": SLUG}).json()
        return Sound(
            {"draft_id": draft["id"]}, {"Idempotency-Key": fresh(), "Application-Token": draft["token"]}, body=body
        )

    def _status(self) -> Sound:
        receipt = hand_in(self._client).json()
        return Sound({"number": receipt["status"].rpartition("/")[2]}, {"Application-Token": receipt["token"]})

    def _case(self, body: Any = None) -> Sound:
        receipt = hand_in(self._client, headers=self.headers).json()
        case = open_case(authority_id=self.town, submission_id=UUID(receipt["id"]), now=clock.now())
        return Sound({"case_id": str(case)}, {} if body is None else {"Idempotency-Key": fresh()}, body=body)

    def _document(self) -> Sound:
        draft = post(self._client, "/api/v1/drafts", {"service": SLUG}).json()
        secret = {"Application-Token": draft["token"]}
        added = self._client.post(
            f"/api/v1/drafts/{draft['id']}/attachments",
            {"path": "anliegen.beleg", "file": SimpleUploadedFile("beleg.png", PNG)},
            headers={"Idempotency-Key": fresh(), **secret},
        ).json()["id"]
        receipt = hand_in(self._client, with_file(added), draft=draft["id"], headers=secret).json()
        case = open_case(authority_id=self.town, submission_id=UUID(receipt["id"]), now=clock.now())
        return Sound({"case_id": str(case), "document_id": added})
