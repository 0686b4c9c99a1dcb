"""Verbs that write and are no step, each with the reason why nobody is killed right after it.

What is one transaction is there whole or not at all: that somebody dies after any commit is tried by the step
`ground.transaction.Transaction._commit`. A step of its own has what is done in more than one, what goes outside, and what
people do twice because they had no answer; where more than one transaction is no step, its reason says what a death between
leaves. `test_kills` compares this with the modules' faces.
"""

import ast
from collections.abc import Iterator, Mapping

from tests.measuring.circumstances import ROOT

AT_THE_DESK = (
    "one transaction of a colleague, who sees whether it was done; the same again changes nothing more or is refused"
)
SETTINGS = "one transaction of an organiser or operator, who sets things up anew or sees that they are"
SIGNING_IN = "one transaction of a sign-in: whoever had no answer signs in again, and an answer counts once"
HERS = "one transaction of a citizen in her own draft or account; the same again changes nothing more"
TRIES = (
    "a sign-in or proof in more than one transaction: a challenge that was used up or a try that was counted stays so, and"
    " whoever had no answer begins anew"
)
AGAIN = "more than one transaction: the same again does what is missing"
HALF_WAY = (
    "two transactions: after a death between them the question stays in work, what the wallet sends again is refused, and its"
    " holder begins anew, which forgets the question; ten minutes later it is over by itself"
)
INSIDE = "inside the transaction of a step, or of a job that is one"
BY_THE_CLOCK = (
    "one transaction, or one for each thing, that deletes or tells what is over: a death leaves it to the next time"
)
RETENTION = "deletion of whole cases: what promises were made of is gone then; the rows privacy and backup look at it"
COMFORT = "a count of visits or broken pages, which a death leaves short by a few: a page is worth more than its count"
LOOKS = "reads, and notes at most that somebody looked"

