"""Discovery, OPML, lists, backfills and rules as their callers meet them."""

from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from service import opml
from service.api import Context, create_app
from service.errors import UnsafeAddress
from service.model import Backfill, Candidate, Discovery
from service.store import Store
from tests.api.problem import problem
from tests.clock import SetClock

URL = "https://harbour-gazette.com"
RULES = {"entry": "article.teaser", "link": "h2 a", "title": "", "summary": "p.lead", "date": "time"}
ARCHIVE = {"url": f"{URL}/sitemap.xml", "since": "2026-01-01T00:00:00Z", "language": "en"}


async def test_a_page_without_a_feed_is_added_with_its_rules(client: httpx.AsyncClient) -> None:
    given = {"url": f"{URL}/news", "rules": RULES, "labels": ["Coast", "Coast", "Europe"]}
    made = (await client.post("/v1/feeds", json=given)).json()
    assert (made["kind"], made["rules"], made["labels"]) == ("page", RULES, ["Coast", "Europe"])
    path = f"/v1/feeds/{made['id']}"
    changed = (await client.patch(path, json={"rules": {"entry": "li"}, "labels": []})).json()
    assert (changed["rules"]["entry"], changed["rules"]["link"], changed["labels"]) == ("li", "a[href]", [])
    plain = (await client.patch(path, json={"rules": None})).json()
    assert (plain["kind"], plain["rules"]) == ("feed", None)


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"entry": "article["},
        {"entry": "article", "link": ""},
        {"entry": "article", "colour": "red"},
        {"entry": "a " * 200},
        {"entry": "article @href"},
    ],
)
async def test_rules_that_cannot_be_used_are_refused(client: httpx.AsyncClient, rules: dict[str, str]) -> None:
    told = problem(await client.post("/v1/feeds", json={"url": f"{URL}/news", "rules": rules}), "invalid", 422)
    assert told["errors"][0]["pointer"].startswith("/rules")


async def test_what_is_exported_is_imported_as_the_same(client: httpx.AsyncClient, store: Store) -> None:
    await client.post("/v1/feeds", json={"url": f"{URL}/feed.xml", "title": "Gazette & <tide>", "labels": ["Coast"]})
    await client.post("/v1/feeds", json={"url": f"{URL}/news", "rules": RULES})
    off = (await client.post("/v1/feeds", json={"url": f"{URL}/off.xml"})).json()
    await client.patch(f"/v1/feeds/{off['id']}", json={"enabled": False})
    response = await client.get("/v1/feeds.opml")
    assert response.headers["content-type"].startswith("text/x-opml")
    assert "courant.opml" in response.headers["content-disposition"]
    assert len(opml.read(response.content).outlines) == 2
    for feed in (await client.get("/v1/feeds")).json()["items"]:
        await client.delete(f"/v1/feeds/{feed['id']}")
    report = await client.post("/v1/feeds/opml", content=response.content, headers={"Content-Type": "text/x-opml"})
    assert report.json()["added"] == 2
    found = {feed["url"]: feed for feed in (await client.get("/v1/feeds")).json()["items"]}
    assert found[f"{URL}/feed.xml"]["title"] == "Gazette & <tide>"
    assert found[f"{URL}/feed.xml"]["labels"] == ["Coast"]
    assert found[f"{URL}/news"]["rules"] == RULES


async def test_the_feeds_of_a_site_are_told(context: Context, key: str) -> None:
    async def discover(url: str) -> Discovery:
        if "127" in url:
            raise UnsafeAddress("127.0.0.1 is not on the open internet")
        return Discovery(url, (Candidate(f"{URL}/feed.xml", "feed", "link", "Gazette", "en", 12),), tried=3)

    app: FastAPI = create_app(replace(context, discover=discover))
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://courant.test", headers=headers
    ) as client:
        told = (await client.post("/v1/feeds/discover", json={"url": URL})).json()
        (found,) = told["candidates"]
        assert (found["url"], found["entries"], found["known_as"], told["why"]) == (f"{URL}/feed.xml", 12, None, None)
        problem(await client.post("/v1/feeds/discover", json={"url": "http://127.0.0.1/"}), "unsafe-address", 422)
        problem(await client.post("/v1/feeds/discover", json={}), "invalid", 422)


