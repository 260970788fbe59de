"""Lists: look at OPML documents somewhere, and poll the feeds they name as long as they do.

lists due -> feeds added, switched off, switched on

A list that cannot be read, or names no feed, changes nothing: that is its trouble, not its feeds'.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus

import structlog

from consumers.poll.opml import feeds_of
from consumers.poll.polite import Later, Polite
from consumers.rounds import rounds
from service import opml, telemetry
from service.clock import Clock
from service.egress import Reply, Unreachable
from service.errors import Invalid
from service.model import Feed, FeedList
from service.store import Store, Transaction
from service.store.lists import Synced

log = structlog.get_logger(__name__)

AT_ONCE = 10
LEASE_SECONDS = 300.0
MOST_WAIT = 60.0
MOST_PAUSE = 86_400.0
MOST_HEADER = 1_000
ACCEPT = "text/x-opml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"


@dataclass(frozen=True)
class Lists:
    """Any number of processes may do this: they share the lists by leases."""

    store: Store
    polite: Polite
    clock: Clock
    idle_seconds: float = 30.0

    async def run(self, until: asyncio.Event) -> None:
        """Until told to stop. Neither a list nor an outage ends it."""

        async def once() -> float:
            await self.once()
            return self.idle_seconds

        await rounds(once, until, "lists")

    async def once(self) -> int:
        """Look at what is due; gives how many lists. Raises `Outage`."""
        now = self.clock()
        due = await self.store.write(lambda tx: tx.lists.claim_due(now, AT_ONCE, LEASE_SECONDS))
        for each in due:
            await self._look(each)
        return len(due)

    async def _look(self, kept: FeedList) -> None:
        reply = await self.polite.get(kept.url, _conditions(kept), MOST_WAIT)
        if isinstance(reply, Later):
            await self._record(replace(kept, next_sync_at=self.clock() + timedelta(seconds=reply.seconds)))
        elif isinstance(reply, Unreachable):
            await self._record(self._failed(kept, reply.why))
        elif reply.status == HTTPStatus.NOT_MODIFIED:
            await self._record(self._succeeded(kept))
        elif reply.status != HTTPStatus.OK:
            await self._record(self._failed(kept, f"the server answered {reply.status}"))
        else:
            await self._take(kept, reply)

    async def _take(self, kept: FeedList, reply: Reply) -> None:
        try:
            read = await asyncio.to_thread(opml.read, reply.body)
            feeds = await asyncio.to_thread(lambda: list(feeds_of(read.outlines, self.clock())))
            if not feeds:
                raise Invalid("the list names no feed that can be used")
        except Invalid as error:
            return await self._record(self._failed(kept, str(error)))
        after = replace(
            self._succeeded(kept),
            title=kept.title or read.title,
            etag=_fit(reply, "etag"),
            last_modified=_fit(reply, "last-modified"),
            named=len(feeds),
        )
        changed = await self.store.write(_sync, after, feeds)
        telemetry.count("lists", "synced")
        log.info("list read", list=kept.url, added=len(changed.added), off=changed.switched_off, on=changed.switched_on)

    async def _record(self, kept: FeedList) -> None:
        await self.store.write(lambda tx: tx.lists.record(kept))
        telemetry.count("lists", "failed" if kept.error else "synced")
        if kept.error:
            log.warning("list not read", list=kept.url, why=kept.error)

    def _succeeded(self, kept: FeedList) -> FeedList:
        now = self.clock()
        again = now + timedelta(seconds=kept.interval)
        return replace(kept, error="", failures=0, last_sync_at=now, next_sync_at=again)

    def _failed(self, kept: FeedList, why: str) -> FeedList:
        now, failures = self.clock(), kept.failures + 1
        pause = min(kept.interval * 2 ** min(failures - 1, 10), max(MOST_PAUSE, kept.interval))
        again = now + timedelta(seconds=pause)
        return replace(kept, error=why, failures=failures, last_sync_at=now, next_sync_at=again)


def _sync(tx: Transaction, kept: FeedList, feeds: list[Feed]) -> Synced:
    changed = tx.lists.sync(kept, feeds)
    counted = replace(kept, added=kept.added + len(changed.added), switched_off=tx.lists.off(kept.id))
    tx.lists.record(counted)
    return changed


def _conditions(kept: FeedList) -> dict[str, str]:
    given = {"if-none-match": kept.etag, "if-modified-since": kept.last_modified}
    return {"accept": ACCEPT} | {name: value for name, value in given.items() if value}


def _fit(reply: Reply, name: str) -> str:
    """A header to be sent back next time, unless it is unfit for that."""
    value = reply.headers.get(name, "").strip()
    return value if len(value) <= MOST_HEADER and value.isascii() and value.isprintable() else ""
