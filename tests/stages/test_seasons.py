"""Who asks for it hears of silences and bursts, from what is filed, once for each."""

from datetime import timedelta

import pytest

from consumers.match.watch import Watch
from service.model import alert_id
from service.store import Store, Transaction
from tests.builders import NOW, a_stored_article, a_topic, an_alert, an_endpoint

BEGIN = NOW.replace(minute=0, second=0, microsecond=0)


def file_weeks(tx: Transaction, sources: dict[str, int]) -> None:
    """Three articles an hour of each source, for so many hours."""
    filed = []
    for source, hours in sources.items():
        for n in range(hours):
            at = BEGIN + timedelta(hours=n // 2, minutes=20 * (n % 2))
            filed.append(
                a_stored_article(
                    url=f"https://{source}/{n}", source=source, seen_at=at, published_at=at, seq=len(filed) + 1
                )
            )
    tx.articles.file(filed)


async def test_a_source_that_falls_silent_while_others_go_on_is_told_once(store: Store) -> None:
    days = 24 * 2
    await store.write(lambda tx: tx.endpoints.add(an_endpoint(id="ep", notices=("source.silent",))))
    await store.write(file_weeks, {"steady.test": 20 * days, "silent.test": 16 * days})
    clock = BEGIN + timedelta(days=19)
    assert await Watch(store, lambda: clock).once() == 1
    assert await Watch(store, lambda: clock + timedelta(hours=5)).once() == 0
    (told,) = await store.read(lambda tx: tx.notices.since(0))
    assert (told.kind, told.subject) == ("source.silent", "silent.test")
    assert told.payload["expected"] > 14
    assert len(await store.read(lambda tx: tx.deliveries.list())) == 1


async def test_nothing_is_counted_that_nobody_asks_for(store: Store) -> None:
    await store.write(file_weeks, {"steady.test": 20 * 48, "silent.test": 16 * 48})
    assert await Watch(store, lambda: BEGIN + timedelta(days=19)).once() == 0
    assert await store.read(lambda tx: tx.notices.since(0)) == []


@pytest.mark.parametrize("enabled", [True, False])
async def test_topics_burst_and_fall_silent(store: Store, enabled: bool) -> None:
    def write(tx: Transaction) -> None:
        tx.endpoints.add(an_endpoint(id="ep", notices=("topic.*",)))
        for name in ("loud", "still"):
            tx.topics.add(a_topic(id=name, name=name, created_at=BEGIN, enabled=enabled))
        times = [("loud", n) for n in range(20 * 24)] + [("loud", 20 * 24 - 1)] * 30
        times += [("still", n) for n in range(17 * 24)]
        raised = [
            an_alert(
                id=alert_id(topic, f"st_{n}"),
                topic_id=topic,
                story_id=f"st_{n}",
                created_at=BEGIN + timedelta(hours=hour),
            )
            for n, (topic, hour) in enumerate(times)
        ]
        tx.alerts.raise_alerts(raised, {}, NOW)

    await store.write(write)
    await store.write(file_weeks, {"steady.test": 20 * 48})
    now = BEGIN + timedelta(days=20)
    assert await Watch(store, lambda: now).once() == (2 if enabled else 0)
    assert await Watch(store, lambda: now).once() == 0
    told = [each for each in await store.read(lambda tx: tx.notices.since(0, 5000)) if each.kind.startswith("topic.")]
    assert {(each.kind, each.subject) for each in told} == (
        {("topic.burst", "loud"), ("topic.silent", "still")} if enabled else set()
    )
