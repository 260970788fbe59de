"""Deliverers that are killed with -9 at random instants, one after another, while alerts are raised and a receiver
takes them: is anything lost, and what comes twice?

python -m tests.benchmarks.killing [--kills 200] [--on postgres]

Each deliverer is a process of its own with the real stage, and lives up to half a second; at the end one is left alone
until nothing is owed. It ends with an error if a delivery is lost, or came under an id that is not its own.
"""

import argparse
import asyncio
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

import migrations
from service.clock import now
from service.store import Store, Transaction
from service.store.delivering import Wanted
from tests.benchmarks.deliverer import RING, deliverer
from tests.benchmarks.delivering import alert, asked, furnish, receiver
from tests.benchmarks.receiver import Report
from tests.services.postgres import PostgresServer

LONGEST_LIFE, RAISED = 0.5, 20
"""Seconds that a deliverer lives at most, and alerts raised for each."""
HEARD = {f"t{n}": [f"ep{n}"] for n in range(100)}
processes = get_context("forkserver")
processes.set_forkserver_preload([deliverer.__module__])


@dataclass(frozen=True)
class Ended:
    kills: int
    owed: int
    lost: int
    """Owed and not received, or not recorded as sent."""
    strange: int
    """Received under an id under which nothing is owed."""
    twice: int
    """Deliveries that came more than once, each time under their id."""

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.strange)


def killed(url: str, kills: int, chance: random.Random) -> Ended:
    """On an empty database."""
    migrations.upgrade(url)
    store, numbers = Store(url), iter(range(kills * RAISED))
    with receiver() as port:
        _write(store, lambda tx: furnish(tx, port, RING))
        for _ in range(kills):
            _raise(store, [next(numbers) for _ in range(RAISED)])
            with _at_work(url):
                time.sleep(chance.uniform(0.02, LONGEST_LIFE))
        with _at_work(url):
            _until_nothing_waits(store)
        report = msgspec.json.decode(asked(port, "report"), type=Report)
    owed = asyncio.run(store.read(lambda tx: tx.deliveries.list(Wanted(None), most=kills * RAISED + 1)))
    store.close()
    lost = [each for each in owed if each.state != "sent" or each.id not in report.ids]
    strange = report.ids.keys() - {each.id for each in owed}
    twice = [id for id, times in report.ids.items() if times > 1]
    return Ended(kills, len(owed), len(lost), len(strange), len(twice))


@contextmanager
def _at_work(url: str) -> Iterator[BaseProcess]:
    """A deliverer, and then it is killed."""
    process = processes.Process(target=deliverer, args=(url,), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _raise(store: Store, numbers: list[int]) -> None:
    raised = [alert(n, n % 100) for n in numbers]
    _write(store, lambda tx: tx.alerts.raise_alerts(raised, HEARD, now()))


def _write(store: Store, function: Callable[[Transaction], object]) -> None:
    asyncio.run(store.write(function))


def _until_nothing_waits(store: Store, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while asyncio.run(store.read(lambda tx: tx.deliveries.counts())).get("waiting", 0):
        if time.monotonic() > deadline:
            return
        time.sleep(0.2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--on", choices=("sqlite", "postgres"), default="postgres")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = f"sqlite:///{Path(stack.enter_context(TemporaryDirectory())) / 'store.db'}"
        if given.on == "postgres":
            server = PostgresServer.start()
            stack.callback(server.stop)
            url = server.database()
        begun = time.monotonic()
        ended = killed(url, given.kills, random.Random(1))
        print(f"{given.on}: {ended}, {time.monotonic() - begun:.0f} s")
    if not ended.is_well:
        raise SystemExit("something was lost, or came under an id that is not its own")


if __name__ == "__main__":
    main()
