"""One application under way: the draft, its form at the adopted revision, and what its pages show."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from markupsafe import Markup

from stadttor.catalog.queries import AdoptedForm, SetPackage, adopted_revision
from stadttor.catalog.rules.texts import Texts
from stadttor.core.trust import Trust, as_trust, reaches
from stadttor.forms import queries as forms
from stadttor.forms.definition import Field, Group, Page
from stadttor.forms.queries.entries import EntryRow, entered_draft
from stadttor.forms.rules import countries
from stadttor.forms.rules.filled import Fees, Filled, Shown, options_of
from stadttor.forms.rules.named import applicant_name as applicant_name
from stadttor.forms.rules.overriding import UNASKED, needs_nobody, remaining
from stadttor.forms.rules.problems import Problem
from stadttor.forms.rules.types import Words, show
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.web import blocks
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.prose import prose
from stadttor.identity.assertions import assertion_of
from stadttor.identity.ports import IdentityAssertion
from stadttor.identity.queries import Staff
from stadttor.portal import free_text, wording
from stadttor.portal.explaining import Explaining, element_name
from stadttor.portal.prefill import PREFIX, SOURCES, asked_fields, left_over, standing
from stadttor.portal.prices import prices_of_options, with_prices


@dataclass(frozen=True)
class Journey:
    """A draft with its form, in the language of the request; with its `entry` where a colleague (`actor`) enters it.

    `assertion`: who fills it in, as her sign-in said it, on those pages that need it (`signed_in`); `browser`: the secret
    of the browser that asks, if a sign-in was made with it.
    """

    draft: forms.DraftRow
    form: AdoptedForm
    language: str
    now: datetime
    entry: EntryRow | None = None
    actor: Actor = CITIZEN
    assertion: IdentityAssertion | None = None
    browser: str = ""

    def __post_init__(self) -> None:
        # Whatever answers it gets, the settings are those of the place they name.
        object.__setattr__(self, "form", self.form.for_answers(self.draft.answers))

    @cached_property
    def texts(self) -> Texts:
        return self.form.texts(self.language)

    @cached_property
    def filled(self) -> Filled:
        return Filled(self.form.form, self.draft.answers, self.form.parameters, self.day)

    @property
    def day(self) -> date:
        """The day by which answers are judged: today, or the one on which it came in to be entered."""
        return self.entry.received_on if self.entry else german_day(self.now)

    @property
    def language_of_person(self) -> str:
        """In which language the person is written to; a colleague may read the form in another."""
        return self.draft.language if self.entry else self.language

    def wrong(self, page: Page | None = None) -> list[Problem]:
        """What keeps this page, or the whole, from being accepted: its problems but those a colleague let pass."""
        found = self.filled.validate_page(page.id) if page else self.filled.validate_all()
        return self.not_passed(found)

    def not_passed(self, problems: Sequence[Problem]) -> list[Problem]:
        """The problems without those that a colleague let pass, and those that nobody has to judge in an entry."""
        if self.entry is None:
            return list(problems)
        judged = [one for one in problems if not needs_nobody(one, self._type_at(one.path))]
        return remaining(judged, self.entry.overrides, self.draft.answers)

    def _type_at(self, path: str) -> str:
        """The type of the field at the path of an answer; empty for what is none."""
        group, _dot, field = path.partition(".")
        one = self.form.form.fields.get(f"{group}.{field.rpartition('.')[2]}")
        return one.type if one else ""

    @cached_property
    def uploads(self) -> dict[str, forms.AttachmentRow]:
        """The draft's files by id as text."""
        return {str(row.id): row for row in forms.attachments(self.form.authority_id, self.draft.id)}

    @property
    def trust(self) -> Trust:
        """How surely it is known who fills it in."""
        return self.assertion.level if self.assertion else "none"

    @property
    def needs_sign_in(self) -> bool:
        """Whether the service must know more surely who applies than is known by now."""
        return self.entry is None and not reaches(self.trust, as_trust(self.form.manifest.trust))

    @property
    def steps(self) -> list[Page]:
        return self.filled.pages

    @property
    def may_grow(self) -> bool:
        """Whether an answer that is still open decides about further pages: then their number is not certain."""
        return bool(self._undecided)

    @cached_property
    def most_steps(self) -> int:
        """How many pages it can become: those of now, and those that answers still to come decide about."""
        return len(self.steps) + sum(1 for page in self.form.form.pages if page.id in self._undecided)

    @cached_property
    def _undecided(self) -> frozenset[str]:
        """The hidden pages whose condition asks for something that is not answered yet, or stands on such a page."""
        shown, found = {page.id for page in self.steps}, set[str]()
        for page in self.form.form.pages:
            if (
                page.id not in shown
                and page.show_if
                and any(self._is_open(one, found) for one in page.show_if.references)
            ):
                found.add(page.id)
        return frozenset(found)

    def _is_open(self, reference: str, undecided: Collection[str]) -> bool:
        """Whether what a condition reads is an answer that may still come."""
        form, filled = self.form.form, self.filled
        one = form.fields.get(reference.removeprefix("a."))
        if one is None:
            return False
        group = form.groups[one.group]
        return form.page_of_group[group.id].id in undecided or any(
            filled.visible(group, one, index) and filled.answer(one, index) is None for index in filled.indexes(group)
        )

    def with_answers(self, answers: Mapping[str, Any]) -> "Journey":
        """The same way with these answers of a page, not saved yet."""
        return replace(self, draft=replace(self.draft, answers={**self.draft.answers, **answers}))

    def page(self, page_id: str) -> Page | None:
        """The visible page of this id, none when it does not exist or is hidden now."""
        return next((page for page in self.steps if page.id == page_id), None)

    def after(self, page: Page) -> Page | None:
        """The next visible page, none before the summary."""
        steps = self.steps
        place = next((n for n, one in enumerate(steps) if one.id == page.id), len(steps))
        return steps[place + 1] if place + 1 < len(steps) else None

    def before(self, page: Page) -> Page | None:
        steps = self.steps
        place = next((n for n, one in enumerate(steps) if one.id == page.id), 0)
        return steps[place - 1] if place else None

    def fees(self) -> Fees:
        return self.filled.fees(self.form.fees)

    @cached_property
    def words(self) -> Words:
        return Words(self.language, self.option_text, _, self._file_name)

    def option_text(self, path: str, option: str) -> str:
        return self.texts.text(f"options.{path}.{option}", option)

    def _file_name(self, attachment_id: str) -> str:
        row = self.uploads.get(attachment_id)
        return row.name if row else ""

    @cached_property
    def explaining(self) -> Explaining:
        return Explaining(self.form, self.texts, self.draft.answers)

    # What a page shows

    def groups(self, page: Page, problems: Sequence[Problem]) -> list["ShownGroup"]:
        """Everything of a page, also what conditions hide now: the browser may show it while typing."""
        wrong: dict[str, list[Problem]] = {}
        for problem in problems:
            wrong.setdefault(problem.path, []).append(problem)
        open_ = {group.id for group in self.filled.groups(page)}
        return [self._group(group, wrong, shown=group.id in open_) for group in page.groups]

    def _group(self, group: Group, wrong: Mapping[str, Sequence[Problem]], *, shown: bool) -> "ShownGroup":
        items = [
            ShownItem(
                index,
                [self.block(Shown(one, Filled.path_of(one, index), index), group, wrong) for one in group.fields],
                "" if index is None else element_name(self.texts, group.id, index),
            )
            for index in self.filled.indexes(group)
        ]
        key = f"groups.{group.id}"
        return ShownGroup(
            id=group.id,
            title=self.texts.text(f"{key}.title"),
            intro=self.texts.text(f"{key}.intro"),
            add=self.texts.text(f"{key}.add"),
            items=items,
            repeats=group.repeat is not None,
            can_add=group.repeat is not None and len(items) < group.repeat.max,
            can_remove=group.repeat is not None and len(items) > group.repeat.min,
            shown=shown and (group.repeat is not None or any(one.shown for one in items[0].fields)),
            error=self._errors(wrong.get(group.id, ())),
        )

    def _errors(self, problems: Sequence[Problem]) -> str:
        """What stands at a field, several refused files line by line."""
        if len(problems) < 2:
            return self.explaining.at_field(problems[0]) if problems else ""
        return Markup("<br>").join(self.explaining.at_field(problem) for problem in problems)

    def constant(self, path: str) -> Mapping[str, Any]:
        """What a field looks like for everybody; made once for all."""
        return _constant(self.form.set_package, self.language, path)

    def block(self, shown: Shown, group: Group, wrong: Mapping[str, Sequence[Problem]]) -> blocks.Field:
        """A field as the templates draw it."""
        one, problems = shown.field, wrong.get(shown.path, ())
        parts = self.explaining.parts(problems[0]) if problems else {}
        return blocks.Field(
            **{
                **self.constant(one.path),
                **self._priced(one),
                **self._known(one),
                **self._helped(one),
            },
            name=shown.path,
            path=shown.path,
            value=self._value(shown),
            error="" if parts else self._errors(problems),
            errors={part: self.explaining.at_field(one) for part, one in parts.items()},
            required=self.filled.required(one, shown.index) and not self._may_stay_empty(one),
            uploads=self._stored(shown) if one.type == "file" else (),
            shown=self.filled.visible(group, one, shown.index),
        )

    def _helped(self, one: Field) -> dict[str, Any]:
        """In which language free text is written; a colleague at the counter writes German, and may do without e-mail."""
        if self._may_stay_empty(one):
            told = _("Without an e-mail address, leave this empty. Then our letters go by post.")
            return {"help": f"{self.constant(one.path)['help']} {told}".strip()}
        if one.type != free_text.KIND or self.entry:
            return {}
        return {"help": free_text.help_for(one, self.language, self.constant(one.path)["help"])}

    def _may_stay_empty(self, one: Field) -> bool:
        return self.entry is not None and one.type == UNASKED

    def _known(self, one: Field) -> dict[str, Any]:
        """Where the value came from, below the label, as long as it is still what the sign-in said; or what it said that
        the field cannot take as it is.
        """
        takes = (one.prefill or "").startswith(PREFIX) and self.form.form.groups[one.group].repeat is None
        if not takes or self.assertion is None:
            return {}
        claim, answer = (one.prefill or "").removeprefix(PREFIX), self.filled.answer(one, None)
        if told := left_over(one, claim, self.assertion):
            text = _("Your sign-in says: {value}. Please fill in this field yourself.", value=told)
        elif answer is not None and standing(one, claim, answer, self.assertion) == "same":
            text = _("From your sign-in: {account}. You can change it.", account=_(SOURCES[self.assertion.source]))
        else:
            return {}
        help_text = self.constant(one.path)["help"]
        return {"help": f"{help_text} {text}".strip()}

    def _priced(self, one: Field) -> dict[str, Any]:
        """The options of a choice that decides the fee, each with its amount."""
        prices = prices_of_options(self.form, self.filled, one)
        return {"options": with_prices(_options(self.form.set_package, self.language, one), prices)} if prices else {}

    def _value(self, shown: Shown) -> object:
        value = self.filled.answer(shown.field, shown.index)
        if value is None:
            value = self.filled.looked_up(shown.field, shown.index)
        if shown.field.type == "money" and isinstance(value, int):
            return f"{value // 100},{value % 100:02d}"
        return value

    def _stored(self, shown: Shown) -> list[blocks.Upload]:
        value = self.filled.answer(shown.field, shown.index) or []
        rows = [self.uploads[one] for one in value if one in self.uploads]
        return [self._upload(row) for row in rows]

    def _upload(self, row: forms.AttachmentRow) -> blocks.Upload:
        address = reverse("portal:file", args=[self.draft.id, row.id]) if row.state == "clean" else ""
        picture = address if row.media_type.startswith("image/") else ""
        return blocks.Upload(str(row.id), row.name, row.size, address, picture)

    # The summary

    def summary(self) -> list["Section"]:
        """All visible answers by page, as people read them; pages that ask nothing are left out."""
        return [section for page in self.steps if (section := self._section(page))]

    def _section(self, page: Page) -> "Section | None":
        rows = [
            blocks.Row(
                self.label(shown),
                show(shown.field, self.filled.answer(shown.field, shown.index), self.words),
                note=(note := self._doubt(shown)),
                marked=note != "",
            )
            for shown in self.filled.shown(page)
            if shown.field.type != "info"
        ]
        if not rows and not any(group.repeat for group in self.filled.groups(page)):
            return None
        title = self.texts.text(f"pages.{page.id}.title")
        given = [row for row in rows if row.value]
        return Section(page.id, title, given or [blocks.Row(title, _("No answer given"))])

    def _doubt(self, shown: Shown) -> str:
        """A question before sending, where she chose something else than the authority's list says."""
        if shown.field.lookup is None or shown.path not in self.filled.departures():
            return ""
        listed = self.filled.looked_up(shown.field, shown.index) or ""
        text = N_("By our list it would be: {value}. Please check your answer. If it is right, leave it as it is.")
        return _(text, value=self.option_text(shown.field.path, listed))

    def label(self, shown: Shown) -> str:
        """What a field is called outside its page; in a repeated group with the number of its element."""
        label = self.texts.text(f"fields.{shown.field.path}.label", shown.field.id)
        if shown.index is None:
            return label
        return wording.after(element_name(self.texts, shown.field.group, shown.index), label)

    def applicant(self) -> str:
        """The person's name for lists: the fields every package of ours calls vorname and nachname."""
        return applicant_name(self.filled)


