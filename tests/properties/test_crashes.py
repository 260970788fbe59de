"""Kill any stage before or after any append or commit and start it again: the end is the same."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consumers.enrich import open_enrich
from consumers.pipeline import stages
from consumers.runner import Runner, Stage
from service.broker import Broker
from service.broker.embedded import EmbeddedBroker
from service.clock import now
from service.egress import Egress
from service.messages import RawArticle
from service.reconciliation import reconcile
from service.settings import ClusterSettings, EnrichSettings, Settings, WorkSettings
from service.store import Store, Transaction
from service.streams import RAW, READS
from tests.builders import NOW
from tests.newsroom import Newsroom
from tests.properties.crashing import CrashingBroker, is_crash
from tests.properties.ending import End, end, watch_topics
from tests.properties.world import Told, days

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where files outlive a killed process but cost no disk: thousands of small transactions follow."""
SETTINGS = Settings(enrich=EnrichSettings(fetch_pages=False, processes=0, embeddings=False))


HESITANT = SETTINGS.model_copy(update={"cluster": ClusterSettings(threshold=2.6)})
"""At once hardly anything joins, so that settling has to move it."""


async def run_day(
    day: Sequence[RawArticle], folder: Path, seed: int, odds: float, settings: Settings = SETTINGS
) -> tuple[End, int]:
    """Run every stage in turn over the day, dying with these odds at each append and commit; and the moves made."""
    store = Store(f"sqlite:///{folder / 'store.db'}", threads=1)
    store.create()
    try:
        await store.write(watch_topics)
        async with EmbeddedBroker.open(folder / "log.db") as broker, Egress.open(SETTINGS.egress) as egress:
            await broker.append(RAW.name, [RAW.encode(each) for each in day])
            rng = random.Random(seed)
            for place in range(5):
                await _run_stage(place, store, broker, egress, rng, odds, settings)
            await _adds_up(store, broker)
        return await store.read(lambda tx: (end(tx), _moves(tx)))
    finally:
        store.close()


def _moves(tx: Transaction) -> int:
    return int(tx.connection.exec_driver_sql("select count(*) from moves").scalar_one())


async def _adds_up(store: Store, broker: Broker) -> None:
    """Every record of every stage has one outcome, however often it was handled."""
    for each in await reconcile(store, broker, {name: stream.name for name, stream in READS.items()}):
        assert (each.in_flight, each.unaccounted, sum(each.outcomes.values())) == (0, 0, each.came)


async def _run_stage(
    place: int, store: Store, broker: Broker, egress: Egress, rng: random.Random, odds: float, settings: Settings
) -> None:
    for life in range(500):
        dying = CrashingBroker(broker, odds if life < 400 else 0, rng)
        batch = rng.randint(1, 6) if odds else 4
        async with open_enrich(store, egress, SETTINGS.enrich) as enrich:
            stage = stages(store, enrich, settings, now)[place]
            try:
                return await until_done(stage, dying, store, batch)
            except BaseException as error:
                if not is_crash(error):
                    raise
    raise AssertionError("it never came to an end")


async def until_done(stage: Stage[Any, Any], broker: Broker, store: Store, batch: int) -> None:
    work = WorkSettings(batch=batch, idle_seconds=0.01, retry_seconds=(), outage_seconds=0.01)
    until = asyncio.Event()

    async def watch() -> None:
        while (await broker.lag(stage.reads.name, stage.name)).records:
            await asyncio.sleep(0.002)
        until.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(Runner(stage, broker, store, work, until).run())
        group.create_task(watch())


def ends(day: list[Told], seed: int, odds: float) -> End:
    with TemporaryDirectory(dir=MEMORY) as folder:
        return asyncio.run(run_day([each.raw() for each in day], Path(folder), seed, odds))[0]


MERGED_AT_ONCE = [
    Told(0, "ru", "anchor", 1, 490, False),
    Told(0, "be", "beacon", 0, 48, False),
    Told(2, "pl", "dial", 0, 0, True),
    *(Told(0, "en", "anchor", 0, 0, word_for_word) for word_for_word in (False, True, False)),
    Told(2, "pl", "anchor", 2, 0, False),
    *(Told(0, "en", "anchor", edit, 0, False) for edit in (2, 0, 1)),
    Told(0, "en", "dial", 0, 0, False),
]
"""A story opened and merged in one batch, or in two: it came to different counts once."""


@pytest.mark.slow
@pytest.mark.timeout(2400)
@example(day=MERGED_AT_ONCE, seed=0)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(day=days, seed=st.integers(0, 2**32))
def test_crashes_change_nothing(day: list[Told], seed: int) -> None:
    quiet = ends(day, seed, odds=0)
    assert quiet.dead == 0
    assert quiet.stories
    assert ends(day, seed, odds=0.25) == quiet


@pytest.mark.slow
def test_a_day_with_crashes_ends_like_one_without() -> None:
    """The same once, by example, for the quick part."""
    day = [Told(0, language, outlet, 0, n, n % 2 == 0) for n, (language, outlet) in enumerate(EXAMPLE)]
    quiet = ends(day, 1, odds=0)
    assert len(quiet.alerts) >= 2
    assert len(quiet.deliveries) == len(quiet.alerts)
    assert ends(day, 7, odds=0.3) == quiet


@pytest.mark.slow
def test_a_day_on_which_articles_move_ends_with_crashes_like_one_without() -> None:
    """Two happenings in turn, told every few minutes."""
    newsroom, found = Newsroom(seed=1), list[tuple[End, int]]()
    reports = [newsroom.report(place % 2, at=NOW + timedelta(minutes=2 * place)) for place in range(14)]
    day = [each.article.raw for each in reports]
    for odds in (0, 0.25):
        with TemporaryDirectory(dir=MEMORY) as folder:
            found.append(asyncio.run(run_day(day, Path(folder), 3, odds, HESITANT)))
    assert found[0][1] > 0
    assert found[1] == found[0]


EXAMPLE = [
    ("en", "anchor"),
    ("ru", "beacon"),
    ("en", "compass"),
    ("be", "dial"),
    ("en", "anchor"),
    ("de", "dial"),
]
