"""An answer of a register that waits for the word of who asked: she signed in with her browser, and agreed."""

from uuid import UUID

from stadttor.catalog.queries import adopted_form
from stadttor.forms.services.retrieving import retrieve
from stadttor.ground.clock import now
from stadttor.identity.assertions import keep
from stadttor.identity.ports import IdentityAssertion
from stadttor.identity.queries import hashed
from stadttor.site.simulated_people import PEOPLE

PROOF = "fahrzeug.zb1"


def let_answer_wait(*, town_id: UUID, name: str, service: str, draft_id: UUID, browser: str) -> None:
    """Of the demo's register about Amira's car. Whoever signed in before is forgotten, with what waited for her."""
    moment, amira = now(), PEOPLE["amira"]
    said = IdentityAssertion("simulated", amira.level, moment, amira.claims, "simulated", amira.pseudonym)
    keep(authority_id=town_id, draft_id=draft_id, assertion=said, now=moment, browser_hash=hashed(browser))
    came = retrieve(
        authority_id=town_id, draft_id=draft_id, field=adopted_form(town_id, service).form.fields[PROOF],
        purpose=service, authority=name, consent=True, browser=browser, now=moment,
    )  # fmt: skip
    assert came == "found", came
