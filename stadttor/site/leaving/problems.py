"""What an operator reads when an export, a return or an erasure cannot go on."""

from stadttor.ground.launcher.problems import LaunchProblem


class LeaveProblem(LaunchProblem):
    """`what` says it in one sentence, `mend` is the step that helps."""


class FileDamaged(LeaveProblem):
    """One file does not open, or is not what its row says."""
