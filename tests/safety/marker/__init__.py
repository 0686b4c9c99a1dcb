"""Everything of one town bears a mark; whatever the other town's people are shown is searched for it. Logs, too.

The same journeys run in the other town with people of known names: neither these nor the mark may stand in a log, an
argument of a job or an address. So may nobody of the cast in what the journeys of tests/journeys leave in logs.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.journeys.quiet import said_about
from tests.measuring.lines import Line
from tests.safety.live.browser import Answer, Browser
from tests.safety.live.service import SLUG
from tests.safety.marker import played
from tests.safety.marker.crawling import Crawler
from tests.safety.marker.house import PROCESSES, House, house
from tests.safety.marker.people import People
from tests.safety.marker.routes import EXEMPT, KINDS, NAMELESS, addresses_of, named_in, to_open, unsaid
from tests.safety.marker.scanning import can_read_pdf, hits, mail_texts
from tests.safety.marker.towns import Words, make
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand

DATABASE = "safety_marker"
HERE, THERE = "weissenburg", "muenchen"
MARK, PREFIX = "Qxmarkerzwiebel", "Qxmarker"
WORDS = {
    HERE: Words(
        "Amira Yılmaz", "amira.yilmaz@example.org", "Sie wohnt bei Jonas Weber in der Luitpoldstraße.", "Rosengasse", "Yılm"
    ),
    THERE: Words(f"Jonas {MARK}", f"{MARK.lower()}@example.org", f"Am {MARK} gibt es nichts.", MARK, PREFIX),
}  # fmt: skip
_NAMES_SOMETHING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
KEEP_JOBS = """
CREATE TABLE seen_jobs (told text);
CREATE FUNCTION see_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
 'BEGIN INSERT INTO public.seen_jobs VALUES (NEW.task_name || '' '' || NEW.args::text); RETURN NEW; END';
CREATE TRIGGER see_job AFTER INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION see_job();
"""
"""Jobs that are done leave the queue; here a copy of each stays."""
FAIL_JOBS = """
CREATE SEQUENCE refused;
CREATE FUNCTION refuse_some() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
 'BEGIN IF nextval(''public.refused'') IN (2, 4) THEN
  RAISE EXCEPTION ''a row was refused'' USING DETAIL = to_jsonb(NEW)::text; END IF; RETURN NEW; END';
