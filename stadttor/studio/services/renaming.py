"""A field or page gets another short name, in one step with all its uses: conditions, texts, examples, hand-over, letters.

Nothing is saved here: it gives the new contents, for `services.save`. What cannot be renamed surely is not renamed at all.
"""

import re
from collections.abc import Mapping

from stadttor.catalog.queries import newest_version, package_content, release
from stadttor.catalog.services.drafting import (
    PackageRefused,
    Path,
    letter_of,
    looked_over,
    mention_of,
    renamed,
)
from stadttor.core.refused import Refused, not_found
from stadttor.studio.rules.naming import must_be_free
from stadttor.studio.rules.parts import Part, Target, every, outline
from stadttor.studio.services.draft import Draft
from stadttor.studio.services.shaping import FORM, part_of

FIELD = "new_id"
_BRACES = re.compile(r"\{[^{}]*\}")


def is_published(package: str, target: Target) -> bool:
    """Whether the newest published version asks this question: its answers are kept under this short name."""
    version = newest_version(package)
    path = f"{target.group}.{target.field}"
    return bool(target.field and version and path in package_content(release(package, version).id).form.fields)


def rename(
    files: Mapping[str, bytes], package: str, target: Target, name: str, *, major: bool = False
) -> tuple[dict[str, bytes], Target]:
    """The contents in which the part is called `name` everywhere, and the part as it is called then.

    Refused (404) when it is not there; for a name that cannot be; for a question that is published, unless the next version
    shall be a `major` one; in a repeated group, whose fields conditions call by other names; and when the check would find
    anything that it does not find now, or a letter that changes could not be set.
    """
    form = Draft(files).data(FORM)
    part = part_of(form, target)
    if target.kind == "group":
        raise not_found()
    old, new = target.name if target.kind == "page" else target.field, name.strip()
    must_be_free(new, _taken(form, target), FIELD)
    if target.field:
        if part_of(form, Target(group=target.group)).said.get("repeat"):
            raise Refused(
                "rename_repeated",
                "This question is asked several times. Conditions call it by other names; rename it in the files.",
                field=FIELD,
            )
        if is_published(package, target) and not major:
            raise Refused(
                "rename_published",
                "This question is published. Answers that are kept would lose their meaning in a smaller step: say that "
                "the next version is a major one.",
                field=FIELD,
            )
    mention = mention_of(target.group, target.field) if target.field else re.compile(rf"(\b){re.escape(old)}\b")
    before = {mention.sub(rf"\g<1>{new}", fault) for fault in _faults(files)}
    try:
        changed = {
            path: after
            for path, content in files.items()
            if (after := _renamed_in(path, content, part, old, new)) != content
        }
    except PackageRefused as error:
        raise _not_by_itself(error.faults[0].file, str(error.faults[0].text)) from error
    whole = {**files, **changed}
    if more := sorted(_faults(whole) - before):
        raise _not_by_itself(*more[0].split(": ", 1))
    _letters_must_be_set(whole, changed)
    goal = Target(page=new) if target.kind == "page" else Target(group=target.group, field=new)
    return changed, goal


def _taken(form: object, target: Target) -> set[str]:
    if target.kind == "page":
        return {one.target.page for one in outline(form)}
    return {one.target.field for one in every(outline(form)) if one.target.field and one.target.group == target.group}


def _renamed_in(path: str, content: bytes, part: Part, old: str, new: str) -> bytes:
    target = part.target
    if path.startswith("letters/") and path.endswith(".typ"):
        return _in_letter(path, content, target, new) if target.field else content
    if not path.endswith(".yaml"):
        return content
    if target.kind == "page":
        return renamed(
            content, path, keys=lambda at, key: new if path.startswith("texts/") and at == ("pages", old) else key,
            values=lambda at, text: _page_value(path, part, at, text, old, new),
        )  # fmt: skip
    mention = mention_of(target.group, target.field)

    def say(text: str) -> str:
        return mention.sub(rf"\g<1>{new}", text)

    def keys(at: Path, key: str) -> str:
        is_own = at[-2:-1] == (target.group,) and len(at) == 3
        if is_own and key == old and (
            (path.startswith("texts/") and at[0] in ("fields", "options"))
            or (path.startswith("examples/") and at[0] == "answers")
        ):  # fmt: skip
            return new
        return key if path.startswith("texts/") else say(key)

    def values(at: Path, text: str) -> str:
        if path == FORM and at == (*part.place, "id"):
            return text.replace(old, new, 1)
        if path.startswith("texts/"):
            return _BRACES.sub(lambda found: say(found[0]), text)
        return text if path.startswith("examples/") else say(text)

    return renamed(content, path, keys=keys, values=values)


def _page_value(path: str, part: Part, at: Path, text: str, old: str, new: str) -> str:
    is_id = path == FORM and at == (*part.place, "id")
    is_expected = path.startswith("examples/") and at[:2] == ("expect", "pages") and text.strip("'\"") == old
    return text.replace(old, new, 1) if is_id or is_expected else text


def _in_letter(path: str, content: bytes, target: Target, new: str) -> bytes:
    """Refused for a letter that names the field apart from its group: no check would notice that it is gone."""
    group, field = map(re.escape, (target.group, target.field))
    text = mention_of(target.group, target.field).sub(rf"\g<1>{new}", content.decode())
    text = re.sub(rf'("{group}"\s*,\s*")({field})"', rf'\g<1>{new}"', text)
    if re.search(rf'(?<!,)(?<!,\s)"{field}"', text):
        raise _not_by_itself(path, f'"{target.field}"')
    return text.encode()


def _faults(files: Mapping[str, bytes]) -> set[str]:
    """What the check finds. Refused when nothing can be read."""
    report = looked_over(files)
    if report.content is None:
        raise Refused("rename_unreadable", "Mend what the check found first.", field=FIELD)
    return {f"{one.file}: {one.text}" for one in report.faults}


def _letters_must_be_set(files: Mapping[str, bytes], changed: Mapping[str, bytes]) -> None:
    """Those that are changed, once each: the check of every save leaves letters out."""
    content = looked_over(files).content
    for kind in content.letters if content else ():
        if content and f"letters/{kind}.typ" in changed:
            try:
                letter_of(content, kind)
            except PackageRefused as error:
                raise _not_by_itself(f"letters/{kind}.typ", str(error.faults[0].text)) from error


def _not_by_itself(file: str, reason: str) -> Refused:
    return Refused(
        "rename_by_hand", "It cannot be renamed everywhere by itself ({file}: {reason}). Nothing was changed.", field=FIELD,
        file=file, reason=reason,
    )  # fmt: skip
