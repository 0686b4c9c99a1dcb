"""Reads: who a service is for, how far its roll-outs are."""

from stadttor.rollout.queries.announced import AnnouncedRow, announced, announced_as
from stadttor.rollout.queries.cockpit import CockpitRow, cockpit, counted, used_since
from stadttor.rollout.queries.left import LeftOutRow, left_out, settings_named, settings_titles
from stadttor.rollout.queries.progress import (
    Progress,
    RolloutRow,
    authorities_done,
    progress,
    rollout,
    rollout_by_id,
    rollouts,
    slugs_of,
    to_put_back,
    waiting_in,
)
from stadttor.rollout.queries.standing import (
    CountedRow,
    StandingRow,
    at_kreis,
    by_authority,
    by_kreis,
    by_package,
    counted_as,
)
from stadttor.rollout.queries.steering import SteeringRow, rollout_seen, rollouts_seen, steering_at
from stadttor.rollout.queries.targets import (
    CompetenceRow,
    NotApplicableRow,
    Targets,
    competence_of,
    level_at,
    level_of_service,
    levels_of,
    not_applicable_at,
    targets,
)
from stadttor.rollout.rules.stages import STAGES

__all__ = [
    "STAGES",
    "AnnouncedRow",
    "CockpitRow",
    "CompetenceRow",
    "CountedRow",
    "LeftOutRow",
    "NotApplicableRow",
    "Progress",
    "RolloutRow",
    "StandingRow",
    "SteeringRow",
    "Targets",
    "announced",
    "announced_as",
    "at_kreis",
    "authorities_done",
    "by_authority",
    "by_kreis",
    "by_package",
    "cockpit",
    "competence_of",
    "counted",
    "counted_as",
    "left_out",
    "level_at",
    "level_of_service",
    "levels_of",
    "not_applicable_at",
    "progress",
    "rollout",
    "rollout_by_id",
    "rollout_seen",
    "rollouts",
    "rollouts_seen",
    "settings_named",
    "settings_titles",
    "slugs_of",
    "steering_at",
    "targets",
    "to_put_back",
    "used_since",
    "waiting_in",
]
