"""What the store keeps of pages, on both databases: robots.txt, counts by source, and when it goes badly."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from consumers.enrich.quality import FAILING, record
from service.model.extraction import Judgement, PageCounts, judge, length_measure
from service.model.robots import RobotsFile
from service.store import Store
from tests.builders import NOW, an_endpoint

SOURCE = "harbour-gazette.test"
DAY = timedelta(days=1)
Act = Callable[..., Any]


def counts(read: int = 0, empty: int = 0, characters: int = 3000, **more: int) -> PageCounts:
    measures = {"read": read, "empty": empty, length_measure(characters): read - empty}
    return PageCounts({name: count for name, count in {**measures, **more}.items() if count})


async def add(store: Store, some: PageCounts, at: Any = NOW, source: str = SOURCE) -> list[Any]:
    return await store.write(lambda tx: tx.pages.count({source: some}, at))


async def status(store: Store) -> str:
    found = await store.read(lambda tx: tx.pages.extraction(SOURCE))
    return found.judgement.status if found else "none"


async def test_a_robots_file_is_kept_and_replaced(store: Store) -> None:
    first = RobotsFile("https://a.test", "rules", NOW + DAY, "User-agent: *", "", None)
    second = RobotsFile("https://a.test", "closed", NOW + 2 * DAY, "", "status 500", NOW)
    other = RobotsFile("https://b.test", "open", NOW)
    await store.write(lambda tx: tx.pages.keep_robots([first, other]))
    assert await store.read(lambda tx: tx.pages.robots(["https://a.test", "https://c.test"])) == {
        "https://a.test": first
    }
    await store.write(lambda tx: tx.pages.keep_robots([second]))
    await store.write(lambda tx: tx.pages.keep_robots([]))
    assert await store.read(lambda tx: tx.pages.robots(["https://a.test"])) == {"https://a.test": second}


async def test_counts_add_up(store: Store) -> None:
    await add(store, counts(3, undated=1))
    await add(store, counts(4, empty=1, undated=2), NOW + timedelta(minutes=1))
    found = await store.read(lambda tx: tx.pages.extraction(SOURCE))
    assert found is not None
    assert (found.recent["read"], found.recent["empty"], found.recent["undated"]) == (7, 1, 3)
    assert found.recent.median_characters == pytest.approx(3000, rel=0.08)
    assert (found.past.asked, found.at) == (0, NOW + timedelta(minutes=1))


async def test_the_newest_pages_are_compared_to_those_before(store: Store) -> None:
    for days in range(10, 0, -1):
        await add(store, counts(10), NOW - days * DAY)
    assert await status(store) == "good"
    (changed,) = await add(store, counts(20, empty=18))
    assert (changed.source, changed.judgement.status, changed.since) == (SOURCE, "degraded", NOW)
    assert changed.judgement.why == "10% of pages give a text (100% before)"
    assert (changed.recent.asked, changed.past.asked) == (20, 100)
    assert await add(store, counts(5, empty=5), NOW + timedelta(hours=1)) == []
    (again,) = await add(store, counts(400), NOW + timedelta(hours=2))
    assert again.judgement == Judgement("good")


async def test_a_source_that_begins_to_fail_is_told_once(store: Store) -> None:
    await store.write(lambda tx: tx.endpoints.add(an_endpoint(notices=("source.*",))))
    for minutes in range(3):
        await record(store, {SOURCE: counts(30, empty=30)}, NOW + timedelta(minutes=minutes))
    (notice,) = await store.read(lambda tx: tx.notices.list(None))
    assert (notice.kind, notice.subject, notice.at) == (FAILING, SOURCE, NOW)
    assert notice.payload["why"] == "0% of pages give a text"
    (due,) = await store.write(lambda tx: tx.deliveries.list())
    assert due.kind == FAILING


async def test_sources_are_listed_by_name_and_status(store: Store) -> None:
    for name, empty in (("c.test", 0), ("a.test", 30), ("b.test", 30)):
        await add(store, counts(30, empty=empty), source=name)

    async def listed(**given: Any) -> list[str]:
        return [each.source for each in await store.read(lambda tx: tx.pages.extractions(**given))]

    assert await listed() == ["a.test", "b.test", "c.test"]
    assert await listed(status="degraded") == ["a.test", "b.test"]
    assert await listed(after="a.test", most=1) == ["b.test"]
    assert await store.read(lambda tx: tx.pages.extraction("d.test")) is None


async def test_what_is_old_is_forgotten(store: Store) -> None:
    await add(store, counts(5), NOW - 30 * DAY)
    await add(store, counts(7), NOW)
    await store.write(lambda tx: tx.pages.keep_robots([RobotsFile("https://a.test", "open", NOW - 40 * DAY)]))
    assert await store.write(lambda tx: tx.pages.prune(NOW)) == 2
    found = await store.read(lambda tx: tx.pages.extraction(SOURCE))
    assert found is not None
    assert (found.recent["read"], found.past["read"]) == (7, 0)
    assert await store.read(lambda tx: tx.pages.robots(["https://a.test"])) == {}


async def test_many_sources_in_one_go(store: Store) -> None:
    many = {f"s{n}.test": counts(1) for n in range(700)}
    assert len(await store.write(lambda tx: tx.pages.count(many, NOW))) == 700
    assert await store.write(lambda tx: tx.pages.count({}, NOW)) == []


def test_few_pages_prove_nothing() -> None:
    assert judge(counts(19, empty=19), PageCounts()).status == "unproved"


def test_pages_that_politeness_left_alone_are_no_failures() -> None:
    recent = counts(20, **{"failed:robots": 500, "failed:turn": 500})
    assert (recent.asked, judge(recent, PageCounts()).status) == (20, "good")


def test_pages_that_a_source_refuses_are_failures() -> None:
    assert judge(counts(5, **{"failed:status": 45}), counts(50)).why == "10% of pages give a text (100% before)"


def test_texts_that_shrink_are_noticed() -> None:
    assert judge(counts(20, characters=500), counts(50)).status == "degraded"
    assert judge(counts(20, characters=2500), counts(50)).status == "good"


@pytest.mark.parametrize(("lacking", "what"), [("undated", "a time"), ("anonymous", "an author")])
def test_what_texts_lose_is_noticed(lacking: str, what: str) -> None:
    found = judge(counts(20, **{lacking: 20}), counts(50, **{lacking: 2}))
    assert found == Judgement("degraded", f"0% of texts have {what} (96% before)")
    assert judge(counts(20, **{lacking: 20}), counts(50, **{lacking: 40})).status == "good"
