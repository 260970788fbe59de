"""Feeds over HTTP."""

from datetime import timedelta

import httpx

from service.model import Detour
from service.store import Store
from tests.api.problem import problem
from tests.builders import a_feed, a_poll
from tests.clock import SetClock

URL = "https://harbour-gazette.com/feed.xml"
OPML = """<?xml version="1.0"?>
<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="Papers">
    <outline type="rss" text="Harbour Gazette" xmlUrl="https://harbour-gazette.com/feed.xml"/>
    <outline type="rss" title="Anchor &amp; Oar" text="x" xmlurl=" https://anchor-oar.com/rss "/>
    <outline type="rss" text="Inside" xmlUrl="http://192.168.1.1/feed"/>
    <outline text="no feed"/>
  </outline>
</body></opml>"""


async def test_a_feed_is_added_with_the_source_of_its_address(client: httpx.AsyncClient, clock: SetClock) -> None:
    response = await client.post("/v1/feeds", json={"url": URL, "title": "Harbour Gazette", "language": "en"})
    assert response.status_code == 201
    made = response.json()
    assert response.headers["location"] == f"/v1/feeds/{made['id']}"
    assert made["source"] == "harbour-gazette.com"
    assert (made["title"], made["language"], made["enabled"]) == ("Harbour Gazette", "en", True)
    assert made["next_poll_at"] == made["created_at"] == clock().isoformat().replace("+00:00", "Z")
    assert (await client.get(f"/v1/feeds/{made['id']}")).json() == made | {"polls": []}


async def test_a_feed_is_added_once(client: httpx.AsyncClient) -> None:
    await client.post("/v1/feeds", json={"url": URL})
    told = problem(await client.post("/v1/feeds", json={"url": URL}), "conflict", 409)
    assert URL in told["detail"]
    assert len((await client.get("/v1/feeds")).json()["items"]) == 1


