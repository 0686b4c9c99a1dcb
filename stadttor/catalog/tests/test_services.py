from datetime import datetime
from uuid import uuid4

import pytest

from stadttor.catalog import checks, queries, services, signing
from stadttor.catalog.events import Adopted, BackToTest, Upgraded, WentLive, Withdrawn
from stadttor.catalog.models import Package, PackageVersion
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.tests.builders import ADLER, KEY, NAME, TRUST, a_package, adopted, published
from stadttor.core.refused import Refused
from stadttor.ground import events
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import AuditEntry, Authority
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import common, work

pytestmark = pytest.mark.db


def acts(authority: Authority) -> list[str]:
    with work(authority.id):
        rows = AuditEntry.objects.filter(authority_id=authority.id).order_by("at", "id")
        return list(rows.values_list("act", flat=True))


def test_a_signed_package_is_published_once(now: datetime) -> None:
    first = published(now)
    again = published(now)
    assert (first.is_new, again.is_new) == (True, False)
    assert [row.version for row in queries.versions()] == ["0.1.0"]


def test_a_version_never_changes(now: datetime) -> None:
    published(now)
    other = a_package(texts=("title: Muster", "title: Anders"))
    with pytest.raises(PackageRefused, match="published already, with other contents"):
        published(now, files=other)


def test_a_lower_version_is_refused(now: datetime) -> None:
    published(now, "1.0.0")
    with pytest.raises(PackageRefused, match="older than"):
        published(now, "0.9.0")


def test_a_key_that_is_no_longer_trusted_signs_nothing_new(now: datetime) -> None:
    published(now)
    services.revoke_key(KEY.thumbprint(), actor=SYSTEM, now=now)
    archive = signing.build(a_package(package=("0.1.0", "0.2.0")), NAME, "0.2.0", KEY)
    with pytest.raises(PackageRefused, match="signer is unknown"):
        services.publish(archive=archive, now=now)


