"""Reads: who a service is for, how far its roll-outs are."""

from stadttor.rollout.queries.announced import AnnouncedRow, announced, announced_as
from stadttor.rollout.queries.cockpit import STAGES, CockpitRow, cockpit, counted
from stadttor.rollout.queries.progress import (
    LeftOutRow,
    Progress,
    RolloutRow,
    authorities_done,
    left_out,
    progress,
    rollout,
    rollouts,
    slugs_of,
)
from stadttor.rollout.queries.targets import (
    CompetenceRow,
    NotApplicableRow,
    Targets,
    competence_of,
    not_applicable_at,
    targets,
)

__all__ = [
    "STAGES",
    "AnnouncedRow",
    "CockpitRow",
    "CompetenceRow",
    "LeftOutRow",
    "NotApplicableRow",
    "Progress",
    "RolloutRow",
    "Targets",
    "announced",
    "announced_as",
    "authorities_done",
    "cockpit",
    "competence_of",
    "counted",
    "left_out",
    "not_applicable_at",
    "progress",
    "rollout",
    "rollouts",
    "slugs_of",
    "targets",
]
