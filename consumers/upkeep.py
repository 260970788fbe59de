"""What must be done now and then, whoever does it: measure the lag, forget what is old, remind of what is pending."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from consumers.rounds import told_within
from service import telemetry
from service.broker import Broker, Stream
from service.broker.embedded import EmbeddedBroker
from service.clock import Clock
from service.errors import Outage
from service.messages import Message
from service.reconciliation import reconcile
from service.settings import Settings
from service.store import Store, Transaction
from service.streams import STRANDS, decided
from service.text.commonness import Commonness, grown

logger = structlog.get_logger(__name__)

PRUNE_EVERY = timedelta(hours=1)
REMIND_AFTER = timedelta(minutes=5)
COUNTED = 1000
"""Articles of a language whose words are counted a day."""


@dataclass(frozen=True)
class Upkeep:
    """Safe to run in any number of processes."""

    store: Store
    broker: Broker
    settings: Settings
    clock: Clock

    async def prune(self, until: asyncio.Event) -> None:
        """Once an hour, forget polls, fingerprints and records that are past their time."""
        while not await told_within(until, PRUNE_EVERY.total_seconds()):
            try:
                await self.prune_once()
                await self.count_words()
            except Outage as outage:
                logger.warning("nothing pruned", error=str(outage))

    async def prune_once(self) -> None:
        now = self.clock()
        polls = now - timedelta(days=self.settings.poll.keep_polls_days)
        dedupe = self.settings.dedupe
        prints = now - timedelta(days=max(2 * dedupe.window_days, dedupe.known_again_days))
        await self.store.write(lambda tx: tx.feeds.prune(polls))
        await self.store.write(lambda tx: tx.requests.prune(now))
        await self.store.write(lambda tx: tx.audit.prune(now - timedelta(days=self.settings.audit.keep_days)))
        await self.store.write(lambda tx: tx.quotas.prune(now - timedelta(days=2)))
        await self.store.write(lambda tx: tx.hosts.prune(now - timedelta(days=1)))
        backfills = now - timedelta(days=self.settings.backfill.keep_days)
        await self.store.write(lambda tx: tx.backfills.prune(backfills))
        await self.store.write(lambda tx: tx.backtests.prune(now - timedelta(days=7)))
        await self._prune_deliveries(now - timedelta(days=self.settings.deliver.keep_days))
        await self._prune_notices(now - timedelta(days=self.settings.events.keep_days))
        await self._prune_payloads(now - timedelta(days=self.settings.poll.keep_payloads_days))
        await self.store.write(lambda tx: tx.sightings.prune(prints))
        await self.store.write(lambda tx: tx.pages.prune(now))
        await self.store.write(lambda tx: tx.identities.prune(prints))
        waited = now - timedelta(days=2 * self.settings.link.window_days)  # the stories are closed by then
        await self.store.write(lambda tx: tx.waiting.prune(waited))
        if isinstance(self.broker, EmbeddedBroker):
            await self.broker.prune(timedelta(days=self.settings.kafka.retention_days), now)

    async def count_words(self) -> None:
        """Once a day for each language: how common words are, from tomorrow on, by the articles filed last.

        Just before midnight, from the day after tomorrow on: it must be there before the day begins.
        """
        soon = self.clock() + timedelta(hours=1)
        tomorrow = soon.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        for language in await self.store.read(lambda tx: tx.word_counts.due(tomorrow)):
            before, texts = await self.store.read(_filed_last, language, tomorrow)
            counts = await asyncio.to_thread(grown, before, texts, language)
            await self.store.write(_put_counts, language, tomorrow, counts)

    async def _prune_deliveries(self, before: datetime) -> None:
        """Few at a time, for others want to write, too."""
        while await self.store.write(lambda tx: tx.deliveries.prune(before)):
            pass

    async def _prune_notices(self, before: datetime) -> None:
        """A few at a time: those who tell wait for each other, and for us."""
        while await self.store.write(lambda tx: tx.notices.prune(before)):
            pass

    async def _prune_payloads(self, before: datetime) -> None:
        """Few at a time: they are large, and others want to write, too."""
        while await self.store.write(lambda tx: tx.payloads.prune(before)):
            pass

    async def measure(self, reading: dict[str, Stream[Message]], until: asyncio.Event) -> None:
        """Every few seconds, tell Prometheus how far behind each stage is, and whether everything adds up.

        `reading`: stage -> its stream.
        """
        while not await told_within(until, 15):
            with suppress(Outage):
                await self.measure_once({stage: stream.name for stage, stream in reading.items()})

    async def remind(self, until: asyncio.Event) -> None:
        """Every few minutes, tell again what was not heard."""
        while not await told_within(until, REMIND_AFTER.total_seconds()):
            with suppress(Outage):
                await self.remind_once()

    async def remind_once(self) -> None:
        """Tell link again of decisions that it has not carried out for long: who should have told it may have died."""
        before = self.clock() - REMIND_AFTER
        pending = await self.store.read(lambda tx: tx.decisions.pending(before))
        if pending:
            await self.broker.append(STRANDS.name, [decided(each.id) for each in pending])

    async def measure_once(self, reads: Mapping[str, str]) -> None:
        await self._measure_feeds()
        telemetry.WAITING.set(await self.store.read(lambda tx: tx.deliveries.waiting()))
        telemetry.DEAD.set(await self.store.read(lambda tx: tx.dead_letters.count()))
        for each in await reconcile(self.store, self.broker, reads):
            telemetry.LAG.labels(each.stage).set(each.in_flight)
            telemetry.UNACCOUNTED.labels(each.stage).set(each.unaccounted)
            for outcome, records in each.outcomes.items():
                telemetry.RECORDS.labels(each.stage, outcome).set(records)

    async def _measure_feeds(self) -> None:
        by_status, by_health = await self.store.read(_feeds, self.clock())
        for gauge, counts in ((telemetry.FEEDS, by_status), (telemetry.FEED_HEALTH, by_health)):
            gauge.clear()  # of words that hold for no feed any more
            for word, count in counts.items():
                gauge.labels(word).set(count)


def _filed_last(tx: Transaction, language: str, day: datetime) -> tuple[Commonness, list[str]]:
    last, _ = tx.articles.frontier(language)
    filed = tx.articles.since(language, max(0, last - COUNTED))
    texts = [f"{each.enriched.article.raw.title}\n{each.enriched.text}" for each in filed]
    return tx.word_counts.on(day).get(language, Commonness()), texts


def _put_counts(tx: Transaction, language: str, day: datetime, counts: Commonness) -> None:
    tx.word_counts.put(language, day, counts)


def _feeds(tx: Transaction, now: datetime) -> tuple[dict[str, int], dict[str, int]]:
    by_status = tx.feeds.counts(now)
    del by_status["due"]  # no status: they are counted by theirs
    return by_status, tx.feeds.health()
