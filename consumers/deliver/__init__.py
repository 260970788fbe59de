"""Deliver: send what is due, try again what failed, and keep every attempt.

deliveries that are due (rows) -> attempts, and what becomes of the deliveries and their endpoints

Claim, send, record: a claim is a lease, nothing is held in the database while a receiver is waited for, and a
process that dies before it has recorded leaves deliveries that are sent again under the same id.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from consumers.deliver.channels import CHANNELS
from consumers.deliver.record import Done, done, keep, tell
from consumers.deliver.retry import Outcome, Unreachable
from service.channels import channel_of
from service.clock import Clock
from service.egress import Egress
from service.endpoint_addresses import opened_address
from service.endpoint_keys import signers
from service.errors import Misconfigured, Outage
from service.model import Due, Endpoint
from service.sealing import UNSEALED, Ring, Unopenable
from service.settings import DeliverSettings
from service.store import Store, Transaction

logger = structlog.get_logger(__name__)

STOPPING_TRIES = 5
"""How often we try to record what was sent before we stop."""

GATHERING_SECONDS = 0.02
"""Between two turns at least: one that records and claims much costs little more than one for a single delivery. Where
nothing is due, twice as long each time, up to `deliver.idle_seconds`."""

A = TypeVar("A")
Turn = tuple[Sequence[Due], list[Endpoint]]
"""What was claimed, and which endpoints were switched off."""


class Deliver:
    """The stage. Any number of processes may run it at once."""

    def __init__(
        self,
        store: Store,
        egress: Egress,
        settings: DeliverSettings,
        clock: Clock,
        random: Callable[[], float],
        ring: Ring = UNSEALED,
    ) -> None:
        """`random` gives numbers in [0, 1). Raises `Misconfigured` for a lease shorter than an attempt."""
        if settings.lease_seconds <= settings.total_seconds:
            raise Misconfigured("deliver.lease_seconds must be more than deliver.total_seconds")
        self._store, self._settings, self._clock, self._random, self._ring = store, settings, clock, random, ring
        self._channels = {name: make(egress, settings) for name, make in CHANNELS.items()}
        self._in_hand: dict[asyncio.Task[None], Due] = {}
        self._done: list[Done] = []
        self._stirred = asyncio.Event()
        self._rest_seconds = settings.idle_seconds

    async def once(self) -> int:
        """Send what is due now, as far as slots go, and record it; gives its number. Raises `Outage`."""
        started = await self._turn()
        await self._finish()
        await self._write(self._let_go, ())
        return started

    async def run(self, until: asyncio.Event) -> None:
        """Until it is told to stop: then what is in hand may finish within its time, and is recorded."""
        stop = asyncio.create_task(until.wait())
        stop.add_done_callback(lambda _: self._stirred.set())
        try:
            while not until.is_set():
                await self._turn_and_rest(until)
            await self._finish()
            await self._stop()
        finally:
            for task in (stop, *self._in_hand):
                task.cancel()

    async def _turn_and_rest(self, until: asyncio.Event) -> None:
        """Rest until something is done, or something new may be due."""
        self._stirred.clear()
        resting = self._stirred
        rest = self._settings.idle_seconds
        try:
            if await self._turn():
                self._rest_seconds = GATHERING_SECONDS
            rest = self._rest_seconds = min(2 * self._rest_seconds, rest)
        except Outage as outage:
            logger.warning("deliver waits", error=str(outage))
            resting = until
        await asyncio.sleep(min(GATHERING_SECONDS, rest))
        with suppress(TimeoutError):
            await asyncio.wait_for(resting.wait(), rest)

    async def _turn(self) -> int:
        """In one transaction, record what is done and claim what is due; start sending that."""
        busy = Counter(due.endpoint.id for due in self._in_hand.values())
        claimed = await self._write(self._claim, busy)
        for due in claimed:
            task = asyncio.create_task(self._send(due))
            self._in_hand[task] = due
            task.add_done_callback(self._put_down)
        return len(claimed)

    async def _stop(self) -> None:
        """Record what is done, and let go of what did not finish, for others to send."""
        unfinished = dict(self._in_hand)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        recorded = {one.delivery.id for each in self._done for one in each.due.all}
        left = {one.delivery.id for due in unfinished.values() for one in due.all} - recorded
        for _ in range(STOPPING_TRIES):
            try:
                await self._write(self._let_go, left)
                return
            except Outage as outage:
                logger.warning("deliver waits", error=str(outage))
                await asyncio.sleep(self._settings.idle_seconds)
        logger.error("not recorded, so it will be sent again", deliveries=len(self._done))

    async def _finish(self) -> None:
        """Every attempt ends by itself within its time; a second more is for those that began just now."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=self._settings.total_seconds + 1)

    async def _write(self, function: Callable[[Transaction, list[Done], A], Turn], given: A) -> Sequence[Due]:
        """Run it with what is done, which stays with us if the database is away. Raises `Outage`."""
        finished, self._done = self._done, []
        try:
            claimed, disabled = await self._store.write(function, finished, given)
        except Outage:
            self._done = finished + self._done
            raise
        tell(finished, disabled)
        return claimed

    def _claim(self, tx: Transaction, finished: list[Done], busy: Counter[str]) -> Turn:
        own = self._settings
        disabled = keep(tx, finished, timedelta(hours=own.disable_after_hours))
        free = own.concurrency - busy.total()
        return tx.deliveries.claim_due(self._clock(), free, own.lease_seconds, own.per_endpoint, busy), disabled

    def _let_go(self, tx: Transaction, finished: list[Done], left: Collection[str]) -> Turn:
        tx.deliveries.release(left)
        return [], keep(tx, finished, timedelta(hours=self._settings.disable_after_hours))

    async def _send(self, due: Due) -> None:
        if due.start_at:
            await asyncio.sleep((due.start_at - self._clock()).total_seconds())
        at = self._clock()
        outcome = await self._outcome(due, at)
        self._done.append(done(due, outcome, (at, self._clock()), self._settings, self._random()))

    async def _outcome(self, due: Due, at: datetime) -> Outcome:
        channel = self._channels.get(channel_of(due.endpoint.url))
        if channel is None:
            return Unreachable("channel", "there is no channel for the endpoint's address")
        try:
            own = due.endpoint
            keys, url = signers(own, self._ring, at), opened_address(own.url, own.id, self._ring)
            return await channel.deliver(replace(due, keys=tuple(keys), endpoint=replace(own, url=url)), at)
        except Unopenable:
            logger.exception("deliver cannot open a secret", endpoint=due.endpoint.id)
            return Unreachable("secret", "the endpoint's secret cannot be opened")
        except Exception:  # a fault of ours in one delivery must not stop all the others
            logger.exception("deliver failed", delivery=due.delivery.id, endpoint=due.endpoint.id)
            return Unreachable("internal", "an error of ours")

    def _put_down(self, task: asyncio.Task[None]) -> None:
        del self._in_hand[task]
        self._stirred.set()
