"""package.yaml: what a package says about itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.semver import Version, parse_version
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.core.ars import Level


@dataclass(frozen=True)
class Elsewhere:
    """A better or competent portal, offered before the first field. `text` is a text key.

    `where` names the setting, yes or no, by which an authority says that this portal serves it; without one it serves all.
    """

    url: str
    text: str = "elsewhere"
    where: str | None = None


@dataclass(frozen=True)
class Permit:
    """The document that a favourable decision brings along, valid from a day for so many months.

    `begins` (`from` in the file) and `months` are CEL over answers and parameters; what they leave open the clerk says
    when deciding. `plates`, `area`, `replaces` are CEL texts: what it is for, where, the number of the one it takes the
    place of. `again` says by its act (`renew`, `change`, `lost`) how a new application is prefilled from it.
    """

    letter: str
    outcomes: Sequence[str]
    begins: str
    months: str
    plates: Sequence[str] = ()
    area: str = ""
    replaces: str = ""
    again: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class TagEnd:
    """Which applications end a tag: `when` (`if` in the file) is CEL, `number` and `last_day` are CEL over its answers."""

    when: str
    outcomes: Sequence[str]
    number: str
    last_day: str


@dataclass(frozen=True)
class Tag:
    """What a decision enters until it is ended: one for each element of the group `each`, with a number that the clerk enters.

    `called` and `since` are CEL over the element (`item`). `again` says by its act (`end`) how an application is prefilled from
    it, `ends` which application ends it.
    """

    outcomes: Sequence[str]
    each: str
    called: str
    since: str
    again: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    ends: TagEnd | None = None


@dataclass(frozen=True)
class Credential:
    """What a decision lets the person take into her wallet, for so many months from the day it left.

    `claims` are CEL texts by the names of the vocabulary of sign-ins; `when` (`if` in the file) is CEL and may be empty.
    """

    outcomes: Sequence[str]
    months: int
    claims: Mapping[str, str]
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What a decision with one of these outcomes assesses a year, for every element of the group `each`. All else is CEL.

    `cents` a year, `since` the day that causes it, `next_month` whether it begins a month later, `paid_until` until when
    it was paid elsewhere; `relief` which elements get the `percent` of an outcome; `pro_rata`, `days` and `grace_days` when
    how much is due, `once` cents for each element that are asked for with the first part only;
    `earlier` how many calendar years before that of the decision are assessed with it (§ 169 AO);
    `mandate` whether the answers allow direct debits; `until` the day with whose month it ends for an element that is
    reported as ended; `moves_up` whether those behind it then count one place further in front.
    """

    outcomes: Sequence[str]
    each: str
    cents: str
    since: str
    next_month: str
    pro_rata: str
    days: str
    grace_days: str
    paid_until: str = ""
    relief: str = ""
    percent: Mapping[str, str] = field(default_factory=dict)
    once: str = ""
    earlier: str = ""
    mandate: str = ""
    until: str = ""
    moves_up: str = ""


@dataclass(frozen=True)
class Follow:
    """What may follow an outcome without the case being opened again: a visit that was prepared takes place, or nobody comes.

    `within` (ISO days, may be empty) is when somebody should have come.
    """

    outcomes: Sequence[str]
    within: str = ""

    @property
    def days(self) -> int | None:
        return int(self.within[1:-1]) if self.within else None


@dataclass(frozen=True)
class Member:
    """Which answer says to which of the municipalities that an authority serves an application belongs.

    `address` is the path of an address of the form. `in_its_name`: what is decided is the member's own business, which its
    association only does for it (in Bavaria Art. 4 VGemO); without it the settings may differ, the authority decides itself.
    """

    address: str
    in_its_name: bool = False


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The checked contents of package.yaml (`manifest_check.py` says what is right). Durations are ISO 8601.

    `demands` names the outcomes whose letter asks for money: such a decision gets a Kassenzeichen.
    """

    format: int
    id: str
    version: str
    leistung: str | None = None
    publisher: str
    competent: Level
    outcomes: Sequence[str]
    trust: str
    languages: Sequence[str]
    law: Sequence[str]
    channels: Sequence[str] = ("online",)
    due: str
    retention: str
    payment: str = "none"
    demands: Sequence[str] = ()
    assessment: Assessment | None = None
    follows: Mapping[str, Follow] = field(default_factory=dict)
    member: Member | None = None
    four_eyes: bool = False
    fresh_proof: bool = False
    secrecy: str = ""
    one_per_person: bool = False
    elsewhere: Elsewhere | None = None
    on_behalf: Mapping[str, str] | str = field(default_factory=dict)
    letters_to: Sequence[Mapping[str, Any]] = ()
    search: Sequence[str] = ()
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conditions: Mapping[str, Sequence[str]] = field(default_factory=dict)
    only_if: Mapping[str, str] = field(default_factory=dict)
    permit: Permit | None = None
    tag: Tag | None = None
    credential: Credential | None = None
    parameters: Mapping[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    parameter_checks: Sequence[Mapping[str, str]] = ()
    cautions: Sequence[Mapping[str, Any]] = ()
    migrations: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The last part of the id: the service's address."""
        return self.id.rsplit(".", 1)[1]

    @property
    def semver(self) -> Version:
        return parse_version(self.version)

    @property
    def due_days(self) -> int:
        return int(self.due[1:-1])


def published_manifest(document: Document) -> tuple[Manifest | None, list[Fault]]:
    """The manifest of a version that was checked when it was published: nothing is asked a second time."""
    return manifest_of(document.data), []


def manifest_of(data: Mapping[str, Any]) -> Manifest:
    """The manifest from what is written in a package.yaml that is right."""
    permit, elsewhere, credential = data.get("permit"), data.get("elsewhere"), data.get("credential")
    assessment, member, tag = data.get("assessment"), data.get("member"), data.get("tag")
    nested = {
        "member": Member(**member) if member else None,
        "follows": {outcome: Follow(**said) for outcome, said in data.get("follows", {}).items()},
        "assessment": Assessment(**assessment) if assessment else None,
        "elsewhere": Elsewhere(**elsewhere) if elsewhere else None,
        "permit": Permit(**{"begins" if key == "from" else key: value for key, value in permit.items()})
        if permit
        else None,
        "tag": _tag(tag) if tag else None,
        "credential": Credential(**{"when" if key == "if" else key: value for key, value in credential.items()})
        if credential
        else None,
    }
    return Manifest(**{**data, **nested})


def _tag(said: Mapping[str, Any]) -> Tag:
    ends = said.get("ends")
    return Tag(
        **{
            **said,
            "ends": TagEnd(**{"when" if key == "if" else key: one for key, one in ends.items()}) if ends else None,
        }
    )
