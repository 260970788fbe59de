"""The same on a real Kafka and a real PostgreSQL, with kill -9 of the workers and of the broker."""

import asyncio
import random
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from consumers.resources import migrate, open_broker
from service.settings import EgressSettings, KafkaSettings, Settings
from service.store import Store
from service.streams import RAW
from tests.e2e.installation import Installation, wait_until
from tests.properties.ending import End, end, watch_topics
from tests.properties.world import EDITS, HAPPENINGS, OUTLETS, Told
from tests.services.kafka import KafkaServer
from tests.services.postgres import PostgresServer

RECORDS = 120
KILLS = 4


def a_day(seed: int) -> list[Told]:
    rng = random.Random(seed)
    which = [(n, language) for n, each in enumerate(HAPPENINGS) for language in each]
    return [
        Told(*rng.choice(which), rng.choice(OUTLETS), rng.randrange(len(EDITS)), n, rng.random() < 0.5)
        for n in range(RECORDS)
    ]


class Run:
    """A day on one database and one set of streams, worked through by `courant work` as a process."""

    def __init__(self, folder: Path, database: str, kafka: KafkaServer) -> None:
        folder.mkdir()
        prefix = f"c{uuid.uuid4().hex[:6]}."
        self.settings = Settings(
            database=database,
            broker=f"kafka://{kafka.address}",
            kafka=KafkaSettings(prefix=prefix, partitions=1),  # one order, so that two runs can be compared
            egress=EgressSettings(allow_loopback=True),
        )
        self.installation = Installation(
            folder,
            {
                "COURANT_DATABASE": database,
                "COURANT_BROKER": self.settings.broker,
                "COURANT_KAFKA__PREFIX": prefix,
                "COURANT_KAFKA__PARTITIONS": "1",
                "COURANT_KAFKA__SESSION_SECONDS": "6",
                "COURANT_WORK__BATCH": "4",
            },
        )

    async def begin(self, day: list[Told]) -> None:
        await migrate(self.settings)
        store = Store(self.settings.database)
        await store.write(watch_topics)
        store.close()
        async with open_broker(self.settings) as broker:
            await broker.append(RAW.name, [RAW.encode(each.raw()) for each in day])

    def reached(self, share: float, records: int) -> Callable[[], bool]:
        """Whether so large a share of what dedupe will pass on has been linked."""
        return lambda: self.installation.count("select count(*) from linkings") >= share * records

    def matched(self) -> bool:
        return self.installation.lag() == 0

    def end(self) -> End:
        store = Store(self.settings.database)
        try:
            return asyncio.run(store.read(end))
        finally:
            store.close()


@pytest.mark.slow
@pytest.mark.kafka
@pytest.mark.postgres
@pytest.mark.parametrize("seed", [1])
def test_killed_workers_and_a_killed_broker_change_nothing(
    seed: int, tmp_path: Path, postgres_server: PostgresServer, kafka_server: KafkaServer
) -> None:
    day, rng = a_day(seed), random.Random(seed)
    quiet = Run(tmp_path / "quiet", postgres_server.database(), kafka_server)
    asyncio.run(quiet.begin(day))
    finish(quiet)
    expected = quiet.end()
    assert expected.dead == 0
    assert {times for *_, times in expected.told} == {1}
    total = quiet.installation.count("select count(*) from linkings")

    killed = Run(tmp_path / "killed", postgres_server.database(), kafka_server)
    asyncio.run(killed.begin(day))
    for kill in range(1, KILLS + 1):
        killed.installation.start("work", "work")
        share = (kill + rng.random() - 0.5) / (KILLS + 2)
        wait_until(killed.reached(share, total), 120, lambda: killed.installation.log("work")[-3000:])
        if kill == 2:
            kafka_server.kill9()
            kafka_server.restart()
        killed.installation.kill("work")
    finish(killed)
    assert killed.end().whenever_told() == expected.whenever_told()


def finish(run: Run) -> None:
    """Work through what is left, and stop as one is asked to."""
    run.installation.start("work", "work")
    try:
        wait_until(run.matched, 180, lambda: run.installation.log("work")[-3000:])
        assert run.installation.terminate("work") == 0
    finally:
        run.installation.stop()
