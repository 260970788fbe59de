"""Who publishes, over HTTP."""

from datetime import timedelta

import httpx
import pytest

from service.api import Context
from service.broker import Broker
from service.model.extraction import PageCounts
from service.settings import Settings
from service.sources import load
from service.store import Store
from service.streams import RAW
from tests.api.conftest import Reported
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import NOW, a_feed
from tests.clock import SetClock


@pytest.fixture
def context(settings: Settings, store: Store, embedded_broker: Broker, clock: SetClock, reported: Reported) -> Context:
    return Context(settings, store, embedded_broker, clock, lambda: reported.health, sources=load())


async def file(store: Store, *told: tuple[str, float]) -> None:
    """An article for each source named, published so many hours ago."""
    articles = [
        an_article_to_file(f"https://a.test/{n}", source=source, published_at=NOW - timedelta(hours=hours))
        for n, (source, hours) in enumerate(told)
    ]
    await store.write(file_story, "st_ferry", articles)


async def domains(client: httpx.AsyncClient, query: str = "") -> list[str]:
    return [each["domain"] for each in (await client.get(f"/v1/sources{query}")).json()["items"]]


async def test_a_source_is_listed_with_what_comes_from_it(client: httpx.AsyncClient, store: Store) -> None:
    await file(store, ("tass.ru", 1), ("tass.ru", 30), ("tass.com", 2), ("tass.ru", 200), ("harbour.test", 50))
    (harbour, tass) = (await client.get("/v1/sources")).json()["items"]
    assert (tass["domain"], tass["name"], tass["country"], tass["control"]) == ("tass.ru", "TASS", "RU", "state")
    assert set(tass["domains"]) >= {"tass.ru", "tass.com"}
    assert (tass["articles"], tass["feeds"]) == ({"day": 2, "week": 3}, 0)
    assert tass["last_article_at"] == (NOW - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (harbour["domain"], harbour["name"], harbour["control"], harbour["owner"]) == ("harbour.test", *[None] * 3)
    assert harbour["articles"] == {"day": 0, "week": 1}


async def test_sources_are_filtered_and_paged(client: httpx.AsyncClient, store: Store) -> None:
    await file(store, ("tass.ru", 1), ("belta.by", 1), ("spring96.org", 1), ("harbour.test", 1))
    await store.write(lambda tx: tx.feeds.add(a_feed(source="Harbour Gazette")))
    everyone = ["Harbour Gazette", "belta.by", "harbour.test", "spring96.org", "tass.ru"]
    assert await domains(client) == everyone
    assert await domains(client, "?country=BY") == ["belta.by", "spring96.org"]
    assert await domains(client, "?country=BY&control=state") == ["belta.by"]
    assert await domains(client, "?q=HARBOUR") == ["Harbour Gazette", "harbour.test"]
    assert await domains(client, "?q=tass.com") == ["tass.ru"]
    assert await domains(client, "?language=be") == ["spring96.org"]
    found, cursor = list[str](), ""
    while cursor is not None:
        page = (await client.get(f"/v1/sources?limit=2{cursor and f'&cursor={cursor}'}")).json()
        found, cursor = [*found, *(each["domain"] for each in page["items"])], page["next_cursor"]
    assert found == everyone


async def test_all_known_sources_are_listed_on_request(client: httpx.AsyncClient) -> None:
    assert await domains(client) == []
    assert "belta.by" in await domains(client, "?all=true&country=BY")
    problem(await client.get("/v1/sources?control=good"), "invalid", 422)
    problem(await client.get("/v1/sources?cursor=x"), "invalid-cursor", 400)


async def test_a_source_is_shown_under_any_of_its_domains(client: httpx.AsyncClient, store: Store) -> None:
    await file(store, ("tass.ru", 5), ("tass.ru", 1))
    feed = a_feed(source="tass.com", routes=("https://mirror.test/feed",))
    await store.write(lambda tx: tx.feeds.add(feed))
    await store.write(lambda tx: tx.pages.count({"tass.ru": PageCounts({"read": 40, "length:55": 40})}, NOW))
    shown = (await client.get("/v1/sources/TASS.com")).json()
    assert shown == (await client.get("/v1/sources/tass.ru")).json()
    assert (shown["domain"], shown["feeds"], shown["articles"]["day"]) == ("tass.ru", 1, 2)
    (polled,) = shown["polled"]
    assert (polled["id"], polled["health"], polled["routes"]) == (feed.id, "healthy", ["https://mirror.test/feed"])
    assert shown["last_article"]["url"] == "https://a.test/1"
    assert shown["extraction"]["recent"]["asked"] == 40


async def test_sources_of_one_house_are_named(client: httpx.AsyncClient) -> None:
    shown = (await client.get("/v1/sources/15min.lt")).json()
    assert "delfi.lt" in shown["same_house"]
    assert "15min.lt" not in shown["same_house"]
    assert (shown["last_article"], shown["extraction"], shown["polled"]) == (None, None, [])


async def test_a_source_that_nobody_knows_is_not_found(client: httpx.AsyncClient, store: Store) -> None:
    problem(await client.get("/v1/sources/harbour.test"), "not-found", 404)
    await store.write(lambda tx: tx.feeds.add(a_feed(source="Harbour Gazette")))
    shown = (await client.get("/v1/sources/Harbour Gazette")).json()
    assert (shown["domain"], shown["domains"], shown["feeds"]) == ("Harbour Gazette", ["Harbour Gazette"], 1)


async def test_articles_are_found_under_any_domain_of_their_source(client: httpx.AsyncClient, store: Store) -> None:
    await file(store, ("tass.ru", 5), ("harbour.test", 5))
    for path in ("articles", "stories"):
        assert len((await client.get(f"/v1/{path}?source=tass.com")).json()["items"]) == 1


async def test_what_is_pushed_is_of_one_source_under_all_its_domains(
    client: httpx.AsyncClient, embedded_broker: Broker
) -> None:
    for given in (
        {"url": "https://tass.com/world/1", "title": "Ferries sail"},
        {"url": "https://anchor.test/1", "title": "Ferries sail", "source": "TASS.com"},
        {"url": "https://anchor.test/2", "title": "Ferries sail", "source": "Anchor"},
    ):
        assert (await client.post("/v1/articles", json=given)).status_code == 202
    async with embedded_broker.reader(RAW.name, "test") as reader:
        found = [RAW.decode(record).source for record in await reader.read(10, 0.1)]
    assert sorted(found) == ["Anchor", "tass.ru", "tass.ru"]
