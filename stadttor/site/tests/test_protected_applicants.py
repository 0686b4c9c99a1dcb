"""Who says in the form that information about her is blocked (§ 51 BMG) is named in no list, from the first moment on."""

import re
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases.jobs import open_case
from stadttor.catalog.queries import adopted_form
from stadttor.catalog.rules.protecting import PATH
from stadttor.catalog.tests.builders import adopted
from stadttor.forms.services.drafting import start_draft
from stadttor.ground.clock import now
from stadttor.ground.models import Authority
from stadttor.portal import access
from stadttor.site import wiring
from stadttor.studio.tests.builders import signed_in, text

pytestmark = pytest.mark.db
TOKEN = "t" * 43
PERSON = {"person.vorname": "Amira", "person.nachname": "Yılmaz", "person.email": "amira.yilmaz@example.org"}
ASKED = {"anliegen.art": "neu", "anliegen.ab.day": "24", "anliegen.ab.month": "12", "anliegen.ab.year": "2040"}


def applied(authority: Authority, client: Client, said: str) -> UUID:
    """She fills the form page by page and sends it; gives the application."""
    form = adopted_form(authority.id, "muster")
    draft_id = start_draft(
        authority_id=authority.id, token=TOKEN, service=form.slug, adoption_id=form.adoption_id,
        revision_id=form.revision_id, language="de", now=now(),
    )  # fmt: skip
    client.cookies[access.cookie_name(draft_id)] = TOKEN
    for page, typed in (("person", {**PERSON, PATH: said}), ("anliegen", ASKED)):
        client.post(f"/antrag/{draft_id}/seite/{page}", {**typed, "go": "on"})
    summary = f"/antrag/{draft_id}/zusammenfassung"
    [seen] = re.findall(r'name="seen" value="([^"]+)"', text(client.get(summary)))
    sent = client.post(summary, {"declared": "yes", "seen": seen})
    return UUID(sent.headers["Location"].rpartition("/")[2])


@pytest.mark.parametrize(("said", "is_masked"), [("true", True), ("false", False)])
def test_from_the_form_to_the_work_list(authority: Authority, client: Client, said: str, is_masked: bool) -> None:
    wiring.connect()
    adopted(authority.id, now())
    open_case(authority_id=authority.id, submission_id=applied(authority, client, said))
    listed = text(signed_in(authority.id, authority.slug, "olsen", "lead").get("/desk/cases/?scope=all"))
    assert ("Protected person" in listed, "Yılmaz" in listed) == (is_masked, not is_masked)
