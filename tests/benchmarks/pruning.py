"""How long does it stand in the way of others to forget a million deliveries that are done, with their attempts?

python -m tests.benchmarks.pruning [--on sqlite postgres] [--deliveries 500000]

So many old deliveries, each with an attempt, are forgotten by what `courant` runs every hour. Each of its transactions
is timed, and beside it somebody who writes a row four times a second. It ends with an error if a transaction, or a
write beside, took longer than a second.
"""

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import migrations
from service.clock import now
from service.model import Attempt, Delivery
from service.store import Store, Transaction
from service.store.attempts import attempts
from service.store.deliveries import deliveries
from service.store.table import insert
from tests.builders import a_delivery, an_attempt, an_endpoint
from tests.services.postgres import PostgresServer

PORTION, OLD, BESIDE_SECONDS, LONGEST_SECONDS = 5000, timedelta(days=200), 0.25, 1.0


@dataclass(frozen=True)
class Pruned:
    deliveries: int
    seconds: float
    longest: float
    """Seconds that a transaction took at most, with its commit and the wait for its turn."""
    longest_beside: float
    """Seconds that somebody else's write took at most."""

    @property
    def is_well(self) -> bool:
        return max(self.longest, self.longest_beside) <= LONGEST_SECONDS


async def pruned(store: Store, number: int) -> Pruned:
    """On an empty database."""
    await _fill(store, number)
    beside, until = list[float](), asyncio.Event()
    writing = asyncio.create_task(_write_beside(store, beside, until))
    taken, before, begun, gone = list[float](), now() - timedelta(days=90), time.monotonic(), 0
    some = -1
    while some:
        started = time.monotonic()
        some = await store.write(lambda tx: tx.deliveries.prune(before))
        taken.append(time.monotonic() - started)
        gone += some
    seconds = time.monotonic() - begun
    until.set()
    await writing
    return Pruned(gone, seconds, max(taken), max(beside))


async def _write_beside(store: Store, taken: list[float], until: asyncio.Event) -> None:
    while not until.is_set():
        begun = time.monotonic()
        await store.write(lambda tx: tx.endpoints.add(an_endpoint(id=f"e{len(taken)}")))
        taken.append(time.monotonic() - begun)
        await asyncio.sleep(BESIDE_SECONDS)


async def _fill(store: Store, number: int) -> None:
    for first in range(0, number, PORTION):
        await store.write(_put, range(first, min(number, first + PORTION)))


def _put(tx: Transaction, numbers: Sequence[int]) -> None:
    tx.connection.execute(insert(tx.connection, deliveries), list(_rows(Delivery, map(_delivery, numbers))))
    tx.connection.execute(insert(tx.connection, attempts), list(_rows(Attempt, map(_attempt, numbers))))


def _delivery(number: int) -> Delivery:
    at = now() - OLD + timedelta(seconds=number)
    id, notice, endpoint = f"msg_{number:027}", f"al_{number:020}", f"ep{number % 100}"
    return a_delivery(id=id, notice_id=notice, endpoint_id=endpoint, state="sent", created_at=at, done_at=at)


def _attempt(number: int) -> Attempt:
    return an_attempt(delivery_id=f"msg_{number:027}", endpoint_id=f"ep{number % 100}", response="Taken. " * 20)


def _rows(kind: Any, made: Any) -> Iterator[dict[str, Any]]:
    return ({name: getattr(each, name) for name in kind.__dataclass_fields__} for each in made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", choices=("sqlite", "postgres"), default=("sqlite", "postgres"))
    parser.add_argument("--deliveries", type=int, default=500_000)
    given = parser.parse_args()
    well = True
    for on in given.on:
        with ExitStack() as stack:
            url = f"sqlite:///{Path(stack.enter_context(TemporaryDirectory())) / 'store.db'}"
            if on == "postgres":
                server = PostgresServer.start()
                stack.callback(server.stop)
                url = server.database()
            migrations.upgrade(url)
            store = Store(url)
            stack.callback(store.close)
            found = asyncio.run(pruned(store, given.deliveries))
            print(f"{on}: {found}", flush=True)
            well = well and found.is_well
    if not well:
        raise SystemExit("something stood in the way of others for more than a second")


if __name__ == "__main__":
    main()
