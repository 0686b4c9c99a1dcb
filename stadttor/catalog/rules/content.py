"""A package, read: everything the product needs to know of it, frozen."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from stadttor.catalog.rules.asking import our_texts, with_our_questions
from stadttor.catalog.rules.assessment import AssessmentRule, parse_assessment
from stadttor.catalog.rules.cautions import CautionRule, parse_cautions, parse_only_if
from stadttor.catalog.rules.credentials import CredentialRule, parse_credential
from stadttor.catalog.rules.faults import Fault, PackageRefused
from stadttor.catalog.rules.files import Files, check_files
from stadttor.catalog.rules.handover import HandOver
from stadttor.catalog.rules.handover_check import FILE as HANDOVER
from stadttor.catalog.rules.handover_check import parse_handover
from stadttor.catalog.rules.letters_to import LettersTo, parse_letters_to
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.parameter_checks import ParameterRules, parse_rules
from stadttor.catalog.rules.parameters import ParameterFault, ParameterSchema, parse_schema
from stadttor.catalog.rules.permits import PermitRule, parse_permit
from stadttor.catalog.rules.representing import place_in, with_representation
from stadttor.catalog.rules.strict_yaml import Document, load
from stadttor.catalog.rules.tags import TagRule, parse_tag
from stadttor.catalog.rules.texts import OFFICIAL, Texts, parse_texts
from stadttor.core.cel import Expression
from stadttor.forms.definition import FeeItem, FormDefinition, FormFaults
from stadttor.forms.parsing import parse_fees, parse_form

FOR_STAFF = ("parameters.", "parameter_checks.", "outcome_help.", "cautions.")


@dataclass(frozen=True)
class Example:
    """One of the package's own tests, as its file says it."""

    document: Document = field(repr=False)

    @property
    def file(self) -> str:
        return self.document.file

    @property
    def data(self) -> Mapping[str, Any]:
        return self.document.data if isinstance(self.document.data, dict) else {}


@dataclass(frozen=True, eq=False)
class PackageContent:
    """One version of a package. `letters` are typst sources by kind, `letter_files` all files of their folder."""

    manifest: Manifest
    rules: ParameterRules
    form: FormDefinition
    fees: tuple[FeeItem, ...]
    texts: Mapping[str, Texts]
    letters: Mapping[str, str]
    letter_files: Mapping[str, bytes]
    process: bytes | None
    examples: tuple[Example, ...]
    permit: PermitRule | None = None
    credential: CredentialRule | None = None
    cautions: tuple[CautionRule, ...] = ()
    only_if: Mapping[str, Expression] = field(default_factory=dict)
    handover: HandOver | None = None
    assessment: AssessmentRule | None = None
    letters_to: tuple[LettersTo, ...] = ()
    tag: TagRule | None = None

    @property
    def parameters(self) -> ParameterSchema:
        return self.rules.schema

    def check_parameters(self, values: Mapping[str, Any]) -> list[ParameterFault]:
        """Every setting that does not fit, by itself or with others; empty means that the values may be adopted."""
        return self.rules.check(values)

    @cached_property
    def process_hash(self) -> str:
        """The SHA-256 of the package's own process, empty for the built-in one."""
        return hashlib.sha256(self.process).hexdigest() if self.process else ""

    def texts_in(self, language: str) -> Texts:
        """The texts in a language; what is missing falls back to German."""
        return self.texts.get(language) or Texts(language, {}, self.texts[OFFICIAL].own)

    @cached_property
    def missing_texts(self) -> dict[str, tuple[str, ...]]:
        """For each language the package promises, the keys it still says in German.

        What only staff read, and the permit itself, are in German alone.
        """
        permit = (f"letters.{self.manifest.permit.letter}.",) if self.manifest.permit else ()
        wanted = [key for key in self.texts[OFFICIAL].own if not key.startswith(FOR_STAFF + permit)]
        return {
            language: tuple(key for key in wanted if not self.texts_in(language).own.get(key))
            for language in self.manifest.languages
            if language != OFFICIAL
        }


ManifestReader = Callable[[Document], tuple[Manifest | None, list[Fault]]]


@dataclass
class Reading:
    """What was read so far and what is wrong with it; `documents` keep the lines."""

    files: Files
    faults: list[Fault] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    content: PackageContent | None = None
    with_lines: bool = True


