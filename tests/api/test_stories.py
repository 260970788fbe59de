"""Stories over HTTP: listed and shown, merged ones too."""

from collections.abc import Sequence
from urllib.parse import quote

import httpx
import pytest

from service.store import Store, Transaction
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import minutes


@pytest.fixture
async def filed(store: Store) -> None:
    """Three stories: of two languages and three articles, of one, of one."""

    def article(path: str, minute: float, **given: object) -> object:
        source = path.split("/")[0]
        return an_article_to_file(f"https://{path}", source=source, published_at=minutes(minute), **given)

    ferry = [
        article("harbour-gazette.com/ferry", -9, title="Ferry resumes", countries=("NO", "SE")),
        article("anchor-oar.com/ferry", -8, title="Ferries run", countries=("NO",)),
        article("fjordposten.com/ferje", -5, title="Ferjen går igjen", language="no"),
    ]
    storm = [article("harbour-gazette.com/storm", -3, title="Storm ends", countries=("SE",))]
    fish = [article("fjordposten.com/fisk", -7, title="Mer fisk", language="no")]
    for story_id, articles in (("st_ferry", ferry), ("st_storm", storm), ("st_fish", fish)):
        await store.write(file_story, story_id, articles)


async def ids(client: httpx.AsyncClient, query: str = "") -> Sequence[str]:
    response = await client.get(f"/v1/stories{query}")
    assert response.status_code == 200, response.text
    return [story["id"] for story in response.json()["items"]]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["st_storm", "st_ferry", "st_fish"]),
        ("?order=newest", ["st_storm", "st_ferry", "st_fish"]),
        ("?order=largest", ["st_ferry", "st_storm", "st_fish"]),
        ("?language=no", ["st_ferry", "st_fish"]),
        ("?country=SE", ["st_storm", "st_ferry"]),
        ("?source=harbour-gazette.com", ["st_storm", "st_ferry"]),
        ("?source=anchor-oar.com&language=no", ["st_ferry"]),
        ("?since=2026-03-14T08:55:00Z", ["st_storm", "st_ferry"]),
        ("?until=2026-03-14T08:53:00Z", ["st_ferry"]),
        ("?country=BY", []),
    ],
)
async def test_stories_pass_every_filter_in_the_order_asked_for(
    client: httpx.AsyncClient, filed: None, query: str, shown: Sequence[str]
) -> None:
    assert await ids(client, query) == shown


@pytest.mark.parametrize(
    ("q", "shown"),
    [
        ("title:ferries", ["st_ferry"]),
        ("title:(ferry OR storm)", ["st_storm", "st_ferry"]),
        ("title:storm AND country:NO", []),
        ("zeppelin", []),
    ],
)
async def test_stories_are_found_by_what_their_articles_say(
    client: httpx.AsyncClient, filed: None, q: str, shown: Sequence[str]
) -> None:
    assert await ids(client, f"?q={quote(q)}") == shown


async def test_a_story_is_shown_with_its_newest_articles_by_language(client: httpx.AsyncClient, filed: None) -> None:
    response = await client.get("/v1/stories/st_ferry")
    told = response.json()
    assert response.headers["content-location"] == "/v1/stories/st_ferry"
    assert (told["title"], told["languages"], told["countries"]) == ("Ferry resumes", ["en", "no"], ["NO", "SE"])
    assert (told["articles"], told["copies"], told["sources"]) == (3, 0, 3)
    shown = {language: [each["title"] for each in articles] for language, articles in told["newest"].items()}
    assert shown == {"en": ["Ferries run", "Ferry resumes"], "no": ["Ferjen går igjen"]}
    assert told["merged_from"] == []
    listed = (await client.get("/v1/stories?order=largest&limit=1")).json()["items"][0]
    assert listed == {name: told[name] for name in listed}


async def test_the_id_of_a_merged_story_stays_good(client: httpx.AsyncClient, store: Store, filed: None) -> None:
    def merge(tx: Transaction, loser: str, winner: str) -> None:
        tx.stories.merge({loser: winner})
        tx.stories.recount([winner])

    await store.write(merge, "st_fish", "st_storm")
    await store.write(merge, "st_storm", "st_ferry")
    assert await ids(client) == ["st_ferry"]
    for old in ("st_fish", "st_storm", "st_ferry"):
        response = await client.get(f"/v1/stories/{old}")
        assert response.status_code == 200
        assert response.headers["content-location"] == "/v1/stories/st_ferry"
        told = response.json()
        assert (told["id"], told["merged_from"], told["articles"]) == ("st_ferry", ["st_fish", "st_storm"], 5)


async def test_a_story_that_never_was_is_not_found(client: httpx.AsyncClient) -> None:
    assert "st_none" in problem(await client.get("/v1/stories/st_none"), "not-found", 404)["detail"]
