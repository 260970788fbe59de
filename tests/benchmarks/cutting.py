"""A stream of notices that is cut off again and again, by either side, while notices are told: does whoever comes again
with its last id miss anything, or hear anything twice or out of order?

python -m tests.benchmarks.cutting [--cuts 500] [--told 100000]

Half of the cuts kill the server with -9, and another takes its port; half break the client off at any byte. Ends with
an error if something is missed or out of order, or comes twice more often than the client came again.
"""

import argparse
import asyncio
import random
import time
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import migrations
from service.api import Context, create_app, serve
from service.api_keys import new_key
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.model import Notice
from service.settings import ApiSettings, Settings
from service.store import Store
from tests.listener import Client
from tests.services import free_port

LONGEST_LIFE = 0.5
"""Seconds from the first answer to the cut at most."""
AT_ONCE = 60
"""Notices told in one transaction at most."""
processes = get_context("forkserver")
processes.set_forkserver_preload(["service.api"])


@dataclass(frozen=True)
class Ended:
    connections: int
    told: int
    missed: int
    disordered: int
    twice: int

    @property
    def is_well(self) -> bool:
        return not (self.missed or self.disordered) and self.twice <= self.connections


def server(url: str, broker: str, port: int) -> None:
    """Until it is killed."""
    plenty = {"requests": 10**9, "account_requests": 10**9}
    settings = Settings(events={"look_seconds": 0.01}, quotas=plenty)
    context = Context(settings, Store(url), EmbeddedBroker(Path(broker)), now)
    asyncio.run(serve(create_app(context), ApiSettings(port=port), context.until))


def started(*given: object) -> BaseProcess:
    process = processes.Process(target=server, args=given, daemon=True)
    process.start()
    return process


async def cut(folder: Path, cuts: int, told: int, chance: random.Random) -> Ended:
    url, port = f"sqlite:///{folder / 'store.db'}", free_port()
    migrations.upgrade(url)
    store = Store(url)
    made, key = new_key("bench", now())
    await store.write(lambda tx: tx.keys.add(made, key))
    client, process = Client(key), started(url, str(folder / "log.db"), port)
    try:
        for number in range(cuts):
            if not process.is_alive():
                process = started(url, str(folder / "log.db"), port)
            some = range(told * number // cuts, told * (number + 1) // cuts)
            await _cut_once(client, port, process, asyncio.create_task(_tell(store, some, chance)), chance)
        if not process.is_alive():
            process = started(url, str(folder / "log.db"), port)
        listening = await _connected(client, port)
        while not client.heard or client.heard[-1] < told:
            await asyncio.sleep(0.05)
        listening.cancel()
    finally:
        process.kill()
        process.join()
        store.close()
    return _ended(client, told)


async def _cut_once(
    client: Client, port: int, process: BaseProcess, telling: asyncio.Task[None], chance: random.Random
) -> None:
    listening = await _connected(client, port)
    await asyncio.sleep(LONGEST_LIFE * chance.random())
    if chance.random() < 0.5:
        process.kill()
        process.join()
    else:
        listening.cancel()
    await asyncio.wait([listening])
    await telling


async def _connected(client: Client, port: int) -> asyncio.Task[None]:
    """It listens, once it was answered."""
    before, listening = client.connections, asyncio.create_task(client.listen(port))
    while client.connections == before:
        if listening.done():
            listening = asyncio.create_task(client.listen(port))
        await asyncio.sleep(0.005)
    return listening


async def _tell(store: Store, numbers: range, chance: random.Random) -> None:
    """A few at a time, about as long as the client listens."""
    first = numbers.start
    while first < numbers.stop:
        upto = min(first + chance.randint(1, AT_ONCE), numbers.stop)
        notices = [Notice(f"nt_{n}", "feed.gap", "feed", now(), {"text": "x" * 200}) for n in range(first, upto)]
        await store.write(lambda tx, notices=notices: tx.notices.tell(notices, now()))
        first = upto
        await asyncio.sleep(LONGEST_LIFE / 8 * chance.random())


def _ended(client: Client, told: int) -> Ended:
    once = set(client.heard)
    return Ended(
        connections=client.connections,
        told=told,
        missed=len(set(range(1, told + 1)) - once),
        disordered=sum(later < earlier for earlier, later in pairwise(client.heard)),
        twice=len(client.heard) - len(once),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--told", type=int, default=100_000)
    given, began = parser.parse_args(), time.perf_counter()
    with TemporaryDirectory() as folder:
        ended = asyncio.run(cut(Path(folder), given.cuts, given.told, random.Random(1)))
    print(f"{given.cuts} cuts in {time.perf_counter() - began:.0f} s: {ended}")
    raise SystemExit(not ended.is_well)


if __name__ == "__main__":
    main()
