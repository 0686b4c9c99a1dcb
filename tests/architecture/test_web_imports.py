"""What the web process does not load: it answers people with little memory, the rest is the worker's or comes when needed."""

import os
import subprocess
import sys

import pytest

HEAVY = {
    "SpiffWorkflow": "the process engine, loaded with the first step of a process",
    "lxml": "its XML parser",
    "rapidfuzz": "for searches",
    "typst": "letters are set by a process of their own",
    "pikepdf": "files are looked into by a process of their own",
    "PIL": "as pikepdf",
    "jsonschema": "packages are checked where they are published",
    "holidays": "a check of our own calendar in the tests",
    "asyncssh": "hand-over by SFTP, a job's",
    "uvicorn": "the live process",
    "aiosmtpd": "the demo's catcher of mails",
    "xlsxwriter": "tables for a spreadsheet, loaded with the first one",
    "ninja": "the API, loaded with its first call",
    "joserfc": "packages are signed and verified by commands",
    "pydantic": "of the API, and of the check of packages that are published",
    "procrastinate": "the worker's; the web enqueues by a statement",
    "attr": "as procrastinate",
    "psycopg_pool": "as procrastinate",
    "cbor2": "what wallets send, read when one answers",
    "signxml": "signed answers of accounts, read when one comes",
    "xmlsec": "as signxml",
    "webauthn": "passkeys, loaded with the first one",
    "unittest": "the API's library brings Django's test tools along",
}
START = """
import sys
from stadttor.site.wsgi import application
from django.urls import reverse
reverse("portal:home")
print(*(name.partition(".")[0] for name in sys.modules))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The names of everything a web process has loaded before its first request, with every name of an address that is no API's."""
    surroundings = os.environ | {"STADTTOR_VAR": str(tmp_path_factory.mktemp("var"))}
    done = subprocess.run([sys.executable, "-c", START], env=surroundings, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("library", HEAVY)
def test_the_web_process_starts_without(loaded, library):
    assert library not in loaded, HEAVY[library]


def test_the_list_of_what_is_loaded_is_seen(loaded):
    """The twin: a library that every web process needs is found."""
    assert {"django", "stadttor"} <= loaded


LITTLE_GARBAGE = """
import gc, sys
from stadttor.site.wsgi import application
print(gc.get_freeze_count(), gc.get_threshold()[0], int("stadttor.portal.pages.filling" in sys.modules))
"""


def test_garbage_is_looked_for_often_and_not_among_what_was_imported(tmp_path):
    """Both ways: kept for 20,000 objects the loops of requests take 4 MB, and without the freeze looking costs much."""
    surroundings = os.environ | {"STADTTOR_VAR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LITTLE_GARBAGE], env=surroundings, capture_output=True, text=True, check=True
    )
    frozen, objects, pages = map(int, done.stdout.split())
    assert frozen > 50_000
    assert objects <= 2_000
    assert pages, "what the first requests import is frozen too"
