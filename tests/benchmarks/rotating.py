"""Secrets that are changed while deliveries flow: does anything come that a receiver cannot verify?

python -m tests.benchmarks.rotating [--rotations 15] [--grace 3] [--processes 2] [--on sqlite]

Two endpoints get as many alerts as go out. One receiver takes each new secret the moment that the API shows it and
knows no other from then on; the other holds the old one until four fifths of the grace are over. Each verifies all that
it gets. It ends with an error if a signature does not hold, or one is made with a secret whose grace is over.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

import migrations
from consumers.demo.inbox import Inbox, Received
from service.api import Context, create_app
from service.api_keys import new_key
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.endpoint_keys import keyed
from service.model import Alert
from service.settings import Settings
from service.signing import TIMESTAMP, WebhookVerificationError, verify
from service.store import Store, Transaction
from tests.benchmarks.deliverer import RING, SETTINGS, deliverer
from tests.benchmarks.delivering import alert
from tests.builders import a_subscription, a_topic, an_endpoint
from tests.services.postgres import PostgresServer

AT_ONCE, LATE = 0.0, 0.8
"""Shares of the grace after which a receiver takes the new secret."""
IN_FLIGHT, WAITING, TICK_SECONDS = 64, 400, 0.05
"""Requests to each endpoint at once, and alerts that wait for each, looked after so often."""


@dataclass
class Subscriber:
    """An endpoint, and who receives what is sent there."""

    topic: int
    takes_after: float
    inbox: Inbox = field(default_factory=lambda: Inbox([]))
    faults: list[str] = field(default_factory=list)
    over: list[tuple[str, datetime]] = field(default_factory=list)
    """Former secrets, and until when they may sign."""
    outdated: int = 0
    """Requests signed with a secret whose grace was over."""

    def hear(self, received: Received) -> None:
        self.inbox.received.clear()
        if received.fault:
            self.faults.append(received.fault)
        for secret, until in self.over[-1:]:
            signed_at = datetime.fromtimestamp(int(received.headers[TIMESTAMP]), until.tzinfo)
            self.outdated += signed_at >= until and _holds(received, secret)


@dataclass(frozen=True)
class Ended:
    rotations: int
    received: int
    seconds: float
    refused: int
    """Signatures that did not hold."""
    outdated: int
    longest_answer: float
    """Seconds that the API took to show new keys."""

    @property
    def is_well(self) -> bool:
        return not (self.refused or self.outdated)


async def rotated_under_load(store: Store, folder: Path, rotations: int, grace: int) -> Ended:
    """On an empty database from which somebody delivers."""
    begun, counts, answers = time.monotonic(), [0, 0], list[float]()
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(_client(store, folder))
        both = [Subscriber(0, AT_ONCE), Subscriber(1, LATE)]
        for each in both:
            each.inbox.tell = partial(_counted, each, counts)
            await stack.enter_async_context(each.inbox.open())
            await store.write(partial(_furnish, subscriber=each))
        load = asyncio.create_task(_keep_busy(store))
        try:
            for number in range(rotations):
                await _until(counts, [count + IN_FLIGHT for count in counts])
                answers += await asyncio.gather(*(_rotate(client, each, grace, number) for each in both))
                await asyncio.sleep(grace / 2)
            await _until(counts, [count + IN_FLIGHT for count in counts])
        finally:
            load.cancel()
            await asyncio.gather(load, return_exceptions=True)
    seconds = time.monotonic() - begun
    refused, outdated = sum(len(each.faults) for each in both), sum(each.outdated for each in both)
    return Ended(rotations, sum(counts), seconds, refused, outdated, max(answers))


async def _rotate(client: httpx.AsyncClient, subscriber: Subscriber, grace: int, number: int) -> float:
    """Every second time with an `Idempotency-Key`, whose transaction is another."""
    begun = time.monotonic()
    path, given = f"/v1/endpoints/ep{subscriber.topic}/secret/rotate", {"grace_seconds": grace}
    headers = {"Idempotency-Key": f"{subscriber.topic}-{number}"} if number % 2 else {}
    answer = await client.post(path, json=given, headers=headers)
    taken = time.monotonic() - begun
    assert answer.status_code == 200, answer.text
    until = now() + timedelta(seconds=grace)
    await asyncio.sleep(subscriber.takes_after * (grace - taken))
    (old,), subscriber.inbox.secrets = subscriber.inbox.secrets, [answer.json()["secret"]]
    subscriber.over.append((old, until))
    await asyncio.sleep(max(0.0, (until - now()).total_seconds()))
    return taken


def _counted(subscriber: Subscriber, counts: list[int], received: Received) -> None:
    counts[subscriber.topic] += 1
    subscriber.hear(received)


def _holds(received: Received, secret: str) -> bool:
    try:
        verify(received.body, received.headers, secret, now=received.at)
    except WebhookVerificationError:
        return False
    return True


def _furnish(tx: Transaction, subscriber: Subscriber) -> None:
    n = subscriber.topic
    new = keyed(an_endpoint(id=f"ep{n}", url=subscriber.inbox.url, max_in_flight=IN_FLIGHT), RING)
    subscriber.inbox.secrets = [new.secret]
    tx.topics.add(a_topic(id=f"t{n}", name=f"t{n}"))
    tx.endpoints.add(new.endpoint)
    tx.subscriptions.add(a_subscription(id=f"sb{n}", topic_id=f"t{n}", endpoint_id=f"ep{n}"))


async def _keep_busy(store: Store) -> None:
    """There is always something to send, and never much."""
    number = 0
    while True:
        counts = await store.read(lambda tx: tx.deliveries.counts())
        if counts.get("waiting", 0) < 2 * WAITING:
            raised = [alert(number + n, n % 2) for n in range(2 * WAITING)]
            number += len(raised)
            await store.write(_raise, raised)
        await asyncio.sleep(TICK_SECONDS)


def _raise(tx: Transaction, raised: list[Alert]) -> None:
    tx.alerts.raise_alerts(raised, {"t0": ["ep0"], "t1": ["ep1"]}, now())


async def _until(counts: list[int], wanted: list[int], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while any(count < least for count, least in zip(counts, wanted, strict=True)):
            await asyncio.sleep(0.01)


@asynccontextmanager
async def _client(store: Store, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Of the whole API."""
    key, text = new_key("tests", now())
    await store.write(lambda tx: tx.keys.add(key, text, RING))
    settings = Settings(deliver=SETTINGS.model_dump())
    async with EmbeddedBroker.open(folder / "log.db") as broker:
        app = create_app(Context(settings, store, broker, now, ring=RING))
        headers = {"Authorization": f"Bearer {text}"}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://courant.test", headers=headers, timeout=60
        ) as client:
            yield client


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rotations", type=int, default=15)
    parser.add_argument("--grace", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--on", choices=("sqlite", "postgres"), default="postgres")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        url = f"sqlite:///{folder / 'store.db'}"
        if given.on == "postgres":
            server = PostgresServer.start()
            stack.callback(server.stop)
            url = server.database()
        migrations.upgrade(url)
        for _ in range(given.processes):
            process = get_context("forkserver").Process(target=deliverer, args=(url,), daemon=True)
            process.start()
            stack.callback(process.join)
            stack.callback(process.kill)
        store = Store(url)
        stack.callback(store.close)
        ended = asyncio.run(rotated_under_load(store, folder, given.rotations, given.grace))
        print(f"{given.on}: {ended}, {ended.received / ended.seconds:.0f} a second")
    if not ended.is_well:
        raise SystemExit("something could not be verified, or was signed with what should not sign any more")


if __name__ == "__main__":
    main()