@lru_cache(maxsize=4_096)
def _constant(form: SetPackage, language: str, path: str) -> Mapping[str, Any]:
    return constant(form, language, path)


def constant(form: SetPackage, language: str, path: str) -> Mapping[str, Any]:
    """What a field looks like for everybody who fills this form in this language, at every authority with its values."""
    one, texts, key = form.content.form.fields[path], form.texts(language), f"fields.{path}"
    label = texts.text(f"{key}.label", one.id)
    return {
        "type": one.type,
        "label": prose(label) if one.type == "info" else label,
        "help": _help(one, texts.text(f"{key}.help")),
        "example": texts.text(f"{key}.example"),
        "conditional": not isinstance(one.required, bool),
        "options": _options(form, language, one),
        "accept": _endings(one.accept) if one.type == "file" else "",
        "max_files": one.max_files,
        "autocomplete": one.autocomplete or "",
        "maxlength": one.max_length if one.type in ("text", "textarea", "name") else None,
        "width": one.width or "",
        "abroad": one.abroad,
    }


def _help(one: Field, text: str) -> str:
    """The package's explanation, for files with what may be sent."""
    return f"{text} {wording.file_rule(one)}.".strip() if one.type == "file" else text


def _options(form: SetPackage, language: str, one: Field) -> tuple[blocks.Option, ...]:
    if one.type == "country" or one.abroad:
        return _countries(language, one.nationality)
    texts, key = form.texts(language), f"options.{one.path}"
    offered = options_of(one, form.parameters)
    return tuple(blocks.Option(option, texts.text(f"{key}.{option}", option)) for option in offered)


