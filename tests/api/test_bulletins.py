"""Bulletins over HTTP: made, read by feed readers without a key, given another address, removed."""

from datetime import timedelta
from typing import Any

import feedparser
import httpx
import pytest

from consumers.announce import Announce
from service.api import Context
from service.egress import Reply
from service.model import Topic
from service.sealing import Ring
from service.settings import Settings
from service.store import Store
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import NOW, an_alert
from tests.clock import SetClock

HUB = "https://hub.example/"


@pytest.fixture
def settings() -> Settings:
    return Settings(bulletins={"hub": HUB}, websub={"public_url": "https://news.example/"})


@pytest.fixture
async def topic(store: Store) -> str:
    await store.write(lambda tx: tx.topics.add(Topic("t1", "Ferries", "ferries", created_at=NOW)))
    return "t1"


async def alert(store: Store, story_id: str, topic_id: str = "t1", minutes: int = 0) -> None:
    payload = {
        "topic": {"id": topic_id, "name": "Ferries"},
        "story": {"id": story_id, "title": f"Story <{story_id}>", "countries": ["NO"]},
        "article": {"url": f"https://harbour-gazette.test/{story_id}", "language": "en"},
    }
    at = NOW + timedelta(minutes=minutes)
    raised = an_alert(id=f"al_{story_id}", topic_id=topic_id, story_id=story_id, created_at=at, payload=payload)
    await store.write(lambda tx: tx.alerts.raise_alerts([raised], {}, at))


async def make(client: httpx.AsyncClient, **given: Any) -> dict[str, Any]:
    answer = await client.post("/v1/bulletins", json={"name": "Ferries"} | given)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    made: dict[str, Any] = answer.json()
    return made


def path(made: dict[str, Any], form: str = "atom") -> str:
    address = made["addresses"][form]
    assert address.startswith("https://news.example/bulletins/bl_")
    return str(address.removeprefix("https://news.example"))


async def test_a_topics_alerts_are_read_in_every_form(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, store: Store, topic: str
) -> None:
    made = await make(client, topic_id=topic)
    await alert(store, "st_1")
    await alert(store, "st_2", minutes=5)
    for form in ("atom", "rss"):
        answer = await stranger.get(path(made, form))
        assert answer.headers["content-type"] == f"application/{form}+xml; charset=utf-8"
        read = feedparser.parse(answer.content)
        assert [each.title for each in read.entries] == ["Story <st_2>", "Story <st_1>"]
        assert [each.id.rpartition(":")[2] for each in read.entries] == ["st_2", "st_1"]
        assert read.entries[0].link == "https://harbour-gazette.test/st_2"
        assert {each.rel: each.href for each in read.feed.links}["hub"] == HUB
    answer = await stranger.get(path(made, "json"))
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert [each["id"] for each in answer.json()["items"]] == ["st_2", "st_1"]
    assert answer.json()["feed_url"] == made["addresses"]["json"]
    assert answer.links["self"]["url"] == made["addresses"]["json"]
    assert answer.links["hub"]["url"] == HUB


async def test_a_list_of_stories_is_read(client: httpx.AsyncClient, stranger: httpx.AsyncClient, store: Store) -> None:
    for id, title in (("st_ferries", "Ferries resume"), ("st_fog", "Fog at the airport")):
        filed = an_article_to_file(title=title, url=f"https://harbour-gazette.test/{id}")
        await store.write(file_story, id, [filed])
    searched = await make(client, stories={"q": "airport", "language": "en"})
    (found,) = (await stranger.get(path(searched, "json"))).json()["items"]
    assert (found["id"], found["url"]) == ("st_fog", "https://harbour-gazette.test/st_fog")
    every = await make(client, stories={})
    assert {each["id"] for each in (await stranger.get(path(every, "json"))).json()["items"]} == {
        "st_ferries",
        "st_fog",
    }
    none = await make(client, stories={"country": "ZW", "independent": 2, "since": "2026-01-01T00:00:00Z"})
    assert (await stranger.get(path(none, "json"))).json()["items"] == []


async def test_what_was_read_before_is_not_sent_again(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, store: Store, topic: str, clock: SetClock
) -> None:
    made = await make(client, topic_id=topic)
    await alert(store, "st_1")
    first = await stranger.get(path(made))
    tag = {"If-None-Match": first.headers["etag"]}
    same = await stranger.get(path(made), headers=tag)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    await alert(store, "st_2", minutes=5)
    assert (await stranger.get(path(made), headers=tag)).status_code == 304  # not looked at again so soon
    clock.advance(61)
    changed = await stranger.get(path(made), headers=tag)
    assert (changed.status_code, len(feedparser.parse(changed.content).entries)) == (200, 2)


