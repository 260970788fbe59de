"""Why a topic alerted, or why it did not: over HTTP, after link and match have been at work."""

from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest

from consumers.match import Match
from consumers.runner import Received
from service.messages import EnrichedArticle
from service.model import Notice, Topic, notice_id
from service.store import Store
from tests.api.problem import problem
from tests.builders import NOW, a_sighting, a_topic, an_enriched_article
from tests.clock import SetClock
from tests.stages.linkdesk import Desk


class House:
    """Link and match at work beside the API."""

    def __init__(self, store: Store, client: httpx.AsyncClient, clock: SetClock) -> None:
        self.store, self.client, self.clock, self.desk = store, client, clock, Desk(store)
        self.desk.clock = clock
        self.desk.restart()
        self.match = Match(store, clock)
        self.told = 0

    async def topic(self, query: str, **given: Any) -> Topic:
        return await self.store.write(lambda tx: tx.topics.add(a_topic(id="tp", name="Ferries", query=query, **given)))

    async def tell(self, number: int, title: str = "Ferries resume", strand: str = "sd", **given: Any) -> str:
        article = self.article(number, title, **given)
        for each in await self.desk.tell(strand, article):
            self.told += 1
            said = msgspec.structs.replace(each, lane=article.lane)  # as the runner passes it on
            await self.match([Received(said, f"stories.changed/0/{self.told}")])
        return article.article.article_id

    def article(self, number: int, title: str, **given: Any) -> EnrichedArticle:
        at = NOW + timedelta(minutes=number)
        where = {"url": f"https://outlet{number}.test/{number}", "source": f"outlet{number}.test"}
        text = {"title": title, "text": "The ferry sails to the northern islands.", "countries": ("SE",)}
        return an_enriched_article(**where | text | {"published_at": at, "seen_at": at} | given)

    async def explain(self, **given: str) -> dict[str, Any]:
        response = await self.client.get("/v1/explain", params={"topic": "tp"} | given)
        assert response.status_code == 200, response.text
        told: dict[str, Any] = response.json()
        return told


@pytest.fixture
def house(store: Store, client: httpx.AsyncClient, clock: SetClock) -> House:
    return House(store, client, clock)


async def test_an_alert_is_explained_from_the_poll_to_the_clause(house: House) -> None:
    await house.topic("ferries country:SE NOT volcano")
    article = await house.tell(1)
    told = await house.explain(article=article)
    assert told["verdict"]["why"] == "alerted"
    assert told["alert"]["article_id"] == article
    assert told["story_id"] == told["alert"]["story_id"]
    stages = [each["stage"] for each in told["steps"]]
    assert stages == ["language", "entities", "cluster", "link", "match"]
    ferries, country, no = told["clauses"]["parts"]
    assert (ferries["holds"], country["holds"], no["holds"], no["parts"][0]["holds"]) == (True, True, True, False)
    place = ferries["places"][0]
    assert told["title"][place["start"] : place["end"]] == place["text"] == "Ferries"


async def test_a_story_told_by_another_article_says_by_which(house: House) -> None:
    await house.topic("ferries")
    first, second = await house.tell(1), await house.tell(2)
    told = await house.explain(article=second)
    assert told["verdict"]["why"] == "told_already"
    assert first in told["verdict"]["detail"]
    told = await house.explain(story=told["story_id"])
    assert (told["article_id"], told["verdict"]["why"]) == (first, "alerted")
    assert sorted(told["matching"]) == sorted([first, second])
    assert told["story_title"] == "Ferries resume"


async def test_what_does_not_match_says_which_clause_failed(house: House) -> None:
    await house.topic("ferries volcano")
    told = await house.explain(article=await house.tell(1))
    assert told["verdict"]["why"] == "no_match"
    assert [(each["clause"], each["holds"]) for each in told["clauses"]["parts"]] == [
        ("ferries", True),
        ("volcano", False),
    ]


async def test_a_story_that_is_not_yet_as_asked_says_what_it_is(house: House) -> None:
    await house.topic("ferries sources>=3")
    told = await house.explain(article=await house.tell(1))
    assert told["verdict"]["why"] == "condition_waits"
    assert "sources is 1" in told["verdict"]["detail"]