def _endings(accept: Iterable[str]) -> str:
    return ",".join({"pdf": ".pdf", "jpeg": ".jpg,.jpeg", "png": ".png"}[kind] for kind in accept)


@lru_cache(maxsize=16)
def _countries(language: str, nationality: bool) -> blocks.KnownOptions:
    offered = countries.nationality_choices(language) if nationality else countries.choices(language)
    return blocks.KnownOptions(blocks.Option(code, name) for code, name in offered)


def applicant_email(filled: Filled) -> str:
    """The first answer to a visible field of type email; empty without one."""
    for page in filled.pages:
        for shown in filled.shown(page):
            if shown.field.type == "email" and (value := filled.answer(shown.field, shown.index)):
                return str(value)
    return ""


@dataclass(frozen=True)
class ShownItem:
    """One element of a group: `index` is None for an ordinary group."""

    index: int | None
    fields: list[blocks.Field]
    title: str = ""


@dataclass(frozen=True)
class ShownGroup:
    """A group as the page draws it."""

    id: str
    title: str
    intro: str
    add: str
    items: list[ShownItem]
    repeats: bool
    can_add: bool
    can_remove: bool
    shown: bool = True
    error: str = ""


@dataclass(frozen=True)
class Section:
    """A page of the summary: rows of label and value."""

    page_id: str
    title: str
    rows: list[blocks.Row]


