"""Hesse follows Bavaria's catalogue over real HTTP; whatever Bavaria's server is made to say, nothing wrong is stored."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from stadttor.catalog import ports, queries, services, signing
from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.federation.addresses import catalogue_address
from stadttor.catalog.federation.refusals import CatalogueRefused
from stadttor.catalog.federation.tests.builders import BAVARIA, FIRST, STRANGER, a_file, kid, public
from stadttor.catalog.models import Imported, Package, PackageVersion, PublisherKey, Subscription
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.tests import other_server as hostile
from stadttor.catalog.tests.builders import ADLER, KEY, NAME, TRUST, a_package, published
from stadttor.core.refused import Refused
from stadttor.ground.work import NestedWork, common

pytestmark = pytest.mark.db

ARCHIVES = {
    version: signing.build(a_package(package=("version: 0.1.0", f"version: {version}")), NAME, version, KEY)
    for version in ("0.1.0", "0.2.0")
}
OTHER = signing.build(a_package(texts=("title: Muster", "title: Anders")), NAME, "0.1.0", KEY)
FORGED = signing.build(a_package(), NAME, "0.1.0", STRANGER)


def listed(version="0.1.0", archive=None, **changes):
    data = archive or ARCHIVES[version]
    one = replace(FIRST, version=version, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    return replace(one, **changes)


@pytest.fixture
def bavaria(monkeypatch):
    """Bavaria's web server, as far as a test wants it honest."""
    from adapters.other_catalogue import OtherCatalogues

    monkeypatch.setattr(ports, "_make", lambda: OtherCatalogues(trying=True, seconds=5.0))
    with hostile.serving() as server:
        for version, data in ARCHIVES.items():
            server.archive(NAME, version, data)
        yield server


@pytest.fixture
def index(bavaria, now):
    """Has Bavaria serve an index: an honest one of two versions, number 7, with these changes."""

    def serve(*keys, **changes):
        given = {
            "versions": (listed(), listed("0.2.0")), "made_at": now, "expires_at": now + timedelta(days=7), "number": 7,
        }  # fmt: skip
        bavaria.index(a_file(*keys, **(given | changes)))

    serve()
    return serve


def follow(bavaria, now, **changes):
    given = {"address": bavaria.address, "kid": kid(BAVARIA), "name": "bayern", "now": now}
    return services.subscribe(**(given | changes))


def code(act, *given, **named):
    with pytest.raises(CatalogueRefused) as refused:
        act(*given, **named)
    return refused.value.code


def stored():
    """What of a catalogue is in the database: nothing after a refusal."""
    with common():
        return [kind.objects.count() for kind in (Package, PackageVersion, Imported)]


def take(now, version=""):
    return services.import_version(name="bayern", package=NAME, version=version, now=now)


# --- the honest way


def test_what_is_new_is_seen_and_imported_once_its_publisher_is_trusted(bavaria, index, now, authority):
    follow(bavaria, now)
    (new,) = queries.news()
    assert (new.title_of_catalogue, new.version, new.publisher, new.here, new.is_trusted) == (
        "Bayern", "0.2.0", TRUST.publisher, "", False,
    )  # fmt: skip
    assert code(take, now) == "unknown_publisher"
    agreed = {"name": "bayern", "kid": TRUST.kid, "now": now}
    assert code(services.trust_publisher, **agreed, namespace="de") == "other_namespace"
    assert code(take, now) == "unknown_publisher"
    services.trust_publisher(**agreed, namespace=TRUST.namespace)
    assert take(now, "0.1.0").is_new
    (new,) = queries.news()
    assert (new.here, new.version, new.is_trusted) == ("0.1.0", "0.2.0", True)
    done = take(now)
    assert (done.version, queries.news()) == ("0.2.0", [])
    services.adopt(authority_id=authority.id, version_id=done.version_id, parameters={}, actor=ADLER, now=now)
    with common():
        origins = Imported.objects.order_by("version__version").values_list("subscription__title", "number")
        assert list(origins) == [("Bayern", 7), ("Bayern", 7)]


