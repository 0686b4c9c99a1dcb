"""The form behind a service's address: as an authority offers it now, and as it was when a draft or case began."""

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from stadttor.catalog.filling import with_parameters
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.deciding import outcomes_of
from stadttor.catalog.rules.manifest import Elsewhere, Manifest
from stadttor.catalog.rules.texts import Texts
from stadttor.catalog.stored import content_by_id
from stadttor.core.refused import not_found
from stadttor.forms.definition import FeeItem, FormDefinition
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.tenancy.queries import MemberRow, member_at, members

KEEP_S = 2.0
"""How long a process may go on with what it knows of an adoption: a withdrawal reaches all processes after that."""
KEPT = 20_000


@dataclass(frozen=True, eq=False)
class SetPackage:
    """A package with values for its parameters: one and the same for all authorities that set the same values."""

    content: PackageContent = field(repr=False)
    parameters: Mapping[str, Any]
    _texts: dict[str, Texts] = field(default_factory=dict, repr=False)

    def texts(self, language: str) -> Texts:
        """The package's texts in a language with these values; what is missing falls back to German."""
        found = self._texts.get(language)
        if found is None:
            found = with_parameters(self.content.texts_in(language), self.content.parameters, self.parameters)
            self._texts[language] = found
        return found


@dataclass(frozen=True, eq=False)
class AdoptedForm:
    """A service as one authority offers it at one revision; drafts and cases keep `revision_id`, the adoption's n-th (`number`)."""

    authority_id: UUID
    adoption_id: UUID
    revision_id: UUID
    slug: str
    state: str
    version_id: UUID
    version: str
    sha256: str
    parameters: Mapping[str, Any]
    content: PackageContent = field(repr=False)
    number: int = 0
    member: MemberRow | None = None
    """The municipality whose settings these are, where an address picked one."""
    _given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    _association: "AdoptedForm | None" = field(default=None, repr=False)
    _of_members: dict[str, "AdoptedForm"] = field(default_factory=dict, repr=False)

    def for_answers(self, answers: Mapping[str, Any]) -> "AdoptedForm":
        """The same with the settings of the member municipality in which the address of these answers lies.

        The authority's own where the package has no such address, the authority no members, or the address names none of them.
        """
        own = self._association or self
        said = self.manifest.member
        found = member_at(self.authority_id, _address(answers, said.address)) if said else None
        return own._of_member(found) if found else own

    def _of_member(self, row: MemberRow) -> "AdoptedForm":
        """One and the same for all its applications: what is made of the settings is made once."""
        found = self._of_members.get(row.ars)
        if found is None or found.member != row:
            values = self.content.parameters.merged({**self.parameters, **self._given.get(row.ars, {})})
            found = replace(self, parameters=values, member=row, _association=self, _of_members={})
            self._of_members[row.ars] = found
        return found

    @property
    def set_by_member(self) -> frozenset[str]:
        """The names of what the member, whose settings these are, sets itself."""
        given = self._association._given.get(self.member.ars, {}) if self._association and self.member else {}
        return frozenset(given)

    @property
    def picks_members(self) -> bool:
        """Whether an address decides here whose settings count."""
        return self.manifest.member is not None and bool(members(self.authority_id))

    @property
    def in_name_of(self) -> MemberRow | None:
        """The municipality in whose name is decided; none where the authority decides in its own."""
        return self.member if self.manifest.member and self.manifest.member.in_its_name else None

    @cached_property
    def set_package(self) -> SetPackage:
        """What does not depend on the authority itself."""
        return _set_package(self.content, self.parameters)

    @property
    def manifest(self) -> Manifest:
        return self.content.manifest

    @property
    def form(self) -> FormDefinition:
        return self.content.form

    @property
    def fees(self) -> tuple[FeeItem, ...]:
        return self.content.fees

    def texts(self, language: str) -> Texts:
        """The package's texts in a language with this authority's values; what is missing falls back to German."""
        return self.set_package.texts(language)

    @property
    def elsewhere(self) -> Elsewhere | None:
        """A better or competent portal; none where the authority says that it does not serve this place."""
        said = self.manifest.elsewhere
        return said if said and (said.where is None or self.parameters.get(said.where) is True) else None

    @property
    def refunds_refusals(self) -> bool | None:
        """Whether who is refused gets a paid fee back, as the authority has set it; None where the service says nothing."""
        setting = self.parameters.get(REFUNDS_REFUSALS)
        return setting if isinstance(setting, bool) else None

    def outcomes_of(self, section: str) -> Mapping[str, tuple[str, ...]]:
        """For which outcomes each of the `reasons` or `conditions` is; one that is not named is for every outcome."""
        return outcomes_of(self.content, section)


