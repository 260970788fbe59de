"""Backtests as they are asked for: small ones at once, large ones by whoever has time, one after another.

A request comes in; out comes the same with its report. A process that dies loses nothing: another begins anew.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from service.errors import Outage, Refused
from service.messages import Lane
from service.model.backtests import Backtest
from service.query import Query
from service.store import Transaction
from service.topics.backtest import Asked, Progress, Report, backtest
from service.topics.workbench import Workbench

logger = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
IDLE_SECONDS = 1.0
LANES: dict[bool, tuple[Lane, ...]] = {True: ("live", "backfill"), False: ("live",)}


async def tried(bench: Workbench, asked: Backtest, told: Progress | None = None) -> Backtest:
    """The backtest at its end. Raises `QuerySyntax`."""
    live = await bench.store.read(_live, asked)
    query = await asyncio.to_thread(_read, bench, asked.query)
    compared = await asyncio.to_thread(_read, bench, live) if live else None
    wanted = Asked(query, asked.since, asked.until, compared, LANES[asked.backfill])
    report = await backtest(bench, wanted, told)
    return replace(
        asked,
        state="done",
        report=shown(report),
        done=report.articles,
        total=report.articles,
        finished_at=bench.clock(),
    )


def shown(report: Report) -> dict[str, Any]:
    """A report as JSON holds it."""
    found: dict[str, Any] = msgspec.to_builtins(report)
    return found


def _live(tx: Transaction, asked: Backtest) -> str:
    """What it is compared with; "" if with nothing."""
    topic = tx.topics.get(asked.topic_id, asked.account_id) if asked.topic_id else None
    return topic.query if topic and topic.query != asked.query else ""


def _read(bench: Workbench, text: str) -> Query:
    return bench.reading.read(text).query


@dataclass(frozen=True)
class Backtester:
    """Does what waits."""

    bench: Workbench

    async def run(self, until: asyncio.Event) -> None:
        """Until told to stop; what is not done then begins anew in another process."""
        while not until.is_set():
            try:
                if await self.once(until.is_set):
                    continue
            except Outage as outage:
                logger.warning("backtests wait", error=str(outage))
            await _pause(until)

    async def once(self, stopping: Callable[[], bool] = bool) -> bool:
        """One that waits, if there is any."""
        store, clock = self.bench.store, self.bench.clock
        asked = await store.write(lambda tx: tx.backtests.claim(clock(), LEASE.total_seconds()))
        if asked is None:
            return False
        try:
            done = await tried(self.bench, asked, self._told(asked, stopping))
        except _Stopped:
            done = replace(asked, state="waiting")
        except Refused as error:
            done = replace(asked, state="failed", error=str(error), finished_at=clock())
        except Outage:
            raise
        except Exception as error:  # a fault of ours must not be met again and again
            logger.error("a backtest failed", backtest=asked.id, exc_info=error)
            done = replace(asked, state="failed", error="it failed by a fault of Courant's own", finished_at=clock())
        await store.write(lambda tx: tx.backtests.record(done))
        return True

    def _told(self, asked: Backtest, stopping: Callable[[], bool]) -> Progress:
        async def told(done: int, total: int) -> None:
            if stopping():
                raise _Stopped
            now = replace(asked, state="running", done=done, total=total)
            until: datetime = self.bench.clock() + LEASE
            await self.bench.store.write(lambda tx: tx.backtests.record(now, until))

        return told


class _Stopped(Exception):  # no error: the process ends
    pass


async def _pause(until: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(until.wait(), IDLE_SECONDS)
    except TimeoutError:
        return