def read_package(files: Files, read_manifest: ManifestReader, *, with_lines: bool = True) -> Reading:
    """Read every file, collecting all faults. The content is there only when nothing is wrong.

    `read_manifest` is `published_manifest` for a published version, `parse_manifest` for one that is still to be checked.
    What was checked before it was published needs no lines.
    """
    reading = Reading(files, check_files(files), with_lines=with_lines)
    if reading.faults:
        return reading
    for path in sorted(files):
        if path.endswith(".yaml"):
            _load(reading, path)
        elif path.endswith(".typ") and not _is_text(files[path]):
            reading.faults.append(Fault(path, 0, "The file is not UTF-8.", "Save it as UTF-8."))
    manifest, schema = _manifest(reading, read_manifest)
    form = _form(reading, manifest) if manifest else None
    fees = _fees(reading, form) if form else ()
    permit = _permit(reading, manifest, form) if manifest and form else None
    credential = _credential(reading, manifest, form) if manifest and form else None
    cautions = _cautions(reading, manifest, form) if manifest and form else ()
    only_if = _only_if(reading, manifest, form) if manifest and form else {}
    handover = _handover(reading, manifest, form) if manifest and form else None
    assessment = _assessment(reading, manifest, form) if manifest and form else None
    letters_to = _letters_to(reading, manifest, form) if manifest and form else ()
    tag = _tag(reading, manifest, form) if manifest and form else None
    if manifest and form:
        _check_member(reading, manifest, form)
    if manifest:
        _check_elsewhere(reading, manifest, schema)
    rules = _rules(reading, manifest, schema) if manifest else None
    texts = dict(_texts(reading, manifest)) if manifest else {}
    if manifest and form and rules and OFFICIAL in texts and not reading.faults:
        content = _content(reading, manifest, rules, form, fees, texts, permit, cautions, only_if)
        reading.content = replace(
            content, credential=credential, handover=handover, assessment=assessment, letters_to=letters_to, tag=tag
        )
    return reading


def _content(
    reading: Reading,
    manifest: Manifest,
    rules: ParameterRules,
    form: FormDefinition,
    fees: tuple[FeeItem, ...],
    texts: Mapping[str, Texts],
    permit: PermitRule | None,
    cautions: tuple[CautionRule, ...],
    only_if: Mapping[str, Expression],
) -> PackageContent:
    letters = {path: content for path, content in reading.files.items() if path.startswith("letters/")}
    return PackageContent(
        manifest=manifest,
        rules=rules,
        form=form,
        fees=fees,
        texts=texts,
        letters={_stem(path): content.decode() for path, content in letters.items() if path.endswith(".typ")},
        letter_files=letters,
        process=reading.files.get("process.bpmn"),
        examples=tuple(Example(doc) for path, doc in reading.documents.items() if path.startswith("examples/")),
        permit=permit,
        cautions=cautions,
        only_if=only_if,
    )


def _stem(path: str) -> str:
    return path.rsplit("/", 1)[1].rsplit(".", 1)[0]


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode()
    except UnicodeDecodeError:
        return False


def _load(reading: Reading, path: str) -> None:
    try:
        reading.documents[path] = load(reading.files[path], path, with_lines=reading.with_lines)
    except PackageRefused as error:
        reading.faults += error.faults


def _manifest(reading: Reading, read_manifest: ManifestReader) -> tuple[Manifest | None, ParameterSchema]:
    document = reading.documents.get("package.yaml")
    if document is None:
        return None, ParameterSchema()
    manifest, faults = read_manifest(document)
    reading.faults += faults
    if manifest is None:
        return None, ParameterSchema()
    schema, faults = parse_schema(document, manifest.parameters)
    reading.faults += faults
    return manifest, schema


def _form(reading: Reading, manifest: Manifest) -> FormDefinition | None:
    document = reading.documents.get("form.yaml")
    if document is None:
        return None
    if not isinstance(document.data, dict):
        reading.faults.append(Fault("form.yaml", 1, "The file is not a mapping.", "Begin with `pages:`."))
        return None
    try:
        return parse_form(with_our_questions(document.data, manifest.on_behalf), manifest.parameters)
    except FormFaults as error:
        reading.faults += _placed(document, error, manifest)
        return None


def _fees(reading: Reading, form: FormDefinition) -> tuple[FeeItem, ...]:
    document = reading.documents.get("fees.yaml")
    if document is None:
        return ()
    try:
        return parse_fees(document.data, form)
    except FormFaults as error:
        reading.faults += _placed(document, error)
        return ()


def _rules(reading: Reading, manifest: Manifest, schema: ParameterSchema) -> ParameterRules:
    return parse_rules(reading.documents["package.yaml"], manifest, schema, reading.faults)