def test_following_trusts_no_publisher(bavaria, index, now):
    """The index names them; only the operator's word makes them count."""
    follow(bavaria, now)
    services.refresh(name="bayern", now=now)
    with common():
        assert PublisherKey.objects.count() == 0
    assert [one.state for one in queries.publishers_in("bayern")] == ["unknown"]


def test_importing_again_changes_nothing(bavaria, index, now):
    ready(bavaria, now)
    assert [take(now).is_new, take(now).is_new] == [True, False]
    assert stored() == [1, 1, 1]


def test_what_was_imported_is_not_passed_on(bavaria, index, now):
    ready(bavaria, now)
    take(now)
    assert services.shared_versions() == ()


def test_what_was_published_here_first_stays_ours(bavaria, index, now):
    ready(bavaria, now)
    services.publish(archive=ARCHIVES["0.1.0"], now=now)
    assert take(now, "0.1.0").is_new is False
    assert [one.version for one in services.shared_versions()] == ["0.1.0"]


def test_nobody_is_followed_any_more_and_what_was_seen_is_remembered(bavaria, index, now):
    ready(bavaria, now)
    take(now)
    services.unsubscribe(name="bayern", now=now)
    assert (queries.followed_catalogues(), queries.news(), stored()) == ([], [], [1, 1, 1])
    assert code(services.refresh, name="bayern", now=now) == "unknown"
    index(number=6)
    assert code(follow, bavaria, now) == "replayed"
    index(number=8)
    assert follow(bavaria, now) == "bayern"


def test_a_catalogue_is_asked_outside_of_every_transaction(bavaria, index, now):
    with common(write=True), pytest.raises(NestedWork):
        follow(bavaria, now)


def ready(bavaria, now):
    follow(bavaria, now)
    services.trust_key(TRUST, now=now)


# --- an index that is not believed


def test_nothing_is_followed_with_a_key_that_did_not_sign(bavaria, index, now):
    assert code(follow, bavaria, now, kid=kid(STRANGER)) == "unknown_signer"
    assert code(follow, bavaria, now, kid="x") == "key"
    with common():
        assert Subscription.objects.count() == 0


def old(index, now):
    index(number=6)


def stranger(index, now):
    index(STRANGER, number=8, key=public(STRANGER))


def in_his_name(index, now):
    index(STRANGER, number=8)


def twin(index, now):
    index(name="Bayern zwei")


def gone(index, now):
    index(number=8, versions=(listed(),))


def exchanged(index, now):
    index(number=8, versions=(listed(archive=OTHER), listed("0.2.0")))


def expired(index, now):
    index(number=8, made_at=now - timedelta(days=8), expires_at=now - timedelta(days=1))


def for_ever(index, now):
    index(number=8, expires_at=now + timedelta(days=400))


WRONG = {
    old: "replayed", stranger: "unknown_signer", in_his_name: "unknown_signer", twin: "two_indexes", gone: "missing_version",
    exchanged: "changed_version", expired: "expired", for_ever: "too_long",
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: one.__name__)
def test_an_index_that_is_wrong_is_refused_and_the_last_good_state_stays(bavaria, index, now, wrong):
    ready(bavaria, now)
    before = queries.followed_catalogues()
    wrong(index, now)
    assert code(services.refresh, name="bayern", now=now) == WRONG[wrong]
    (after,) = queries.followed_catalogues()
    assert replace(after, problem="") == before[0]
    assert after.problem == WRONG[wrong]
    assert queries.stale_catalogues(now) == ["bayern"]
    assert take(now).version == "0.2.0"
    index(number=9)
    services.refresh(name="bayern", now=now)
    assert queries.stale_catalogues(now) == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"<html>Wartung</html>", "unreadable"),
        (hostile.half(b"x" * 4_000), "broken_off"),
        (hostile.endless, "too_large"),
        (hostile.leads_to("http://127.0.0.1:1/"), "redirect"),
        (None, "status"),
    ],
    ids=["words", "half", "endless", "elsewhere", "nothing"],
)
def test_an_answer_that_is_no_index_changes_nothing(bavaria, index, now, answer, why):
    follow(bavaria, now)
    bavaria.index(answer)
    assert code(services.refresh, name="bayern", now=now) == why
    assert queries.news() != []


