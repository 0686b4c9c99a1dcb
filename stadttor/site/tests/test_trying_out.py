"""What is made while a service is tried out is marked everywhere (report: it looked like a real application)."""

from uuid import UUID

import pytest

from stadttor.catalog.queries import adopted_revision
from stadttor.catalog.queries.adopted import forget_offered
from stadttor.catalog.services import go_live, to_test
from stadttor.forms.models import Submission
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.work import work
from stadttor.notices.models import Mail
from stadttor.portal.services import is_tried_out
from stadttor.site import wiring
from stadttor.site.applications import submitted
from stadttor.site.letters import sheet_facts
from stadttor.site.matter import mail, matter_of
from tests.isolation import world

pytestmark = pytest.mark.db
TEST = ">Test</span>"


def test_list_case_and_letter_say_that_it_is_a_test(authority, monkeypatch):
    wiring.connect()
    adopt = world._adopt

    def tried_out(town, keys):
        adopt(town, keys)
        to_test(authority_id=authority.id, adoption_id=UUID(town.things["adoption_id"]), actor=SYSTEM, now=now())

    monkeypatch.setattr(world, "_adopt", tried_out)
    town = world.in_work(authority)
    case = f"/desk/cases/{town.things['case_id']}"
    assert TEST in town.clerk().get(case).content.decode()
    assert TEST in town.clerk().get("/desk/cases/?scope=unit").content.decode()
    with work(authority.id):
        found = submitted(authority.id, UUID(town.things["submission_id"]))
        assert sheet_facts(found, "x", now()).is_test
    # Opened afterwards, a revision that was read while it was tried out is no test any more.
    go_live(authority_id=authority.id, adoption_id=UUID(town.things["adoption_id"]), actor=SYSTEM, now=now())
    forget_offered(authority.id)
    assert not is_tried_out(adopted_revision(authority.id, found.row.revision_id))


TRIAL = "This is a trial"


def test_every_page_and_mail_of_a_trial_says_so(authority):
    """Report: the status page of somebody who fills in a form in test mode did not say that it was a trial."""
    wiring.connect()
    town = world.in_work(authority)
    adoption_id = UUID(town.things["adoption_id"])
    browser = town.citizen()
    draft, status = f"/antrag/{town.things['draft_id']}/zusammenfassung", f"/status/{town.things['submission_id']}"
    assert TRIAL not in browser.get(f"{draft}?lang=en").content.decode()
    assert TRIAL not in browser.get(f"{status}?lang=en").content.decode()
    to_test(authority_id=authority.id, adoption_id=adoption_id, actor=SYSTEM, now=now())
    forget_offered(authority.id)
    with work(authority.id):
        Submission.objects.update(is_test=True)
    for page in (draft, f"/antrag/{town.things['draft_id']}/spaeter", status):
        assert TRIAL in browser.get(f"{page}?lang=en").content.decode(), page
    mail(matter_of(authority.id, UUID(town.things["case_id"])), "receipt", "trial")
    with work(authority.id):
        assert Mail.objects.get(key="trial").values["trial"] == "yes"
