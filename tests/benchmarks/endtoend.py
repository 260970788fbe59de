"""From a feed server to a webhook inbox, as processes: articles a second, and seconds from published to
delivered."""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from service.sealing import new_key
from tests.benchmarks.table import Row
from tests.e2e.house import House, open_house
from tests.e2e.installation import wait_until
from tests.services.kafka import KafkaServer
from tests.services.postgres import PostgresServer

TOPICS = {"Belarus": "country:BY", "Norway": "country:NO", "Spain": "country:ES", "all German": "lang:de"}
RATE = 20.0
STEADY_SECONDS = 30
WARM_SECONDS = 15
"""What comes out in the first seconds is not counted: names and words of each language are read when first met."""
AIM = 100

Commands = Sequence[tuple[str, ...]]

TOGETHER: Commands = (("up", "--port", "0"),)
APART: Commands = (
    ("work", "dedupe", "enrich", "cluster"),
    ("work", "link", "match"),
    ("deliver",),
    ("poll",),
)
"""The poller last, when the others are at work: starting is not what is measured."""


def embedded(articles: int, embeddings: bool) -> Iterator[Row]:
    yield from _both("embedded", articles, _environment(embeddings), TOGETHER)


def kafka(articles: int, embeddings: bool) -> Iterator[Row]:
    """On a real Kafka and a real PostgreSQL, each with one node, on this machine."""
    with ExitStack() as stack:
        for kind in (PostgresServer, KafkaServer):
            if why := kind.why_not():
                print(why)
                return
        postgres, broker = PostgresServer.start(), KafkaServer.start()
        stack.callback(postgres.stop)
        stack.callback(broker.stop)
        for number, measured in enumerate((_flood, _steady)):
            environment = _environment(embeddings) | {
                "COURANT_DATABASE": postgres.database(),
                "COURANT_SEALING_KEYS": new_key("1"),
                "COURANT_BROKER": f"kafka://{broker.address}",
                "COURANT_KAFKA__PREFIX": f"b{number}.",
            }
            yield from measured("Kafka + PostgreSQL", articles, environment, APART)


def _environment(embeddings: bool) -> dict[str, str]:
    return {"COURANT_ENRICH__EMBEDDINGS": str(embeddings).lower()}


def _both(name: str, articles: int, environment: dict[str, str], commands: Commands) -> Iterator[Row]:
    for measured in (_flood, _steady):
        yield from measured(name, articles, environment, commands)


def _flood(name: str, articles: int, environment: dict[str, str], commands: Commands) -> Iterator[Row]:
    """Everything is there at once: how fast is it handled?"""
    with TemporaryDirectory() as folder, open_house(Path(folder), articles, environment) as house:
        house.furnish(TOPICS)
        _start(house, commands)
        wait_until(lambda: house.installation.count("select count(*) from polls") > 0, 60, "nothing was polled")
        begun = time.perf_counter()
        wait_until(house.done, 900, lambda: f"{house.linked()} of {articles}")
        yield Row(
            f"end to end, {name}", articles, "articles", time.perf_counter() - begun, "all stages, 3 kB, no pages", AIM
        )


def _steady(name: str, articles: int, environment: dict[str, str], commands: Commands) -> Iterator[Row]:
    """Articles come out one after another: how soon is an alert delivered?"""
    count = int(RATE * (WARM_SECONDS + STEADY_SECONDS))
    often = {"COURANT_POLL__FIRST_SECONDS": "1", "COURANT_POLL__LEAST_SECONDS": "1", "COURANT_POLL__MOST_SECONDS": "1"}
    with TemporaryDirectory() as folder, open_house(Path(folder), count, environment | often, RATE) as house:
        house.furnish(TOPICS)
        _start(house, commands)
        begun = time.perf_counter()
        wait_until(house.done, 300, lambda: f"{house.linked()} of {count}")
        found = list(_latencies(house))
        p50, p99 = _middle_and_most([of_all for of_all, _ in found])
        own50, own99 = _middle_and_most([own for _, own in found])
        note = (
            f"published to delivered p50 {p50:.2f} s, p99 {p99:.2f} s; seen to delivered {own50:.2f} s, {own99:.2f} s"
        )
        note += f" ({len(found)} alerts; asked every second, as far as the manners at one host let us)"
        yield Row(f"steady {RATE:.0f}/s, {name}", count, "articles", time.perf_counter() - begun, note, latest=p99)


def _middle_and_most(seconds: Sequence[float]) -> tuple[float, float]:
    """p50 and p99."""
    return statistics.median(seconds), sorted(seconds)[int(len(seconds) * 0.99)]


def _latencies(house: House) -> Iterator[tuple[float, float]]:
    """Of alerts on what was published when all was warm: seconds since it was published, and since it was seen."""
    told = [(json.loads(each["body"])["data"]["times"], each["at"]) for each in house.received()]
    times = [[datetime.fromisoformat(text) for text in (known["published"], known["seen"], at)] for known, at in told]
    warm = min(published for published, _, _ in times) + timedelta(seconds=WARM_SECONDS)
    for published, seen, at in times:
        if published >= warm:
            yield (at - published).total_seconds(), (at - seen).total_seconds()


def _start(house: House, commands: Commands) -> None:
    *first, last = commands
    for number, command in enumerate(first):
        house.installation.start_ready(f"{command[0]}{number}", *command)
    house.installation.start(last[0], *last)
