"""Discover: what feeds does a site have? In: any address of it; out: a `Discovery`, the best first.

The page itself, the feeds it links, the sitemaps that robots.txt names, and where there is nothing else the
usual places; each is read before it is offered. Bounded in requests and in time, and no faster at one host than
a person would be.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from consumers.poll.candidates import USUAL_SITEMAPS, candidate, linked, ranked, usual
from consumers.poll.fetch import ACCEPT
from consumers.poll.hubs import offer
from consumers.poll.parse import text_of
from consumers.poll.patient import Reader
from consumers.poll.polite import Later, Polite
from consumers.poll.survey import Unreadable
from consumers.poll.ways import sitemaps_of
from service import opml
from service.egress import Reply, Unreachable, check_url
from service.errors import Invalid
from service.model import Candidate, Discovery, FoundBy
from service.settings import EgressSettings
from service.store import Store
from service.urls import resolve

TOTAL_SECONDS = 30.0
REQUEST_SECONDS = 10.0
MOST_WAIT = 10.0
MOST_REQUESTS = 24
GAP_SECONDS = 0.5
"""Between requests: somebody waits for the answer, and it is for once."""
MOST_SITEMAPS = 3
AT_ONCE = 2
HEADERS = {"accept": f"{ACCEPT}, text/html;q=0.9"}


class Discoverer:
    """`discover` is all there is to it. A few at once; the others wait."""

    def __init__(self, store: Store, polite: Polite, settings: EgressSettings) -> None:
        self._store, self._settings = store, settings
        self._polite = replace(polite, gap_seconds=min(GAP_SECONDS, polite.gap_seconds))
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def discover(self, url: str) -> Discovery:
        """`url` may lack its scheme. Raises `Invalid`, `UnsafeAddress`, `Outage`."""
        url = url.strip() if "://" in url else f"https://{url.strip()}"
        check_url(url, self._settings)
        async with self._at_once, Reader() as reader:
            search = Search(self._polite, reader)
            try:
                async with asyncio.timeout(TOTAL_SECONDS):
                    await search.site(url)
            except TimeoutError:
                search.why = search.why or f"time was up after {TOTAL_SECONDS:g} seconds"
        found = await self._known(ranked(list(search.found.values())))
        return Discovery(url, found, search.tried, search.why)

    async def _known(self, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        ids = await self._store.read(lambda tx: tx.lists.known(each.url for each in found))
        return tuple(replace(each, known_as=ids.get(each.url, "")) for each in found)


@dataclass
class Search:
    """One discovery under way."""

    polite: Polite
    reader: Reader
    found: dict[str, Candidate] = field(default_factory=dict)
    """By address."""
    asked: set[str] = field(default_factory=set)
    said: set[int] = field(default_factory=set)
    """Hashes of the bodies of what was found: many sites give one feed at several addresses."""
    why: str = ""

    @property
    def tried(self) -> int:
        return len(self.asked)

    async def site(self, url: str) -> None:
        page = await self._get(url)
        if isinstance(page, str):
            self.why = page
            return
        if not await self._keep(page, url, "itself"):
            await self._all(linked(_text(page), page.url), "link")
        await self._all((await self._robots(page.url))[:MOST_SITEMAPS], "robots")
        if not self._has("feed") and not self._has("list"):
            await self._all(usual(page.url), "guess", enough="feed")
        if not self._has("sitemap"):
            await self._all(usual(page.url, USUAL_SITEMAPS), "guess", enough="sitemap")

    async def _robots(self, url: str) -> list[str]:
        reply = await self._get(resolve(url, "/robots.txt"))
        return sitemaps_of(_text(reply), reply.url) if isinstance(reply, Reply) else []

    async def _all(self, urls: Iterable[str], found_by: FoundBy, enough: str = "") -> None:
        """Try these, one after the other, until one of the kind that is `enough` was found."""
        for url in urls:
            reply = await self._get(url)
            if isinstance(reply, Reply):
                await self._keep(reply, url, found_by)
            if enough and self._has(enough):
                return

    def _has(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.found.values())

    async def _get(self, url: str) -> Reply | str:
        """The answer, or why there is none."""
        if url in self.asked:
            return "it was asked already"
        if len(self.asked) >= MOST_REQUESTS:
            return "too many requests"
        self.asked.add(url)
        reply = await self.polite.get(url, HEADERS, MOST_WAIT, REQUEST_SECONDS)
        if isinstance(reply, Later):
            return "its host asks to be left alone"
        if isinstance(reply, Unreachable):
            return reply.why
        self.asked.add(reply.url)
        return reply if reply.status == 200 else f"the server answered {reply.status}"

    async def _keep(self, reply: Reply, url: str, found_by: FoundBy) -> bool:
        """Whether it is a feed, a sitemap or a list of feeds."""
        at = reply.permanent_url or url
        found = await self._candidate(reply, at, found_by) or await _list(reply, at, found_by)
        if found and hash(reply.body) not in self.said:
            self.said.add(hash(reply.body))
            self.found.setdefault(at, found)
        return found is not None

    async def _candidate(self, reply: Reply, url: str, found_by: FoundBy) -> Candidate | None:
        kind = reply.headers.get("content-type", "")
        try:
            document = await self.reader.read(reply.body, kind, reply.url)
        except Unreadable:
            return None
        offered = offer(reply.headers.get("link", ""), _text(reply), reply.url)
        return candidate(url, document, found_by, offered.hubs[0] if offered else "")


async def _list(reply: Reply, url: str, found_by: FoundBy) -> Candidate | None:
    if b"<opml" not in reply.body[:2_000].lower():
        return None
    try:
        read = await asyncio.to_thread(opml.read, reply.body)
    except Invalid:
        return None
    return Candidate(url, "list", found_by, read.title, entries=len(read.outlines))


def _text(reply: Reply) -> str:
    try:
        return text_of(reply.body, reply.headers.get("content-type", ""))
    except Unreadable:
        return ""
