"""A case is deleted while a job files something for it."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from stadttor.cases import services
from stadttor.cases.models import Case
from stadttor.cases.queries import ended_case
from stadttor.cases.tests.fakes import FakeApplications
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.privacy.services.erasing import Why, erase_all
from stadttor.records.models import Document, File
from stadttor.records.services import file_document, open_file, put
from tests.safety.races.meeting import Point
from tests.safety.races.race import WRITTEN, Guard, Race, Round

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
LOCKED = ("stadttor.cases.services.staying:locked", "stadttor.cases.services.erasing:locked")
BEFORE, READ = Point("about to read the case", LOCKED, after=False), Point("case read", LOCKED)


def race_of_erasing(town: UUID, applications: FakeApplications) -> Race:
    """In this town, of cases of these applications."""
    scene = partial(_round, town, applications)
    return Race("deletion against a running job", scene, (BEFORE, READ, WRITTEN), WRITTEN, Guard(locks=True))


def _round(town: UUID, applications: FakeApplications) -> Round:
    case_id = services.open_case(authority_id=town, submission_id=applications.submitted(), now=BEGIN)
    with work(town):
        Case.objects.filter(id=case_id).update(active=False, state="withdrawn", closed_at=BEGIN)
    acts = (partial(_file, authority_id=town, case_id=case_id), partial(_erase, town, case_id))
    return Round(acts, lambda became: _left(town, case_id, became))


@services.ends_with_case
def _file(*, authority_id: UUID, case_id: UUID) -> None:
    """As the jobs of `stadttor.site.delivery` do it; what they set in print before is no part of the race."""
    kept = put(authority_id=authority_id, data=b"%PDF")
    with services.stays(authority_id, case_id):
        open_file(authority_id=authority_id, case_id=case_id, number=str(case_id), title="Parken", now=BEGIN)
        file_document(
            authority_id=authority_id, case_id=case_id, kind="letter", title="Bescheid", origin="system", kept=kept,
            source_key="decision", now=BEGIN,
        )  # fmt: skip


def _erase(town: UUID, case_id: UUID) -> None:
    with work(town):
        end = ended_case(town, case_id, lock=True)
        erase_all(town, end, Why("withdrawn", "", SYSTEM, BEGIN))


def _left(town: UUID, case_id: UUID, became: tuple[str, str]) -> str:
    """Whoever was first: both are done, and nothing of the case is there."""
    with work(town):
        found = {
            "cases": Case.objects.filter(id=case_id).count(),
            "files": File.objects.filter(case_id=case_id).count(),
            "documents": Document.objects.filter(case_id=case_id).count(),
        }
    return "" if became == ("done", "done") and not any(found.values()) else f"{became}, left {found}"
