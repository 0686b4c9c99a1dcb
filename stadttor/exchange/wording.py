"""What comes of a try, in words: for the desk and for organisers."""

from stadttor.ground.web.language import N_, _

PROBLEMS = {
    "unreachable": N_("The target could not be reached."),
    "slow": N_("The target took too long."),
    "broken_off": N_("The connection broke off. The same file is sent again; the target has it once."),
    "host_key": N_("The server has another key than the one that was entered. Nothing was sent."),
    "certificate": N_("The server's certificate is not valid. Nothing was sent."),
    "login": N_("The target did not let us in. Please check name and secret."),
    "folder": N_("There is no such folder. The operator has to make it."),
    "write": N_("The file could not be written there."),
    "host": N_("The operator has not allowed this host."),
    "proof": N_("A proof that goes along is lost or was changed here. Nothing was sent."),
    "store": N_("The file store does not answer, so the proofs cannot go along yet."),
    "way": N_("The operator does not offer this way any more."),
}


def problem_text(code: str) -> str:
    """In the current language; empty where nothing is known against it."""
    if code.startswith("status_"):
        return _("The target answered with the code {code}.", code=code.removeprefix("status_"))
    return _(PROBLEMS[code]) if code in PROBLEMS else ""
