"""A package's own tests: answers go in, what the form engine says is compared with what the example expects."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from stadttor.catalog.rules.content import Example, PackageContent
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.strict_yaml import Path
from stadttor.forms.rules import Applicant, Filled

_KEYS = frozenset({"title", "today", "parameters", "answers", "applicant", "expect"})
_EXPECT = frozenset({"valid", "fee_cents", "pages", "errors"})


def check_examples(content: PackageContent) -> Iterator[Fault]:
    """Every expectation of every example that does not come true."""
    if not content.examples:
        yield Fault("examples", 0, "The package has no examples.", "Add one that is accepted and one that is refused.")
    for example in content.examples:
        shape = list(_check_shape(example, content))
        yield from shape or _check_expectations(example, content)


def filled(example: Example, content: PackageContent, parameters: Mapping[str, Any]) -> Filled:
    """The example's answers in the form, under these parameters with the example's own over them."""
    data = example.data
    applicant = {key: str(value) for key, value in data.get("applicant", {}).items()}
    return Filled(
        content.form,
        with_files(data.get("answers", {})),
        {**parameters, **data.get("parameters", {})},
        date.fromisoformat(data["today"]),
        Applicant(**applicant),
    )


def fee_of(example: Example, content: PackageContent, parameters: Mapping[str, Any]) -> int:
    """What the example costs under these parameters, in cents; the example's own parameters do not count."""
    data = example.data
    one = Filled(content.form, with_files(data["answers"]), parameters, date.fromisoformat(data["today"]))
    return one.fees(content.fees).total


def with_files(value: Any) -> Any:
    """Answers as the engine takes them: a file `{name: zb1.pdf}` stands for an attachment of that name."""
    if isinstance(value, list):
        return [with_files(item) for item in value]
    if isinstance(value, dict):
        return value["name"] if set(value) == {"name"} and _is_file(value["name"]) else _each(value)
    return value


def _each(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: with_files(below) for key, below in value.items()}


def _is_file(name: object) -> bool:
    return isinstance(name, str) and name.lower().endswith((".pdf", ".jpg", ".jpeg", ".png"))


def _check_shape(example: Example, content: PackageContent) -> Iterator[Fault]:
    data = example.data
    yield from _unknown(example, data, _KEYS, ())
    for key, kind in (("title", str), ("today", str), ("answers", dict), ("expect", dict)):
        if not isinstance(data.get(key), kind):
            yield _fault(example, (key,), f"`{key}` is missing or not a {kind.__name__}.", "See the format.")
    for key in ("parameters", "applicant"):
        if not isinstance(data.get(key, {}), dict):
            yield _fault(example, (key,), f"`{key}` is not a mapping.", "See the format.")
            return
    yield from _unknown(example, data.get("applicant", {}), frozenset(Applicant.__slots__), ("applicant",))
    yield from _check_values(example, content)
    if isinstance(data.get("expect"), dict):
        yield from _unknown(example, data["expect"], _EXPECT, ("expect",))
        if not isinstance(data["expect"].get("valid"), bool):
            yield _fault(example, ("expect",), "`expect.valid` is missing.", "Write `valid: true` or `valid: false`.")
        if not isinstance(data["expect"].get("errors", {}), dict):
            yield _fault(example, ("expect", "errors"), "`errors` is not a mapping.", "Write `errors: {path: code}`.")


def _check_values(example: Example, content: PackageContent) -> Iterator[Fault]:
    try:
        date.fromisoformat(str(example.data.get("today")))
    except ValueError:
        yield _fault(example, ("today",), "`today` is not a date.", "Write it like 2026-11-22.")
    values = content.parameters.defaults() | dict(example.data.get("parameters", {}))
    for fault in content.check_parameters(values):
        path = ("parameters", *(int(part) if part.isdigit() else part for part in fault.path.split(".")))
        yield _fault(example, path, f"The parameter does not fit: {fault}.", "Correct the value.")


def _unknown(example: Example, found: Mapping[str, Any], known: frozenset[str], path: Path) -> Iterator[Fault]:
    for key in found:
        if key not in known:
            yield _fault(example, (*path, key), f"`{key}` is not known here.", f"Known: {', '.join(sorted(known))}.")


def _check_expectations(example: Example, content: PackageContent) -> Iterator[Fault]:
    expect = example.data["expect"]
    form = filled(example, content, content.parameters.defaults())
    problems = {problem.path: problem.code for problem in form.validate_all()}
    if expect["valid"] != (not problems):
        said = f"valid: {str(not problems).lower()}" + (f" ({_listed(problems)})" if problems else "")
        yield _differs(example, "valid", str(expect["valid"]).lower(), said)
    if "errors" in expect and {path: str(code) for path, code in expect["errors"].items()} != problems:
        yield _differs(example, "errors", _listed(expect["errors"]), _listed(problems))
    if "pages" in expect and expect["pages"] != [page.id for page in form.pages]:
        yield _differs(example, "pages", expect["pages"], [page.id for page in form.pages])
    fees = form.fees(content.fees)
    if "fee_cents" in expect and expect["fee_cents"] != fees.total:
        yield _differs(example, "fee_cents", expect["fee_cents"], fees.total)
    yield from (_unknown_answer(example, path) for path in _stray(example, content))


def _stray(example: Example, content: PackageContent) -> Iterator[Path]:
    """Answers to questions the form does not have: mostly a slip of the pen."""
    for name, given in example.data["answers"].items():
        group = content.form.groups.get(name)
        known = {one.id for one in group.fields} if group else set()
        elements = enumerate(given) if isinstance(given, list) else [(None, given)]
        for place, element in elements:
            start = ("answers", name) if place is None else ("answers", name, place)
            for key in element if isinstance(element, dict) else ():
                if key not in known:
                    yield (*start, key)


def _unknown_answer(example: Example, path: Path) -> Fault:
    name = ".".join(map(str, path[1:]))
    return _fault(example, path, f"The form has no field `{name}`.", "Correct the name.")


def _listed(errors: Mapping[str, Any]) -> str:
    return ", ".join(f"{path}: {code}" for path, code in errors.items()) or "no errors"


def _differs(example: Example, key: str, expected: object, found: object) -> Fault:
    text = f"“{example.data['title']}” expects {key} {expected}, but it is {found}."
    return _fault(example, ("expect", key), text, "Correct the example or the form.")


def _fault(example: Example, path: Path, text: str, mend: str) -> Fault:
    return Fault(example.file, example.document.line(path), text, mend)
