"""A draft: saved in two windows, handed in, deleted, forgotten after thirty days."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from stadttor.core.refused import Refused
from stadttor.forms import queries
from stadttor.forms.models import Draft
from stadttor.forms.services.drafting import delete_draft, delete_expired, save_answers, start_draft
from stadttor.forms.services.submitting import Application, submit
from stadttor.ground.work import work
from tests.safety.fuzz.machines import Machine, differs

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
NOBODY = uuid4()


@dataclass
class Model:
    """`edited` in days since the beginning; `text` is what the answers say, empty once they were handed in."""

    revision: int = 0
    text: str = ""
    there: bool = True
    sent: bool = False
    edited: int = 0
    today: int = 0

    @property
    def idle(self) -> int:
        """Days since the last edit. On the thirtieth its link opens no more, and it may be swept away from then on."""
        return self.today - self.edited

    def expects(self, act: str) -> bool:
        verb, revision = act.split()[0], int(act.split()[1])
        if verb == "save":
            return self.there and not self.sent and revision == self.revision
        if verb == "send":
            return self.there and (self.sent or revision == self.revision)
        return verb in ("wait", "sweep") or (self.there and not self.sent)

    def do(self, act: str) -> None:
        verb, revision, *text = act.split()
        if verb == "save":
            self.revision, self.text, self.edited = int(revision) + 1, text[0], self.today
        elif verb == "send":
            self.sent, self.text = True, ""
        elif verb == "wait":
            self.today += int(revision)
        elif verb == "delete" or (self.idle > 30 and not self.sent):
            self.there = False


class OfDraft(Machine):
    name = "draft"

    @initialize()
    def begun(self) -> None:
        self.model, self.token, self.receipts = Model(), os.urandom(16).hex(), set[str]()
        self.draft = start_draft(
            authority_id=self.town, token=self.token, service="muster", adoption_id=NOBODY, revision_id=NOBODY,
            language="de", now=BEGIN,
        )  # fmt: skip

    @property
    def now(self) -> datetime:
        return BEGIN + timedelta(days=self.model.today)

    @rule(behind=st.sampled_from([0, 0, 0, 1]), text=st.sampled_from("abc"))
    def save(self, behind: int, text: str) -> None:
        revision = self.model.revision - behind
        keep = partial(
            save_answers, authority_id=self.town, draft_id=self.draft, revision=revision, answers={"g": text},
            language="de", now=self.now,
        )  # fmt: skip
        self._acted(f"save {revision} {text}", keep)

    @rule(behind=st.sampled_from([0, 0, 1]))
    def send(self, behind: int) -> None:
        revision = self.model.revision - behind
        application = Application("muster", NOBODY, NOBODY, {"g": "x"}, [], "de", "", "Amira Yılmaz")

        def hand_in() -> None:
            accepted = submit(
                authority_id=self.town, key=f"draft:{self.draft}", application=application, token=self.token, prefix="WEI",
                randomness=os.urandom(16), now=self.now, draft_id=self.draft, draft_revision=revision,
            )  # fmt: skip
            self.receipts.add(accepted.number)

        self._acted(f"send {revision}", hand_in)

    @rule()
    def delete(self) -> None:
        self._acted("delete 0", partial(delete_draft, authority_id=self.town, draft_id=self.draft, now=self.now))

    @rule(days=st.sampled_from([1, 10, 29, 31]))
    def wait(self, days: int) -> None:
        self._acted(f"wait {days}", lambda: None)

    @rule()
    def sweep(self) -> None:
        self._acted("sweep 0", partial(delete_expired, authority_id=self.town, now=self.now))

    def note(self, act: str) -> None:
        self.model.do(act)

    def difference(self) -> str:
        """What is kept, what its link opens, and how many receipts there were."""
        model = self.model
        with work(self.town):
            row = Draft.objects.filter(authority_id=self.town, id=self.draft).first()
        kept = row and (row.revision, row.answers.get("g", ""), row.submission_id is not None)
        expected = (model.revision, model.text, model.sent) if model.there else None
        opens = model.there and (model.sent or model.idle < 30)
        return differs((kept, self._opens(), len(self.receipts)), (expected, opens, int(model.sent)))

    def _opens(self) -> bool:
        try:
            return bool(queries.draft_for(self.town, self.draft, self.token, self.now))
        except Refused:
            return False

    def _acted(self, act: str, product: object) -> None:
        self.acted(act, product, expected=self.model.expects(act))  # type: ignore[arg-type]  # a call without arguments
