"""Passwords that everybody tries first: the 20,000 most frequent of published breaches, as Django ships them."""

import gzip
import re
from pathlib import Path

from django.contrib import auth

LIST = Path(auth.__file__).with_name("common-passwords.txt.gz")


def is_common(plain: str) -> bool:
    """Whether the casefolded password, or its word without digits and signs around it, is on the list.

    Read anew each time: it would cost a web worker 2 MB for ever, for something that is asked once a year.
    """
    tried = {plain, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)} - {""}
    with gzip.open(LIST, "rt", encoding="utf-8") as file:
        return any(line.strip() in tried for line in file)
