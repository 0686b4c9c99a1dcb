"""Five opinions of applicants in a town, one with a comment, a code that asks for more, an answer that colleagues alone
read, a request to a publisher."""

from uuid import UUID, uuid4

from stadttor.catalog.models import Adoption, Package
from stadttor.catalog.queries import release
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import common, work
from stadttor.insights import services
from stadttor.insights.models import Feedback
from stadttor.insights.queries.inviting import code_for
from stadttor.insights.services.triage import announce
from stadttor.studio.models import Asking, ChangeRequest

SERVICE, OFFERED = "hundesteuer", "bewohnerparkausweis"


def opinions(town_id: UUID) -> dict[str, str]:
    """What pages call by name: the comment, the answer and the code."""
    given = {"authority_id": town_id, "service": SERVICE, "way": "online_sent", "today": german_day(now())}
    for _person in range(5):
        right = services.right_to_answer(authority_id=town_id, service=SERVICE, way="online_sent", ballot=uuid4())
        services.give_score(**given, right=right, score=4)
    services.add_comment(**given, right=right, text="Ging schnell", is_pleased=True)
    with work(town_id):
        comment_id = Feedback.objects.get(authority_id=town_id).id
    answer = announce(
        authority_id=town_id, service=SERVICE, said="Es ging schnell", done="So bleibt es.", is_public=False, actor=SYSTEM,
        now=now(),
    )  # fmt: skip
    code = code_for(town_id, OFFERED, "counter", german_day(now()))
    return {"feedback_id": str(comment_id), "answer_id": str(answer), "code": code}


def asked(town_id: UUID, body_id: UUID, slug: str) -> UUID:
    """A request of the town to its own publisher, about a package that nobody else uses: who uses one reads all of it."""
    like = release(f"de.stadttor.{SERVICE}")
    with common(write=True):
        package = Package.objects.create(name=f"de.stadttor.nur-{slug}", slug=f"nur-{slug}")
        Adoption.objects.create(
            authority_id=town_id, package=package, slug=package.slug, version_id=like.id, state="withdrawn", since=now()
        )
    with work(body_id):
        row = ChangeRequest.objects.create(
            publisher_id=body_id, package=package, version="1.0.0", title=f"Kürzer für {slug}", wrong="Zu lang", urgency="wish",
            tag="length", at=now(),
        )  # fmt: skip
    with work(town_id):
        Asking.objects.create(request=row, authority_id=town_id, at=now())
    return row.id
