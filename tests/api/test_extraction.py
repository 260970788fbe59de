"""How pages are read, and what they said, over HTTP."""

from datetime import UTC, datetime

import httpx
import pytest

from service.messages import Page
from service.model.extraction import PageCounts
from service.store import Store
from service.urls import article_id
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import NOW

GOOD = PageCounts({"read": 40, "undated": 4, "length:55": 40, "failed:turn": 9})
BAD = PageCounts({"read": 10, "empty": 10, "failed:status": 20})


@pytest.fixture
async def counted(store: Store) -> None:
    await store.write(lambda tx: tx.pages.count({"a.test": GOOD, "b.test": BAD, "c.test": GOOD}, NOW))


async def sources(client: httpx.AsyncClient, query: str = "") -> list[str]:
    return [each["source"] for each in (await client.get(f"/v1/extraction{query}")).json()["items"]]


@pytest.mark.usefixtures("counted")
async def test_extraction_is_shown_by_source(client: httpx.AsyncClient) -> None:
    (found,) = (await client.get("/v1/extraction?source=b.test")).json()["items"]
    assert (found["status"], found["why"]) == ("degraded", "0% of pages give a text")
    assert datetime.fromisoformat(found["since"]) == NOW
    recent = found["recent"]
    assert (recent["asked"], recent["read"], recent["empty"], recent["failed"]) == (30, 10, 10, {"status": 20})
    (good,) = (await client.get("/v1/extraction?source=a.test")).json()["items"]
    assert (good["recent"]["asked"], good["recent"]["failed"], good["recent"]["undated"]) == (40, {"turn": 9}, 4)
    assert good["recent"]["median_characters"] > 1000
    assert good["past"]["asked"] == 0


@pytest.mark.usefixtures("counted")
async def test_sources_are_filtered_and_paged(client: httpx.AsyncClient) -> None:
    assert await sources(client) == ["a.test", "b.test", "c.test"]
    assert await sources(client, "?status=degraded") == ["b.test"]
    assert await sources(client, "?source=a.test&status=degraded") == []
    assert await sources(client, "?source=nobody.test") == []
    first = (await client.get("/v1/extraction?limit=2")).json()
    assert await sources(client, f"?limit=2&cursor={first['next_cursor']}") == ["c.test"]


async def test_a_status_that_is_none_is_refused(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/extraction?status=bad"), "invalid", 422)


async def test_an_article_shows_what_its_page_said(client: httpx.AsyncClient, store: Store) -> None:
    page = Page(
        url="https://a.test/ferry?x",
        canonical="https://a.test/ferry-resumes",
        published_at=datetime(2026, 3, 14, tzinfo=UTC),
        published_precision="day",
        permissions={"robots.txt": "allowed", "meta": "noai"},
    )
    told = an_article_to_file(
        "https://a.test/ferry", page=page, image="https://a.test/a.jpg", published_precision="day"
    )
    await store.write(file_story, "st_ferry", [told, an_article_to_file("https://a.test/storm")])
    shown = (await client.get(f"/v1/articles/{article_id('https://a.test/ferry')}")).json()
    assert (shown["url"], shown["image"]) == ("https://a.test/ferry", "https://a.test/a.jpg")
    assert shown["page"]["canonical"] == "https://a.test/ferry-resumes"
    assert (shown["page"]["published_precision"], shown["page"]["author"]) == ("day", None)
    assert shown["page"]["permissions"] == {"robots.txt": "allowed", "meta": "noai"}
    assert shown["revisions"][0]["published_precision"] == "day"
    bare = (await client.get(f"/v1/articles/{article_id('https://a.test/storm')}")).json()
    assert (bare["page"], bare["image"], bare["revisions"][0]["published_precision"]) == (None, None, None)