@pytest.mark.parametrize(
    ("why", "topic", "article"),
    [
        ("disabled", {"enabled": False}, {}),
        ("muted", {"muted_since": NOW, "muted_until": NOW + timedelta(days=1)}, {}),
        ("backfill", {}, {"lane": "backfill"}),
    ],
)
async def test_silence_is_explained(house: House, why: str, topic: dict[str, Any], article: dict[str, Any]) -> None:
    await house.topic("ferries", **topic)
    told = await house.explain(article=await house.tell(1, **article))
    assert told["verdict"]["why"] == why
    assert told["clauses"]["holds"] is True
    assert told["alert"] is None


async def test_a_topic_that_is_left_alone_says_why(house: House) -> None:
    article = await house.tell(1)
    topic = await house.topic("ferries")
    told = Notice(
        notice_id("topic.quarantined", "tp", "1"), "topic.quarantined", "tp", NOW, {"why": "it took too long"}
    )
    await house.store.write(lambda tx: tx.notices.tell([told], NOW))
    found = await house.explain(article=article)
    assert (found["verdict"]["why"], topic.version) == ("quarantined", 1)
    assert "it took too long" in found["verdict"]["detail"]


async def test_a_topic_that_was_made_later_says_so(house: House) -> None:
    article = await house.tell(1)
    house.clock.advance(3600)
    await house.topic("ferries", created_at=house.clock())
    assert (await house.explain(article=article))["verdict"]["why"] == "topic_is_newer"


async def test_a_moved_article_tells_of_its_way(house: House) -> None:
    await house.topic("ferries")
    article = await house.tell(1, "Volcano awakes", "sd_1", text="A volcano.", countries=("IS",))
    await house.store.write(lambda tx: tx.topics.remove("tp", None))
    mover = await house.tell(2, "Ferries resume", "sd_2")
    await house.store.write(lambda tx: tx.topics.add(a_topic(id="again", name="again", query="ferries")))
    for each in await house.desk.hear(await house.desk.move(mover, "sd_1")):
        await house.match([Received(each, "stories.changed/0/99")])
    told = await house.explain(topic="again", article=mover)
    assert told["verdict"]["why"] == "alerted"
    assert "settle" in [each["stage"] for each in told["steps"]]
    assert told["story_id"] != (await house.explain(topic="again", article=article))["story_id"] or article != mover


async def test_a_copy_names_its_twin(house: House) -> None:
    await house.topic("ferries")
    first = await house.tell(1)
    second = await house.tell(2, kind="copy", original_id=first)
    sighting = a_sighting(article_id=second, kind="copy", original_id=first)
    await house.store.write(lambda tx: tx.sightings.add([sighting]))
    told = await house.explain(article=second)
    assert told["twin"] == {"id": first, "url": "https://outlet1.test/1", "source": "outlet1.test"}
    assert ("dedupe", "copy") in [(each["stage"], each["outcome"]) for each in told["steps"]]


async def test_an_article_that_is_not_filed_yet_says_so(house: House) -> None:
    await house.topic("ferries")
    await house.store.write(lambda tx: tx.sightings.add([a_sighting(article_id="early")]))
    told = await house.explain(article="early")
    assert (told["verdict"]["why"], told["clauses"]) == ("not_filed", None)


async def test_an_explanation_is_a_page_too(house: House, client: httpx.AsyncClient) -> None:
    await house.topic("ferries OR volcano")
    article = await house.tell(1, "Ferries <b>resume</b>")
    params = {"topic": "tp", "article": article}
    response = await client.get("/v1/explain", params=params, headers={"Accept": "text/html"})
    assert response.headers["content-type"].startswith("text/html")
    assert "sandbox" in response.headers["content-security-policy"]
    assert "Ferries &lt;b&gt;resume" in response.text
    assert "<b>resume" not in response.text
    assert "✗ volcano" in response.text


async def test_what_is_not_there_cannot_be_explained(house: House, client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/explain", params={"topic": "tp", "article": "x"}), "not-found", 404)
    await house.topic("ferries")
    problem(await client.get("/v1/explain", params={"topic": "tp", "article": "x"}), "not-found", 404)
    problem(await client.get("/v1/explain", params={"topic": "tp", "story": "x"}), "not-found", 404)
    problem(await client.get("/v1/explain", params={"topic": "tp"}), "invalid", 422)