def _permit(reading: Reading, manifest: Manifest, form: FormDefinition) -> PermitRule | None:
    return parse_permit(reading.documents["package.yaml"], manifest, form, reading.faults)


def _tag(reading: Reading, manifest: Manifest, form: FormDefinition) -> TagRule | None:
    return parse_tag(reading.documents["package.yaml"], manifest, form, reading.faults)


def _credential(reading: Reading, manifest: Manifest, form: FormDefinition) -> CredentialRule | None:
    return parse_credential(reading.documents["package.yaml"], manifest, form, reading.faults)


def _assessment(reading: Reading, manifest: Manifest, form: FormDefinition) -> AssessmentRule | None:
    return parse_assessment(reading.documents["package.yaml"], manifest, form, reading.faults)


def _check_elsewhere(reading: Reading, manifest: Manifest, parameters: ParameterSchema) -> None:
    """The setting that says where another portal serves is a yes or no."""
    said = manifest.elsewhere
    if said and said.where and said.where not in [one.name for one in parameters.parameters if one.kind == "boolean"]:
        document = reading.documents["package.yaml"]
        text = f"`elsewhere.where`: `{said.where}` is no setting of yes or no."
        reading.faults.append(
            Fault(document.file, document.line(("elsewhere", "where")), text, "Name a boolean parameter.")
        )


def _check_member(reading: Reading, manifest: Manifest, form: FormDefinition) -> None:
    """The answer that picks the member municipality is one address, asked once."""
    said = manifest.member
    if said is None:
        return
    one = form.fields.get(said.address)
    if one is None or one.type != "address" or form.groups[one.group].repeat is not None:
        document = reading.documents["package.yaml"]
        text = f"`member.address`: `{said.address}` is no address that the form asks for once."
        line = document.line(("member", "address"))
        reading.faults.append(Fault(document.file, line, text, "Name the path of a field of type `address`."))


def _cautions(reading: Reading, manifest: Manifest, form: FormDefinition) -> tuple[CautionRule, ...]:
    return parse_cautions(reading.documents["package.yaml"], manifest, form, reading.faults)


def _only_if(reading: Reading, manifest: Manifest, form: FormDefinition) -> Mapping[str, Expression]:
    return parse_only_if(reading.documents["package.yaml"], manifest, form, reading.faults)


def _letters_to(reading: Reading, manifest: Manifest, form: FormDefinition) -> tuple[LettersTo, ...]:
    return parse_letters_to(reading.documents["package.yaml"], manifest, form, reading.faults)


def _handover(reading: Reading, manifest: Manifest, form: FormDefinition) -> HandOver | None:
    document = reading.documents.get(HANDOVER)
    return parse_handover(document, manifest, form, reading.faults) if document else None


def _placed(document: Document, error: FormFaults, manifest: Manifest | None = None) -> Iterator[Fault]:
    for fault in error.faults:
        path = _as_written(document, fault.path, manifest)
        name = ".".join(map(str, path))
        text = f"`{name}`: {fault.message}" if name else fault.message
        yield Fault(document.file, document.line(path), text, fault.mend)


def _as_written(document: Document, path: tuple[str | int, ...], manifest: Manifest | None) -> tuple[str | int, ...]:
    """A place of the form as its file counts it, without the group that the product put on a page."""
    if manifest is None or document.data == with_representation(document.data, manifest.on_behalf):
        return path
    match path:
        case ("pages", page, "groups", int(group), *rest) if page == place_in(document.data["pages"]) and group > 0:
            return ("pages", page, "groups", group - 1, *rest)
    return path


def _texts(reading: Reading, manifest: Manifest) -> Iterator[tuple[str, Texts]]:
    german: Mapping[str, str] = {}
    form = reading.documents["form.yaml"].data if "form.yaml" in reading.documents else None
    paths = sorted(path for path in reading.documents if path.startswith("texts/"))
    for path in sorted(paths, key=lambda path: path != f"texts/{OFFICIAL}.yaml"):
        own, faults = parse_texts(reading.documents[path])
        reading.faults += faults
        own = {**our_texts(_stem(path), form, manifest.on_behalf), **own}
        german = german or own
        if _stem(path) not in manifest.languages:
            mend = "Add the language to `languages` in package.yaml, or remove the file."
            reading.faults.append(Fault(path, 0, "package.yaml does not name this language.", mend))
        yield _stem(path), Texts(_stem(path), own, german)
