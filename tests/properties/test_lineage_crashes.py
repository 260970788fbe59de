"""Kill link and match between any two steps while articles move and people decide: the end is the same, once told."""

import asyncio
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from consumers.link import Link
from consumers.link.linking import story_id_of
from consumers.match import Match
from consumers.runner import Runner, Stage
from service.broker import Broker
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.messages import StrandChanged
from service.settings import LinkSettings, WorkSettings
from service.store import Store, Transaction
from service.streams import STORIES, STRANDS
from tests.builders import NOW, a_subscription, a_topic, an_endpoint
from tests.newsroom import Newsroom
from tests.properties.crashing import CrashingBroker, is_crash
from tests.properties.ending import End, end
from tests.stages.linkdesk import Desk


@dataclass(frozen=True)
class Whole:
    """What a run leaves behind, and how it came to that."""

    end: End
    steps: frozenset[tuple[Any, ...]]
    memberships: frozenset[tuple[Any, ...]]
    ties: frozenset[tuple[Any, ...]]
    decisions: frozenset[tuple[Any, ...]]


def whole(tx: Transaction) -> Whole:
    def rows(query: str) -> frozenset[tuple[Any, ...]]:
        return frozenset(tuple(row) for row in tx.connection.exec_driver_sql(query))

    return Whole(
        end(tx),
        rows("select seq, story_id, kind, article_id, strand_id, other_id, move, decision from lineage"),
        rows("select article_id, seq, strand_id, move, until is null from memberships"),
        rows("select kind, article_id, other_id, decision from ties"),
        rows("select id, state, why, seq from decisions"),
    )


async def tale(desk: Desk) -> list[StrandChanged]:
    """Articles of four strands; some move, two stories are merged and parted again, one is split, one pinned."""
    newsroom = Newsroom(seed=3)
    told = []
    for number in range(16):
        language = ("en", "de")[number % 2]
        report = newsroom.report(number % 4, language, NOW + timedelta(minutes=number))
        told.append(await desk.file(f"sd_{language}_{number % 4}", report))
    first, second = (story_id_of(each.article_id) for each in told[:2])
    told.append(await desk.move(told[4].article_id, "sd_en_2"))
    told.append(await desk.decide("merge", first, other_id=second))
    told.append(await desk.move(told[0].article_id, "sd_en_new"))
    told.append(await desk.decide("split", second, other_id="st_part", article_ids=(told[5].article_id,)))
    told.append(await desk.decide("undo", second, undoes="dc_1"))
    told.append(await desk.decide("pin", "st_part"))
    told.append(await desk.move(told[8].article_id, "sd_en_2"))
    told.append(await desk.move(told[12].article_id, "sd_en_2"))
    return told


def watch(tx: Transaction) -> None:
    """Topics that some articles satisfy."""
    tx.endpoints.add(an_endpoint(id="ep"))
    for country in ("BY", "DE"):
        tx.topics.add(a_topic(id=country, name=country, query=f"country:{country}"))
        tx.subscriptions.add(a_subscription(id=f"sb {country}", topic_id=country, endpoint_id="ep"))


async def run(folder: Path, seed: int, odds: float) -> Whole:
    store = Store(f"sqlite:///{folder / 'store.db'}", threads=1)
    store.create()
    try:
        await store.write(watch)
        async with EmbeddedBroker.open(folder / "log.db") as broker:
            told = await tale(Desk(store))
            await broker.append(STRANDS.name, [STRANDS.encode(each) for each in told])
            rng = random.Random(seed)
            await live(store, broker, rng, odds, "link")
            await live(store, broker, rng, odds, "match")
        return await store.read(whole)
    finally:
        store.close()


async def live(store: Store, broker: Broker, rng: random.Random, odds: float, name: str) -> None:
    """One life after another, until all is done."""
    for life in range(200):
        dying = CrashingBroker(broker, odds if life < 150 else 0, rng)
        stage = (
            Stage("link", STRANDS, STORIES, Link(store, LinkSettings()))
            if name == "link"
            else Stage[Any, Any]("match", STORIES, None, Match(store, now))
        )
        try:
            return await until_done(stage, dying, store, rng.randint(1, 5))
        except BaseException as error:
            if not is_crash(error):
                raise
    raise AssertionError("it never came to an end")


async def until_done(stage: Stage[Any, Any], broker: Broker, store: Store, batch: int) -> None:
    work = WorkSettings(batch=batch, idle_seconds=0.01, retry_seconds=(), outage_seconds=0.01)
    until = asyncio.Event()

    async def observe() -> None:
        while (await broker.lag(stage.reads.name, stage.name)).records:
            await asyncio.sleep(0.002)
        until.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(Runner(stage, broker, store, work, until).run())
        group.create_task(observe())


def ends(seed: int, odds: float) -> Whole:
    with TemporaryDirectory() as folder:
        return asyncio.run(run(Path(folder), seed, odds))


@pytest.mark.slow
def test_crashes_change_nothing_while_articles_move_and_people_decide() -> None:
    quiet = ends(0, odds=0)
    assert quiet.end.dead == 0
    assert {kind for _, _, kind, *_ in quiet.steps} >= {"opened", "merged", "swallowed", "split", "parted", "pinned"}
    assert {state for _, state, *_ in quiet.decisions} == {"done"}
    assert len(quiet.end.alerts) == len(quiet.end.deliveries) > 0
    for seed in range(1, 5):
        assert ends(seed, odds=0.3) == quiet