def test_while_the_other_side_is_away_the_last_good_state_stays_and_an_hour_is_no_alarm(bavaria, index, now):
    follow(bavaria, now)
    bavaria.index(None)
    later = now + timedelta(hours=2)
    assert services.refresh_all(now=later).keys() == {"bayern"}
    assert [one.version for one in queries.news()] == ["0.2.0"]
    assert queries.stale_catalogues(later) == []
    assert queries.stale_catalogues(now + timedelta(days=2)) == ["bayern"]


def test_one_catalogue_that_is_refused_keeps_no_other_waiting(bavaria, index, now):
    follow(bavaria, now, name="a")
    with hostile.serving() as hamburg:
        hamburg.index(bavaria.pages["/catalogue/index.json"])
        follow(hamburg, now, name="b")
        bavaria.index(None)
        assert services.refresh_all(now=now + timedelta(minutes=1)).keys() == {"a"}
    assert [one.good_at > now for one in queries.followed_catalogues()] == [False, True]


# --- the key changes


def test_a_new_key_is_taken_over_when_both_signed(bavaria, index, now):
    follow(bavaria, now)
    index(STRANGER, BAVARIA, number=8, key=public(STRANGER))
    services.refresh(name="bayern", now=now)
    assert [one.kid for one in queries.followed_catalogues()] == [kid(STRANGER)]
    index(STRANGER, number=9, key=public(STRANGER))
    services.refresh(name="bayern", now=now)
    index(BAVARIA, number=10)
    assert code(services.refresh, name="bayern", now=now) == "unknown_signer"


def test_who_was_away_in_between_agrees_on_the_new_key_and_cannot_be_led_back(bavaria, index, now):
    follow(bavaria, now)
    index(STRANGER, number=6, key=public(STRANGER))
    assert code(follow, bavaria, now, kid=kid(STRANGER)) == "replayed"
    index(STRANGER, number=8, key=public(STRANGER))
    assert code(services.refresh, name="bayern", now=now) == "unknown_signer"
    follow(bavaria, now, kid=kid(STRANGER))
    services.refresh(name="bayern", now=now)


def overtaken(bavaria, index, now, **later):
    """Bavaria answers with what it served, but not before another reading here has seen a later index."""
    slow = bavaria.pages["/catalogue/index.json"]

    def answer(request):
        from django.db import connection

        index(**later)
        services.refresh(name="bayern", now=now)
        connection.close()
        request.send_response(200)
        request.send_header("Content-Length", str(len(slow)))
        request.end_headers()
        request.wfile.write(slow)

    bavaria.index(answer)


def test_of_two_readings_at_once_the_later_index_stays(bavaria, index, now):
    """The twin: without the second look under the lock the older one would be stored over it."""
    follow(bavaria, now)
    index(number=8)
    overtaken(bavaria, index, now, number=9)
    assert code(services.refresh, name="bayern", now=now) == "replayed"
    assert [one.number for one in queries.followed_catalogues()] == [9]


def test_a_key_that_was_changed_during_a_reading_stays_changed(bavaria, index, now):
    follow(bavaria, now)
    index(number=9)
    overtaken(bavaria, lambda **later: index(STRANGER, BAVARIA, **later), now, number=8, key=public(STRANGER))
    assert code(services.refresh, name="bayern", now=now) == "unknown_signer"
    assert [(one.number, one.kid) for one in queries.followed_catalogues()] == [(8, kid(STRANGER))]


# --- an archive that is not believed


def small(bavaria, index):
    bavaria.archive(NAME, "0.1.0", ARCHIVES["0.1.0"][:-1])


def large(bavaria, index):
    bavaria.archive(NAME, "0.1.0", ARCHIVES["0.1.0"] + b" ")


