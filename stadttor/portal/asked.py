"""What the town hall asks of an application: fields of its form again, documents, questions; drawn, read and judged.

The status page and the clerk who writes down what somebody said on the phone use the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from markupsafe import Markup

from stadttor.cases.ports import Document
from stadttor.cases.queries import QuestionView
from stadttor.cases.services.asking import Asked, Given
from stadttor.catalog.queries import AdoptedForm
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.forms import queries as forms
from stadttor.forms.definition import Field
from stadttor.forms.queries import DraftRow, SubmissionRow
from stadttor.forms.rules.amending import Again, judged, place_of, value_at
from stadttor.forms.rules.filled import Shown
from stadttor.forms.rules.problems import Problem
from stadttor.forms.rules.types import show
from stadttor.forms.services.attaching import keep_checked
from stadttor.ground.clock import german_day
from stadttor.ground.web import blocks
from stadttor.ground.web.language import N_, _, speaking
from stadttor.portal import free_text, wording
from stadttor.portal.journey import Journey, applicant_name
from stadttor.portal.questions import in_words_of

ANSWER_KINDS = ("pdf", "jpeg", "png")
ANSWER_MB = 10
ANSWER_FILES = 4


@dataclass(frozen=True)
class Said:
    """An answer to everything that was asked: `further` is what an answer made necessary besides; `applicant` is her
    name when it is another one now; `protects`: by the answers as they are now she is a protected person."""

    given: tuple[Given, ...]
    further: tuple[Asked, ...]
    again: Again
    applicant: str = ""
    protects: bool = False


@dataclass(frozen=True)
class Asking:
    """A question about an application, in the language of whoever answers it."""

    row: SubmissionRow
    form: AdoptedForm
    items: Sequence[Mapping[str, Any]]
    language: str
    now: datetime
    by_herself: bool = False
    """Whether the applicant answers on her page; a colleague who writes an answer down writes German."""

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers as they are now."""
        return forms.answers_now(self.form.authority_id, self.row)

    def journey(self, answers: Mapping[str, Any], language: str = "") -> Journey:
        """The form with these answers, on the day the application came in."""
        row = self.row
        draft = DraftRow(
            row.draft_id or row.id, row.service, row.adoption_id, row.revision_id, row.language, dict(answers), row.email,
            0, row.received, row.received + timedelta(days=1), row.id,
        )  # fmt: skip
        return Journey(draft, self.form, language or self.language, row.received)

    @cached_property
    def paths(self) -> list[str]:
        """The fields that are asked again; a file of the form is asked for as a document."""
        return [path for item in self.items if (path := self.path_of(item))]

    def path_of(self, item: Mapping[str, Any]) -> str:
        """Where in the form an item stands that is answered as there; empty for all others."""
        place = place_of(self.form.form, str(item["key"])) if item["kind"] == "field" else None
        return place.path if place is not None and place.field.type not in ("file", "info") else ""

    def again(self, posted: Mapping[str, Sequence[str]]) -> Again:
        """What was sent for the fields, judged by the rules of the form."""
        days = (german_day(self.row.received), german_day(self.now))
        parameters = self.form.for_answers(self.answers).parameters
        return judged(self.form.form, self.answers, self.paths, posted, parameters, days)

    # What is drawn

    def drawn(self, again: Again | None, texts: Mapping[str, str], error: Refused | None) -> list["Drawn"]:
        """Everything to answer, in the order in which it was asked, then what the answers so far made necessary."""
        journey = self.journey(again.answers if again else self.answers)
        wrong = {one.path: [one] for one in again.problems} if again else {}
        said = in_words_of(self.language, self.items, self.form)
        listed = [self._drawn(item, journey, wrong, texts, error) for item in said]
        more = [one for one in again.places if one.path not in self.paths] if again else []
        return [*listed, *(Drawn("field", self._block(journey, one, wrong, {})) for one in more)]

    def told(self, again: Again) -> list[Mapping[str, str]]:
        """What is wrong with the fields, as lines of an error summary."""
        return self.journey(again.answers).explaining.lines(again.problems)

    def _drawn(
        self,
        item: Mapping[str, Any],
        journey: Journey,
        wrong: Mapping[str, Sequence[Problem]],
        texts: Mapping[str, str],
        error: Refused | None,
    ) -> "Drawn":
        key = str(item["key"])
        label = self._wording(item)
        place = place_of(self.form.form, self.path_of(item)) if self.path_of(item) else None
        if place is not None:
            return Drawn("field", self._block(journey, place, wrong, item))
        if _wants_file(item, self.form):
            text = _(error.text, **error.values) if error and error.field in (key, f"file-{key}") else ""
            return Drawn("document", self._file(item, label, text))
        text = _(error.text, **error.values) if error and error.field == key else ""
        name = f"text-{key}"
        hint = free_text.hint(self.language) if self.by_herself else ""
        block = blocks.Field(
            "textarea", name, label, help=hint, rows=4, value=texts.get(name, ""), error=text, maxlength=4000
        )
        return Drawn("question", block)

    def _wording(self, item: Mapping[str, Any]) -> Markup:
        """A text in its language; the clerk's own words say that they are German where the page is not."""
        text = Markup('<bdi class="st-lines-kept" lang="{}" dir="auto">{}</bdi>')
        said = text.format(item["language"].split("-")[0], item["text"])
        if item["kind"] != "question" or self.language.startswith("de"):
            return said
        return Markup("{} {}").format(_("Question of the town hall (German):"), said)

    def _block(
        self, journey: Journey, place: Shown, wrong: Mapping[str, Sequence[Problem]], item: Mapping[str, Any]
    ) -> blocks.Field:
        group = self.form.form.groups[place.field.group]
        block = journey.block(place, group, wrong)
        help_text = self._help(block.help, place, item)
        return replace(block, label=journey.label(place), help=help_text, shown=True, conditional=False)

    def _help(self, help_text: str, place: Shown, item: Mapping[str, Any]) -> Markup:
        """The help of the form, then why it is asked again, then what stands there so far."""
        lines = [Markup("{}").format(help_text)] if help_text else []
        if reason := item.get("reason"):
            told = Markup('<bdi lang="{}" dir="auto">{}</bdi>').format(OFFICIAL, reason)
            lines.append(Markup("{} {}").format(_("Why we ask again:"), told))
        if before := self.said_at(place, self.answers, self.language):
            lines.append(Markup("{} <bdi>{}</bdi>").format(_("So far you told us:"), before))
        return Markup("<br>").join(lines)

    def _file(self, item: Mapping[str, Any], label: Markup, error: str) -> blocks.Field:
        one = self._file_field(item)
        return blocks.Field(
            "file",
            f"file-{item['key']}",
            label,
            help=wording.file_rule(one) if one else _("PDF, JPEG or PNG, at most 10 MB each"),
            accept=".pdf,.jpg,.jpeg,.png",
            max_files=one.max_files if one else ANSWER_FILES,
            error=error,
        )

    def _file_field(self, item: Mapping[str, Any]) -> Field | None:
        place = place_of(self.form.form, str(item["key"])) if item["kind"] == "field" else None
        return place.field if place else None

    def answered(self, question: QuestionView) -> list[dict[str, Any]]:
        """The items with the `answer` to each, fields as they were said then and in the reader's language."""
        answers = forms.answers_now(self.form.authority_id, self.row, until=question.answered_at)
        return [
            {**item, "answer": self._said_then(item, question.answer_to(str(item["key"])), answers)}
            for item in in_words_of(self.language, self.items, self.form)
        ]

    def _said_then(
        self, item: Mapping[str, Any], answer: Mapping[str, Any], answers: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        place = place_of(self.form.form, self.path_of(item)) if answer and self.path_of(item) else None
        return {**answer, "text": self.said_at(place, answers, self.language)} if place else answer

    # What is read

    def said_at(self, place: Shown, answers: Mapping[str, Any], language: str) -> str:
        """The answer at a place as people read it."""
        value = value_at(answers, place.path)
        return show(place.field, value, self.journey(answers, language).words) if value is not None else ""

    def read(
        self,
        question: QuestionView,
        again: Again,
        texts: Mapping[str, str],
        files: Mapping[str, Sequence[Any]],
        kept: list[UUID],
    ) -> Said:
        """The whole answer; the ids of files are added to `kept` as soon as they are kept. Fields are said in German."""
        given = [self._given(item, again, texts, files, kept) for item in question.items]
        more = [one for one in again.places if one.path not in self.paths]
        journey = self.journey(again.answers, OFFICIAL)
        with speaking(OFFICIAL):
            given += [Given(one.path, self.said_at(one, again.answers, OFFICIAL)) for one in more]
            further = tuple(Asked(one.path, "field", journey.label(one)) for one in more)
        name = applicant_name(journey.filled)
        before = applicant_name(self.journey(self.answers, OFFICIAL).filled)
        return Said(tuple(given), further, again, name if name != before else "", journey.filled.protects())

    def _given(
        self,
        item: Mapping[str, Any],
        again: Again,
        texts: Mapping[str, str],
        files: Mapping[str, Sequence[Any]],
        kept: list[UUID],
    ) -> Given:
        key = str(item["key"])
        if path := self.path_of(item):
            place = next(one for one in again.places if one.path == path)
            with speaking(OFFICIAL):
                return Given(key, self.said_at(place, again.answers, OFFICIAL))
        documents = [self._kept(key, item, sent, kept) for sent in files.get(f"file-{key}", ())]
        tag = self.language if self.by_herself and free_text.is_marked(self.language) else ""
        return Given(key, texts.get(f"text-{key}", "")[:4000], tuple(documents), tag)

    def _kept(self, key: str, item: Mapping[str, Any], sent: Any, kept: list[UUID]) -> Document:
        one = self._file_field(item)
        most = one.max_mb if one else ANSWER_MB
        if sent.size > most * 1_000_000:
            text = N_("This file is larger than {mb} MB. Please make a smaller photo or scan.")
            raise Refused("file_big", text, field=f"file-{key}", mb=most)
        file, name = keep_checked(
            authority_id=self.form.authority_id,
            data=sent.read(),
            name=sent.name,
            accept=one.accept if one else ANSWER_KINDS,
            max_mb=most,
            path=f"file-{key}",
            now=self.now,
        )
        kept.append(file.blob_id)
        return Document(file.blob_id, name, file.media_type, file.size)


@dataclass(frozen=True)
class Drawn:
    """One thing to answer, as the templates draw it: `kind` is field, document or question."""

    kind: str
    block: blocks.Field


def _wants_file(item: Mapping[str, Any], form: AdoptedForm) -> bool:
    place = place_of(form.form, str(item["key"])) if item["kind"] == "field" else None
    return item["kind"] == "document" or (place is not None and place.field.type == "file")
