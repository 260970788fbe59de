"""Keeps what polls brought: appends the articles, and only then records the polls.

In: results, one by one; out: both done, or what went wrong. Results that come while others are being kept are
kept together: one append and one transaction for all of them.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.poll.result import Result
from consumers.poll.websub import OFF, Hubs, Polled
from service.broker import Broker, Written
from service.clock import Clock
from service.errors import Outage
from service.model import Offer, Payload, Poll
from service.model.hosts import busy_seconds
from service.settings import PollSettings
from service.store import Store, Transaction
from service.streams import RAW
from service.urls import host_of

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Busy:
    """A host that asks to be left alone: for so many seconds, if it says."""

    host: str
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit that is over."""

    url: str
    """That was asked."""
    result: Result
    poll: Poll
    records: Sequence[Written] = ()
    """Its articles, as they go onto the stream."""
    busy: Busy | None = None
    offered: Offer | None = None
    """What its document says of hubs."""
    payload: Payload | None = None
    """The document, if it is worth keeping."""


class Recorder:
    """Use `record`, from as many tasks as you like."""

    def __init__(self, store: Store, broker: Broker, settings: PollSettings, clock: Clock, hubs: Hubs = OFF) -> None:
        self._store, self._broker, self._settings, self._clock, self._hubs = store, broker, settings, clock, hubs
        self._waiting: list[tuple[Visited, asyncio.Future[None]]] = []
        self._keeping: asyncio.Task[None] | None = None

    async def record(self, visited: Visited) -> None:
        """Returns once it is kept. Raises `Outage`, or what was wrong with this very visit."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((visited, done))
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep_all())
        await done

    async def _keep_all(self) -> None:
        batch = self._waiting
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                await self._keep_or_part(batch)
        finally:
            self._keeping = None
            for _, done in (*batch, *self._waiting):
                done.cancel()  # only what was cut short is not done yet

    async def _keep_or_part(self, batch: list[tuple[Visited, asyncio.Future[None]]]) -> None:
        """What one visit has wrong with it must not be the others' loss: then each is tried alone."""
        try:
            await self._keep([visited for visited, _ in batch])
        except Exception as error:  # noqa: BLE001  (told to those who wait)
            if len(batch) > 1 and not isinstance(error, Outage):
                for each in batch:
                    await self._keep_or_part([each])
                return
            _tell(batch, error)
        else:
            _tell(batch, None)

    async def _keep(self, visited: Sequence[Visited]) -> None:
        payloads = [each.payload for each in visited if each.payload]
        if payloads:  # before the articles, which refer to them
            await self._store.write(lambda tx: tx.payloads.add(payloads))
        records = [record for each in visited for record in each.records]
        if records:
            await self._broker.append(RAW.name, records)
        now, settings, hubs = self._clock(), self._settings, self._hubs
        await self._store.write(lambda tx: keep(tx, visited, now, settings, hubs))


def keep(tx: Transaction, visited: Sequence[Visited], now: datetime, settings: PollSettings, hubs: Hubs = OFF) -> None:
    """Record these polls, and what they say about the hosts and the hubs; tell what is to be told."""
    feeds = hubs.heed(tx, [Polled(each.result.feed, each.offered, bool(each.records)) for each in visited], now)
    tx.feeds.record(*zip(feeds, (each.poll for each in visited), strict=True))
    tx.tallies.add("poll", became_of([each.poll for each in visited]), now)
    answered = {host_of(each.url) for each in visited if not each.result.feed.failures}
    busy = {each.busy.host: each.busy.seconds for each in visited if each.busy}
    tx.hosts.well(answered - busy.keys(), now)
    for host, seconds in busy.items():
        strikes = tx.hosts.get(host).strikes
        until = now + timedelta(seconds=busy_seconds(strikes, seconds, settings.most_seconds))
        tx.hosts.back_off(host, until, now)
    for backfill in (each for one in visited for each in one.result.backfills):
        tx.backfills.add(backfill)
    tx.notices.tell([notice for one in visited for notice in one.result.notices], now)


def became_of(polls: Sequence[Poll]) -> Counter[str]:
    """Of all entries in these documents."""
    found = Counter[str]()
    for poll in polls:
        known = poll.entries - poll.fresh - poll.passed_over
        found.update(known=max(known, 0), passed_on=poll.fresh, passed_over=poll.passed_over)
    return found


def _tell(batch: Sequence[tuple[Visited, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():  # whoever waited was cancelled
            continue
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)
