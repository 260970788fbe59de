"""People and organisations over HTTP."""

import httpx

from consumers.enrich.people.who import entities
from service.messages import EnrichedArticle
from service.store import Store
from tests.api.filing import an_article_to_file, file_story

LUKASHENKO = "person_alexander-lukashenko"
TEXTS = {
    "en": "President Alexander Lukashenko spoke to NATO. Lukashenko left.",
    "be": "Прэзідэнт Аляксандр Лукашэнка выступіў.",
    "pl": "Kanclerz Olaf Scholz przemówił.",
}


def article(language: str) -> EnrichedArticle:
    text = TEXTS[language]
    named = entities("", text, language)
    return an_article_to_file(f"https://named.test/{language}", language=language, content=text, entities=named)


async def file(store: Store) -> None:
    await store.write(file_story, "st_1", [article("en"), article("be")])
    await store.write(file_story, "st_2", [article("pl")])


async def test_somebody_is_found_in_any_script_and_shown(store: Store, client: httpx.AsyncClient) -> None:
    await file(store)
    for q in ("Лукаш", "łukaszenka", "lukash"):
        (found,) = (await client.get("/v1/entities", params={"q": q})).json()["items"]
        assert (found["id"], found["name"], found["country"], found["articles"]) == (
            LUKASHENKO,
            "Alexander Lukashenko",
            "BY",
            2,
        )
    shown = (await client.get(f"/v1/entities/{LUKASHENKO}")).json()
    assert shown["wikidata"] == "Q2866"
    assert {"language": "be", "form": "Аляксандр Лукашэнка", "articles": 1} in shown["aliases"]
    assert {"role": "President", "articles": 1} in shown["roles"]


async def test_kinds_and_limits_are_kept_to(store: Store, client: httpx.AsyncClient) -> None:
    await file(store)
    answer = await client.get("/v1/entities", params={"q": "nato", "kind": "person"})
    assert answer.json()["items"] == []
    (found,) = (await client.get("/v1/entities", params={"q": "nato", "kind": "organisation"})).json()["items"]
    assert found["name"] == "North Atlantic Treaty Organization"
    assert len((await client.get("/v1/entities", params={"q": "a", "limit": 1})).json()["items"]) == 1


async def test_what_names_somebody_is_listed(store: Store, client: httpx.AsyncClient) -> None:
    await file(store)
    listed = (await client.get(f"/v1/entities/{LUKASHENKO}/articles", params={"limit": 1})).json()
    rest = (
        await client.get(f"/v1/entities/{LUKASHENKO}/articles", params={"limit": 1, "cursor": listed["next_cursor"]})
    ).json()
    assert {each["language"] for each in (*listed["items"], *rest["items"])} == {"en", "be"}
    assert rest["next_cursor"] is None
    by_filter = (await client.get("/v1/articles", params={"entity": LUKASHENKO})).json()["items"]
    assert len(by_filter) == 2
    stories = (await client.get("/v1/stories", params={"entity": LUKASHENKO})).json()["items"]
    assert [each["id"] for each in stories] == ["st_1"]


async def test_an_article_shows_whom_it_names(store: Store, client: httpx.AsyncClient) -> None:
    await file(store)
    (listed,) = (await client.get("/v1/articles", params={"language": "en"})).json()["items"]
    shown = (await client.get(f"/v1/articles/{listed['id']}")).json()["entities"]
    assert [(each["id"], each["count"], each["role"]) for each in shown] == [
        (LUKASHENKO, 2, "President"),
        ("org_north-atlantic-treaty-organization", 1, None),
    ]


async def test_an_article_read_before_entities_were_known_has_none(store: Store, client: httpx.AsyncClient) -> None:
    await store.write(file_story, "st_3", [an_article_to_file("https://named.test/old")])
    (listed,) = (await client.get("/v1/articles")).json()["items"]
    assert (await client.get(f"/v1/articles/{listed['id']}")).json()["entities"] == []


async def test_nobody_is_not_found_and_nonsense_refused(client: httpx.AsyncClient, stranger: httpx.AsyncClient) -> None:
    assert (await client.get("/v1/entities/person_nobody")).status_code == 404
    assert (await client.get("/v1/entities/person_nobody/articles")).status_code == 404
    assert (await client.get("/v1/entities")).status_code == 422
    assert (await client.get("/v1/entities", params={"q": "a", "limit": 1000})).status_code == 422
    assert (await client.get("/v1/entities", params={"q": "\x00"})).status_code == 422
    assert (await client.get("/v1/articles", params={"entity": "person_nobody"})).json()["items"] == []
    assert (await stranger.get("/v1/entities", params={"q": "a"})).status_code == 401
