"""A bucket as a place for encrypted files: the contract against a real store, and what a store may do to us."""

import re
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest

from adapters.s3 import REST_S, S3, Place, place_from
from adapters.s3.link import Bounds
from adapters.s3.listing import read_page
from adapters.s3.signing import Credentials
from stadttor.ground.ports import BlobGone, StoreAway
from stadttor.ground.tests.store_contract import LATER, SEALED, StoreContract, town  # noqa: F401  # a fixture

WHO = Credentials("key", "secret", "us-east-1")
SHORT = Bounds(connect=0.2, silent=0.2, whole=0.4)


class TestContract(StoreContract):
    @pytest.fixture
    def place(self, bucket):
        return S3(bucket)

    def test_more_than_a_page_of_old_ones_is_found(self, place, town, monkeypatch):  # noqa: F811  # the fixture
        ours = {uuid4() for _ in range(7)}
        for blob_id in ours:
            place.put(town, blob_id, b"x")
        monkeypatch.setattr("adapters.s3.PAGE", 3)
        assert set(place.old(town, LATER)) == ours


class TestRefusedByARealStore:
    def test_a_wrong_secret_is_refused_and_keeps_nothing(self, bucket):
        stranger = S3(replace(bucket, who=replace(bucket.who, secret="wrong")))
        with pytest.raises(StoreAway, match="403"):
            stranger.put(town_id := uuid4(), blob_id := uuid4(), SEALED)
        with pytest.raises(BlobGone):
            S3(bucket).get(town_id, blob_id, len(SEALED))

    def test_a_bucket_that_is_not_there_is_a_store_that_is_away_and_no_file_that_is_gone(self, bucket):
        nowhere = S3(replace(bucket, address=f"{bucket.address}-of-nobody"))
        for ask in (
            lambda: nowhere.put(uuid4(), uuid4(), SEALED),
            lambda: nowhere.get(uuid4(), uuid4(), 100),
            lambda: list(nowhere.old(uuid4(), LATER)),
        ):
            with pytest.raises(StoreAway):
                ask()


@contextmanager
def saying(*answers):
    """A store that says these bytes, one to each connection, and hangs up; nothing at all for None."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_say, args=(listener, answers))
        thread.start()
        yield Place(f"http://127.0.0.1:{listener.getsockname()[1]}/bucket", WHO)
        thread.join()


def _say(listener, answers):
    for answer in answers:
        link, _ = listener.accept()
        with link:
            link.settimeout(60)
            _heard(link)
            if answer is None:
                link.recv(1)  # until we hang up
            else:
                link.sendall(answer)


def _heard(link):
    """All of a request: its body may come in another piece than its head, and what is left unread resets the connection."""
    said = b""
    while b"\r\n\r\n" not in said:
        said += link.recv(65_536)
    head, _, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    left = int(length[1]) - len(body) if length else 0
    while left > 0:
        left -= len(link.recv(left))


def http(status, body=b"", more=b""):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), more, body)


@pytest.mark.parametrize(
    "answer",
    [
        http(b"503 Slow Down", b"<Error><Code>SlowDown</Code></Error>"),
        http(b"507 Insufficient Storage"),
        http(b"403 Forbidden", b"<Error><Code>QuotaExceeded</Code></Error>"),
        http(b"307 Temporary Redirect", more=b"Location: http://127.0.0.1:9/\r\n"),
        http(b"404 Not Found", b"<Error><Code>NoSuchBucket</Code></Error>"),
        http(b"404 Not Found", b"<html>another server</html>"),
        http(b"206 Partial Content", b"x"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut",
        b"SSH-2.0-OpenSSH\r\n",
        b"",
    ],
)
@pytest.mark.parametrize("verb", ["put", "get", "remove", "old"])
def test_whatever_is_no_plain_yes_is_a_store_that_is_away(answer, verb):
    with saying(answer) as place, pytest.raises(StoreAway):
        _do(S3(place), verb)


def _do(store, verb):
    town_id, blob_id = uuid4(), uuid4()
    {
        "put": lambda: store.put(town_id, blob_id, SEALED),
        "get": lambda: store.get(town_id, blob_id, 100),
        "remove": lambda: store.remove(town_id, blob_id),
        "old": lambda: list(store.old(town_id, LATER)),
    }[verb]()


def test_nobody_is_there():
    with saying() as place:
        pass
    with pytest.raises(StoreAway, match="ConnectionError"):
        S3(place).put(uuid4(), uuid4(), SEALED)


def test_a_store_that_hangs_ends_in_time_rests_for_a_while_and_is_asked_again():
    now = [100.0]
    with saying(None, http(b"200 OK")) as place:
        store = S3(place, bounds=SHORT, clock=lambda: now[0])
        with pytest.raises(StoreAway, match="took too long"):
            store.put(uuid4(), uuid4(), SEALED)
        now[0] += REST_S - 1
        with pytest.raises(StoreAway, match="rests"):
            store.put(uuid4(), uuid4(), SEALED)
        now[0] += 2
        store.put(uuid4(), uuid4(), SEALED)


def test_an_answer_that_trickles_ends_with_the_time_of_the_whole():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()
        thread = threading.Thread(target=_trickle, args=(listener, ended))
        thread.start()
        place = Place(f"http://127.0.0.1:{listener.getsockname()[1]}/bucket", WHO)
        with pytest.raises(StoreAway, match="took too long"):
            S3(place, bounds=SHORT).get(uuid4(), uuid4(), 100)
        ended.set()
        thread.join()


def test_a_store_that_reads_slowly_but_steadily_gets_all_of_a_large_file():
    """Report: the limit of silence was the limit of a whole upload, which a slow line never keeps."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
        thread = threading.Thread(target=_read_slowly, args=(listener,))
        thread.start()
        place = Place(f"http://127.0.0.1:{listener.getsockname()[1]}/bucket", WHO)
        S3(place, bounds=replace(SHORT, whole=60.0)).put(uuid4(), uuid4(), b"x" * 8_000_000)
        thread.join()


