"""What became of an article: its revisions, how they differ, and the order in which articles changed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.messages import EnrichedArticle
from service.model.revisions import weigh
from service.store import Store, Transaction
from service.urls import article_id
from tests.api.filing import SEQ, an_article_to_file
from tests.api.problem import problem
from tests.builders import NOW, a_stored_article, minutes

FERRY = "https://harbour-gazette.com/ferry"
ID = article_id(FERRY)


def revision(number: int, text: str, url: str = FERRY, **given: Any) -> EnrichedArticle:
    told = {"title": "Prisoners freed", "seen_at": minutes(60 * number), "kind": "revision" if number else "new"}
    return an_article_to_file(url, revision=number, text=text, content=text, **(told | given))


def file(tx: Transaction, filed: Sequence[EnrichedArticle]) -> None:
    """As the stage does, one after the other."""
    for each in filed:
        seq, known = next(SEQ), each.article.article_id
        earlier = [stored.enriched for stored in tx.articles.revisions(known)]
        at = each.article.raw.seen_at
        stored = a_stored_article(enriched=each, seq=seq, position=str(seq), weighed=weigh(each, earlier), filed_at=at)
        tx.articles.file([stored])


FIRST = "In Minsk, 52 prisoners were released."
SECOND = "In Minsk, 14 prisoners were released."


@pytest.fixture
async def edited(store: Store) -> None:
    gone = revision(2, SECOND, title="14 freed", state="deleted")
    await store.write(file, [revision(0, FIRST, title="52 freed"), revision(1, SECOND, title="14 freed"), gone])


async def test_revisions_say_what_became_of_an_article(client: httpx.AsyncClient, edited: None) -> None:
    told = (await client.get(f"/v1/articles/{ID}/revisions")).json()
    assert [(each["number"], each["change"]["type"], each["state"]) for each in told["items"]] == [
        (0, None, "published"),
        (1, "edited", "published"),
        (2, "deleted", "deleted"),
    ]
    first, second, third = (each["change"] for each in told["items"])
    assert (first["classes"], first["facts"], first["against"]) == ([], [], None)
    assert second["classes"] == ["number", "headline"]
    assert second["facts"][0] == "number: 52 → 14"
    assert (third["classes"][0], third["against"]) == ("retraction", 1)
    assert told["items"][1]["brought_by"] == "poll"
    assert told["next_cursor"] is None


async def test_revisions_come_in_pages(client: httpx.AsyncClient, edited: None) -> None:
    page = await client.get(f"/v1/articles/{ID}/revisions?limit=2")
    assert [each["number"] for each in page.json()["items"]] == [0, 1]
    rest = (await client.get(page.headers["link"].split(">")[0][1:])).json()
    assert ([each["number"] for each in rest["items"]], rest["next_cursor"]) == ([2], None)


async def test_an_article_shows_its_state(client: httpx.AsyncClient, edited: None) -> None:
    told = (await client.get(f"/v1/articles/{ID}")).json()
    assert (told["state"], told["moved_to"]) == ("deleted", None)
    assert [each["change"]["type"] for each in told["revisions"]] == [None, "edited", "deleted"]
    assert [each["state"] for each in told["revisions"]] == ["published", "published", "deleted"]


async def test_a_difference_is_told_word_by_word(client: httpx.AsyncClient, edited: None) -> None:
    told = (await client.get(f"/v1/articles/{ID}/revisions/1/diff")).json()
    assert (told["article_id"], told["from"], told["to"]) == (ID, 0, 1)
    assert told["classes"] == ["number", "headline"]
    assert [(each["kind"], each["text"]) for each in told["text"]] == [
        ("equal", "In Minsk, "),
        ("delete", "52"),
        ("insert", "14"),
        ("equal", " prisoners were released."),
    ]
    for each in told["text"]:
        start, end = each["before" if each["kind"] == "delete" else "after"]
        assert (FIRST if each["kind"] == "delete" else SECOND)[start:end] == each["text"]


async def test_any_earlier_revision_can_be_compared_with(client: httpx.AsyncClient, edited: None) -> None:
    told = (await client.get(f"/v1/articles/{ID}/revisions/2/diff?from=0")).json()
    assert (told["from"], told["to"], told["classes"]) == (0, 2, ["retraction", "number", "headline"])
    assert (told["state_before"], told["state"]) == ("published", "deleted")
    alone = (await client.get(f"/v1/articles/{ID}/revisions/2/diff")).json()
    assert (alone["from"], alone["classes"]) == (1, ["retraction"])


async def test_what_cannot_be_compared_is_refused(client: httpx.AsyncClient, edited: None) -> None:
    problem(await client.get(f"/v1/articles/{ID}/revisions/0/diff"), "invalid", 422)
    problem(await client.get(f"/v1/articles/{ID}/revisions/1/diff?from=1"), "invalid", 422)
    problem(await client.get(f"/v1/articles/{ID}/revisions/1/diff?from=2"), "invalid", 422)
    problem(await client.get(f"/v1/articles/{ID}/revisions/1/diff?from=-1"), "invalid", 422)
    problem(await client.get(f"/v1/articles/{ID}/revisions/1/diff?from={10**20}"), "invalid", 422)
    problem(await client.get(f"/v1/articles/{ID}/revisions/9/diff"), "not-found", 404)
    problem(await client.get("/v1/articles/none/revisions/1/diff"), "not-found", 404)
    problem(await client.get("/v1/articles/none/revisions"), "not-found", 404)


async def test_a_page_of_a_difference_does_nothing_by_itself(client: httpx.AsyncClient, store: Store) -> None:
    hostile = "<script>alert(1)</script> & <img src=x onerror=alert(1)> 14"
    await store.write(file, [revision(0, FIRST), revision(1, hostile, title='"><script>alert(2)</script>')])
    shown = await client.get(f"/v1/articles/{ID}/revisions/1/diff", headers={"accept": "text/html,*/*;q=0.8"})
    assert shown.headers["content-type"].startswith("text/html")
    policy = shown.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert "sandbox" in policy
    assert "unsafe" not in policy
    assert "<script" not in shown.text
    assert "<img" not in shown.text
    assert "&lt;script&gt;alert(1)" in shown.text
    assert "<ins>" in shown.text
    assert "<del>" in shown.text
    assert "Accept" in shown.headers["vary"].split(", ")


async def test_what_the_page_said_before_is_compared_with_where_the_feed_said_something_else(
    client: httpx.AsyncClient, store: Store
) -> None:
    looked = revision(1, f"{SECOND} It was said on the page.", earlier_text=f"{FIRST} It was said on the page.")
    await store.write(file, [revision(0, "A short summary by the feed."), looked])
    told = (await client.get(f"/v1/articles/{ID}/revisions/1/diff")).json()
    assert (told["from"], told["classes"]) == (None, ["number"])
    (change,) = [each["change"] for each in (await client.get(f"/v1/articles/{ID}/revisions")).json()["items"][1:]]
    assert (change["against"], change["facts"]) == (None, ["number: 52 → 14"])


async def changes(client: httpx.AsyncClient, query: str) -> tuple[list[tuple[str, int]], str]:
    response = await client.get(f"/v1/articles?{query}")
    assert response.status_code == 200, response.text
    told = response.json()
    return [(each["url"].split("/")[-1], each["revision"]) for each in told["items"]], told["next_cursor"]


def at(name: str) -> str:
    return f"https://harbour-gazette.com/{name}"


async def test_changes_can_be_followed(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file, [revision(0, FIRST, at("a")), revision(0, FIRST, at("b")), revision(0, FIRST, at("c"))])
    found, cursor = await changes(client, "order=changed&limit=2")
    assert found == [("a", 0), ("b", 0)]
    found, cursor = await changes(client, f"order=changed&limit=2&cursor={cursor}")
    assert found == [("c", 0)]
    assert (await changes(client, f"changed_since={cursor}")) == ([], cursor)
    await store.write(file, [revision(1, SECOND, at("a"))])
    await store.write(file, [revision(1, FIRST, at("b"), state="deleted")])
    found, last = await changes(client, f"changed_since={cursor}")
    assert found == [("a", 1), ("b", 1)]
    moved = revision(2, SECOND, at("a"), state="moved", moved_to="https://harbour-gazette.com/z")
    await store.write(file, [moved])
    response = (await client.get(f"/v1/articles?changed_since={last}")).json()
    (shown,) = response["items"]
    assert (shown["state"], shown["moved_to"]) == ("moved", "https://harbour-gazette.com/z")


async def test_changes_since_a_time_and_under_filters(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file, [revision(0, FIRST, at("a")), revision(0, FIRST, at("b"), language="pl")])
    await store.write(file, [revision(1, SECOND, at("a"))])
    since = (NOW + timedelta(minutes=30)).isoformat().replace("+00:00", "Z")
    assert (await changes(client, f"changed_since={since}"))[0] == [("a", 1)]
    assert (await changes(client, "order=changed"))[0] == [("b", 0), ("a", 1)]
    assert (await changes(client, "order=changed&language=pl"))[0] == [("b", 0)]
    assert (await changes(client, "changed_since=2030-01-01T00:00:00Z"))[0] == []


async def test_a_cursor_of_changes_belongs_to_its_filters(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(file, [revision(0, FIRST, at("a")), revision(0, FIRST, at("b"))])
    _, cursor = await changes(client, "order=changed&limit=1")
    assert (await changes(client, f"changed_since={cursor}"))[0] == [("b", 0)]
    problem(await client.get(f"/v1/articles?changed_since={cursor}&language=en"), "invalid-cursor", 400)
    problem(await client.get(f"/v1/articles?cursor={cursor}"), "invalid-cursor", 400)
    problem(await client.get("/v1/articles?changed_since=yesterday"), "invalid-cursor", 400)
    problem(await client.get("/v1/articles?order=changed&q=ferry"), "invalid", 422)


async def test_whoever_follows_changes_sees_each_article_as_it_is_in_the_end(
    client: httpx.AsyncClient, store: Store
) -> None:
    names = [f"n{number}" for number in range(12)]
    await store.write(file, [revision(0, FIRST, at(name)) for name in names])
    seen: dict[str, int] = {}
    query, number = "order=changed&limit=5", 0
    while True:
        found, cursor = await changes(client, query)
        seen |= dict(found)
        query = f"changed_since={cursor}&limit=5"
        if number < 6:  # meanwhile, some change
            number += 1
            await store.write(file, [revision(1, SECOND, at(names[number]))])
        elif not found:
            break
    assert seen == {name: int(1 <= place <= 6) for place, name in enumerate(names)}