UNKILLED: Mapping[str, str] = {
    AT_THE_DESK: """
        appointments.services.protecting: protect look_at_protected
        cases.services.assigning: take assign move deputise end_deputy
        cases.services.closing: withdraw close reopen
        cases.services.deciding: confirm_second send_back undo complete_step
        cases.services.noting: note save_filter remove_filter
        cases.services.protecting: protect lift_protection open_protected open_for_archive
        forms.services.entering: keep_overrides
        notices.services.printing: note_printed
        payments.services: waive ask_anew keep note_stray
        privacy.services.holding: hold change_hold lift
        privacy.services.offering: answer_offer hand_over
        privacy.services.straying: settle_stray
        studio.services.telling: want_mails
        studio.services.requesting: ask_for_change join_request take_note
        studio.services.deciding: name_body decide note_published merge
        insights.services.triage: sort_in strike answer announce publish_answer
        notices.services.delivering: note_arrived
        papers.services.reporting: answer_barrier
        rollout.services.costing: state_common_costs drop_common_costs
        rollout.services.competence: set_competence does_not_apply does_apply
        rollout.services.drafting: start_draft change_draft give_values throw_away ask_to_try plan_draft
        rollout.services.objecting: object_to withdraw_objection
        rollout.services.planning: plan
        rollout.services.promising: promise shift
        rollout.services.running: try_again
    """,
    SETTINGS: """
        appointments.services.pools: save_pool
        catalog.services.adopting: adopt change_parameters change_member_parameters upgrade go_live to_test withdraw
        catalog.services.correcting: correct_values
        catalog.services.dating: plan_parameters change_planned undo_planned begin_planned
        catalog.services.publishing: publish_with
        catalog.services.issuing: withdraw_version offer_version
        catalog.services.following: subscribe unsubscribe
        catalog.services.together: adopt_together change_together
        catalog.services.trusting: trust_key
        descriptions.services.importing: take_in
        descriptions.services.keeping: save_description set_hidden take_back
        exchange.services.targets: save_target remove_target ask_to_look
        insights.services.costing: state_costs
        insights.services.settling: settle open_figures
        inventory.services.assessing: assess
        inventory.services.drawing: draw_process drop_drawing
        inventory.services.importing: import_processes
        inventory.services.keeping: save_process delete_process take_over
        inventory.services.planning: plan_process
        inventory.services.rating: rate set_weights
        identity.account_services: set_up renew agree roll_key remove
        identity.helping: name_helper dismiss_helper allow_helper
        identity.issuing.services: revoke_place
        identity.issuing.signing: put_signer
        identity.inviting: invite send_again withdraw accept
        identity.services: create_member change_member set_password save_unit assign_services create_token revoke_token
        identity.sign_in_rules: set_rules
        identity.wallet_access: put_access renew register ask_across remove
        papers.services.assessing: assess
        payments.services.finance: set_rules
        rollout.services.steering: make_steering steer
        rollout.services.watching: mark_worse
        studio.services.naming: make_publisher
        studio.services.editing: open_published begin save go_back throw_away
        studio.services.publishing: ask_to_publish confirm_publication take_back_publication
        tenancy.services.agreements: offer_agreement accept_agreement end_agreement
        tenancy.services.authorities: create_authority set_coverage describe create_authorities_from_register
        tenancy.services.importing: store_register
        tenancy.services.members: describe_member
        tenancy.services.served: serve_place leave_place
        rollout.services.running: begin give_up pause stop next_wave start_taking_back
    """,
    SIGNING_IN: """
        citizens.services: sign_in sign_out
        identity.assertions: keep drop
        identity.openid: sign_out_by
        identity.passkeys: ask_to_register ask_to_sign_in ask_to_prove rename remove remove_all_of
        identity.services: sign_out
        identity.sessions: end_session end_other_sessions end_sessions_of
        identity.signing_in: begin take dismiss
        identity.wallet_sign_in: begin arrive look take dismiss
    """,
    HERS: """
        cases.services.permitting: give_back
        citizens.services: open_account keep let_go agree_to_delivery close_account
        forms.services.attaching: detach
        forms.services.drafting: keep_email delete_draft
        forms.services.reusing: reuse
        forms.services.showing: add_shown throw_away_shown
        insights.services.answering: give_score add_comment
        papers.services.reporting: report_barrier
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
        cases.services.tagging: end_tag issue_tags restore_tag
        citizens.services: follow
        exchange.services.delivering: tidy
        exchange.services.ending: drop_open drop_replaced
        exchange.services.targets: look_at_target
        insights.services.triage: became_request
        forms.services.attaching: discard
        forms.services.drafting: renew_secret
        forms.services.retrieving: throw_away_of_others
        notices.services.delivering: hold_back
        notices.services.printing: drop_plain
        payments.services.booking: note_listed
        payments.services.claiming: ask_for let_go lower_claim raise_claim
        payments.services.listing: keep_listed
        processes.services: store_definition start complete send wake
    """,
    BY_THE_CLOCK: """
        appointments.services.erasing: forget_over
        appointments.services.reminding: remind_coming
        catalog.services.issuing: issue
        catalog.services.following: refresh
        cases.services.looking: forget_looks
        cases.services.placing: find_units
        citizens.services: forget_ended
        forms.services.drafting: delete_expired
        forms.services.retrieving: throw_away_old
        identity.inviting: forget_old
        identity.issuing.services: forget_ended
        identity.services: forget_ended
        identity.signing_in: forget_ended_sign_ins
        identity.wallet_sign_in: forget_ended
        insights.services.answering: forget_old
        insights.services.summing: sum_all
        insights.services.reporting: keep_report
        papers.services.reporting: forget_barriers
        rollout.services.breaking: forget_broken
        studio.services.quotes: forget_quotes
        privacy.services.clock: keep_time
        rollout.services.counting: count
    """,
    TRIES: """
        identity.openid: finish
        identity.passkeys: register sign_in prove
        identity.services: sign_in prove change_own_password who_tries
        identity.signing_in: receive
    """,
    AGAIN: """
        rollout.services.drafting: try_draft
        rollout.services.following: follow
        studio.services.publishing: sign_and_publish
        studio.services.telling: tell_askers
        catalog.services.trusting: revoke_key
        identity.openid_settings: save_settings
        insights.services.counting: recount
        rollout.services.costing: share_common_costs
    """,
    COMFORT: """
        insights.services.visiting: write_visits
        rollout.services.breaking: note_broken
    """,
    HALF_WAY: """
        identity.wallet_sign_in: answer
    """,
    RETENTION: """
        cases.services.erasing: erase_case
        exchange.services.erasing: erase_hand_overs
        forms.services.erasing: erase_application
        identity.issuing.services: erase_issued
        notices.services.erasing: erase_about
        payments.services: forget_old
        payments.services.closing: old_closings forget_closing
        privacy.services.again: erase_again
        privacy.services.erasing: erase_all
        privacy.services.forgetting: forget_texts
        privacy.services.remembering: remember_all
        privacy.services.requests: delete_on_request
        processes.services: erase_runs
        records.services: close_file erase_file
    """,
    LOOKS: """
        rollout.services.planning: try_out
        rollout.services.watching: watch
        cases.services.asking: waits_for_answer
        cases.services.deciding: stands_already
        cases.services.handing_out: note_export note_list note_look note_document note_file
        cases.services.looking: look_at
        cases.services.permitting: check_plate
        cases.services.staying: ends_with_case
        identity.issuing.exchange: offer_for
        identity.openid_settings: settings_of client_of
        identity.sign_in_rules: rules_of
        privacy.services.exporting: search_person export_application export_account export_person export_for_archive
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
    """Each public function of the modules' faces that opens a work, and how often; reads open one for reading.

    By itself or in a private helper beside it, where the helper is no step: after a step somebody dies.
    """
    product = ROOT / "stadttor"
    for path in sorted(product.rglob("*.py")):
        place = ".".join(path.relative_to(product).with_suffix("").parts).removesuffix(".__init__")
        if _is_face(place):
            yield from ((f"{place}.{name}", often) for name, often in verbs_of(path.read_text()))


def _is_face(place: str) -> bool:
    """A module's services; those of identity lie beside each other in files of their own."""
    parts = place.split(".")
    if {"tests", "migrations"} & set(parts):
        return False
    reads_or_shows = parts[-1] in ("queries", "cli") or parts[-1].endswith("pages")
    return "services" in parts or (parts[0] == "identity" and not reads_or_shows)


def verbs_of(text: str) -> Iterator[tuple[str, int]]:
    """Those of one module's text."""
    functions = {one.name: one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef)}
    for name in functions:
        if not name.startswith("_") and (often := _opened(functions[name], functions, frozenset({name}))):
            yield name, often


def _opened(node: ast.AST, functions: Mapping[str, ast.FunctionDef], met: frozenset[str]) -> int:
    """How many works a piece of the text opens, one in another counted as one. A helper is followed where it is named."""
    if isinstance(node, ast.With) and any(_opens(item) for item in node.items):
        return 1
    helper = functions.get(node.id) if isinstance(node, ast.Name) and node.id.startswith("_") else None
    if helper and helper.name not in met and not any(ast.unparse(mark) == "step" for mark in helper.decorator_list):
        return _opened(helper, functions, met | {helper.name})
    return sum(_opened(one, functions, met) for one in ast.iter_child_nodes(node))


def _opens(item: ast.withitem) -> bool:
    return ast.unparse(item.context_expr).startswith(("work(", "common(write", "in_turn("))
