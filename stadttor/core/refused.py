"""The one error that a person sees as an explanation."""


class Refused(Exception):
    """A rule says no, and says why.

    `code` is stable and for machines, `text` an English message id with {placeholders} filled from `values`,
    `status` the HTTP status (404 hides that a thing exists), `field` the path of the answer it belongs to.
    Raised beside the rule it comes from; rolls back the work it is raised in.
    """

    def __init__(self, code: str, text: str = "", *, status: int = 422, field: str | None = None, **values: object):
        super().__init__(code)
        self.code = code
        self.text = text
        self.status = status
        self.field = field
        self.values = values


def not_found() -> Refused:
    """What everybody gets who asks for something that is not there or not theirs."""
    return Refused("not_found", "This page does not exist, or you may not see it.", status=404)
