"""CEL profile 1 (docs/package-format.md): the only language in which packages state conditions, bounds and fees.

`Expression.parse` refuses everything outside the profile with a position and a mend, so that what is accepted always
ends: at most 500 characters, one level of comprehension over a bounded list, no recursion, no patterns. Evaluation is
total: an unanswered value makes comparisons false and sums unanswered, it never raises.

Accepted expressions are rewritten once into plain CEL ("lowered"), which the server runs with
common-expression-language and the browser with cel-js; both only need the few functions of `functions.py`.
"""

from stadttor.core.cel.expression import Environment, Expression
from stadttor.core.cel.kinds import (
    BOOLEAN,
    DATE,
    INTEGER,
    NULL,
    TEXT,
    Declared,
    Kind,
    Value,
    list_of,
    neutral,
    record,
)
from stadttor.core.cel.mentioned import like, mentioned
from stadttor.core.cel.reading import MAX_INTEGER, RESERVED, ProfileError

__all__ = [
    "BOOLEAN",
    "DATE",
    "INTEGER",
    "MAX_INTEGER",
    "NULL",
    "RESERVED",
    "TEXT",
    "Declared",
    "Environment",
    "Expression",
    "Kind",
    "ProfileError",
    "Value",
    "like",
    "list_of",
    "mentioned",
    "neutral",
    "record",
]