def _read_slowly(listener):
    """Longer in all than the silence that is borne, never silent for long."""
    link, _ = listener.accept()
    pause, left = threading.Event(), 8_000_000
    with link:
        while left > 0 and (got := link.recv(100_000)):
            left -= len(got)
            pause.wait(SHORT.silent / 50)
        link.sendall(http(b"200 OK"))


def _trickle(listener, ended):
    link, _ = listener.accept()
    with link:
        link.recv(65_536)
        try:
            link.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not ended.wait(0.02):
                link.sendall(b"x")
        except OSError:
            return


def test_no_more_is_read_than_was_stored():
    """A store that answers without end costs no more memory than the file would."""
    with saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 200_000) as place:
        assert len(S3(place).get(uuid4(), uuid4(), 100_000)) == 100_001


LISTED = """<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<IsTruncated>{more}</IsTruncated>{token}<Contents><Key>{key}</Key><LastModified>2026-11-22T10:00:00.000Z</LastModified>
</Contents></ListBucketResult>"""


def listed(key, token=""):
    named = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    return http(b"200 OK", LISTED.format(key=key, more="true" if token else "false", token=named).encode())


def test_a_list_that_never_ends_ends(town):  # noqa: F811  # the fixture
    """Report: a store that says "more" with the same mark for ever must not keep the sweep for ever."""
    with saying(listed("a", "mark"), listed("b", "mark")) as place:
        assert list(S3(place).old(town, LATER)) == []


def test_keys_of_others_are_not_ours_to_sweep(town):  # noqa: F811  # the fixture
    blob_id = uuid4()
    strange = [f"{town}/README", f"{town}/00/{blob_id.hex}x", f"{uuid4()}/{blob_id.hex[-2:]}/{blob_id.hex}"]
    for key in strange:
        with saying(listed(key)) as place:
            assert list(S3(place).old(town, LATER)) == []
    with saying(listed(f"{town}/{blob_id.hex[-2:]}/{blob_id.hex}")) as place:
        assert list(S3(place).old(town, LATER)) == [blob_id]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<html/>",
        b"<!DOCTYPE x [<!ENTITY a 'a'>]><ListBucketResult>&a;</ListBucketResult>",
        b"<ListBucketResult><Contents><Key>a</Key><LastModified>soon</LastModified></Contents></ListBucketResult>",
    ],
)
def test_what_is_no_list_sweeps_nothing(xml):
    with pytest.raises(StoreAway):
        read_page(xml)


class TestSetting:
    GOOD = {"STADTTOR_S3_URL": "https://s3.example.org/weissenburg", "STADTTOR_S3_KEY": "k", "STADTTOR_S3_SECRET": "s"}

    def test_nothing_set_is_the_disk(self):
        assert place_from({}) is None

    def test_region_has_the_usual_name(self):
        assert place_from(self.GOOD).who.region == "us-east-1"
        assert place_from(self.GOOD | {"STADTTOR_S3_REGION": "garage"}).who.region == "garage"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"STADTTOR_S3_URL": "http://s3.example.org/weissenburg"},
            {"STADTTOR_S3_URL": "https://user:s3cret@s3.example.org/weissenburg"},
            {"STADTTOR_S3_URL": "https://s3.example.org/weissenburg?x=1"},
            {"STADTTOR_S3_URL": "s3://weissenburg"},
            {"STADTTOR_S3_KEY": ""},
            {"STADTTOR_S3_SECRET": ""},
        ],
    )
    def test_what_is_set_half_or_unsafely_stops_the_start_in_words(self, wrong):
        with pytest.raises(ValueError, match="the object store") as told:
            place_from(self.GOOD | wrong)
        assert "s3cret" not in str(told.value)
