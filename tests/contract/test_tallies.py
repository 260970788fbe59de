"""Counts of outcomes, on both databases: every record once, however often it comes."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from service.model import Counted
from service.store import Store, Transaction
from service.store.tallies import Ended
from tests.builders import NOW


def ended(*records: tuple[int, int, str]) -> list[Ended]:
    return [Ended(*each) for each in records]


async def test_outcomes_add_up_by_stage(store: Store) -> None:
    await store.write(lambda tx: tx.tallies.count("dedupe", "raw", ended((0, 5, "new"), (0, 6, "repeat")), NOW))
    tomorrow = NOW + timedelta(days=1)
    await store.write(lambda tx: tx.tallies.count("dedupe", "raw", ended((0, 7, "new"), (1, 0, "new")), tomorrow))
    await store.write(lambda tx: tx.tallies.count("match", "raw", ended((0, 0, "quiet")), NOW))
    assert await store.read(lambda tx: tx.tallies.totals()) == {
        "dedupe": {"new": 3, "repeat": 1},
        "match": {"quiet": 1},
    }
    assert (await store.read(lambda tx: tx.tallies.totals(tomorrow)))["dedupe"] == {"new": 2}
    assert await store.read(lambda tx: tx.tallies.places("dedupe", "raw")) == {0: Counted(5, 8), 1: Counted(0, 1)}


async def test_what_comes_again_is_not_counted_again(store: Store) -> None:
    rng = random.Random(4)
    labels = [rng.choice(["new", "copy", "repeat"]) for _ in range(60)]
    records = ended(*((n % 3, n // 3, label) for n, label in enumerate(labels)))
    done = 0
    while done < len(records):
        size = rng.randint(1, 12)
        await store.write(lambda tx, some: tx.tallies.count("dedupe", "raw", some, NOW), records[done : done + size])
        done += rng.choice([0, size])  # the place moved, or it did not
    assert await store.read(lambda tx: tx.tallies.totals()) == {"dedupe": dict(Counter(labels))}


async def test_several_processes_count_side_by_side(store: Store) -> None:
    def count(partition: int) -> None:
        for offset in range(20):
            with store.engine.execution_options(writes=True).begin() as connection:
                Transaction(connection).tallies.count("dedupe", "raw", ended((partition % 2, offset, "new")), NOW)

    with ThreadPoolExecutor(4) as pool:  # two of them read the same partition, as a zombie would
        list(pool.map(count, range(4)))
    assert await store.read(lambda tx: tx.tallies.totals()) == {"dedupe": {"new": 40}}
