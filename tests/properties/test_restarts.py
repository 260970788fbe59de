"""Stop cluster and link between any two batches, of any sizes: strands, moves and stories are the same."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.cluster import Cluster
from consumers.link import Link
from consumers.runner import Received
from service.messages import EnrichedArticle, StoryChanged, StrandChanged
from service.settings import ClusterSettings, LinkSettings
from service.store import Store
from tests.newsroom import Newsroom, a_copy
from tests.thorough import times

CLUSTER = ClusterSettings(window_days=3, settle_minutes=60, threshold=2.5)
"""Hesitant too, so that there is something to settle."""
LINK = LinkSettings(window_days=3, threshold=1.0)
"""Hesitant, so that stories often open apart and merge as their strands grow."""
ROOMY = settings(
    max_examples=times(4, thorough=10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def news(seed: int, articles: int = 60) -> list[EnrichedArticle]:
    """Articles of three weeks with late ones, copies (some before their original) and revisions."""
    newsroom = Newsroom(seed, reticence=0.7)
    rng = random.Random(seed)
    told = newsroom.day(articles)
    for place in range(0, articles, 6):
        original = told[rng.randrange(len(told))]
        told.insert(rng.randrange(len(told)), a_copy(original, f"echo{place}"))
        revision = msgspec.structs.replace(original.article, revision=rng.randint(1, 3), kind="revision")
        told.insert(rng.randrange(len(told)), msgspec.structs.replace(original, article=revision))
    return told


async def strands(store: Store, told: Sequence[EnrichedArticle], sizes: random.Random | None) -> list[StrandChanged]:
    """Of every article, in portions of any size, forgetting everything between some of them."""
    stage = Cluster(store, CLUSTER)
    said: list[StrandChanged] = []
    taken = 0
    while taken < len(told):
        size = sizes.randint(1, 9) if sizes else 20
        portion = [Received(each, f"e/0/{place}") for place, each in enumerate(told)][taken:][:size]
        taken += len(portion)
        said += [message for each in await stage(portion) for message in each.messages]
        if sizes and sizes.random() < 0.3:
            stage = Cluster(store, CLUSTER)
    return said


async def stories(store: Store, changed: Sequence[StrandChanged], sizes: random.Random | None) -> list[StoryChanged]:
    stage = Link(store, LINK)
    said: list[StoryChanged] = []
    while len(said) < len(changed):
        size = sizes.randint(1, 9) if sizes else 20
        portion = [Received(each, f"s/0/{place}") for place, each in enumerate(changed)][len(said) :][:size]
        said += [message for each in await stage(portion) for message in each.messages]
        if sizes and sizes.random() < 0.3:
            stage = Link(store, LINK)
    return said


async def run(told: Sequence[EnrichedArticle], seed: int | None) -> tuple[list[StrandChanged], list[StoryChanged]]:
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}", threads=1)
        store.create()
        try:
            sizes = None if seed is None else random.Random(seed)
            changed = await strands(store, told, sizes)
            return changed, await stories(store, changed, sizes)
        finally:
            store.close()


@pytest.mark.slow
@ROOMY
@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_batches_and_restarts_give_the_same_strands_and_stories(world: int, lives: int) -> None:
    told = news(world)
    assert asyncio.run(run(told, lives)) == asyncio.run(run(told, None))


@pytest.mark.slow
def test_one_such_run_brings_all_that_can_happen() -> None:
    """The property above would be empty if nothing joined, merged or was revised."""
    told = news(7, articles=150)
    changed, linked = asyncio.run(run(told, 3))
    assert {each.change for each in changed} == {"opened", "joined", "revised", "unchanged", "settled"}
    assert {each.change for each in linked} == {"opened", "linked", "merged", "grown", "unchanged", "moved"}
    assert timedelta(days=3) < max(_times(told)) - min(_times(told))


def _times(told: Sequence[EnrichedArticle]) -> list[timedelta]:
    first = told[0].article.raw.seen_at
    return [each.article.raw.seen_at - first for each in told]


async def test_two_workers_in_turn_decide_as_one(tmp_path: Path) -> None:
    told = news(11, articles=80)
    alone = (await run(told, None))[0]
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    store.create()
    workers = [Cluster(store, CLUSTER) for _ in range(2)]
    said: list[StrandChanged] = []
    for start in range(0, len(told), 7):
        portion = [Received(each, f"e/0/{start + n}") for n, each in enumerate(told[start : start + 7])]
        said += [message for each in await workers[start // 7 % 2](portion) for message in each.messages]
    store.close()
    assert said == alone
