"""Verbs that write and are no step, each with the reason why nobody is killed right after it.

What is one transaction is there whole or not at all: that somebody dies after any commit is tried by the step
`ground.transaction.Transaction._commit`. A step of its own has what is done in more than one, what goes outside, and what
people do twice because they had no answer. `test_kills` compares this with the modules' faces.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.measuring.circumstances import ROOT

AT_THE_DESK = (
    "one transaction of a colleague, who sees whether it was done; the same again changes nothing more or is refused"
)
SETTINGS = "one transaction of an organiser or operator, who sets things up anew or sees that they are"
SIGNING_IN = "one transaction of a sign-in: whoever had no answer signs in again, and an answer counts once"
HERS = "one transaction of a citizen in her own draft or account; the same again changes nothing more"
INSIDE = "inside the transaction of a step, or of a job that is one"
BY_THE_CLOCK = "one transaction that deletes or tells what is over: a death leaves it to the next time"
RETENTION = "deletion of whole cases: what promises were made of is gone then; the rows privacy and backup look at it"
LOOKS = "reads, and notes at most that somebody looked"

UNKILLED: Mapping[str, str] = {
    AT_THE_DESK: """
        cases.services.assigning: take assign move deputise end_deputy
        cases.services.closing: withdraw close reopen
        cases.services.deciding: confirm_second send_back undo complete_step
        cases.services.noting: note save_filter remove_filter
        forms.services.entering: keep_overrides
        notices.services.printing: note_printed
        payments.services: waive ask_anew keep note_stray
        privacy.services.holding: hold change_hold lift
        privacy.services.offering: answer_offer hand_over
        privacy.services.straying: settle_stray
        rollout.services.competence: set_competence does_not_apply does_apply
        rollout.services.objecting: object_to withdraw_objection
        rollout.services.planning: plan
        rollout.services.running: try_again
    """,
    SETTINGS: """
        appointments.services.pools: save_pool
        catalog.services.adopting: adopt change_parameters upgrade
        catalog.services.publishing: publish
        catalog.services.trusting: trust_key revoke_key
        exchange.services.targets: save_target remove_target ask_to_look
        identity.account_services: set_up renew agree roll_key remove
        identity.issuing.services: revoke_place
        identity.issuing.signing: put_signer
        identity.openid_settings: save_settings
        identity.services: create_member change_member set_password save_unit create_token revoke_token
        identity.sign_in_rules: set_rules
        identity.wallet_access: put_access renew register ask_across remove
        payments.services.finance: set_rules
        rollout.services.steering: make_steering steer
        tenancy.services.authorities: create_authority set_coverage describe create_authorities_from_register
        tenancy.services.importing: store_register
    """,
    SIGNING_IN: """
        citizens.services: sign_in sign_out
        identity.assertions: keep drop
        identity.openid: sign_out_by
        identity.passkeys: register sign_in prove rename remove remove_all_of
        identity.services: sign_in prove sign_out change_own_password
        identity.sessions: end_session end_other_sessions end_sessions_of
        identity.signing_in: begin take dismiss
        identity.wallet_sign_in: begin arrive look take dismiss
    """,
    HERS: """
        citizens.services: open_account keep let_go agree_to_delivery close_account
        forms.services.attaching: detach
        forms.services.drafting: keep_email delete_draft
        forms.services.reusing: reuse
        forms.services.showing: add_shown throw_away_shown
        insights.services.answering: give_score add_comment
        notices.services.posting: mark_read
        identity.wallet_proofs: take_proof
        portal.services: add_proof go_on_without
    """,
    INSIDE: """
        cases.services.asking: remind_of_question
        cases.services.closing: bring_back
        cases.services.noting: note_from_outside
        cases.services.permitting: note_reminded
        cases.services.staying: stays
        citizens.services: follow
        exchange.services.delivering: tidy
        exchange.services.ending: drop_open drop_replaced
        exchange.services.targets: look_at_target
        forms.services.attaching: discard
        forms.services.drafting: renew_secret
        forms.services.retrieving: throw_away_of_others
        notices.services.delivering: hold_back
        payments.services.claiming: ask_for let_go
        processes.services: store_definition start wake
    """,
    BY_THE_CLOCK: """
        appointments.services.erasing: forget_over
        appointments.services.reminding: remind_coming
        cases.services.looking: forget_looks
        citizens.services: forget_ended
        forms.services.drafting: delete_expired
        forms.services.retrieving: throw_away_old
        identity.issuing.services: forget_ended
        identity.services: forget_ended
        identity.signing_in: forget_ended_sign_ins
        identity.wallet_sign_in: forget_ended
        insights.services.answering: forget_old
        rollout.services.counting: count
    """,
    RETENTION: """
        cases.services.erasing: erase_case
        exchange.services.erasing: erase_hand_overs
        forms.services.erasing: erase_application
        identity.issuing.services: erase_issued
        notices.services.erasing: erase_about
        payments.services: forget_old
        payments.services.closing: old_closings forget_closing
        privacy.services.erasing: erase_all
        privacy.services.remembering: remember_all
        processes.services: erase_runs
        records.services: close_file erase_file
    """,
    LOOKS: """
        cases.services.asking: waits_for_answer
        cases.services.deciding: stands_already
        cases.services.looking: look_at
        cases.services.permitting: check_plate
        identity.sign_in_rules: rules_of
        privacy.services.exporting: search_person
    """,
}


def unkilled() -> dict[str, str]:
    """The reason of each verb, by its place in the product."""
    found = {}
    for reason, text in UNKILLED.items():
        for line in filter(None, map(str.strip, text.splitlines())):
            place, _colon, names = line.partition(": ")
            found |= {f"{place}.{name}": reason for name in names.split()}
    return found


def decorated_as_step() -> Iterator[tuple[str, str]]:
    """(place, name) of every function that the product's text marks, loaded or not."""
    product = ROOT / "stadttor"
    for path in sorted(product.rglob("*.py")):
        place = ".".join(path.relative_to(product).with_suffix("").parts).removesuffix(".__init__")
        for one in ast.walk(ast.parse(path.read_text())):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from ((place, one.name) for mark in one.decorator_list if ast.unparse(mark) == "step")


def verbs() -> Iterator[tuple[str, int]]:
    """Each public function of the modules' faces that opens a work of its own, and how often; reads open one for reading."""
    product = ROOT / "stadttor"
    for path in sorted(product.rglob("*.py")):
        place = ".".join(path.relative_to(product).with_suffix("").parts).removesuffix(".__init__")
        if _is_face(place):
            yield from _verbs_of(path, place)


def _is_face(place: str) -> bool:
    """A module's services; those of identity lie beside each other in files of their own."""
    parts = place.split(".")
    if {"tests", "migrations"} & set(parts):
        return False
    reads_or_shows = parts[-1] in ("queries", "cli") or parts[-1].endswith("pages")
    return "services" in parts or (parts[0] == "identity" and not reads_or_shows)


def _verbs_of(path: Path, place: str) -> Iterator[tuple[str, int]]:
    for function in ast.parse(path.read_text()).body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            opened = [
                item
                for one in ast.walk(function)
                if isinstance(one, ast.With)
                for item in one.items
                if ast.unparse(item.context_expr).startswith(("work(", "common(write"))
            ]
            if opened:
                yield f"{place}.{function.name}", len(opened)