async def test_a_process_that_asks_nobody_outside_says_so(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/feeds/discover", json={"url": URL}), "unavailable", 503)


async def test_a_list_is_added_changed_looked_at_and_removed(client: httpx.AsyncClient, clock: SetClock) -> None:
    response = await client.post("/v1/lists", json={"url": f"{URL}/feeds.opml", "title": "Coast"})
    assert response.status_code == 201
    made = response.json()
    path = response.headers["location"]
    assert (made["named"], made["error"], made["enabled"], made["interval"]) == (0, None, True, 3600)
    problem(await client.post("/v1/lists", json={"url": f"{URL}/feeds.opml"}), "conflict", 409)
    problem(await client.post("/v1/lists", json={"url": "http://10.0.0.1/feeds.opml"}), "unsafe-address", 422)
    problem(await client.post("/v1/lists", json={"url": f"{URL}/a", "interval": 1}), "invalid", 422)
    changed = (await client.patch(path, json={"interval": 7200, "enabled": False})).json()
    assert (changed["interval"], changed["enabled"], changed["title"]) == (7200, False, "Coast")
    later = clock.advance(100)
    due = (await client.post(f"{path}/sync")).json()
    assert due["next_sync_at"] == later.isoformat().replace("+00:00", "Z")
    assert [each["id"] for each in (await client.get("/v1/lists")).json()["items"]] == [made["id"]]
    assert (await client.get(path)).json() == due
    assert (await client.delete(path)).status_code == 204
    for request in (client.delete(path), client.get(path), client.post(f"{path}/sync")):
        problem(await request, "not-found", 404)
    problem(await client.patch(path, json={"title": "x"}), "not-found", 404)


async def test_a_backfill_is_asked_for_shown_stopped_and_resumed(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/backfills", json=ARCHIVE)
    assert response.status_code == 202
    made, path = response.json(), response.headers["location"]
    assert (made["state"], made["kind"], made["since"], made["until"]) == (
        "waiting",
        "archive",
        "2026-01-01T00:00:00Z",
        None,
    )
    shown = (await client.get(path)).json()
    assert shown == made | {"by_state": {"waiting": 1}}
    assert (await client.post(f"{path}/stop")).json()["state"] == "stopped"
    problem(await client.post(f"{path}/stop"), "conflict", 409)
    assert (await client.post(f"{path}/resume")).json()["state"] == "waiting"
    problem(await client.post(f"{path}/resume"), "conflict", 409)
    problem(await client.get("/v1/backfills/none"), "not-found", 404)
    problem(await client.post("/v1/backfills/none/stop"), "not-found", 404)


@pytest.mark.parametrize(
    ("change", "kind", "status"),
    [
        ({"url": "http://192.168.1.1/sitemap.xml"}, "unsafe-address", 422),
        ({"url": "ftp://harbour-gazette.com/{n}"}, "unsafe-address", 422),
        ({"until": "2025-01-01T00:00:00Z"}, "invalid", 422),
        ({"since": "2026"}, "invalid", 422),
        ({"feed_id": "none"}, "not-found", 404),
        ({"lane": "live"}, "invalid", 422),
    ],
)
async def test_a_backfill_that_cannot_be_is_refused(
    client: httpx.AsyncClient, change: dict[str, str], kind: str, status: int
) -> None:
    problem(await client.post("/v1/backfills", json=ARCHIVE | change), kind, status)
    assert (await client.get("/v1/backfills")).json()["items"] == []


async def test_backfills_are_listed_newest_first_a_page_at_a_time(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    for number in range(3):
        made = Backfill(id=f"b{number}", url=f"{URL}/{number}", kind="archive", created_at=clock.advance(1))
        await store.write(lambda tx, made=made: tx.backfills.add(made))
    first = (await client.get("/v1/backfills?limit=2")).json()
    rest = (await client.get(f"/v1/backfills?limit=2&cursor={first['next_cursor']}")).json()
    assert [each["id"] for each in first["items"] + rest["items"]] == ["b2", "b1", "b0"]
