"""The mark is found however it is written, wherever a person gets; what is found elsewhere is a leak."""

import io
import json
import threading
import zipfile
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.measuring.lines import Lines, read
from tests.safety import marker
from tests.safety.live.browser import Browser
from tests.safety.marker import HERE, KINDS, MARK, NAMELESS, PREFIX, THERE, played
from tests.safety.marker.crawling import Crawler
from tests.safety.marker.people import paper
from tests.safety.marker.routes import EXEMPT, addresses_of, named_in, to_open, unsaid
from tests.safety.marker.scanning import can_read_pdf, hits
from tests.safety.running import RowLines, Size


def part(said):
    """Of a signed token, in base64url; a header where a letter is given."""
    text = json.dumps({"alg": "ES256"} if said == "e" else said, ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def zipped(name, data):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"<td>Qxmarkerzwiebel</td>", MARK),
        (b"QXMARKER\xc2\xad<wbr>", PREFIX),
        (b"Qxmarker-\nzwiebel", MARK),
        (json.dumps({"name": "Yılmaz"}).encode(), "Yılmaz"),
        (b"/desk/cases/?q=Y%C4%B1lmaz", "Yılmaz"),
        (b"Y&#305;lmaz", "Yılmaz"),
        (zipped("a.txt", f"Am {MARK}"), MARK),
        (
            json.dumps(
                {"credential": f"{part('e')}.{part({'a': 1})}.AAAA~{part(['x', 'holder', f'Jonas {MARK}'])}~"}
            ).encode(),
            MARK,
        ),
        (f"took {part('e')}.{part({'holder': 'Yılmaz'})}.AAAA".encode(), "Yılmaz"),
        (zipped(f"{MARK}.txt", ""), MARK),
        (zipped("inner.zip", zipped("a.txt", MARK)), MARK),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_word_is_found_however_it_is_written(data, word):
    assert hits(data, [word, "Weber"]) == 1


def test_a_word_in_a_letter_is_found():
    if not can_read_pdf():
        pytest.skip("pdftotext is not installed")
    assert hits(zipped("letter.pdf", paper(f"Am {MARK}")), [MARK]) == 1
    assert hits(paper("Am Markt"), [MARK]) == 0


PAGES = {
    "/": '<a href="/b">b</a><form action="/found"><input type="search" name="q"><input name="s" type="hidden" value="1">'
    '</form><form method="post" action="/act"></form><a href="http://elsewhere.example/">x</a>',
    "/b": '<a href="c?x=1&amp;y=2">c</a>',
}