CREATE TRIGGER refuse_some BEFORE INSERT ON cases_case FOR EACH ROW EXECUTE FUNCTION refuse_some();
"""
"""Two jobs fail once, and the error quotes a row with an applicant in it, as those of constraints do."""
FAILED = b"RaiseException"
PLANTED = ("Amira", "Yılmaz", "Brandt")
EXEMPTED = f"{len(EXEMPT)} pages of the table of addresses are not opened, each with its reason in tests/safety/marker/routes.py."
NOTES = (
    "The product gives out no metrics yet; what counts is on pages (opinions, work list), which are searched.",
    "The mailbox of the demo shows the mails of all towns; it runs in no other installation and was switched off here.",
)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """Two towns, one journey in each, then everybody looks at everything."""
    addresses = stand.database(DATABASE)
    stand.product_at(addresses)
    from django.conf import settings

    logs = stand.folder / "marker-logs"
    with psycopg.connect(stand.superuser(DATABASE), autocommit=True) as admin:
        admin.execute(KEEP_JOBS + FAIL_JOBS)
        _fail(addresses.app)
        towns = make(stand.folder / "marker-packages", WORDS)
        with house(addresses, Path(settings.VAR), logs) as running:
            people = {slug: People(running, town, admin) for slug, town in towns.items()}
            _live_and_look(people, running, lines)
        words = [MARK, *(secret for one in people.values() for secret in one.secrets())]
        _jobs(admin, words, lines)
    asked = "\n".join(address for one in people.values() for address in one.addresses()).encode()
    lines.write("quiet", of="addresses", bytes=len(asked), hits=_named(asked, [MARK]))
    _logs(
        {**{name: logs / f"{name}.log" for name in PROCESSES}, "postgres": stand.folder / "postgres.log"}, words, lines
    )
    lines.write("failing", of="worker.log", told=FAILED in (logs / "worker.log").read_bytes())
    played.play(size, lines, stand.folder)
    if not can_read_pdf():
        lines.write("unread")
    for text in NOTES:
        lines.write("note", text=text)


def _fail(address: str) -> None:
    """A statement that fails with somebody's name in it: PostgreSQL's own log must not tell it."""
    with psycopg.connect(address) as app, suppress(psycopg.Error):
        app.execute(f"SELECT '{WORDS[HERE].name} {MARK}', 1 / 0")  # noqa: S608  # the words of this row


def _live_and_look(people: dict[str, People], running: House, lines: RowLines) -> None:
    with ExitStack() as streams:
        for one in people.values():
            one.listen(streams)
        for one in people.values():
            one.live_through()
        _streams(people, lines)
    lines.write("routes", opened=sorted(to_open()))
    for slug, one in people.items():
        _show(lines, slug, "citizen", one.status, one.asked)
        for address, answer in one.errands.shown.items():
            _show(lines, slug, "clerk", address, answer)
    crawled = [*people[THERE].errands.shown, *_crawl(people[THERE], people[THERE].roles(), [], lines)]
    _crawl(people[HERE], people[HERE].roles(), crawled, lines)
    _wallets(people, lines)
    _mails(running, lines)


def _named(text: bytes, words: Sequence[str]) -> int:
    """How many of the words stand in it, and how many that name somebody of the cast."""
    return hits(text, words) + len(said_about(text.decode("utf-8", "replace")))


def _crawl(
    people: People, roles: dict[str, tuple[Browser, list[str]]], more: Sequence[str], lines: RowLines
) -> list[str]:
    """Everybody crawls, and asks for the addresses that others have seen; gives those with an id in them. A line for each page.

    What nobody opened by then is asked for by everybody, with what addresses have named.
    """
    seen: list[str] = []
    opened: set[str] = set()
    for role, (browser, starts) in roles.items():
        show = partial(_show, lines, people.town.slug, role, opened=opened)
        crawler = Crawler(browser, show, PREFIX, _route)
        crawler.crawl(starts)
        for address in more:
            show(address, crawler.ask(address))
        for address, answer in people.errands.asked(role):
            show(address, answer)
        _search(browser, role, people, show)
        _save(browser, role, people, show)
        seen += crawler.seen
    known = named_in(seen)
    rest = [
        address
        for name, pattern in to_open().items()
        if name not in opened
        for address in addresses_of(name, pattern, known)
    ]
    for role, (browser, _) in roles.items():
        for address in rest:
            _show(lines, people.town.slug, role, address, Crawler(browser, _nothing, PREFIX).ask(address))
    seen += rest
    return sorted(address for address in set(seen) if _NAMES_SOMETHING.search(address))


def _wallets(people: dict[str, People], lines: RowLines) -> None:
    """Each town's permit goes into a wallet, and one at the other town asks for it with the same offer, code and token."""
    for slug, other in ((HERE, THERE), (THERE, HERE)):
        own, elsewhere = partial(_show, lines, slug, "wallet"), partial(_show, lines, other, "wallet")
        people[slug].wallet.fetch(SLUG, own, people[other].wallet.browser, elsewhere)


def _nothing(_address: str, _answer: Answer) -> None:
    """Nobody is told."""


def _show(lines: RowLines, town: str, role: str, address: str, answer: Answer, opened: set[str] | None = None) -> None:
    found = hits(answer.head.encode() + b"\n", [MARK]) + hits(answer.body, [MARK])
    lines.write("page", town=town, role=role, route=_route(address), status=answer.status, hits=found)
    if opened is not None and answer.status == 200:
        opened.add(_route(address))


def _route(address: str) -> str:
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return "none"


def _search(browser: Browser, role: str, people: People, show: Any) -> None:
    """What is looked for by POST: the list, the search of the API."""
    if role == "clerk":
        show("/desk/cases/search", people.clerk.search(PREFIX))
    if role == "system":
        body = b'{"words": "' + PREFIX.encode() + b'", "state": "any"}'
        show("/api/v1/cases/search", browser.send("/api/v1/cases/search", body, {"Content-Type": "application/json"}))


def _save(browser: Browser, role: str, people: People, show: Any) -> None:
    """Everything about the application, which is asked for by POST."""
    if role == "citizen":
        form, path = browser.get(people.status), f"{people.status}/auskunft"
        show(path, browser.post(path, [("csrfmiddlewaretoken", form.csrf)]))


def _streams(people: dict[str, People], lines: RowLines) -> None:
    """A stream tells ids: the neighbour's case must not be among them. The clerk has heard of her own by now."""
    case = people[THERE].case.rpartition("/")[2].encode()
    for slug, one in people.items():
        for role, stream in (("clerk", one.stream), ("citizen", one.deaf[0]), ("organiser", one.deaf[1])):
            heard = stream.told.count(case)
            lines.write("page", town=slug, role=role, route="stream", status=stream.status, hits=heard)


def _mails(running: House, lines: RowLines) -> None:
    for to, text in mail_texts(running.mails):
        town = THERE if MARK.lower() in to.lower() else HERE
        lines.write("page", town=town, role="mail", route="mail", status=200, hits=hits(text, [MARK]))


