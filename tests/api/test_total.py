"""How long a list is, for whoever asks: as long as it is when it is read through, and no further than is counted."""

import httpx

from service.api import document
from service.messages import Entity
from service.model import FeedList
from service.store import Store, Transaction
from service.store.total import MOST
from service.urls import article_id
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW, a_dead_letter, a_feed, a_topic, an_alert, an_endpoint, minutes

LISTS = {
    path
    for path, methods in document()["paths"].items()
    if any(each.get("name") == "total" for each in methods.get("get", {}).get("parameters", ()))
}
NARROWED = (
    "/v1/articles?q=ferry",
    "/v1/stories?q=ferry",
    "/v1/search?q=ferry",
    "/v1/articles?language=en",
    "/v1/stories?order=largest",
    "/v1/stories?order=independent&independent=1",
    "/v1/articles?order=changed",
    "/v1/stories?order=changed",
)
FERRY = "https://a0.example/0"
IDS = {"article_id": article_id(FERRY), "story_id": "st_2", "topic_id": "tp_1", "endpoint_id": "ep_1"}
IDS["entity_id"] = "person_ana-reis"


def furnish(tx: Transaction) -> None:
    ana = Entity(id=IDS["entity_id"], kind="person", name="Ana Reis")
    for n in range(3):
        told = {"published_at": minutes(-n), "title": "The ferry", "entities": (ana,)}
        file_story(tx, f"st_{n}", [an_article_to_file(f"https://a{each}.example/{n}", **told) for each in range(n + 1)])
        tx.topics.add(a_topic(id=f"tp_{n}", name=f"Topic {n}"))
        tx.endpoints.add(an_endpoint(id=f"ep_{n}", url=f"https://reader.example/{n}"))
        tx.feeds.add(a_feed(id=f"fd_{n}", url=f"https://a.example/feed/{n}"))
        tx.lists.add(FeedList(f"li_{n}", f"https://a.example/opml/{n}", created_at=NOW, next_sync_at=NOW))
        tx.alerts.raise_alerts([an_alert(id=f"nt_{n}", topic_id="tp_1", story_id=f"st_{n}")], {"tp_1": ["ep_1"]}, NOW)
    file_story(tx, "st_3", [an_article_to_file("https://b.example/1", kind="copy", original_id=article_id(FERRY))])
    tx.dead_letters.add([a_dead_letter(position=f"articles.raw/0/{n}", at=minutes(n)) for n in range(5)])


async def test_every_list_is_as_long_as_it_says(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(furnish)
    lengths = {}
    for path in (*sorted(LISTS), *NARROWED):
        url = httpx.URL(path.format(**IDS)).copy_merge_params({"limit": "1"})
        first = (await client.get(url.copy_set_param("total", "true"))).json()
        length, page = len(first["items"]), first
        while page["items"] and page["next_cursor"]:
            page = (await client.get(url.copy_set_param("cursor", page["next_cursor"]))).json()
            assert page["total"] is None, path
            length += len(page["items"])
        assert first["total"] == {"count": length, "at_least": False}, path
        lengths[path] = length
    assert sum(length > 1 for length in lengths.values()) > 20, lengths


async def test_the_next_page_is_not_asked_for_the_total_again(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(furnish)
    answer = await client.get("/v1/topics?total=true&limit=1")
    assert "total" not in answer.headers["link"]
    assert answer.json()["total"]["count"] == 3


async def test_further_than_the_most_nobody_counts(client: httpx.AsyncClient, store: Store) -> None:
    letters = [a_dead_letter(position=f"articles.raw/1/{n}") for n in range(MOST + 1)]
    await store.write(lambda tx: tx.dead_letters.add(letters[:MOST]))
    assert (await client.get("/v1/dead-letters?total=true")).json()["total"] == {"count": MOST, "at_least": False}
    await store.write(lambda tx: tx.dead_letters.add(letters[MOST:]))
    assert (await client.get("/v1/dead-letters?total=true")).json()["total"] == {"count": MOST, "at_least": True}
