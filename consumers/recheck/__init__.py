"""Recheck: look again at the pages of articles, and pass on what became of them.

rechecks due -> articles.raw
    outcomes: baseline, unchanged, edited, suspected, deleted, moved, restored, nothing, forbidden, later

For each batch: read the pages, append what is to be told, and only then record the looks. A crash in between
leads to the same look again, and what it tells a second time dedupe drops. Any number of processes may run:
they share the pages by leases.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from consumers.pages.reader import Outcome, Wanted
from consumers.recheck.looks import Look, look_at
from consumers.recheck.schedule import Decision, decide
from consumers.rounds import rounds
from service import telemetry
from service.broker import Broker
from service.clock import Clock
from service.model.rechecks import Claimed
from service.settings import RecheckSettings
from service.store import Store, Transaction
from service.streams import RAW

__all__ = ["Decision", "Look", "Recheck"]

log = structlog.get_logger(__name__)


class Pages(Protocol):
    """What reads pages: see `consumers.pages.reader.PageReader`."""

    async def read(self, wanted: Sequence[Wanted], seconds: float) -> list[Outcome]: ...


@dataclass(frozen=True)
class Recheck:
    """Use `run`, or `once` for a single batch."""

    store: Store
    broker: Broker
    pages: Pages
    settings: RecheckSettings
    clock: Clock

    async def run(self, until: asyncio.Event) -> None:
        """Look until told to stop. An outage does not end it."""

        async def once() -> float:
            return 0.0 if await self.once() else self.settings.idle_seconds

        await rounds(once, until, "rechecks")

    async def once(self) -> int:
        """Look at the pages that are due now, as far as one batch reaches; gives how many. Raises `Outage`."""
        now, most, lease = self.clock(), self.settings.concurrency, self.settings.lease_seconds
        due = await self.store.write(lambda tx: tx.rechecks.claim_due(now, most, lease))
        if due:
            outcomes = await self.pages.read([_wanted(each) for each in due], self.settings.seconds)
            decisions = await asyncio.to_thread(self._decide, due, outcomes)
            await self._pass_on(decisions)
            await self.store.write(_record, due, decisions)
            _tell(decisions)
        return len(due)

    def _decide(self, due: Sequence[Claimed], outcomes: Sequence[Outcome]) -> list[Decision]:
        now = self.clock()
        pairs = zip(due, outcomes, strict=True)
        return [decide(each, look_at(outcome, each), now, self.settings) for each, outcome in pairs]

    async def _pass_on(self, decisions: Sequence[Decision]) -> None:
        if told := [RAW.encode(each.raw) for each in decisions if each.raw]:
            await self.broker.append(RAW.name, told)


def _wanted(claimed: Claimed) -> Wanted:
    raw, etag = claimed.enriched.article.raw, claimed.recheck.baseline.etag
    return Wanted(raw.link or raw.url, raw.source, {"if-none-match": etag} if etag else {})


def _record(tx: Transaction, due: Sequence[Claimed], decisions: Sequence[Decision]) -> None:
    tx.rechecks.keep([each.recheck for each in decisions if each.recheck])
    pairs = zip(due, decisions, strict=True)
    tx.rechecks.remove([claimed.recheck.article_id for claimed, decision in pairs if decision.recheck is None])


def _tell(decisions: Sequence[Decision]) -> None:
    counts = Counter[str](decision.outcome for decision in decisions)
    for outcome, number in counts.items():
        telemetry.count("recheck", outcome, number)
    log.info("rechecked", pages=len(decisions), **counts)
