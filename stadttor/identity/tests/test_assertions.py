"""Who a citizen is, as her sign-in said it."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.identity import assertions
from stadttor.identity.vocabulary import Claim, IdentityAssertion

DRAFT = UUID(int=7)
AMIRA = IdentityAssertion(
    "bundid",
    "substantiell",
    datetime(2026, 11, 23, 9, tzinfo=UTC),
    {"family_name": Claim("YILMAZ", "hoch", "urn:oid:2.5.4.4"), "phone": Claim("0914", "none", "urn:oid:2.5.4.20")},
    issuer="https://id.bund.de/idp",
    subject="ein-pseudonym",
    method="Elster",
)


def test_a_claim_is_no_surer_than_the_sign_in_and_has_its_own_trust():
    assert [AMIRA.trust_of(name) for name in ("family_name", "phone", "title")] == ["substantiell", "none", "none"]


@pytest.mark.parametrize("claims", [{"surname": Claim("x", "hoch", "x")}, {"title": Claim("", "hoch", "x")},
                                    {"title": Claim("x" * 501, "hoch", "x")}])  # fmt: skip
def test_what_no_form_knows_or_is_empty_or_endless_is_no_claim(claims):
    with pytest.raises(ValueError, match="claim"):
        replace(AMIRA, claims=claims)


def test_an_unknown_source_is_refused():
    with pytest.raises(ValueError, match="source"):
        replace(AMIRA, source="facebook")


@pytest.mark.db
def test_it_is_kept_with_the_draft_and_noted_without_a_claim(authority, now):
    assertions.keep(authority_id=authority.id, draft_id=DRAFT, assertion=AMIRA, now=now)
    assert assertions.assertion_of(authority.id, DRAFT) == AMIRA
    with work(authority.id):
        entry = AuditEntry.objects.get(act="identity.asserted")
    assert (entry.subject_id, entry.details) == (DRAFT, {"source": "bundid", "level": "substantiell"})


@pytest.mark.db
def test_who_signs_in_again_replaces_what_was_said_before(authority, now):
    jonas = replace(AMIRA, level="hoch", claims={"family_name": Claim("WEBER", "hoch", "x")})
    for one in (AMIRA, jonas):
        assertions.keep(authority_id=authority.id, draft_id=DRAFT, assertion=one, now=now)
    assert assertions.assertion_of(authority.id, DRAFT) == jonas


@pytest.mark.db
def test_another_town_and_another_draft_know_nothing_of_it(authority, neighbour, now):
    assertions.keep(authority_id=authority.id, draft_id=DRAFT, assertion=AMIRA, now=now)
    assert assertions.assertion_of(neighbour.id, DRAFT) is None
    assert assertions.assertion_of(authority.id, UUID(int=8)) is None
    assert assertions.assertion_of(authority.id, None) is None


@pytest.mark.db
def test_it_can_be_dropped(authority, now):
    assertions.keep(authority_id=authority.id, draft_id=DRAFT, assertion=AMIRA, now=now)
    assert assertions.drop(authority_id=authority.id, draft_id=DRAFT).counts == {"identity_assertion": 1}
    assert assertions.assertion_of(authority.id, DRAFT) is None