def test_a_key_revoked_while_its_package_is_checked_publishes_nothing(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.trust_key(TRUST, now=now)
    real = checks.house_checks

    def meanwhile() -> object:
        services.revoke_key(KEY.thumbprint(), actor=SYSTEM, now=now)
        return real()

    monkeypatch.setattr(checks, "house_checks", meanwhile)
    with pytest.raises(PackageRefused, match="revoked"):
        published(now)
    assert queries.versions() == []


def test_what_a_revoked_key_signed_is_adopted_no_more_and_what_is_adopted_goes_on_and_is_named(
    authority: Authority, neighbour: Authority, now: datetime
) -> None:
    """Report: a stolen key could not be revoked, and what it had signed stayed on offer."""
    adoption_id = adopted(authority.id, now)
    newer = published(now, "0.2.0")
    for _ in range(2):
        found = services.revoke_key(KEY.thumbprint(), actor=SYSTEM, now=now)
        assert [(one.authority, one.package, one.version, one.state) for one in found] == [
            ("weissenburg", NAME, "0.1.0", "live")
        ]
    for verb in (
        lambda: services.upgrade(
            authority_id=authority.id, adoption_id=adoption_id, version_id=newer.version_id, actor=ADLER, now=now
        ),
        lambda: services.adopt(
            authority_id=neighbour.id, version_id=newer.version_id, parameters={}, actor=ADLER, now=now
        ),
    ):
        with pytest.raises(Refused, match="key_revoked"):
            verb()
    assert queries.adoption(authority.id, adoption_id).newest is None
    assert [row.slug for row in queries.offered(authority.id)] == ["muster"]
    assert acts(authority).count("catalog.key_revoked") == 1
    assert acts(neighbour) == []
    with pytest.raises(PackageRefused, match="was revoked"):
        published(now)


def test_a_key_nobody_knows_cannot_be_revoked(now: datetime) -> None:
    with pytest.raises(PackageRefused, match="never trusted"):
        services.revoke_key("unknown", actor=SYSTEM, now=now)


def test_what_an_authority_does_with_a_package_is_heard_if_and_only_if_it_happened(
    authority: Authority, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_listeners", {})
    for kind in (Adopted, WentLive, BackToTest, Upgraded, Withdrawn):
        events.listen(kind, f"tests.{kind.__name__}")(lambda fact: None)
    adoption_id = adopted(authority.id, now)
    newer = published(now, "0.2.0")
    given = {"authority_id": authority.id, "adoption_id": adoption_id, "actor": ADLER, "now": now}
    services.upgrade(version_id=newer.version_id, **given)
    services.to_test(**given)

    def withdraws_then_fails() -> None:
        with work(authority.id):
            services.withdraw(**given)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        withdraws_then_fails()
    heard = {
        name: len(waiting(f"tests.{name}")) for name in ("Adopted", "WentLive", "BackToTest", "Upgraded", "Withdrawn")
    }
    assert heard == {"Adopted": 1, "WentLive": 1, "BackToTest": 1, "Upgraded": 1, "Withdrawn": 0}
    assert waiting("tests.Upgraded") == [
        {name: str(value) for name, value in given.items() if name.endswith("_id")}
        | {"version_id": str(newer.version_id)}
    ]


def test_a_refused_package_leaves_nothing_behind(now: datetime) -> None:
    faulty = a_package(form=("type: date", "type: dates"))
    with pytest.raises(PackageRefused, match="field type"):
        published(now, files=faulty)
    with common():
        assert not Package.objects.exists()
        assert not PackageVersion.objects.exists()


def test_an_archive_signed_under_another_version_is_refused(now: datetime) -> None:
    published(now)
    archive = signing.build(a_package(), NAME, "0.2.0", KEY)
    with pytest.raises(PackageRefused, match="name or version is another one"):
        services.publish(archive=archive, now=now)


def test_an_adopted_service_begins_in_test_and_citizens_do_not_see_it(authority: Authority, now: datetime) -> None:
    adopted(authority.id, now, live=False)
    assert queries.offered(authority.id) == []
    assert queries.adopted_form(authority.id, "muster", include_test=True).state == "test"
    with pytest.raises(Refused) as caught:
        queries.adopted_form(authority.id, "muster")
    assert caught.value.status == 404


def test_a_live_service_is_offered_with_the_authoritys_parameters(authority: Authority, now: datetime) -> None:
    adopted(authority.id, now, gebuehr_cents=1500)
    form = queries.adopted_form(authority.id, "muster")
    assert form.parameters == {"gebuehr_cents": 1500}
    assert [one.title for one in queries.offered(authority.id)] == ["Muster"]
    assert form.texts("tr").text("fields.person.vorname.label") == "Vorname"


def test_the_neighbour_offers_nothing(authority: Authority, neighbour: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    assert queries.offered(neighbour.id) == []
    assert queries.offering("muster", [authority.id, neighbour.id]) == {authority.id}
    with pytest.raises(Refused) as caught:
        services.withdraw(authority_id=neighbour.id, adoption_id=adoption_id, actor=ADLER, now=now)
    assert caught.value.status == 404


def test_every_change_is_audited_and_kept(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    services.withdraw(authority_id=authority.id, adoption_id=adoption_id, actor=ADLER, now=now)
    assert acts(authority) == ["catalog.adopted", "catalog.went_live", "catalog.withdrawn"]
    history = queries.history(authority.id, adoption_id)
    assert [(row.number, row.state) for row in history] == [(3, "withdrawn"), (2, "live"), (1, "test")]


def test_a_withdrawn_service_can_be_tried_again(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    services.withdraw(authority_id=authority.id, adoption_id=adoption_id, actor=ADLER, now=now)
    with pytest.raises(Refused):
        queries.adopted_form(authority.id, "muster", include_test=True)
    services.to_test(authority_id=authority.id, adoption_id=adoption_id, actor=ADLER, now=now)
    assert queries.adopted_form(authority.id, "muster", include_test=True)


def test_parameters_that_do_not_fit_change_nothing(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    with pytest.raises(services.ParametersRefused) as caught:
        services.change_parameters(
            authority_id=authority.id, adoption_id=adoption_id, parameters={"gebuehr_cents": -1}, actor=ADLER, now=now
        )
    assert [str(fault) for fault in caught.value.faults] == ["gebuehr_cents: too_small (0)"]
    assert queries.adopted_form(authority.id, "muster").parameters == {"gebuehr_cents": 1200}


def test_a_case_keeps_the_parameters_it_was_opened_with(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    before = queries.adopted_form(authority.id, "muster").revision_id
    services.change_parameters(
        authority_id=authority.id, adoption_id=adoption_id, parameters={"gebuehr_cents": 9900}, actor=ADLER, now=now
    )
    assert queries.adopted_form(authority.id, "muster").parameters == {"gebuehr_cents": 9900}
    assert queries.adopted_revision(authority.id, before).parameters == {"gebuehr_cents": 1200}


def test_a_revision_of_another_authority_does_not_exist(
    authority: Authority, neighbour: Authority, now: datetime
) -> None:
    adopted(authority.id, now)
    revision_id = queries.adopted_form(authority.id, "muster").revision_id
    with pytest.raises(Refused) as caught:
        queries.adopted_revision(neighbour.id, revision_id)
    assert caught.value.status == 404


def test_a_service_is_adopted_once(authority: Authority, now: datetime) -> None:
    adopted(authority.id, now)
    version_id = queries.versions()[0].id
    with pytest.raises(Refused) as caught:
        services.adopt(authority_id=authority.id, version_id=version_id, parameters={}, actor=ADLER, now=now)
    assert caught.value.code == "adopted_already"


def test_an_unknown_version_cannot_be_adopted(authority: Authority, now: datetime) -> None:
    with pytest.raises(Refused) as caught:
        services.adopt(authority_id=authority.id, version_id=uuid4(), parameters={}, actor=ADLER, now=now)
    assert caught.value.status == 404


def test_an_upgrade_keeps_parameters_fills_new_ones_and_says_what_changes(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now, gebuehr_cents=1500)
    changed = a_package(
        package=("version: 0.1.0", "version: 0.2.0"),
        form=("- {id: ab,", "- {id: grund, type: text}\n          - {id: ab,"),
        texts=("    ab: {label", "    grund: {label: Grund}\n    ab: {label"),
    )
    newer = published(now, "0.2.0", changed)
    assert queries.adoption(authority.id, adoption_id).newest == newer.version_id
    difference = services.upgrade(
        authority_id=authority.id, adoption_id=adoption_id, version_id=newer.version_id, actor=ADLER, now=now
    )
    assert (difference.step, difference.fields_added, difference.texts_changed) == ("minor", ("Grund",), 1)
    form = queries.adopted_form(authority.id, "muster")
    assert (form.version, form.parameters) == ("0.2.0", {"gebuehr_cents": 1500})


def test_a_downgrade_of_an_adoption_is_refused(authority: Authority, now: datetime) -> None:
    adoption_id = adopted(authority.id, now)
    same = queries.adoption(authority.id, adoption_id).version_id
    with pytest.raises(Refused) as caught:
        services.upgrade(authority_id=authority.id, adoption_id=adoption_id, version_id=same, actor=ADLER, now=now)
    assert caught.value.code == "not_higher"