def changed(bavaria, index):
    data = bytearray(ARCHIVES["0.1.0"])
    data[len(data) // 2] ^= 1
    bavaria.archive(NAME, "0.1.0", bytes(data))


def another(bavaria, index):
    bavaria.archive(NAME, "0.1.0", ARCHIVES["0.2.0"])


def broken(bavaria, index):
    bavaria.archive(NAME, "0.1.0", hostile.half(ARCHIVES["0.1.0"]))


def elsewhere(bavaria, index):
    bavaria.archive(NAME, "0.1.0", hostile.leads_to(f"{bavaria.address}/catalogue/{NAME}/0.2.0.stadttor.zip"))


def mixed(bavaria, index):
    """A true archive under a false name: every sum in the index fits."""
    index(number=8, versions=(listed(version="0.3.0", archive=ARCHIVES["0.1.0"]),))
    bavaria.archive(NAME, "0.3.0", ARCHIVES["0.1.0"])


def other_signer(bavaria, index):
    """Signed by a trusted key, but not by the one that the index names."""
    twin = TrustedKey(public(STRANGER), "Zwilling", "de.example")
    index(number=8, versions=(listed(archive=FORGED),))
    bavaria.archive(NAME, "0.1.0", FORGED)
    return twin


REFUSED = {
    small: "changed_archive", large: "too_large", changed: "changed_archive", another: "changed_archive", broken: "broken_off",
    elsewhere: "redirect", mixed: "changed_archive", other_signer: "changed_archive",
}  # fmt: skip


@pytest.mark.parametrize("wrong", REFUSED, ids=lambda one: one.__name__)
def test_an_archive_that_is_wrong_is_refused_and_nothing_is_stored(bavaria, index, now, wrong):
    if twin := wrong(bavaria, index):
        services.trust_key(twin, now=now)
    ready(bavaria, now)
    version = "0.3.0" if wrong is mixed else "0.1.0"
    assert code(take, now, version) == REFUSED[wrong]
    assert stored() == [0, 0, 0]


def test_an_archive_that_a_stranger_signed_is_refused_whatever_the_index_says(bavaria, index, now):
    """Bavaria's server was broken into: its key signs what the intruder wants, but he has no publisher's key."""
    ready(bavaria, now)
    index(number=8, versions=(listed(), listed("0.2.0"), listed("0.3.0", FORGED)))
    bavaria.archive(NAME, "0.3.0", FORGED)
    services.refresh(name="bayern", now=now)
    with pytest.raises(PackageRefused, match="signer is unknown"):
        take(now, "0.3.0")
    assert stored() == [0, 0, 0]


def test_a_lower_version_than_the_one_here_is_refused(bavaria, index, now):
    ready(bavaria, now)
    take(now, "0.2.0")
    with pytest.raises(PackageRefused, match="is older than"):
        take(now, "0.1.0")
    assert stored() == [1, 1, 1]


def test_the_same_version_with_other_contents_is_refused(bavaria, index, now):
    published(now, files=a_package(texts=("title: Muster", "title: Anders")))
    ready(bavaria, now)
    with pytest.raises(PackageRefused, match="published already, with other contents"):
        take(now, "0.1.0")
    assert stored() == [1, 1, 0]


def test_a_package_that_the_check_refuses_is_not_stored(bavaria, index, now):
    faulty = signing.build(a_package(form=b"pages: []"), NAME, "0.1.0", KEY)
    index(versions=(listed(archive=faulty), listed("0.2.0")))
    bavaria.archive(NAME, "0.1.0", faulty)
    ready(bavaria, now)
    with pytest.raises(PackageRefused):
        take(now, "0.1.0")
    assert stored() == [0, 0, 0]


def test_what_is_not_listed_is_not_asked_for(bavaria, index, now):
    ready(bavaria, now)
    assert code(take, now, "0.9.0") == "not_listed"
    assert code(services.import_version, name="bayern", package="de.example.nichts", now=now) == "not_listed"
    assert bavaria.asked == ["/catalogue/index.json"]


def test_nothing_is_imported_after_an_index_that_has_expired(bavaria, index, now):
    ready(bavaria, now)
    assert code(take, now + timedelta(days=8)) == "expired"


def test_what_was_taken_back_there_is_not_imported_and_here_adopted_by_nobody(bavaria, index, now, authority):
    ready(bavaria, now)
    here = take(now)
    index(number=8, versions=(listed(), listed("0.2.0", state="withdrawn", reason="Falsche Gebühr")))
    services.refresh(name="bayern", now=now)
    assert code(take, now, "0.2.0") == "withdrawn"
    (row,) = queries.versions()
    assert row.withdrawn == "Falsche Gebühr"
    with pytest.raises(Refused):
        services.adopt(authority_id=authority.id, version_id=here.version_id, parameters={}, actor=ADLER, now=now)


def test_another_catalogue_cannot_take_back_what_did_not_come_from_it(bavaria, index, now):
    published(now)
    ready(bavaria, now)
    index(number=8, versions=(listed(state="withdrawn", reason="x"), listed("0.2.0")))
    services.refresh(name="bayern", now=now)
    assert [row.is_revoked for row in queries.versions()] == [False]


def test_what_is_taken_back_while_it_is_fetched_is_not_stored(bavaria, index, now):
    """The twin: between looking and storing the other side may have said otherwise."""
    ready(bavaria, now)

    def withdrawn_meanwhile(request):
        index(number=8, versions=(listed(), listed("0.2.0", state="withdrawn", reason="x")))
        bavaria.archive(NAME, "0.2.0", ARCHIVES["0.2.0"])
        services_in_thread()
        request.send_response(200)
        request.send_header("Content-Length", str(len(ARCHIVES["0.2.0"])))
        request.end_headers()
        request.wfile.write(ARCHIVES["0.2.0"])

    def services_in_thread():
        from django.db import connection

        services.refresh(name="bayern", now=now)
        connection.close()

    bavaria.archive(NAME, "0.2.0", withdrawn_meanwhile)
    assert code(take, now, "0.2.0") == "withdrawn"
    assert stored() == [0, 0, 0]


def test_a_version_has_one_origin(bavaria, index, now):
    ready(bavaria, now)
    done = take(now)
    with common():
        row = Subscription.objects.get()
    with pytest.raises(IntegrityError), common(write=True):
        Imported.objects.create(version_id=done.version_id, subscription=row, number=7, at=now)


# --- addresses


@pytest.mark.parametrize(
    "typed",
    [
        "https://stadttor.bayern.example",
        "https://STADTTOR.bayern.example/catalogue/",
        "https://stadttor.bayern.example/catalogue/index.json",
    ],
)
def test_an_operator_may_type_host_folder_or_index(typed):
    assert catalogue_address(typed) == "https://stadttor.bayern.example/catalogue/"


@pytest.mark.parametrize(
    "typed",
    [
        "stadttor.bayern.example", "ftp://stadttor.bayern.example", "https://user:word@stadttor.bayern.example",
        "https://stadttor.bayern.example/elsewhere", "https://stadttor.bayern.example/?x=1", "https://a b", "https://[::1",
        "https://", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_any_other_address_is_refused(typed):
    assert code(catalogue_address, typed) == "host"


def test_two_catalogues_have_two_names(bavaria, index, now):
    follow(bavaria, now)
    with hostile.serving() as hamburg:
        hamburg.index(bavaria.pages["/catalogue/index.json"])
        assert code(follow, hamburg, now) == "name"
        assert code(follow, hamburg, now, name="../x") == "name"


# --- what people see of it


def test_an_organiser_sees_what_is_new_elsewhere_and_where_a_package_came_from(bavaria, index, now, authority, client):
    from stadttor.catalog.tests.test_pages import signed_in, text

    ready(bavaria, now)
    desk = signed_in(client, authority, "organiser")
    page = text(desk.get("/desk/services/"))
    assert f"Musterleistung, version 0.2.0, published by {TRUST.publisher}, offered by Bayern, as of" in page
    done = take(now)
    page = text(desk.get("/desk/services/"))
    assert "New in other catalogues" not in page
    assert "Taken from the catalogue of Bayern" in page
    index(number=8, versions=(listed(), listed("0.2.0", state="withdrawn", reason="Falsche Gebühr")))
    services.refresh(name="bayern", now=now)
    page = text(desk.get(f"/desk/services/versions/{done.version_id}/"))
    assert "The publisher withdrew this version" in page
    assert "Falsche Gebühr" in page


def test_what_a_catalogue_says_is_shown_and_runs_nothing(bavaria, index, now, authority, client):
    from stadttor.catalog.tests.test_pages import signed_in, text

    index(name="<b>Bayern", versions=(listed(title="<script>alert(1)</script>"),))
    follow(bavaria, now)
    page = text(signed_in(client, authority, "organiser").get("/desk/services/"))
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