async def test_a_feed_shows_its_latest_polls(client: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    made = (await client.post("/v1/feeds", json={"url": URL})).json()
    feed = await store.read(lambda tx: tx.feeds.get(made["id"]))
    for minute in range(25):
        at = clock() + timedelta(minutes=minute)
        await store.write(lambda tx, at=at: tx.feeds.record((feed, a_poll(feed_id=feed.id, at=at))))
    polls = (await client.get(f"/v1/feeds/{feed.id}")).json()["polls"]
    assert len(polls) == 20
    assert polls[0]["at"] > polls[1]["at"]
    assert (polls[0]["outcome"], polls[0]["status"], polls[0]["entries"]) == ("fetched", 200, 10)


async def test_a_change_leaves_the_rest(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/feeds", json={"url": URL, "title": "Old", "language": "en"})).json()
    path = f"/v1/feeds/{made['id']}"
    changed = (await client.patch(path, json={"title": "New"})).json()
    assert changed == made | {"title": "New"}
    assert (await client.patch(path, json={})).json() == changed
    assert (await client.patch(path, json={"language": None})).json()["language"] is None
    problem(await client.patch(path, json={"title": None}), "invalid", 422)
    problem(await client.patch(path, json={"enabled": "yes"}), "invalid", 422)
    problem(await client.patch(path, json={"url": "https://elsewhere.com"}), "invalid", 422)


async def test_a_feed_switched_on_again_is_polled_at_once(client: httpx.AsyncClient, clock: SetClock) -> None:
    made = (await client.post("/v1/feeds", json={"url": URL})).json()
    path = f"/v1/feeds/{made['id']}"
    assert (await client.patch(path, json={"enabled": False})).json()["enabled"] is False
    later = clock.advance(3600)
    on = (await client.patch(path, json={"enabled": True})).json()
    assert on["next_poll_at"] == later.isoformat().replace("+00:00", "Z")
    assert on["failures"] == 0


async def test_a_removed_feed_is_gone(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/feeds", json={"url": URL})).json()
    path = f"/v1/feeds/{made['id']}"
    assert (await client.delete(path)).status_code == 204
    problem(await client.get(path), "not-found", 404)
    problem(await client.delete(path), "not-found", 404)
    problem(await client.patch(path, json={"title": "x"}), "not-found", 404)


async def test_opml_is_imported_and_each_feed_answered_for(client: httpx.AsyncClient) -> None:
    await client.post("/v1/feeds", json={"url": URL})
    response = await client.post("/v1/feeds/opml", content=OPML, headers={"Content-Type": "text/x-opml"})
    assert response.status_code == 200
    told = response.json()
    assert (told["added"], told["known"], told["refused"]) == (1, 1, 1)
    known, added, refused = told["feeds"]
    assert known["outcome"] == "known"
    assert (added["url"], added["outcome"]) == ("https://anchor-oar.com/rss", "added")
    assert "192.168.1.1" in refused["why"]
    assert (await client.get(f"/v1/feeds/{added['id']}")).json()["title"] == "Anchor & Oar"


async def test_one_feed_is_added_once_however_its_address_is_written(client: httpx.AsyncClient) -> None:
    written = URL.replace("https://harbour-gazette", "HTTPS://Harbour-Gazette") + "?utm_source=reader#top"
    made = await client.post("/v1/feeds", json={"url": written})
    assert made.json()["url"] == URL
    problem(await client.post("/v1/feeds", json={"url": URL}), "conflict", 409)


async def test_its_owner_may_say_how_often_a_feed_is_polled(client: httpx.AsyncClient, clock: SetClock) -> None:
    made = (await client.post("/v1/feeds", json={"url": URL})).json()
    path = f"/v1/feeds/{made['id']}"
    assert made["fixed_interval"] is None
    changed = (await client.patch(path, json={"fixed_interval": 600})).json()
    assert changed["fixed_interval"] == 600
    assert changed["next_poll_at"] == (clock() + timedelta(seconds=600)).isoformat().replace("+00:00", "Z")
    assert (await client.patch(path, json={"fixed_interval": None})).json()["fixed_interval"] is None
    for refused in (59, 2_592_001, "often"):
        problem(await client.patch(path, json={"fixed_interval": refused}), "invalid", 422)


async def test_feeds_of_a_list_are_first_polled_one_after_the_other(client: httpx.AsyncClient) -> None:
    outlines = "".join(f'<outline xmlUrl="https://outlet-{n}.com/feed"/>' for n in range(50))
    document = f"<opml><body>{outlines}</body></opml>"
    await client.post("/v1/feeds/opml", content=document, headers={"content-type": "text/x-opml"})
    items = (await client.get("/v1/feeds", params={"limit": 100})).json()["items"]
    assert len({each["next_poll_at"] for each in items}) == len(items) == 50


async def test_feeds_show_how_they_are_doing_and_are_found_by_it(client: httpx.AsyncClient, store: Store) -> None:
    words = ("healthy", "failing", "gapping", "silent")
    feeds = [a_feed(url=f"https://harbour-gazette.test/{word}", health=word, per_day=4.5) for word in words]
    feeds.append(a_feed(url="https://harbour-gazette.test/paused", health="failing", enabled=False, overlap=0.5))
    await store.write(lambda tx: tx.feeds.add_missing(feeds))
    for word in (*words, "paused"):
        (found,) = (await client.get(f"/v1/feeds?health={word}")).json()["items"]
        assert found["health"] == word
        assert found["url"].endswith(word)
        shown = (await client.get(f"/v1/feeds/{found['id']}")).json()
        assert (shown["health"], shown["overlap"]) == (word, 0.5 if word == "paused" else None)
    assert len((await client.get("/v1/feeds")).json()["items"]) == 5
    assert (await client.get("/v1/feeds?health=poorly")).status_code == 422
    assert (await client.get("/v1/health")).json()["feeds"] == dict.fromkeys((*words, "paused"), 1)


MIRRORS = ["https://mirror-gazette.com/feed.xml", "https://harbour-gazette.com/sitemap.xml"]


async def test_routes_are_given_shown_and_changed(client: httpx.AsyncClient) -> None:
    made = (await client.post("/v1/feeds", json={"url": URL, "routes": [*MIRRORS, MIRRORS[0], URL]})).json()
    assert (made["routes"], made["detour"]) == (MIRRORS, None)
    path = f"/v1/feeds/{made['id']}"
    assert (await client.patch(path, json={"title": "New"})).json()["routes"] == MIRRORS
    assert (await client.patch(path, json={"routes": MIRRORS[1:]})).json()["routes"] == MIRRORS[1:]
    assert (await client.patch(path, json={"routes": []})).json()["routes"] == []


async def test_a_detour_is_shown_and_ends_with_a_change_of_routes(
    client: httpx.AsyncClient, store: Store, clock: SetClock
) -> None:
    detour = Detour(1, clock(), 2, clock() + timedelta(minutes=2), "the server answered 403 Forbidden")
    feed = a_feed(url=URL, routes=tuple(MIRRORS), detour=detour, etag='"mirror"', seen=("aa",))
    poll = a_poll(feed_id=feed.id, route=MIRRORS[0])
    await store.write(lambda tx: (tx.feeds.add(feed), tx.feeds.record((feed, poll))))
    shown = (await client.get(f"/v1/feeds/{feed.id}")).json()
    assert shown["detour"].items() >= {"route": 1, "tries": 2, "why": "the server answered 403 Forbidden"}.items()
    assert shown["polls"][0]["route"] == MIRRORS[0]
    changed = (await client.patch(f"/v1/feeds/{feed.id}", json={"routes": MIRRORS[1:]})).json()
    assert changed["detour"] is None
    kept = await store.read(lambda tx: tx.feeds.get(feed.id))
    assert (kept.etag, kept.seen) == ("", ())


async def test_routes_must_be_safe_and_few(client: httpx.AsyncClient) -> None:
    inside = {"url": URL, "routes": ["http://192.168.1.1/feed"]}
    problem(await client.post("/v1/feeds", json=inside), "unsafe-address", 422)
    made = (await client.post("/v1/feeds", json={"url": URL})).json()
    path = f"/v1/feeds/{made['id']}"
    problem(await client.patch(path, json={"routes": inside["routes"]}), "unsafe-address", 422)
    problem(await client.patch(path, json={"routes": [f"https://m{n}.com/" for n in range(6)]}), "invalid", 422)
    problem(await client.patch(path, json={"routes": None}), "invalid", 422)
