"""Search with facets and timelines, profiles of entities, and what belongs to one article."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from consumers.enrich.people.who import entities
from service.messages import EnrichedArticle, Quote
from service.store import Store
from service.urls import article_id
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import a_topic, an_alert, minutes

LUKASHENKO = "person_alexander-lukashenko"


def article(path: str, minute: float, text: str = "Nobody is named here.", **given: object) -> EnrichedArticle:
    named = entities("", text, "en")
    source = path.split("/")[0]
    return an_article_to_file(
        f"https://{path}", source=source, published_at=minutes(minute), content=text, entities=named, **given
    )


@pytest.fixture
async def filed(store: Store) -> None:
    said = "President Alexander Lukashenko spoke to NATO. Olaf Scholz answered."
    release = [
        article("harbour-gazette.com/a", -130, said, countries=("BY", "DE")),
        article("anchor-oar.com/b", -70, "Alexander Lukashenko signed the order.", countries=("BY",)),
        article("harbour-gazette.com/c", -65, countries=("BY",), kind="copy", original_id="x"),
    ]
    await store.write(file_story, "st_release", release)
    await store.write(file_story, "st_ferry", [article("fjordposten.com/f", -62, language="no", title="Ferje")])
    await store.write(lambda tx: tx.topics.add(a_topic(id="tp_1", name="Releases")))
    await store.write(
        lambda tx: tx.alerts.raise_alerts([an_alert(topic_id="tp_1", story_id="st_release")], {}, minutes(0))
    )


def counts(spread: Mapping[str, Any], facet: str) -> dict[str, int]:
    return {each["name"]: each["articles"] for each in spread["facets"][facet]}


async def test_what_is_found_is_counted_by_facet_and_hour(client: httpx.AsyncClient, filed: None) -> None:
    facets = "&".join(f"facet={each}" for each in ("source", "language", "country", "person", "organisation", "topic"))
    told = (await client.get(f"/v1/search?{facets}&timeline=hour&limit=1")).json()
    assert len(told["items"]) == 1
    assert told["next_cursor"]
    spread = told["spread"]
    assert (spread["articles"], spread["more"]) == (4, False)
    assert counts(spread, "source") == {"harbour-gazette.com": 2, "anchor-oar.com": 1, "fjordposten.com": 1}
    assert counts(spread, "language") == {"en": 3, "no": 1}
    assert counts(spread, "country") == {"BY": 3, "DE": 1}
    assert counts(spread, "person") == {"Alexander Lukashenko": 2, "Olaf Scholz": 1}
    assert counts(spread, "organisation") == {"North Atlantic Treaty Organization": 1}
    assert counts(spread, "topic") == {"Releases": 3}
    slots = [(each["at"][11:16], each["articles"], each["stories"]) for each in spread["timeline"]]
    assert slots == [("06:00", 1, 1), ("07:00", 3, 2)]


async def test_only_what_passes_is_counted(client: httpx.AsyncClient, filed: None) -> None:
    told = (await client.get("/v1/search?country=BY&source=harbour-gazette.com&facet=person&timeline=day")).json()
    assert told["spread"]["articles"] == 2
    assert counts(told["spread"], "person") == {"Alexander Lukashenko": 1, "Olaf Scholz": 1}
    assert [each["articles"] for each in told["spread"]["timeline"]] == [2]
    q = quote("title:ferje")
    told = (await client.get(f"/v1/search?q={q}&facet=source&facet=language&values=1")).json()
    assert counts(told["spread"], "source") == {"fjordposten.com": 1}
    none = (await client.get("/v1/search?q=zeppelin&facet=person&timeline=day")).json()
    assert none["spread"] == {"articles": 0, "more": False, "facets": {"person": []}, "timeline": []}
    assert (await client.get("/v1/search?q=zeppelin")).json()["spread"] is None


async def test_a_search_goes_on_where_it_was(client: httpx.AsyncClient, filed: None) -> None:
    whole = (await client.get("/v1/search")).json()["items"]
    first = (await client.get("/v1/search?limit=3&facet=source")).json()
    rest = await client.get(f"/v1/search?limit=3&facet=source&cursor={first['next_cursor']}")
    assert first["items"] + rest.json()["items"] == whole
    problem(await client.get(f"/v1/search?country=BY&cursor={first['next_cursor']}"), "invalid-cursor", 400)
    for wrong in ("facet=colour", "timeline=year", "values=0", "q=("):
        assert (await client.get(f"/v1/search?{wrong}")).status_code == 422


async def test_a_profile_tells_with_whom_somebody_is_named(client: httpx.AsyncClient, filed: None) -> None:
    answer = await client.get(f"/v1/entities/{LUKASHENKO}/profile")
    told = answer.json()
    assert answer.headers["content-location"] == f"/v1/entities/{LUKASHENKO}/profile"
    assert told["name"] == "Alexander Lukashenko"
    assert told["spread"]["articles"] == 2
    assert counts(told["spread"], "person") == {"Olaf Scholz": 1}
    assert counts(told["spread"], "country") == {"BY": 2, "DE": 1}
    problem(await client.get("/v1/entities/nobody/profile"), "not-found", 404)


async def test_the_stories_of_an_entity_are_listed(client: httpx.AsyncClient, filed: None) -> None:
    told = (await client.get(f"/v1/entities/{LUKASHENKO}/stories")).json()
    assert [each["id"] for each in told["items"]] == ["st_release"]
    problem(await client.get("/v1/entities/nobody/stories"), "not-found", 404)


async def test_copies_and_quotes_of_an_article_are_listed(client: httpx.AsyncClient, store: Store) -> None:
    quotes = tuple(Quote(start=n, end=n + 1, direct=True, speaker="Anna Kovac") for n in range(3))
    original = an_article_to_file("https://a.com/1", quotes=quotes)
    told = {"kind": "copy", "original_id": original.article.article_id}
    copies = [an_article_to_file(f"https://b{n}.com/", published_at=minutes(-n), **told) for n in range(3)]
    await store.write(file_story, "st_1", [original, *copies])
    path = f"/v1/articles/{article_id('https://a.com/1')}"
    for part, key in (("copies", "url"), ("quotes", "start")):
        whole = [each[key] for each in (await client.get(f"{path}/{part}")).json()["items"]]
        assert whole == sorted(whole, reverse=part == "copies")
        first = (await client.get(f"{path}/{part}?limit=2")).json()
        rest = (await client.get(f"{path}/{part}?limit=2&cursor={first['next_cursor']}")).json()
        assert [each[key] for each in first["items"] + rest["items"]] == whole
        assert (len(whole), rest["next_cursor"]) == (3, None)
        problem(await client.get(f"/v1/articles/none/{part}"), "not-found", 404)


async def test_many_feeds_are_added_each_for_itself(client: httpx.AsyncClient) -> None:
    url = "https://harbour-gazette.com/{}.xml".format
    await client.post("/v1/feeds", json={"url": url(0)})
    given = [{"url": url(1), "title": "One"}, {"url": url(0)}, {"url": "http://127.0.0.1/"}, {"title": "x"}]
    told = (await client.post("/v1/feeds:batch", json={"feeds": [*given, {"url": url(2)}]})).json()
    assert (told["added"], told["refused"]) == (2, 3)
    assert [each["status"] for each in told["feeds"]] == [201, 409, 422, 422, 201]
    assert told["feeds"][3]["problem"]["errors"][0]["pointer"] == "/url"
    assert {each["url"] for each in (await client.get("/v1/feeds")).json()["items"]} == {url(0), url(1), url(2)}
    for wrong in ({}, {"feeds": []}, {"feeds": [{}] * 501}, {"feeds": [1]}):
        problem(await client.post("/v1/feeds:batch", json=wrong), "invalid", 422)


async def test_what_became_of_records_is_told_by_day(client: httpx.AsyncClient, store: Store) -> None:
    from collections import Counter

    for days, new in ((0, 3), (1, 2), (9, 1)):
        at = minutes(-1440 * days)
        await store.write(lambda tx, at=at, new=new: tx.tallies.add("dedupe", Counter(new=new, copy=1), at))
    told = (await client.get("/v1/stats/days")).json()["items"]
    assert [each["stages"] for each in told] == [{"dedupe": {"copy": 1, "new": 3}}, {"dedupe": {"copy": 1, "new": 2}}]
    assert len((await client.get("/v1/stats/days?days=10")).json()["items"]) == 3
