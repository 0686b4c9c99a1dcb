"""The one error of the launcher that a person reads as an explanation."""


class LaunchProblem(Exception):
    """Something is missing or in the way.

    `what` says it in one sentence, `mend` is the command or step that helps (may be empty).
    """

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        return f"{self.what}\n  Try: {self.mend}" if self.mend else self.what
