"""How fast deliveries go out, from alerts raised in a database to POSTs at a receiver: `courant deliver` as
processes with the settings that it ships with, a receiver as another, 100 endpoints on loopback.

python -m tests.benchmarks.delivering [--on sqlite postgres] [--processes 1 2 4] [--only flood steady hanging]

flood    10,000 are due at once: deliveries a second
steady   500 alerts a second are raised for 20 s: how late is each POST?
hanging  the same, while 10,000 wait for one endpoint that never answers
"""

import argparse
import asyncio
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from consumers.resources import open_ring
from service.clock import now
from service.endpoint_keys import keyed
from service.model import Alert
from service.sealing import Ring, new_key
from service.store import Transaction
from tests.benchmarks.receiver import Report
from tests.benchmarks.table import Row, show
from tests.builders import a_subscription, a_topic, an_alert, an_endpoint
from tests.e2e.installation import Installation, wait_until
from tests.services.postgres import PostgresServer

ENDPOINTS, HANGING = 100, 100
"""How many there are, and the number of the one beside them that hangs."""
RATE, SECONDS, TICK_SECONDS = 500, 20.0, 0.05
QUEUED, SETTLED_SECONDS = 10_000, 10.0
AIM, LATEST_SECONDS = 500.0, 1.0
STORY = {"title": "Ferries run again", "text": "Of harbour and weather, told at length. " * 50}

AS_SHIPPED = {
    "COURANT_DELIVER__IDLE_SECONDS": "0.5",
    "COURANT_DELIVER__TOTAL_SECONDS": "20",
    "COURANT_DELIVER__LEASE_SECONDS": "90",
    "COURANT_LOG__LEVEL": "info",
}


@dataclass
class Desk:
    """An installation that owes deliveries, and the port of who receives them."""

    installation: Installation
    port: int
    numbers: Iterator[int] = field(default_factory=count)

    def owe(self, number: int, topic: int | None = None) -> None:
        """So many alerts raised now: of all topics in turn, or of this one."""
        heard = {f"t{n}": [f"ep{n}"] for n in range(ENDPOINTS + 1)}
        raised, at = [alert(n, n % ENDPOINTS if topic is None else topic) for n in self._next(number)], now()
        self.write(lambda tx: tx.alerts.raise_alerts(raised, heard, at))

    def _next(self, number: int) -> list[int]:
        return [next(self.numbers) for _ in range(number)]

    def write(self, function: Callable[[Transaction], object]) -> None:
        asyncio.run(self.installation.store.write(function))

    def report(self) -> Report:
        return msgspec.json.decode(asked(self.port, "report"), type=Report)

    def arrived(self, number: int) -> Report:
        """Once so many have."""
        wait_until(lambda: int(asked(self.port, "count")) >= number, 300, lambda: f"not all {number} arrived")
        return self.report()


def asked(port: int, path: str) -> bytes:
    """What the receiver says there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=60) as answer:
        return bytes(answer.read())


def flood(desk: Desk, name: str) -> Row:
    desk.owe(QUEUED)
    report = desk.arrived(QUEUED)
    seconds, twice = max(report.at) - min(report.at), sum(report.ids.values()) - len(report.ids)
    return Row(name, len(report.at), "deliveries", seconds, f"{twice} twice", AIM)


def steady(desk: Desk, name: str) -> Row:
    before, begun = len(desk.report().at), time.time()
    for tick in range(int(SECONDS / TICK_SECONDS)):
        time.sleep(max(0.0, begun + tick * TICK_SECONDS - time.time()))
        desk.owe(int(RATE * TICK_SECONDS))
    seconds = time.time() - begun
    number = int(SECONDS / TICK_SECONDS) * int(RATE * TICK_SECONDS)
    report = desk.arrived(before + number)
    late = sorted(report.late[before:])
    p50, p99 = (late[int(len(late) * share)] for share in (0.5, 0.99))
    note = f"raised to POST p50 {p50:.2f} s, p99 {p99:.2f} s; {sum(report.ids.values()) - len(report.ids)} twice"
    seconds = max(seconds, max(report.at[before:]) - begun)
    return Row(name, number, "deliveries", seconds, note, latest=p99, ceiling=LATEST_SECONDS)


def hanging(desk: Desk, name: str) -> Row:
    """As `steady`, once those to the endpoint that hangs are under way."""
    desk.owe(QUEUED, HANGING)
    wait_until(lambda: desk.report().hanging > 0, 60, "nothing hangs")
    row = steady(desk, name)
    return replace(row, note=f"{row.note}; {desk.report().most_hanging} hanging at most")


PARTS = {"flood": flood, "steady": steady, "hanging": hanging}


def rows(_articles: int, _embeddings: bool) -> Iterator[Row]:
    """For `make bench`: the same deliveries whatever is given. `hanging` is `steady` and more."""
    for on, parts in (("sqlite", ("flood", "hanging")), ("postgres", ("flood",))):
        if on == "postgres" and (why := PostgresServer.why_not()):
            print(why)
        else:
            yield from measured(on, 1, parts)


def measured(on: str, processes: int, parts: Sequence[str] = tuple(PARTS)) -> Iterator[Row]:
    """Each with a new database."""
    for part in parts:
        with opened(on, processes) as desk:
            yield PARTS[part](desk, f"deliver, {part}, {on}, {processes} process{'es' * (processes > 1)}")


@contextmanager
def opened(on: str, processes: int) -> Iterator[Desk]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        environment = dict(AS_SHIPPED)
        if on == "postgres":
            server = PostgresServer.start()
            stack.callback(server.stop)
            environment |= {"COURANT_DATABASE": server.database(), "COURANT_SEALING_KEYS": new_key("1")}
        installation = Installation(folder, environment)
        stack.callback(installation.stop)
        installation.run_plainly("migrate")
        desk = Desk(installation, stack.enter_context(receiver()))
        desk.write(partial(furnish, port=desk.port, ring=open_ring(installation.settings)))
        for n in range(processes):
            installation.start_ready(f"deliver{n}", "deliver")
        yield desk


@contextmanager
def receiver() -> Iterator[int]:
    """Its port, while it runs."""
    command = [sys.executable, "-m", "tests.benchmarks.receiver"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def furnish(tx: Transaction, port: int, ring: Ring) -> None:
    """Endpoints, each with a topic of its own."""
    for n in range(ENDPOINTS + 1):
        url = f"http://127.0.0.1:{port}/{'hang' if n == HANGING else n}"
        tx.topics.add(a_topic(id=f"t{n}", name=f"t{n}"))
        tx.endpoints.add(keyed(an_endpoint(id=f"ep{n}", url=url), ring).endpoint)
        tx.subscriptions.add(a_subscription(id=f"sb{n}", topic_id=f"t{n}", endpoint_id=f"ep{n}"))


def alert(number: int, topic: int) -> Alert:
    """Raised now."""
    payload = {"raised": time.time(), "story": STORY}
    return an_alert(id=f"al{number}", topic_id=f"t{topic}", story_id=f"st{number}", created_at=now(), payload=payload)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", nargs="+", choices=("sqlite", "postgres"), default=("sqlite", "postgres"))
    parser.add_argument("--processes", nargs="+", type=int, default=(1, 2, 4))
    parser.add_argument("--only", nargs="+", choices=PARTS, default=tuple(PARTS))
    given = parser.parse_args()
    for on in given.on:
        for processes in given.processes:
            for row in measured(on, processes, given.only):
                print(show(row), flush=True)


if __name__ == "__main__":
    main()