def _jobs(admin: "psycopg.Connection[Any]", words: Sequence[str], lines: RowLines) -> None:
    """What was ever in the queue, which is a global table."""
    rows = admin.execute("SELECT told FROM seen_jobs").fetchall()
    text = "\n".join(row[0] for row in rows)
    lines.write("quiet", of="jobs", bytes=len(text), hits=_named(text.encode(), words))


def _logs(files: dict[str, Path], words: Sequence[str], lines: RowLines) -> None:
    """And each once more with a line about somebody in it, to see that it would be found."""
    planted = "\n2026-11-23 ERROR cannot take {'name': 'Amira Y\\u0131lmaz', 'by': 'Herr Brandt'} at " + MARK
    for name, path in files.items():
        text = path.read_bytes()
        lines.write("quiet", of=f"{name}.log", lines=text.count(b"\n"), bytes=len(text), hits=_named(text, words))
        lines.write("planted", of=f"{name}.log", found=_named(text + planted.encode(), words) >= len(PLANTED) + 1)


def outcome(lines: Sequence[Line]) -> Outcome:
    """A leak is a page, mail or stream of the other town with the mark, or a log, job or address with anybody's name."""
    pages = [line for line in lines if line["kind"] == "page"]
    quiet = [line for line in lines if line["kind"] == "quiet"]
    listed = [name for line in lines if line["kind"] == "routes" for name in line["opened"]]
    strange = [line for line in pages if line["town"] != THERE]
    leaks = [f"{line['role']} saw the mark at {line['route']}" for line in strange if line["hits"]]
    leaks += [f"{line['of']} names {line['hits']} of the people" for line in quiet if line["hits"]]
    leaks += played.leaks(lines)
    logs = [*quiet, *played.logs_of(lines)]
    return Outcome(
        injected=len(strange) + len(logs),
        leaked=len(leaks),
        broken=(*leaks, *_unproven(pages, listed), *_deaf(lines), *played.unproven(lines)),
        figures={
            "leaks": len(leaks),
            "journeys": len(played.journeys_of(lines)),
            "log_hits": sum(line["hits"] for line in logs),
        },
        notes=(
            *_counted(pages),
            played.told(lines),
            EXEMPTED,
            *(line["text"] for line in lines if line["kind"] == "note"),
        ),
    )


def _unproven(pages: Sequence[Line], listed: Sequence[str]) -> Iterator[str]:
    """Where not seeing the mark proves nothing."""
    yield from (f"nobody said what {name} shows" for name in unsaid(listed))
    yield from (() if listed else ("the run does not say what can be opened",))
    home = {line["route"] for line in pages if line["town"] == THERE and line["hits"]}
    tried = {line["route"] for line in pages if line["town"] != THERE}
    yield from (f"not even its own people saw the mark at {kind}" for kind in KINDS if kind not in home)
    opened = {line["route"] for line in pages if line["town"] == THERE and line["status"] == 200}
    yield from (f"its own people did not get to {kind}" for kind in NAMELESS if kind not in opened)
    yield from (f"nobody looked at {kind}" for kind in (*KINDS, *NAMELESS) if kind not in tried)
    shown = {line["route"] for line in pages if line["town"] != THERE and line["status"] == 200}
    yield from (
        f"nobody of the other town was shown {kind}"
        for kind in (*KINDS, *NAMELESS)
        if kind in tried and kind not in shown
    )
    ends = Counter((line["route"], line["status"]) for line in pages if not 0 < line["status"] < 500)
    yield from (
        f"{route} answered {status or 'nothing'} {count} times" for (route, status), count in sorted(ends.items())
    )


def _deaf(lines: Sequence[Line]) -> Iterator[str]:
    """Where nothing was written, or what was written was not read."""
    quiet = [line for line in lines if line["kind"] == "quiet"]
    yield from (f"nothing was written to {line['of']}" for line in quiet if not line["bytes"])
    yield from (
        f"a name in {line['of']} would not be found"
        for line in lines
        if line["kind"] == "planted" and not line["found"]
    )
    yield from (f"no failed job told {line['of']}" for line in lines if line["kind"] == "failing" and not line["told"])
    if not any(line["kind"] == "failing" for line in lines):
        yield "no job was made to fail"
    if any(line["kind"] == "unread" for line in lines):
        yield "pdftotext is not on this machine: the text of letters was not searched"
    if not quiet:
        yield "no log was searched"


def _counted(pages: Sequence[Line]) -> list[str]:
    seen = [line for line in pages if line["town"] == THERE and line["hits"]]
    return [
        f"The town's own people saw the mark on {len(seen)} pages, in {len({line['route'] for line in seen})} kinds."
    ]
