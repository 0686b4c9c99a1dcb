"""What this installation shares: a signed index and the archives it names, and nothing private."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError

from stadttor.catalog import queries, services, signing
from stadttor.catalog.federation.index import read
from stadttor.catalog.federation.sealing import must_be_signed
from stadttor.catalog.models import IssuedIndex, Withheld
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.services import own_keys
from stadttor.catalog.tests.builders import ADLER, KEY, NAME, TRUST, a_package, published
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of keys for each test."""
    monkeypatch.setattr(settings, "STADTTOR_KEYS", tmp_path)
    return tmp_path


@pytest.fixture
def opened():
    return own_keys.make_own_keys("Bayern")


@pytest.fixture
def now():
    """Pages look at the clock themselves."""
    return clock.now()


def served(client, path="/catalogue/index.json", host="localhost", **headers):
    return client.get(path, HTTP_HOST=host, headers=headers)


def index_of(client):
    return read(served(client).content)


def named(client):
    return [(one.version, one.state, one.reason) for one in index_of(client).index.versions]


def test_without_a_key_nothing_is_shared(client, now):
    published(now)
    assert services.issue(now=now) is None
    assert served(client).status_code == 404
    assert served(client, f"/catalogue/{NAME}/0.1.0.stadttor.zip").status_code == 404


def test_the_index_names_what_was_published_and_is_signed(client, now, opened):
    version = published(now)
    services.issue(now=now)
    found = index_of(client)
    must_be_signed(found, opened.kid, None)
    (one,) = found.index.versions
    assert (one.package, one.version, one.title, one.sha256) == (NAME, "0.1.0", "Muster", version.sha256)
    assert [(key.publisher, key.namespace, key.kid) for key in found.index.publishers] == [
        (TRUST.publisher, TRUST.namespace, one.publisher)
    ]


def test_the_archive_is_served_as_it_was_signed_and_may_be_kept_for_ever(client, now, opened):
    published(now)
    services.issue(now=now)
    (one,) = index_of(client).index.versions
    answer = served(client, f"/catalogue/{NAME}/0.1.0.stadttor.zip")
    assert signing.verify(answer.content, [TRUST]).sha256 == one.sha256
    assert len(answer.content) == one.size
    assert "immutable" in answer.headers["Cache-Control"]
    assert served(client, **{"If-None-Match": '"x"'}).status_code == 200
    tag = served(client).headers["ETag"]
    assert served(client, **{"If-None-Match": tag}).status_code == 304


def test_a_catalogue_is_the_operators_and_no_towns(client, now, opened, authority):
    published(now)
    services.issue(now=now)
    for path in ("/catalogue/index.json", f"/catalogue/{NAME}/0.1.0.stadttor.zip"):
        assert served(client, path, host="weissenburg.localhost").status_code == 404


def test_what_is_private_is_neither_named_nor_served(client, now, opened):
    services.trust_key(TRUST, now=now)
    archive = signing.build(a_package(), NAME, "0.1.0", KEY)
    services.publish(archive=archive, now=now, private=True)
    services.issue(now=now)
    assert named(client) == []
    assert index_of(client).index.publishers == ()
    assert served(client, f"/catalogue/{NAME}/0.1.0.stadttor.zip").status_code == 404
    services.offer_version(package=NAME, version="0.1.0")
    services.issue(now=now)
    assert named(client) == [("0.1.0", "offered", "")]


def test_what_is_withdrawn_is_named_with_its_reason_not_served_and_not_adopted(client, now, opened, authority):
    version = published(now)
    services.withdraw_version(package=NAME, version="0.1.0", reason="Falsche Gebühr", now=now)
    services.issue(now=now)
    assert named(client) == [("0.1.0", "withdrawn", "Falsche Gebühr")]
    assert served(client, f"/catalogue/{NAME}/0.1.0.stadttor.zip").status_code == 404
    (row,) = queries.versions()
    assert (row.is_revoked, row.withdrawn) == (True, "Falsche Gebühr")
    with pytest.raises(Refused) as refused:
        services.adopt(authority_id=authority.id, version_id=version.version_id, parameters={}, actor=ADLER, now=now)
    assert refused.value.code == "version_withdrawn"


def test_a_withdrawn_version_is_no_update_of_a_service(now, authority):
    first = published(now)
    adoption_id = services.adopt(
        authority_id=authority.id, version_id=first.version_id, parameters={}, actor=ADLER, now=now
    )
    published(now, "0.2.0")
    assert queries.adoption(authority.id, adoption_id).newest_version == "0.2.0"
    services.withdraw_version(package=NAME, version="0.2.0", reason="x", now=now)
    assert queries.adoption(authority.id, adoption_id).newest is None


@pytest.mark.parametrize("reason", ["", "x" * 201, "eine\nzweite"])
def test_taking_back_needs_a_reason_of_one_line(now, reason):
    published(now)
    with pytest.raises(PackageRefused):
        services.withdraw_version(package=NAME, version="0.1.0", reason=reason, now=now)


def test_what_a_revoked_key_signed_is_named_as_such(client, now, opened):
    published(now)
    services.revoke_key(TRUST.kid, actor=SYSTEM, now=now)
    services.issue(now=now)
    assert named(client) == [("0.1.0", "revoked", "")]
    assert index_of(client).index.publishers == ()
    assert served(client, f"/catalogue/{NAME}/0.1.0.stadttor.zip").status_code == 404


def test_the_index_is_made_anew_when_it_changes_or_grows_old_and_its_number_grows(now, opened):
    first = services.issue(now=now)
    assert services.issue(now=now + timedelta(days=3)).is_new is False
    older = services.issue(now=now + timedelta(days=4))
    published(now)
    # The clock was put back since: the number grows all the same.
    more = services.issue(now=now)
    assert (first.is_new, older.is_new, more.is_new) == (True, True, True)
    assert first.number < older.number < more.number


def test_an_index_that_has_expired_is_not_served_and_counted(client, now, opened):
    services.issue(now=now - timedelta(days=8))
    assert served(client).status_code == 404
    assert queries.has_expired(now)
    services.issue(now=now)
    assert served(client).status_code == 200
    assert not queries.has_expired(now)


def test_no_two_indexes_have_one_number(now, opened):
    """The twin: the guard is the database's."""
    services.issue(now=now)
    with common():
        row = IssuedIndex.objects.get()
    with pytest.raises(IntegrityError), common(write=True):
        IssuedIndex.objects.create(number=row.number, content="x", contents_sha256="x", made_at=now, expires_at=now)


def test_a_version_is_withheld_in_known_ways_only(now):
    version = published(now)
    with pytest.raises(IntegrityError), common(write=True):
        Withheld.objects.create(version_id=version.version_id, kind="maybe", at=now)


def test_a_key_is_changed_by_signing_with_both(client, now, opened):
    services.issue(now=now)
    renewed = own_keys.rotate_own_key()
    assert services.issue(now=now).is_new
    must_be_signed(index_of(client), opened.kid, opened.key.as_dict(private=False))
    must_be_signed(index_of(client), renewed.kid, None)
    with pytest.raises(PackageRefused):
        own_keys.rotate_own_key()
    own_keys.retire_earlier_key()
    services.issue(now=now)
    with pytest.raises(services.CatalogueRefused):
        must_be_signed(index_of(client), opened.kid, opened.key.as_dict(private=False))


def test_the_key_is_for_this_installation_alone(opened, folder):
    file = Path(folder) / own_keys.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert own_keys.own_keys().kid == opened.kid
    with pytest.raises(PackageRefused):
        own_keys.make_own_keys("Hessen")
