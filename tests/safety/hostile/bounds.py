"""Every number in the code that bounds what a package, a form or a process may be, and who tries what is beyond it."""

import ast
import re
from collections.abc import Iterator

from tests.measuring.circumstances import ROOT

TREES = ("stadttor/catalog", "stadttor/processes", "stadttor/forms", "stadttor/core/cel")
APART = ("tests", "migrations", "uploads")
"""Uploads come from citizens: they are tried by classes of files, not by packages."""
_NUMBER = re.compile(r"[0-9][0-9_ *<+()-]*|[A-Z][A-Z_]+")

_CEL, _FIM, _FORMS = "stadttor.core.cel.reading.", "stadttor.catalog.fim.", "stadttor.forms."
_LIMITS, _PROCESSES = "stadttor.catalog.rules.limits.", "stadttor.processes.rules."
TRIED = {
    f"{_LIMITS}ARCHIVE_BYTES": "an archive larger than allowed",
    f"{_LIMITS}FILES": "more files than allowed",
    f"{_LIMITS}FILE_BYTES": "a file larger than allowed",
    f"{_LIMITS}YAML_BYTES": "YAML larger than allowed",
    f"{_LIMITS}YAML_NODES": "more values than allowed",
    f"{_LIMITS}MAPPING_DEPTH": "nested deeper than allowed",
    f"{_LIMITS}COLLECTION_DEPTH": "lists deeper than allowed",
    f"{_LIMITS}TEXT_BYTES": "a text longer than allowed",
    f"{_LIMITS}PATH_LENGTH": "a path longer than allowed",
    f"{_LIMITS}FIELDS": "more fields than allowed",
    f"{_LIMITS}EXAMPLES": "more examples than allowed",
    f"{_LIMITS}LETTERS": "more letters than allowed",
    f"{_LIMITS}LANGUAGES": "more languages than allowed",
    f"{_LIMITS}PARAMETERS": "more settings than allowed",
    f"{_LIMITS}PATTERN_LENGTH": "a pattern of a setting longer than allowed",
    f"{_LIMITS}PATTERN_MEMORY": "a pattern that takes too much memory",
    f"{_LIMITS}CHECKED_VALUES": "checks that look at too much",
    f"{_LIMITS}HAND_OVER_FIELDS": "more values handed over than allowed",
    f"{_LIMITS}HAND_OVER_CODES": "more codes than allowed",
    f"{_LIMITS}HAND_OVER_CODE_LENGTH": "a code longer than allowed",
    f"{_LIMITS}TABLE_ROWS": "a list longer than allowed",
    f"{_LIMITS}MANIFEST_BYTES": "a list of sums larger than allowed",
    f"{_LIMITS}SIGNATURE_BYTES": "an endless signature",
    "stadttor.catalog.rules.wording.SEARCH_WORDS": "more words to search for than allowed",
    f"{_CEL}MAX_LENGTH": "a condition longer than allowed",
    f"{_CEL}MAX_DEPTH": "brackets without end",
    f"{_CEL}MAX_OPERATORS": "more operators than allowed",
    f"{_CEL}MAX_INTEGER": "a number larger than a browser knows",
    f"{_FORMS}definition.MAX_FIELDS": "more fields than allowed",
    f"{_FORMS}definition.MAX_NESTING": "a form nested deeper than allowed",
    f"{_FORMS}definition.MAX_CHAIN": "a chain of conditions longer than allowed",
    f"{_FORMS}definition.MAX_REPEAT": "a repetition without end",
    f"{_FORMS}definition.MAX_OPTIONS": "more options than allowed",
    f"{_FORMS}definition.MAX_PATTERN": "a pattern longer than allowed",
    f"{_FORMS}wallet_key.MOST": "more claims of a credential than allowed",
    f"{_FORMS}wallet_key.DEEPEST": "a claim deeper than allowed",
    f"{_PROCESSES}checking.MAX_BYTES": "a process larger than allowed",
    f"{_PROCESSES}checking.MAX_ELEMENTS": "more elements of a process than allowed",
    f"{_PROCESSES}checking.MAX_NODES": "more steps than allowed",
    f"{_PROCESSES}checking.MAX_DEPTH": "elements of a process deeper than allowed",
    f"{_PROCESSES}replaying.MAX_ENGINE_STEPS": "an act that leads through too much",
    f"{_FIM}model.MAX_DEPTH": "groups deeper than allowed",
    f"{_FIM}model.MAX_POSITIONS": "more positions than allowed",
    f"{_FIM}xml.MAX_BYTES": "a schema larger than allowed",
    f"{_FIM}xml.MAX_ELEMENTS": "more elements than allowed",
    f"{_FIM}codelists.MAX_COLUMNS": "a code list of more columns than allowed",
}
"""The hostile package or schema that is beyond a bound, by the bound."""
NOT_OF_PACKAGES = {
    f"{_PROCESSES}replaying.MAX_STEPS": "how often people act in one case; stadttor/processes/tests/test_replay.py",
    f"{_PROCESSES}drawing.LONGEST_NAME": "a name beyond it is cut",
    f"{_PROCESSES}vocabulary.FLAG_LENGTH": "what the product itself says to a process",
    f"{_PROCESSES}vocabulary._CACHE_MOST": "what is kept in memory",
    f"{_LIMITS}INDEX_BYTES": "another installation's index; stadttor/catalog/federation/tests/test_index.py",
    f"{_LIMITS}INDEX_VERSIONS": "as INDEX_BYTES",
    f"{_LIMITS}INDEX_TEXT": "as INDEX_BYTES",
    f"{_LIMITS}INDEX_SIGNATURES": "as INDEX_BYTES",
    "stadttor.catalog.federation.index.FORMAT": "no bound",
    "stadttor.catalog.pages.MOST_NEWS": "how much a page shows",
    "stadttor.catalog.services.trying.FEW": "for how many names another one is looked for; stadttor/catalog/tests/test_trying.py",
    "stadttor.catalog.starting_pages.FIRST": "how many services are ticked beforehand",
    "stadttor.catalog.services.together.MOST": "how many services one click takes over; stadttor/catalog/tests/test_starting.py",
    "stadttor.catalog.archive._PLAIN_FILE": "no bound",
    f"{_FIM}importing._WITHOUT_END": "what stands for no bound in FIM",
    f"{_FIM}importing._MOST_FILES": "a wish beyond it becomes this",
    f"{_FIM}naming._LONGEST": "a name beyond it is cut",
    f"{_FIM}questions.LONG_TEXT": "no bound",
    f"{_FIM}questions._LONGEST": "a wish beyond it becomes a note",
    "stadttor.catalog.queries.adopted.KEPT": "what is kept in memory",
    "stadttor.catalog.stored.KEPT": "what is kept in memory",
    "stadttor.catalog.queries.handing_over.LARGEST": "a file of answers that is handed over",
    "stadttor.catalog.services.correcting.LONGEST_REASON": "what an organiser writes about a setting",
    "stadttor.catalog.services.dating.LONGEST_SOURCE": "what an organiser writes about a setting",
    "stadttor.catalog.services.dating.MOST_COMING": "settings that an organiser plans",
    "stadttor.catalog.settings_form.ROWS_AS_TABLE": "how a page shows settings",
    f"{_FORMS}secrets.NONCE": "no bound",
    f"{_FORMS}rules.receipt.RANDOM": "no bound",
    f"{_FORMS}rules.file_names.NAME_MAX": "names of files, which are tried as such",
    f"{_FORMS}rules.types.MAX_NUMBER_TEXT": "answers",
    f"{_FORMS}rules.types.LONGEST_SENT": "answers",
    f"{_FORMS}queries.AT_ONCE": "rows that are read at once",
    f"{_FORMS}queries.entries.MOST_OPEN": "applications that are begun",
    f"{_FORMS}services.attaching.PER_DRAFT": "files of one application",
    f"{_FORMS}services.drafting.LARGEST_ANSWERS": "answers",
    f"{_FORMS}services.drafting.AT_ONCE": "rows that are read at once",
    f"{_FORMS}services.retrieving.MOST": "questions to registers",
    f"{_FORMS}services.submitting.MOST_TRIES": "numbers that are drawn",
    f"{_FORMS}services.waiting.AT_ONCE": "rows that are read at once",
}
"""Numbers that no package can pass, and what they bound."""


def bounds() -> Iterator[str]:
    """Every constant that is a number, by module and name."""
    for tree in TREES:
        for path in sorted((ROOT / tree).rglob("*.py")):
            inside = path.relative_to(ROOT).with_suffix("")
            if not set(inside.parts) & set(APART):
                module = ".".join(part for part in inside.parts if part != "__init__")
                yield from (f"{module}.{name}" for name in numbers_in(path.read_text()))


def numbers_in(source: str) -> Iterator[str]:
    for node in ast.parse(source).body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        names = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for name in names:
            if value and isinstance(name, ast.Name) and name.id.isupper() and _NUMBER.fullmatch(ast.unparse(value)):
                yield name.id