class Served(BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGES.get(self.path, "").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_a_crawler_follows_links_and_forms_that_ask_and_presses_nothing():
    seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = Browser(server.server_address[1], "weissenburg")
        Crawler(browser, lambda address, _: seen.append(address), PREFIX).crawl(["/"])
        browser.close()
        server.shutdown()
    assert seen == ["/", "/b", f"/found?q={PREFIX}&s=1", "/c?x=1&y=2"]


HOME = [{"kind": "page", "town": THERE, "role": "clerk", "route": kind, "status": 200, "hits": 1} for kind in KINDS]
BARE = [HOME[0] | {"route": kind, "hits": 0} for kind in NAMELESS]
HOME += BARE
TABLE = {"kind": "routes", "opened": ["cases:case"]}
AWAY = [line | {"town": HERE, "hits": 0} for line in HOME]
QUIET = [TABLE, {"kind": "quiet", "of": "web.log", "bytes": 9, "hits": 0}, {"kind": "planted", "of": "web.log", "found": True},
         {"kind": "failing", "of": "worker.log", "told": True}]  # fmt: skip
JOURNEYS = [{"kind": "journeys", "chosen": ["test_a"], "left": ["test_b"]}]
JOURNEYS += [
    {"kind": "journey", "journey": "test_a", "log": log, "lines": 2, "bytes": 9, "hits": 0} for log in played.LOGS
]
PLAYED = {"kind": "played", "code": 0, "words": 80, "found": 80}
JOURNEYS.append(PLAYED)
HOME += JOURNEYS


def test_what_is_seen_at_home_only_is_no_leak():
    found = marker.outcome([*HOME, *AWAY, *QUIET])
    logs = 1 + len(played.LOGS)
    assert (found.broken, found.leaked, found.injected) == ((), 0, len(KINDS) + len(NAMELESS) + logs)


@pytest.mark.parametrize(
    ("lines", "leaked"),
    [
        ([*HOME, *AWAY, *QUIET, AWAY[0] | {"hits": 1}], 1),
        ([*HOME, *AWAY, *QUIET, QUIET[1] | {"hits": 2}], 1),
        ([*HOME[1:], *AWAY, *QUIET], 0),
        ([*HOME, *AWAY[1:], *QUIET], 0),
        ([line for line in HOME if line is not BARE[-1]] + [*AWAY, *QUIET], 0),
        ([*HOME, *AWAY, *QUIET[:2], QUIET[2] | {"found": False}, QUIET[3]], 0),
        ([*HOME, *AWAY, TABLE, QUIET[3]], 0),
        ([*HOME, *AWAY, TABLE, QUIET[1] | {"bytes": 0}, *QUIET[2:]], 0),
        ([*HOME, *AWAY, *QUIET[:3], QUIET[3] | {"told": False}], 0),
        ([*HOME, *AWAY, *QUIET[:3]], 0),
        ([*HOME, *AWAY, *QUIET, {"kind": "unread"}], 0),
        ([*HOME, *AWAY, *QUIET[1:]], 0),
        ([*HOME, *AWAY, *QUIET, TABLE | {"opened": ["cases:new"]}], 0),
    ],
    ids=[
        "page",
        "log",
        "not seen at home",
        "not looked at",
        "not got to",
        "would not be found",
        "no log",
        "an empty log",
        "a failed job that left no word",
        "no failed job",
        "letters unread",
        "no table of addresses",
        "a page in no list",
    ],
)
def test_what_is_seen_elsewhere_or_proves_nothing_breaks_the_promise(lines, leaked):
    found = marker.outcome(lines)
    assert (found.leaked, len(found.broken)) == (leaked, 1)


def journeys(*lines, without=()):
    """A run with other lines about its journeys."""
    rest = [line for line in JOURNEYS if line not in without]
    return marker.outcome([*(one for one in HOME if one not in JOURNEYS), *AWAY, *QUIET, *rest, *lines])


def test_what_journeys_left_in_logs_is_counted_from_their_lines():
    """Report: journeys were searched by pytest alone, and no line told of how many and with what in the end."""
    found = journeys(JOURNEYS[1] | {"journey": "test_b", "lines": 1_000}, {"kind": "begun", "size": "ci"})
    assert (found.broken, found.figures["journeys"], found.figures["log_hits"]) == ((), 2, 0)
    assert played.told([*JOURNEYS, JOURNEYS[1] | {"lines": 1_000}]) == (
        "1 of 2 journeys were played and 1,008 lines in 5 logs of them were searched for 80 words that name the cast: 0 were found."
    )  # fmt: skip


def test_a_journey_that_left_a_word_about_somebody_is_a_leak():
    found = journeys(JOURNEYS[1] | {"hits": 2})
    assert (found.leaked, found.figures["log_hits"]) == (1, 2)
    assert found.broken == ("test_a left 2 words about the cast in this process",)


@pytest.mark.parametrize(
    ("lines", "without", "fault"),
    [
        ([], JOURNEYS[:-1], "no journey was played"),
        ([JOURNEYS[0] | {"chosen": ["test_c"]}], (), "nothing was read of test_c"),
        ([{"kind": "begun", "size": "night"}], (), "1 journeys were not played"),
        ([], JOURNEYS[2:3], "no journey left a word in web.log"),
        ([JOURNEYS[2] | {"bytes": 0}], JOURNEYS[2:3], "no journey left a word in web.log"),
        ([PLAYED | {"code": 1}], [PLAYED], "the journeys ended with 1"),
        ([PLAYED | {"found": 79}], [PLAYED], "1 words about the cast would not be found"),
        ([], [PLAYED], "the journeys did not come to their end"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_journeys_that_were_not_played_or_not_read_prove_nothing(lines, without, fault):
    assert journeys(*lines, without=without).broken == (fault,)


def test_journeys_are_played_apart_and_each_log_of_them_leaves_a_line(tmp_path):
    """One journey without a browser; the same process reads what it says, as when it is played by itself."""
    played.play(Size("small"), RowLines(Lines(tmp_path), "marker"), tmp_path)
    found = list(read(tmp_path, "safety-marker"))
    [named] = [line for line in found if line["kind"] == "journeys"]
    [one] = played.logs_of(found)
    assert [one["journey"]] == named["chosen"]
    assert (one["log"], one["hits"], one["lines"] > 0, len(named["left"]) > 50) == ("this process", 0, True, True)
    assert [(line["code"], line["found"] == line["words"] > 60) for line in found if line["kind"] == "played"] == [
        (0, True)
    ]


@pytest.mark.parametrize("status", [302, 403, 404, 500, 0])
def test_a_town_that_is_refused_everywhere_proves_nothing(status):
    """Report: whoever is led away, or gets an error at each page, sees no mark there; that passed with no leak."""
    wanted = {f"nobody of the other town was shown {kind}" for kind in (*KINDS, *NAMELESS)}
    found = set(marker.outcome([*HOME, *(line | {"status": status} for line in AWAY), *QUIET]).broken)
    assert wanted <= found


@pytest.mark.parametrize(
    ("town", "status", "fault"),
    [
        (HERE, 500, "cases:case answered 500 1 times"),
        (THERE, 503, "cases:case answered 503 1 times"),
        (HERE, 0, "cases:case answered nothing 1 times"),
    ],
)
def test_a_page_that_fails_proves_nothing(town, status, fault):
    page = HOME[0] | {"route": "cases:case", "town": town, "status": status, "hits": 0}
    assert marker.outcome([*HOME, *AWAY, *QUIET, page]).broken == (fault,)


def test_every_page_that_can_be_opened_stands_in_one_list():
    """Report: the lists were written by hand, and fifty pages stood in none."""
    names = set(to_open())
    assert unsaid(names) == []
    assert unsaid([*names, "portal:new"]) == ["portal:new"]
    assert set(EXEMPT) <= names
    assert [len({*KINDS, *NAMELESS, *EXEMPT}), len({*KINDS, *NAMELESS})] == [
        len(KINDS) + len(NAMELESS) + len(EXEMPT), len(KINDS) + len(NAMELESS),
    ]  # fmt: skip


def test_what_nobody_opened_is_asked_for_with_what_addresses_named():
    case, receipt = (f"{number:08}-0000-4000-8000-000000000000" for number in (1, 2))
    known = named_in([f"/desk/cases/{case}", f"/desk/finance/cases/{case}/receipts/{receipt}.pdf", "/nowhere"])
    made = addresses_of("finance:undo", to_open()["finance:undo"], known)
    assert made == [f"/desk/finance/cases/{case}/receipts/{receipt}/undo"]
    assert addresses_of("appointments:booked", to_open()["appointments:booked"], known) == []
