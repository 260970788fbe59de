"""However far each stage is behind the one before: every story that a topic asks for is told, and none twice.

What moves is told where it is when it is told of, so two runs may raise different alerts. What holds of every run is
that an alert stands for each story with an article that its topic asks for, and that none is raised for a story for
which one stands.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.cluster import Cluster
from consumers.link import Link
from consumers.match import Match
from consumers.runner import Received
from service.clock import now
from service.messages import EnrichedArticle
from service.query import Document, Reading, find
from service.settings import ClusterSettings, LinkSettings
from service.store import Store, Transaction
from tests.builders import a_topic
from tests.newsroom import Newsroom
from tests.properties.test_restarts import news

Pair = tuple[str, str]
"""A topic and a story."""

LOOSE = ClusterSettings(window_days=3, settle_minutes=20, threshold=-8, settled_threshold=2.5)
"""At once nearly everything joins, so that settling has to part it."""
HESITANT = ClusterSettings(window_days=3, settle_minutes=20, threshold=2.5)
"""At once hardly anything joins, so that settling has to bring it together."""


@dataclass
class Day:
    """Three stages, each with what it has yet to read."""

    store: Store
    stages: Sequence[Any]
    waiting: list[list[Any]]
    heard: list[int] = field(default_factory=lambda: [0, 0, 0])
    moved: int = 0

    async def step(self, place: int, most: int) -> None:
        portion, self.waiting[place] = self.waiting[place][:most], self.waiting[place][most:]
        received = [Received(each, f"{place}/0/{self.heard[place] + n}") for n, each in enumerate(portion)]
        self.heard[place] += len(portion)
        said = [message for each in await self.stages[place](received) for message in each.messages]
        if place < 2:
            self.waiting[place + 1] += said
        if place == 1:
            self.moved += sum(each.change == "moved" and bool(each.left) for each in said)

    async def tell(self, most: int) -> None:
        """No alert may be raised for a story for which one stands."""
        before = await self.store.read(standing)
        await self.step(2, most)
        raised = (await self.store.read(standing)) - before
        assert not [pair for pair, alerts in raised.items() if alerts + before[pair] > 1]


def standing(tx: Transaction) -> Counter[Pair]:
    """How many alerts stand for each topic and story."""
    ids = [id for (id,) in tx.connection.exec_driver_sql("select id from stories where successor_id = ''")]
    found = tx.alerts.standing(tx.stories.lineage(ids))
    return Counter((alert.topic_id, id) for id, some in found.items() for alert in some)


def asked_for(tx: Transaction, queries: dict[str, str]) -> set[Pair]:
    """Each topic with every story that has an article it asks for."""
    articles = [id for (id,) in tx.connection.exec_driver_sql("select id from articles")]
    story_of, texts = tx.stories.story_of(articles), tx.articles.enriched_of(articles)
    documents, reading = {id: Document.of(text) for id, text in texts.items()}, Reading()
    read = {name: reading.read(query).query for name, query in queries.items()}
    return {(name, story_of[id]) for name in read for id, document in documents.items() if find(read[name], document)}


def watch(tx: Transaction, queries: dict[str, str]) -> None:
    for name, query in queries.items():
        tx.topics.add(a_topic(id=name, name=name, query=query))


def queries_of(seed: int) -> dict[str, str]:
    """Words that half of all articles have, and countries that belong to one happening each."""
    words = Newsroom(seed, reticence=0.7).common["en"][:30]
    return {f"word {word}": f'="{word}"' for word in words} | {each: f"country:{each}" for each in ("BY", "DE", "ES")}


async def run(told: Sequence[EnrichedArticle], queries: dict[str, str], cluster: ClusterSettings, seed: int) -> Day:
    rng = random.Random(seed)
    eager = rng.choice(((1, 1, 1), (1, 5, 20), (20, 5, 1), (5, 1, 5)))
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}", threads=1)
        store.create()
        try:
            await store.write(watch, queries)
            stages = (Cluster(store, cluster), Link(store, LinkSettings(window_days=3)), Match(store, now))
            day = Day(store, stages, [list(told), [], []])
            while ready := [place for place in range(3) if day.waiting[place]]:
                place = rng.choices(ready, [eager[place] for place in ready])[0]
                most = rng.randint(1, 9)
                await (day.tell(most) if place == 2 else day.step(place, most))
            covered, wanted = await store.read(standing), await store.read(asked_for, queries)
            assert wanted <= covered.keys()
            return day
        finally:
            store.close()


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [LOOSE, HESITANT], ids=["loose", "hesitant"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=st.integers(0, 10**6), lags=st.integers(0, 10**6))
def test_every_story_is_told_and_none_twice(cluster: ClusterSettings, world: int, lags: int) -> None:
    asyncio.run(run(news(world), queries_of(world), cluster, lags))


@pytest.mark.slow
@pytest.mark.parametrize("cluster", [LOOSE, HESITANT], ids=["loose", "hesitant"])
async def test_on_such_a_day_articles_move_from_story_to_story(cluster: ClusterSettings) -> None:
    assert (await run(news(7), queries_of(7), cluster, 3)).moved > 2
