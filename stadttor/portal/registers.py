"""Proofs that a register can give: at which field, to whom, and what was asked so far, in words."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from stadttor.forms.definition import Field
from stadttor.forms.ports import Register, registers
from stadttor.forms.queries.retrieved import RetrievalRow
from stadttor.forms.services.retrieving import Identity, identity_for, offered
from stadttor.ground.web.blocks import Field as Block
from stadttor.ground.web.blocks import Row
from stadttor.ground.web.formats import moment
from stadttor.ground.web.language import N_, _
from stadttor.portal.journey import Journey, ShownGroup
from stadttor.portal.prefill import CLAIM_NAMES, for_people
from stadttor.portal.ways import TRUST_NAMES

SELF = "selbst"
OUTCOMES = {
    "asked": N_("Asked; no answer was kept."),
    "declined": N_("You did not agree. Nothing was asked."),
    "nothing": N_("The register has no such proof about you."),
    "away": N_("The register did not answer."),
    "unusable": N_("What came could not be used."),
    "found": N_("Found. You have not decided yet."),
    "added": N_("Found and added to the application."),
    "thrown_away": N_("Found and thrown away."),
    "removed": N_("Found and added, then taken out again."),
}


def register_for(journey: Journey, field: Field) -> Register | None:
    """The register that gives the proof of this field here. None at the counter and for whoever applies for somebody
    else: a register is told of the person who signed in, and of nobody else."""
    one_of_many = journey.form.form.groups[field.group].repeat is not None
    if journey.entry is not None or one_of_many or speaks_for_somebody_else(journey):
        return None
    return offered(field)


def is_shown(journey: Journey, field: Field) -> bool:
    """Whether the form asks for it as it is answered now: of anything else no register is asked (Art. 5 (1) (c) GDPR)."""
    return journey.filled.visible(journey.form.form.groups[field.group], field)


def identity(journey: Journey, register: Register) -> Identity | None:
    """What the register would be told of her; none where she is not surely enough, or not lately, signed in with this browser."""
    return identity_for(journey.form.authority_id, journey.draft.id, register, journey.browser, journey.now)


def told(person: dict[str, str]) -> list[Row]:
    """The same as she reads it."""
    return [Row(_(CLAIM_NAMES[name]), for_people(name, person[name])) for name in CLAIM_NAMES if name in person]


def is_simulated() -> bool:
    return registers().simulated


def log(found: Sequence[RetrievalRow]) -> list[Row]:
    """Every question to a register, newest first: when, whom, and what came of it. What she showed herself is none."""
    return [
        Row(
            f"{moment(one.asked)}: {named(one)}",
            _(OUTCOMES[one.outcome]),
            note=_("Kept by: {keeper}", keeper=one.keeper),
        )
        for one in reversed(found)
        if one.way == "register"
    ]


def named(one: RetrievalRow) -> str:
    """Its name, and that it is simulated where it is."""
    return _titled(one.register, simulated=one.simulated)


def _titled(title: str, *, simulated: bool) -> str:
    return _("{register} (simulated)", register=title) if simulated else title


def speaks_for_somebody_else(journey: Journey) -> bool:
    """Whether the application is for somebody else than the one who fills it in."""
    said = journey.draft.answers.get("fuer_wen")
    return isinstance(said, dict) and (said.get("wer") or SELF) != SELF


def with_registers(journey: Journey, groups: list[ShownGroup]) -> list[ShownGroup]:
    """The groups of a page, each proof that a register can give with the way there, or with what it takes to go it."""
    fields = journey.form.form.fields
    if not any(one.register for one in fields.values()):
        return groups
    return drawn_anew(groups, lambda one: _drawn(journey, one))


def drawn_anew(groups: list[ShownGroup], draw: Callable[[Block], Block]) -> list[ShownGroup]:
    """The groups of a page, each of its fields as `draw` gives it."""
    return [
        replace(group, items=[replace(item, fields=[draw(one) for one in item.fields]) for item in group.items])
        for group in groups
    ]


def _drawn(journey: Journey, block: Block) -> Block:
    field = journey.form.form.fields.get(block.path)
    register = register_for(journey, field) if field and field.register else None
    if register is None:
        return block
    if identity(journey, register):
        title = _titled(register.title, simulated=is_simulated())
        return replace(block, fetch=_("Fetch it from a register: {register}", register=title))
    text = N_("Instead of uploading it you can have it fetched from a register, if you show who you are: {level}.")
    return replace(block, help=f"{block.help} {_(text, level=_(TRUST_NAMES[register.level]))}".strip())
