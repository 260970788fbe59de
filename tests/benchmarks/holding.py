"""How long can a receiver hold a slot of the deliverer, and how much memory does it cost? At the settings as shipped.

python -m tests.benchmarks.holding [--each 10]

Receivers that never answer, that drip their headers or their body, that never finish a handshake, that send without an
end: so many deliveries to each, all at once. It ends with an error if a slot is free later than after 20.5 s, or if the
process has grown by 10 MB.
"""

import argparse
import asyncio
import random
import re
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import migrations
from consumers.deliver import Deliver
from service import telemetry
from service.clock import now
from service.egress import Egress
from service.settings import DeliverSettings, EgressSettings, LogSettings
from service.store import Store, Transaction
from tests.benchmarks.delivering import alert
from tests.builders import an_endpoint
from tests.contract.misbehaving import Script, endless, serving, silent

OPEN = b"HTTP/1.1 200 So\r\n"
RECEIVERS: Mapping[str, Script] = {
    "never answers": silent,
    "drips headers": endless(OPEN, b"X-Drip: 1\r\n", 1),
    "drips one header": endless(OPEN + b"X-Drip: ", b"1", 1),
    "drips its body": endless(OPEN + b"Content-Length: 100000\r\n\r\n", b"1", 1),
    "drips without length": endless(OPEN + b"\r\n", b"1", 1),
    "endless headers": endless(OPEN, b"X-More: 1\r\n" * 5000),
    "endless body": endless(OPEN + b"\r\n", b"x" * 65536),
    "no handshake": silent,
}
"""The last one is asked by TLS, and does not understand it."""
LONGEST_SECONDS, MOST_GROWTH = 20.5, 10 * 2**20


@dataclass(frozen=True)
class Held:
    """What came of the attempts at each receiver, and for how long the longest held its slot."""

    seconds: Mapping[str, float]
    outcomes: Mapping[str, str]
    growth: int
    """Bytes by which the process had grown at the end."""


async def held(store: Store, settings: DeliverSettings, each: int) -> Held:
    """On an empty database."""
    async with AsyncExitStack() as stack:
        for name, script in RECEIVERS.items():
            server = await stack.enter_async_context(serving(script))
            url = server.url() if name != "no handshake" else server.url().replace("http", "https", 1)
            await store.write(_furnish, name, url, each)
        egress = await stack.enter_async_context(
            Egress.open(EgressSettings(allow_loopback=True), tls=ssl.create_default_context())
        )
        deliver, before = Deliver(store, egress, settings, now, random.random), resident()
        while await deliver.once():
            pass
        growth = resident() - before
    tried = {name: await store.read(lambda tx, name=name: tx.deliveries.attempts_at(name)) for name in RECEIVERS}
    return Held(
        {name: max(one.milliseconds for one in made) / 1000 for name, made in tried.items()},
        {name: " ".join(sorted({one.error_class or one.outcome for one in made})) for name, made in tried.items()},
        growth,
    )


def _furnish(tx: Transaction, name: str, url: str, each: int) -> None:
    tx.endpoints.add(an_endpoint(id=name, url=url, max_in_flight=each))
    first = list(RECEIVERS).index(name) * each
    raised = [alert(first + n, first) for n in range(each)]
    tx.alerts.raise_alerts(raised, {f"t{first}": [name]}, now())


def resident() -> int:
    """Bytes of memory that this process has."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=10)
    given = parser.parse_args()
    telemetry.configure(LogSettings(level="error"))
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        migrations.upgrade(url)
        store = Store(url)
        found = asyncio.run(held(store, DeliverSettings(), given.each))
        store.close()
    for name, seconds in found.seconds.items():
        print(f"{name:22} {seconds:6.2f} s  {found.outcomes[name]}")
    print(f"{'grown by':22} {found.growth / 2**20:6.1f} MB, the receivers with it")
    if max(found.seconds.values()) > LONGEST_SECONDS or found.growth > MOST_GROWTH:
        raise SystemExit("a slot was held for too long, or the process has grown")


if __name__ == "__main__":
    main()