# The parameter by which a package lets the authority say it; its letter of refusal says the same.
REFUNDS_REFUSALS = "erstattung_bei_ablehnung"
_forms: OrderedDict[tuple[UUID, str], tuple[float, AdoptedForm | None]] = OrderedDict()
_revisions: OrderedDict[UUID, AdoptedForm] = OrderedDict()
_set_packages: OrderedDict[tuple[PackageContent, bytes], SetPackage] = OrderedDict()
NEWEST_SQL = """
SELECT r.id FROM catalog_adoption a JOIN catalog_adoptionrevision r ON r.adoption_id = a.id AND r.number = a.revision
WHERE a.authority_id = %s AND a.slug = %s
"""
REVISION_SQL = """
SELECT a.id, a.authority_id, a.slug, r.state, v.id, v.version, v.sha256, (COALESCE(p.given, '{}') || r.parameters)::text,
 (SELECT json_object_agg(m.ars, m.given)::text FROM (SELECT DISTINCT ON (ars) ars, given FROM catalog_membervalues
  WHERE adoption_id = a.id AND number <= r.number ORDER BY ars, number DESC) m), r.number
FROM catalog_adoptionrevision r
JOIN catalog_adoption a ON a.id = r.adoption_id JOIN catalog_packageversion v ON v.id = r.version_id
LEFT JOIN catalog_preset p ON p.id = r.preset_id
WHERE r.id = %s
"""


def adopted_form(authority_id: UUID, slug: str, *, include_test: bool = False) -> AdoptedForm:
    """The service at this address, as offered now. Raises Refused (404) unless it is live (or in test, if included).

    At most `KEEP_S` old; the content is shared by all authorities that adopted the version.
    """
    key = (authority_id, slug)
    kept = _forms.get(key)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + KEEP_S, _read_adopted(authority_id, slug))
        # What is not open yet is looked up anew: whoever opens a service looks at it at once.
        if kept[1] is not None and kept[1].state == "live":
            _keep(key, kept)
    found = kept[1]
    if found is None or found.state not in (("live", "test") if include_test else ("live",)):
        raise not_found()
    return found


def _keep(key: tuple[UUID, str], kept: tuple[float, AdoptedForm | None]) -> None:
    _forms[key] = kept
    while len(_forms) > KEPT:
        _forms.popitem(last=False)


def _set_package(content: PackageContent, parameters: Mapping[str, Any]) -> SetPackage:
    # The key is short: a list of streets may have 2,000 lines.
    key = (content, hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).digest())
    found = _set_packages.get(key)
    if found is None:
        found = _set_packages[key] = SetPackage(content, parameters)
        while len(_set_packages) > KEPT:
            _set_packages.popitem(last=False)
    return found


def _read_adopted(authority_id: UUID, slug: str) -> AdoptedForm | None:
    """The newest revision: of what never changes this process may know the rest already."""
    with common():
        found = read(NEWEST_SQL, authority_id, slug)
    return adopted_revision(authority_id, found[0][0]) if found else None


def adopted_revision(authority_id: UUID, revision_id: UUID) -> AdoptedForm:
    """The service as it was when a draft or case began. Never changes.

    Raises Refused (404) for a revision of another authority.
    """
    found = _revisions.get(revision_id)
    if found is None:
        with common():
            found = _adopted(revision_id)
        if found is not None:
            _revisions[revision_id] = found
            while len(_revisions) > KEPT:
                _revisions.popitem(last=False)
    if found is None or found.authority_id != authority_id:
        raise not_found()
    return found


def _adopted(revision_id: UUID) -> AdoptedForm | None:
    found = read(REVISION_SQL, revision_id)
    if not found:
        return None
    adoption_id, authority_id, slug, state, version_id, version, sha256, parameters, given, number = found[0]
    content = content_by_id(version_id, sha256)
    return AdoptedForm(
        authority_id=authority_id,
        adoption_id=adoption_id,
        revision_id=revision_id,
        slug=slug,
        state=state,
        version_id=version_id,
        version=version,
        sha256=sha256,
        parameters=content.parameters.merged(json.loads(parameters)),
        content=content,
        number=number,
        _given=json.loads(given or "{}"),
    )


def _address(answers: Mapping[str, Any], path: str) -> Any:
    """The answer at `group.field`; answers may come from anywhere and be of any kind."""
    group, _dot, name = path.partition(".")
    element = answers.get(group)
    return element.get(name) if isinstance(element, dict) else None


def forget_offered(authority_id: UUID) -> None:
    """Drop what this process keeps of an authority's services, after a change."""
    for key in [key for key in _forms if key[0] == authority_id]:
        _forms.pop(key, None)
