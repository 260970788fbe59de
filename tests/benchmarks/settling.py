"""Clustering with much in memory and settling on: how fast, how long it ever stands still, how much memory.

    python -m tests.benchmarks.settling [--active N] [--articles N] [--apart SECONDS] [--never]

A memory is filled with N articles of a week in one language, 3 kB each; then new ones are filed, in batches of 200,
one process, SQLite. They are `--apart` seconds apart by their own time: with 6, a boundary comes after 100 of them.
Articles held are made from some real ones by renaming their rarer words. Processor time is that of the process.
"""

import argparse
import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from consumers.cluster import Cluster
from consumers.cluster.memory import Memory
from consumers.cluster.vectors import Bag, Draft, draft
from consumers.runner import Received
from service.messages import EnrichedArticle
from service.settings import ClusterSettings
from service.store import Transaction
from tests.benchmarks.corpus import Report, reports
from tests.benchmarks.stages import BATCH, batches, open_store
from tests.builders import NOW, a_raw_article, an_article, an_enriched_article

LANGUAGE = "en"
WEEK = timedelta(days=7)
MODELS = 1000
"""Articles from which those held are made."""
NEAR = 32
ALIKE, UNLIKE = 2.0, -3.5
"""Scores of pairs within a happening, and of others."""
COMMON = 0.02
"""Words in a larger share of the models are in every vocabulary."""


def enriched(report: Report, apart: float) -> EnrichedArticle:
    at = NOW + timedelta(seconds=report.number * apart)
    raw = a_raw_article(
        url=f"https://{report.outlet}.example/{report.number}",
        source=f"{report.outlet}.example",
        title=report.title,
        content=report.text,
        language=LANGUAGE,
        published_at=at,
        seen_at=at,
    )
    return an_enriched_article(article=an_article(raw=raw), language=LANGUAGE, text=report.text)


@dataclass
class Filler:
    """Fills a memory: every round through the models tells happenings of its own."""

    memory: Memory
    models: Sequence[tuple[Report, Draft]]
    rng: random.Random

    def fill(self, active: int) -> None:
        common = self._common()
        told: dict[int, list[str]] = {}
        for number in range(active):
            tour, place = divmod(number, len(self.models))
            report, model = self.models[place]
            at = NOW - WEEK * (1 - number / active)
            happening, article_id = tour * len(self.models) + report.happening, f"held{number}"
            before = told.setdefault(happening, [])
            self.memory.add(article_id, f"sd_{happening}", at, _renamed(model, common, tour))
            if NOW - at < timedelta(days=2):
                others = {f"held{self.rng.randrange(max(1, number - 5000), number)}" for _ in range(NEAR - 8)}
                near = [(each, ALIKE) for each in before[-8:]] + [(each, UNLIKE) for each in sorted(others)]
                self.memory.nearby.note(article_id, at, near)
            before.append(article_id)

    def _common(self) -> set[str]:
        counted = Counter(word for _, model in self.models for word in model.body.words)
        return {word for word, count in counted.items() if count > COMMON * len(self.models)}


def _renamed(model: Draft, common: set[str], tour: int) -> Draft:
    def rename(bag: Bag) -> Bag:
        return replace(bag, words=tuple(word if word in common else f"{word}{tour}" for word in bag.words))

    return replace(model, title=rename(model.title), body=rename(model.body), names=rename(model.names))


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    return int(pages) * 4096


def _stand_in(tx: Transaction, memory: Memory) -> None:
    """As much of the held articles in the store as moving them takes."""
    rows = [
        {"id": held.article_id, "strand": held.strand_id, "at": int(held.at.timestamp() * 1e6)}
        for held in memory.articles()
    ]
    filled = "insert into articles (id, url, source, language, title, summary, kind, original_id, revision, strand_id, "
    filled += "seen_at, at) values (:id, :id, '', 'en', '', '', 'new', '', 0, :strand, :at, :at)"
    tx.connection.execute(text(filled), rows)


async def run(active: int, articles: int, apart: float, never: bool) -> None:
    pauses: list[float] = []
    told = list(reports(articles + MODELS, seed=1))
    models = [(each, draft(enriched(each, 0))) for each in told[:MODELS]]
    received = [Received(enriched(each, apart), f"e/0/{each.number}") for each in told[MODELS:]]
    async with open_store() as store:
        settings = ClusterSettings(settle_minutes=0 if never else 10)
        cluster = Cluster(store, settings, paused=pauses.append)
        before = resident()
        memory = cluster.memories.of(LANGUAGE, NOW, NOW)
        Filler(memory, models, random.Random(1)).fill(active)
        await store.write(_stand_in, memory)
        mb = (resident() - before) / 1e6
        print(f"{len(memory):,} articles held: {mb:.0f} MB, {memory.bytes() / 1e6:.0f} by its own reckoning")
        await file(cluster, received, pauses)


async def file(cluster: Cluster, received: list[Received[EnrichedArticle]], pauses: Sequence[float]) -> None:
    outcomes, longest = Counter[str](), 0.0
    wall, processor = time.perf_counter(), time.process_time()
    for batch in batches(received):
        began = time.perf_counter()
        for outcome in await cluster(batch):
            outcomes.update(message.change for message in outcome.messages)
        longest = max(longest, time.perf_counter() - began)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    count = len(received)
    print(f"{count} articles: {count / wall:.0f} a second, {count / processor:.0f} a second of processor time")
    print(f"batches of {BATCH}: the longest {longest:.2f} s; outcomes: {dict(outcomes)}")
    if pauses:
        share = sum(pauses) / wall
        print(f"settled {len(pauses)} times, {share:.0%} of the time; the longest pause {max(pauses):.3f} s")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.settling", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--active", type=int, default=10_000, help="articles held beforehand")
    parser.add_argument("--articles", type=int, default=2000, help="articles filed then")
    parser.add_argument("--apart", type=float, default=6, help="seconds between two of them by their own time")
    parser.add_argument("--never", action="store_true", help="do not settle")
    given = parser.parse_args()
    asyncio.run(run(given.active, given.articles, given.apart, given.never))


if __name__ == "__main__":
    main()
