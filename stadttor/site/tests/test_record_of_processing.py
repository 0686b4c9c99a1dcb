"""The time limits that the record of processing names are those the code keeps."""

from datetime import timedelta

from stadttor.appointments.rules import KEEP
from stadttor.citizens.rules import SESSION_LASTS, UNUSED
from stadttor.identity.inviting import FORGOTTEN_AFTER
from stadttor.insights.rules.marks import KEEP_DAYS
from stadttor.papers.pages.standing import STANDING
from stadttor.papers.rules.barriers import KEEP_ANSWERED_DAYS, KEEP_OPEN_DAYS


def test_the_record_names_the_terms_of_the_code():
    said = {one.title: one.period for one in STANDING}
    assert f"{KEEP.days} days" in said["Appointments"]
    assert f"{UNUSED.days // 365} years" in said["Accounts of citizens"]
    assert f"{SESSION_LASTS // timedelta(hours=1)} hours" in said["Accounts of citizens"]
    assert f"{FORGOTTEN_AFTER.days} days" in said["Accounts of colleagues"]
    assert f"{KEEP_DAYS // 365} year" in said["Feedback and key figures"]
    assert f"{KEEP_ANSWERED_DAYS // 30} months" in said["Reports of barriers"]
    assert f"{KEEP_OPEN_DAYS // 365} year" in said["Reports of barriers"]
