"""The reader of pages: addresses in; for each its page taken apart, or why it was not read, out.

A host is asked as its robots.txt allows and as often as it bears; a page whose turn would come later than the
caller can wait is not read. Whatever one page does, the others are read.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from consumers.pages.extract import Extracted
from consumers.pages.extractors import Extractors, Unextractable
from consumers.pages.robots import Robots, origin_of
from consumers.pages.rules import Rules, load_rules
from consumers.pages.turns import Turns
from service.clock import Clock, now
from service.egress import Egress, Reply, Unreachable
from service.messages import Page
from service.settings import EnrichSettings
from service.store import Store
from service.urls import host_of

HTML = ("text/html", "application/xhtml+xml")
ACCEPT = {"accept": "text/html,application/xhtml+xml;q=0.9"}
ROBOTS_SHARE = READING_SHARE = 1 / 3
"""Of the time given: what may go by until a robots.txt is there, and what is kept for reading a page. Until then
its turn may be waited for."""
MOST_SAID = 500
TDM = ("tdm-reservation", "tdm-policy")

Reason = Literal["robots", "turn", "unreachable", "status", "not_html", "late", "extraction", "address"]
"""Why a page was not read.

* robots       its robots.txt does not allow it, or cannot be had
* turn         its host must be left alone for longer than could be waited
* unreachable  no answer
* status       an answer, but not the page
* not_html     something else than a page
* late         the time was up
* extraction   too large, or extraction died of it
* address      no address of a page
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be read: where, whose, and headers to send along (If-None-Match)."""

    url: str
    source: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A page that was read. `extracted.text` is "" if it holds none."""

    extracted: Extracted
    reply: Reply


@dataclass(frozen=True, slots=True)
class NotRead:
    """A page that was not; `why` is fit for strangers."""

    reason: Reason
    why: str
    reply: Reply | None = None
    """The answer, where there was one (304, 404, 410, ...)."""


Outcome = Read | NotRead


class PageReader:
    """Reads pages, so many at once. Use `open_reader`."""

    def __init__(self, turns: Turns, egress: Egress, extractors: Extractors, rules: Rules, at_once: int) -> None:
        self.rules = rules
        self._turns, self._egress, self._extractors = turns, egress, extractors
        self._at_once = asyncio.Semaphore(at_once)

    async def read(self, wanted: Sequence[Wanted], seconds: float) -> list[Outcome]:
        """For each page, in order, within so many seconds altogether. Raises `Outage` if the store is away.

        Pages whose robots.txt is at hand do not wait for those whose is not.
        """
        deadline = asyncio.get_running_loop().time() + seconds
        at_hand = [self._turns.knows(each.url) for each in wanted]
        waves = [[each for each, known in zip(wanted, at_hand, strict=True) if known is wave] for wave in (True, False)]
        first, second = await asyncio.gather(*(self._wave(pages, deadline, seconds) for pages in waves))
        ready, late = iter(first), iter(second)
        outcomes = [next(ready if known else late) for known in at_hand]
        await self._turns.heard([reply for found in outcomes if (reply := found.reply)])
        return outcomes

    async def _wave(self, wanted: Sequence[Wanted], deadline: float, seconds: float) -> list[Outcome]:
        """One turn for each page, all taken together."""
        robots = await self._turns.robots([each.url for each in wanted if _origin(each.url)], seconds * ROBOTS_SHARE)
        permits = [_permit(each.url, robots) for each in wanted]
        allowed = [(each.url, it.delay) for each, it in zip(wanted, permits, strict=True) if isinstance(it, Robots)]
        patience = deadline - seconds * READING_SHARE - asyncio.get_running_loop().time()
        starts = iter(await self._turns.reserve(allowed, max(0.0, patience)))
        return await asyncio.gather(
            *(
                _soon(it) if isinstance(it, NotRead) else self._in_turn(each, next(starts), deadline)
                for each, it in zip(wanted, permits, strict=True)
            )
        )

    async def _in_turn(self, wanted: Wanted, start: datetime | None, deadline: float) -> Outcome:
        if start is None:
            return NotRead("turn", "the host must be left alone")
        try:
            async with asyncio.timeout_at(deadline):
                await self._turns.wait(start)
                async with self._at_once:
                    return await self._fetched(wanted, deadline)
        except TimeoutError:
            return NotRead("late", "out of time")
        except Exception as error:  # noqa: BLE001  # a page can do anything; the others are read
            return NotRead("extraction", type(error).__name__)

    async def _fetched(self, wanted: Wanted, deadline: float) -> Outcome:
        left = max(0.1, deadline - asyncio.get_running_loop().time())
        reply = await self._egress.get(wanted.url, ACCEPT | dict(wanted.headers), total_seconds=left)
        if isinstance(reply, Unreachable):
            return NotRead("unreachable", reply.why)
        if reply.status != 200:
            return NotRead("status", f"status {reply.status}", reply)
        content_type = reply.headers.get("content-type", "")
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type and media_type not in HTML:
            return NotRead("not_html", f"not HTML but {media_type[:60]}", reply)
        if reply.url != wanted.url and (forbidden := await self._led_astray(reply, left)):
            return forbidden
        rule = self.rules.of(wanted.source, wanted.url)
        try:
            extracted = await self._extractors.extract(reply.body, reply.url, rule, content_type)
        except Unextractable as error:
            return NotRead("extraction", str(error), reply)
        return Read(replace(extracted, page=_with_headers(extracted.page, reply)), reply)

    async def _led_astray(self, reply: Reply, seconds: float) -> NotRead | None:
        """Why a page is not used to which another one redirected."""
        permit = _permit(reply.url, await self._turns.robots([reply.url], seconds))
        return permit if isinstance(permit, NotRead) else None


def _permit(url: str, robots: Mapping[str, Robots]) -> Robots | NotRead:
    """What allows this page to be read, or why it is not allowed."""
    origin = _origin(url)
    if not origin:
        return NotRead("address", "not the address of a page")
    found = robots.get(origin)
    if found is None:
        return NotRead("turn", "the host must be left alone")
    if found.allows(url):
        return found
    if found.file.verdict == "closed":
        return NotRead("robots", f"robots.txt cannot be had: {found.file.why}")
    return NotRead("robots", f"robots.txt of {host_of(url)} does not allow it")


def _origin(url: str) -> str:
    try:
        return origin_of(url)
    except ValueError:
        return ""


async def _soon(outcome: Outcome) -> Outcome:
    return outcome


def _with_headers(page: Page, reply: Reply) -> Page:
    """The page, and what is said outside it about what may be done with it."""
    headers = {name: " ".join(reply.headers.get(name, "").split())[:MOST_SAID] for name in ("x-robots-tag", *TDM)}
    tdm = ", ".join(filter(None, (headers[name] for name in TDM)))
    said = {"robots.txt": "allowed", "header": headers["x-robots-tag"], "tdm": page.permissions.get("tdm", "") or tdm}
    permissions = page.permissions | {who: words for who, words in said.items() if words}
    return msgspec.structs.replace(page, permissions=permissions)


@asynccontextmanager
async def open_reader(
    store: Store, egress: Egress, settings: EnrichSettings, clock: Clock = now
) -> AsyncIterator[PageReader]:
    """A reader with its processes. Raises `Misconfigured` for rules of extraction that cannot be used."""
    rules = load_rules(Path(settings.extraction_rules) if settings.extraction_rules else None)
    async with Extractors.open(settings.processes) as extractors:
        turns = Turns(store, egress, settings, clock)
        yield PageReader(turns, egress, extractors, rules, settings.page_concurrency)