async def test_a_bulletin_is_shown_without_its_address(client: httpx.AsyncClient, store: Store, topic: str) -> None:
    made = await make(client, topic_id=topic)
    told = dict(made)
    token = told.pop("addresses")["atom"].split("/")[-2]
    shown = await client.get(f"/v1/bulletins/{made['id']}")
    listed = await client.get("/v1/bulletins")
    assert (shown.json(), listed.json()["items"]) == (told, [told])
    assert token not in shown.text + listed.text
    rows = await store.read(lambda tx: tx.connection.exec_driver_sql("select * from bulletins").all())
    assert token not in str(rows)


async def test_another_address_ends_the_old_one_and_removal_ends_all(
    client: httpx.AsyncClient, stranger: httpx.AsyncClient, topic: str
) -> None:
    made = await make(client, topic_id=topic)
    new = (await client.post(f"/v1/bulletins/{made['id']}/address")).json()
    assert path(new) != path(made)
    problem(await stranger.get(path(made)), "not-found", 404)
    assert (await stranger.get(path(new))).status_code == 200
    removed = await client.delete(f"/v1/bulletins/{made['id']}", headers={"If-Match": "*"})
    assert removed.status_code == 204
    problem(await stranger.get(path(new)), "not-found", 404)
    problem(await client.get(f"/v1/bulletins/{made['id']}"), "not-found", 404)
    problem(await client.post(f"/v1/bulletins/{made['id']}/address"), "not-found", 404)


@pytest.mark.parametrize(
    ("given", "slug", "status"),
    [
        ({}, "invalid", 422),
        ({"topic_id": "t1", "stories": {}}, "invalid", 422),
        ({"topic_id": "t9"}, "not-found", 404),
        ({"stories": {"q": "(ferry"}}, "query-syntax", 422),
        ({"stories": {"limit": 7}}, "invalid", 422),
        ({"stories": {}, "name": " "}, "invalid", 422),
    ],
)
async def test_what_cannot_be_shown_is_refused(
    client: httpx.AsyncClient, topic: str, given: dict[str, Any], slug: str, status: int
) -> None:
    problem(await client.post("/v1/bulletins", json={"name": "Ferries"} | given), slug, status)


@pytest.mark.parametrize("address", ["/bulletins/bl_short/atom", "/bulletins/x/atom", f"/bulletins/bl_{'x' * 43}/xml"])
async def test_an_address_of_another_shape_leads_nowhere(stranger: httpx.AsyncClient, address: str) -> None:
    assert (await stranger.get(address)).status_code == 422


async def test_anothers_bulletins_are_as_if_they_were_not_there(
    client: httpx.AsyncClient, store: Store, topic: str
) -> None:
    made = await make(client, topic_id=topic)
    assert await store.read(lambda tx: tx.bulletins.get(made["id"], "other")) is None
    assert await store.read(lambda tx: tx.bulletins.list("other")) == []
    assert not await store.write(lambda tx: tx.bulletins.remove(made["id"], "other"))


async def test_the_hub_is_told_once_of_what_is_new(
    client: httpx.AsyncClient, context: Context, store: Store, topic: str
) -> None:
    ring, told = Ring([("1", b"k" * 32)]), list[bytes]()
    made = await make(client, topic_id=topic)
    token = made["addresses"]["atom"].split("/")[-2]
    await store.write(lambda tx: tx.bulletins.rename(made["id"], token, ring.seal(token, made["id"])))

    class Hub:
        status = 204

        async def post(self, url: str, body: bytes, headers: object, total_seconds: float) -> Reply:
            told.append(body)
            return Reply(url, self.status, {}, b"")

    hub = Hub()
    announce = Announce(store, hub, context.bulletins, context.settings, ring)  # type: ignore[arg-type]  # a hub that notes
    await announce.once()
    await announce.once()
    assert len(told) == 1
    assert f"{token}%2Fatom".encode() in told[0]
    await alert(store, "st_1")
    hub.status = 503
    await announce.once()
    hub.status = 204
    await announce.once()
    await announce.once()
    assert len(told) == 3
