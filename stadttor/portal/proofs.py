"""Proofs that a wallet can give: at which field, by which credential, what is asked of it, and what it said in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.forms.definition import Field, WalletProof
from stadttor.forms.rules.filled import Shown
from stadttor.forms.services.showing import Paper
from stadttor.ground.clock import german_day
from stadttor.ground.web.blocks import Field as Block
from stadttor.ground.web.blocks import Row
from stadttor.ground.web.formats import day, moment
from stadttor.ground.web.language import N_, _, speaking
from stadttor.identity import wallet_sign_in
from stadttor.identity.issuing.queries import shown_again
from stadttor.identity.ports import Evidence, IdentityAssertion, ShownProof
from stadttor.identity.wallet_proofs import foreign_evidence, own_evidence
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AnswerGroup, AnswerRow, AuthorityFacts, CaseFacts, LetterFacts, letter_data
from stadttor.portal.journey import Journey, ShownGroup
from stadttor.portal.prefill import CLAIM_NAMES, for_people, is_same
from stadttor.portal.registers import drawn_anew, is_shown, speaks_for_somebody_else
from stadttor.portal.ways import TRUST_NAMES

YES_NO = {"true": N_("Yes"), "false": N_("No")}
OF_ANOTHER = N_(
    "This is about somebody else than the person who signed in for this application, so it is no proof here. Please upload the"
    " document, and tell us in the application why the names differ."
)


@dataclass(frozen=True)
class Offer:
    """That this proof can be shown here: by what, which is called so; `across`: from another device as well."""

    evidence: Evidence
    title: str
    across: bool


def offer_for(journey: Journey, field: Field) -> Offer | None:
    """None at the counter, for whoever applies for somebody else, for what the form does not ask, and where the town cannot ask a
    wallet for it: then it is uploaded."""
    rule = field.wallet
    if rule is None or journey.entry is not None or speaks_for_somebody_else(journey) or not is_shown(journey, field):
        return None
    access = wallet_sign_in.available(journey.form.authority_id, journey.form.slug, journey.now)
    evidence = _evidence(journey, rule) if access else None
    if access is None or evidence is None:
        return None
    return Offer(evidence, title_of(journey, field, journey.language), journey.form.slug in access.across)


def _evidence(journey: Journey, rule: WalletProof) -> Evidence | None:
    authority_id, slug = journey.form.authority_id, journey.form.slug
    if rule.service:
        return own_evidence(authority_id, slug, rule.service, tuple(word for word, _path in rule.claims))
    return foreign_evidence(authority_id, slug, rule.type, dict(rule.claims))


def title_of(journey: Journey, field: Field, language: str) -> str:
    """What the credential is called: as the service that issues it, or as the package says."""
    if field.wallet and field.wallet.service:
        known = {one.service: one.titles for one in shown_again(journey.form.authority_id)}
        titles = known.get(field.wallet.service, {})
        return titles.get(language) or titles.get(OFFICIAL) or field.wallet.service
    return journey.form.texts(language).text(f"fields.{field.path}.credential")


def asked_of(journey: Journey, field: Field) -> list[str]:
    """Every value that it has to say, in words."""
    return [_label(journey, field, word) for word, _path in field.wallet.claims] if field.wallet else []


def said(journey: Journey, field: Field, shown: ShownProof) -> list[Row]:
    """What it says, in the order in which it was asked."""
    return [Row(_label(journey, field, word), _value(word, value)) for word, value in shown.says.items()]


def _label(journey: Journey, field: Field, word: str) -> str:
    if word in CLAIM_NAMES:
        return _(CLAIM_NAMES[word])
    return journey.texts.text(f"fields.{field.path}.claims.{word}", word)


def _value(word: str, value: str) -> str:
    return _(YES_NO[value]) if value in YES_NO else for_people(word, value)


def origin_of_proof(shown: ShownProof) -> list[Row]:
    """Who issued it, when it was shown, until when it holds, how sure it is that it is hers."""
    ends = [Row(_("Valid until"), day(german_day(shown.ends)))] if shown.ends else []
    return [
        Row(_("Issued by"), shown.issuer),
        *ends,
        Row(_("Shown"), moment(shown.obtained)),
        Row(_("How sure"), _(TRUST_NAMES[shown.level])),
    ]


def must_not_be_of_another(shown: ShownProof, assertion: IdentityAssertion | None) -> None:
    """Refused where it names somebody else than the sign-in of the draft: of names in the first of them, since not each source
    writes all. Nobody signed in: then the paper says whom it names, and the clerk compares."""
    for word in ("family_name", "given_name", "birth_date"):
        claim = assertion.claims.get(word) if assertion else None
        if claim and word in shown.says and not is_same(_first(word, claim.value), _first(word, shown.says[word])):
            raise Refused("proof_of_another", OF_ANOTHER, status=403)


def _first(word: str, value: str) -> str:
    return next(iter(value.split()), "") if word == "given_name" else value


def paper(journey: Journey, field: Field, shown: ShownProof, authority: str) -> Paper:
    """What she showed, for the file: in German, as everything there."""
    in_german = replace(journey, language=OFFICIAL)
    with speaking(OFFICIAL):
        title = title_of(journey, field, OFFICIAL)
        subject = _("{proof}, shown from a wallet", proof=title)
        about = [
            Row(_("Proof"), in_german.label(Shown(field, field.path, None))),
            Row(_("For"), in_german.texts.text("title")),
            *origin_of_proof(shown),
            Row(_("Type of credential"), shown.type),
        ]
        facts = LetterFacts(
            kind="proof",
            language=OFFICIAL,
            subject=_("{title} (simulated)", title=subject) if shown.simulated else subject,
            day=german_day(shown.obtained),
            authority=AuthorityFacts(authority),
            case=CaseFacts("", in_german.texts.text("title")),
            answers=[_group(_("Where it is from"), about), _group(_("What it says"), said(in_german, field, shown))],
            body=_(SIMULATED if shown.simulated else CHECKED),
        )
    return Paper(title, f"{title}.pdf", render_letter(builtin("proof"), {}, letter_data(facts)))


CHECKED = N_(
    "The signature of whoever issued it, its validity and that it was not taken back were checked when it was shown, and that it was"
    " shown by the one who holds its key. The credential itself is not kept."
)
SIMULATED = N_("Shown from the simulated wallet of the demo. Everything in it is invented, and it proves nothing.")


def _group(title: str, rows: Sequence[Row]) -> AnswerGroup:
    return AnswerGroup("", title, [AnswerRow("", one.label, str(one.value)) for one in rows])


def with_wallets(journey: Journey, groups: list[ShownGroup]) -> list[ShownGroup]:
    """The groups of a page, each proof that a wallet can give with the way there."""
    if not any(one.wallet for one in journey.form.form.fields.values()):
        return groups
    return drawn_anew(groups, lambda one: _drawn(journey, one))


def _drawn(journey: Journey, block: Block) -> Block:
    field = journey.form.form.fields.get(block.path)
    found = offer_for(journey, field) if field and field.wallet else None
    return replace(block, wallet=_("Show it from my wallet: {title}", title=found.title)) if found else block
