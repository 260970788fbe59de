"""Stories in the order in which they changed, to be followed without missing anything."""

import httpx

from service.store import Store
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem


async def test_stories_are_followed_as_they_grow_and_merge(client: httpx.AsyncClient, store: Store) -> None:
    for name in ("a", "b", "c"):
        await store.write(file_story, f"st_{name}", [an_article_to_file(f"https://{name}.com/")])
    seen: list[tuple[str, str | None]] = []

    async def follow(cursor: str | None) -> str:
        for _ in range(10):
            given = {"order": "changed", "limit": "2"} | ({"cursor": cursor} if cursor else {})
            answer = await client.get("/v1/stories", params=given)
            page = answer.json()
            seen.extend((each["id"], each["merged_into"]) for each in page["items"])
            cursor = page["next_cursor"]
            if "link" not in answer.headers:
                break
        return str(cursor)

    cursor = await follow(None)
    assert seen == [("st_a", None), ("st_b", None), ("st_c", None)]
    seen.clear()
    assert await follow(cursor) == cursor
    assert seen == []
    await store.write(lambda tx: tx.stories.recount(["st_a"]))
    await store.write(lambda tx: tx.stories.merge({"st_c": "st_b"}))
    await store.write(lambda tx: tx.stories.recount(["st_b"]))
    await follow(cursor)
    assert seen == [("st_a", None), ("st_c", "st_b"), ("st_b", None)]
    assert [each["id"] for each in (await client.get("/v1/stories")).json()["items"]] == ["st_b", "st_a"]
    problem(await client.get(f"/v1/stories?order=changed&language=en&cursor={cursor}"), "invalid-cursor", 400)
    problem(await client.get(f"/v1/stories?cursor={cursor}"), "invalid-cursor", 400)
    problem(await client.get("/v1/stories?order=changed&q=ferry"), "invalid", 422)
