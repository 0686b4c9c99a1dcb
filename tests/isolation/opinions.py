"""Five opinions of applicants in a town, one with a comment, and an answer that colleagues alone read."""

from uuid import UUID, uuid4

from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.insights import services
from stadttor.insights.services.triage import announce

SERVICE = "hundesteuer"


def opinions(town_id: UUID) -> dict[str, str]:
    """What pages call by name: the comment and the answer."""
    for _person in range(5):
        ballot = uuid4()
        right = services.right_to_answer(authority_id=town_id, service=SERVICE, ballot=ballot)
        services.give_score(authority_id=town_id, right=right, service=SERVICE, score=4, today=german_day(now()))
    services.add_comment(authority_id=town_id, right=right, service=SERVICE, text="Ging schnell")
    answer = announce(
        authority_id=town_id, service=SERVICE, said="Es ging schnell", done="So bleibt es.", is_public=False, actor=SYSTEM,
        now=now(),
    )  # fmt: skip
    return {"feedback_id": str(ballot), "answer_id": str(answer)}
