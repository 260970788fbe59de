"""Each stage alone, one process, SQLite: batches of 200 through the real handler, nothing else running."""

import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from consumers.cluster import Cluster
from consumers.dedupe import Dedupe
from consumers.enrich import open_enrich
from consumers.link import Link
from consumers.match import Match
from consumers.match.portraying import portrayed
from consumers.poll.parse import parse
from consumers.runner import Outcome, Received
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.egress import Egress
from service.messages import RawArticle
from service.settings import (
    ClusterSettings,
    DedupeSettings,
    EgressSettings,
    EnrichSettings,
    LinkSettings,
)
from service.sources import NONE
from service.store import Store, Transaction
from service.streams import RAW
from service.text import plain
from tests.benchmarks.corpus import LANGUAGES, feed, reports
from tests.benchmarks.pages import extracting
from tests.benchmarks.table import Row
from tests.builders import a_raw_article, a_topic

BATCH = 200
AIMS = {"enrich": 300, "cluster": 350, "link": 700}

Handler = Callable[[Sequence[Received[Any]]], Awaitable[list[Outcome[Any]]]]


def raw_articles(count: int, seed: int = 1) -> list[RawArticle]:
    return [
        a_raw_article(
            url=f"https://{each.outlet}.example/{each.number}",
            source=f"{each.outlet}.example",
            title=each.title,
            content=each.text,
            language=each.language,
            published_at=each.published_at,
            seen_at=each.published_at,
        )
        for each in reports(count, seed)
    ]


@asynccontextmanager
async def open_store() -> AsyncIterator[Store]:
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        store.create()
        try:
            yield store
        finally:
            store.close()


async def measure(count: int, embeddings: bool, processes: int = 1) -> AsyncIterator[Row]:
    """Every row as soon as it is known; enrich is warm, with so many processes beside."""
    yield parsing(count)
    yield extracting(min(count, 200))
    yield await broker(count)
    async with open_store() as store, Egress.open(EgressSettings()) as egress:
        settings = EnrichSettings(fetch_pages=False, embeddings=embeddings, processes=processes)
        async with open_enrich(store, egress, settings) as enrich:
            await enrich.warm()
            messages: list[Any] = list(raw_articles(count))
            await store.write(topics, 1000)
            with_or_without = f"{'with' if embeddings else 'no'} embeddings, {processes} beside"
            for name, handler, note in (
                ("dedupe", Dedupe(store, DedupeSettings()), ""),
                ("enrich", enrich, with_or_without),
                ("cluster", Cluster(store, ClusterSettings()), ""),
                ("link", Link(store, LinkSettings()), ""),
            ):
                row, messages = await stage(name, handler, messages, note)
                yield replace(row, aim=AIMS.get(name, 0) if not embeddings else 0)
            match = Match(store, now)
            await match.load()
            row, _ = await stage("match", match, messages, "1,000 topics")
            yield row
        yield await portraits(store, {each.story_id for each in messages})


async def stage(name: str, handler: Handler, messages: list[Any], note: str) -> tuple[Row, list[Any]]:
    """`note` is followed by how many it is for a second of processor time, of this process and those beside it."""
    received = [Received(each, f"{name}/0/{n}") for n, each in enumerate(messages)]
    passed: list[Any] = []
    begun, used = time.perf_counter(), processor_seconds()
    for batch in batches(received):
        for outcome in await handler(batch):
            passed += outcome.messages
    seconds = time.perf_counter() - begun
    rate = f"{len(messages) / (processor_seconds() - used):.0f} for a second of processor time"
    return Row(name, len(messages), "records", seconds, ", ".join(filter(None, (note, rate)))), passed


def processor_seconds() -> float:
    """Of this process and of its children that live."""
    ticks = 0
    for child in active_children():
        with suppress(OSError):
            fields = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def batches(records: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(records), BATCH):
        yield records[start : start + BATCH]


def parsing(count: int) -> Row:
    some = [feed(batch, "https://outlet.example", "Outlet") for batch in batches(list(reports(count)))]
    begun = time.perf_counter()
    entries = 0
    for document in some:
        read = parse(document, "application/rss+xml", "https://outlet.example/feed")
        entries += len([plain(entry.content or entry.summary) for entry in read.entries])
    return Row("parse", entries, "entries", time.perf_counter() - begun, "RSS, 3 kB an entry, to plain text")


async def broker(count: int) -> Row:
    with TemporaryDirectory() as folder:
        async with EmbeddedBroker.open(Path(folder) / "log.db") as log:
            encoded = [RAW.encode(each) for each in raw_articles(count)]
            begun = time.perf_counter()
            for batch in batches(encoded):
                await log.append(RAW.name, batch)
            async with log.reader(RAW.name, "g") as reader:
                left = count
                while left:
                    records = await reader.read(BATCH, 1)
                    [RAW.decode(each) for each in records]
                    await reader.commit(records)
                    left -= len(records)
            return Row(
                "broker, embedded", count, "records", time.perf_counter() - begun, "append, read, decode, commit"
            )


async def portraits(store: Store, story_ids: set[str]) -> Row:
    """What match finds out of each story that it tells of."""
    stories = (await store.read(lambda tx: tx.stories.standing(story_ids))).values()
    begun = time.perf_counter()
    await store.read(portrayed, stories, NONE)
    return Row("portraits", len(stories), "stories", time.perf_counter() - begun, "what match tells of a story")


def topics(tx: Transaction, count: int) -> None:
    """Topics of two rare words each, and a few that meet every language."""
    for n in range(count):
        tx.topics.add(a_topic(id=f"t{n}", name=f"t{n}", query=f"solvelbar{n} OR (Minsk AND korgor{n})"))
    for language in LANGUAGES:
        tx.topics.add(a_topic(id=language, name=language, query=f"lang:{language}"))