def open_journey(authority_id: UUID, draft_id: UUID, token: str, language: str, now: datetime) -> Journey:
    """The journey for whoever holds the draft's secret. Refused as not found otherwise."""
    draft = forms.draft_for(authority_id, draft_id, token, now)
    return Journey(draft, adopted_revision(authority_id, draft.revision_id), language, now)


def signed_in(journey: Journey) -> Journey:
    """The same with who fills it in, as her sign-in said it: for pages that show it, and for sending.

    Nobody signs in for a form that asks an account for nothing and needs no level.
    """
    if journey.form.manifest.trust == "none" and not any(asked_fields(journey.form.form)):
        return journey
    return replace(journey, assertion=assertion_of(journey.form.authority_id, journey.draft.id))


def open_entry(staff: Staff, draft_id: UUID, language: str, now: datetime) -> Journey:
    """The journey that this colleague enters for somebody; a lead opens anybody's. Refused as not found otherwise."""
    sees_all = staff.may("lead")
    draft, entry = entered_draft(staff.authority_id, draft_id, staff.id, sees_all=sees_all, now=now)
    form = adopted_revision(staff.authority_id, draft.revision_id)
    return Journey(draft, form, language, now, entry, staff.actor())


def file_fields(page: Page, filled: Filled) -> Iterator[Shown]:
    """The places of a page where files may be added, hidden ones included: what was sent is not lost."""
    for group in page.groups:
        for index in filled.indexes(group):
            for one in group.fields:
                if one.type == "file":
                    yield Shown(one, Filled.path_of(one, index), index)
