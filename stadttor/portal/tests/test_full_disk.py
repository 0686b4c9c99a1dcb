"""While the file store takes nothing, the form takes the rest and says so at the file."""

import re
import resource
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stadttor.catalog.services import adopt, go_live
from stadttor.catalog.tests.builders import ADLER, a_package, published
from stadttor.catalog.tests.test_hostile import FIELD
from stadttor.forms.tests import hostile
from stadttor.ground.clock import now

pytestmark = pytest.mark.db


@pytest.fixture
def draft(authority, client):
    """A draft of the skeleton's form with a proof to add."""
    proof = f"{FIELD}\n          - {{id: nachweis, type: file, accept: [pdf], max_mb: 5, max_files: 9}}"
    label = "    ab: {label: Ab wann soll die Genehmigung gelten?}"
    files = a_package(form=(FIELD, proof), texts=(label, f"{label}\n    nachweis: {{label: Nachweis}}"))
    version = published(now(), files=files).version_id
    found = adopt(authority_id=authority.id, version_id=version, parameters={}, actor=ADLER, now=now())
    go_live(authority_id=authority.id, adoption_id=found, actor=ADLER, now=now())
    address = client.post("/leistungen/muster/antrag").headers["Location"]
    return re.match(r"/antrag/[0-9a-f-]+", address)[0]


@contextmanager
def full_disk():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_was_typed_is_kept_and_the_file_is_said_not_to_be(client, draft):
    """Reports: the page was an error of ours (500) and lost what was typed; then it asked to fill in the field."""
    proof = SimpleUploadedFile("n.pdf", hostile.pdf(), "application/pdf")
    client.get(f"{draft}/seite/anliegen")  # style sheets are made with the first page
    with full_disk():
        answer = client.post(f"{draft}/seite/anliegen", {"anliegen.art": "neu", "anliegen.nachweis": proof})
        page = client.get(answer.headers["Location"]).content.decode()
    assert answer.status_code == 303
    assert "Diese Datei wurde nicht gespeichert" in page
    assert re.search(r'value="neu"[^>]*checked', page) or re.search(r'value="neu"[^>]*selected', page)
