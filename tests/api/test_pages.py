"""Lists a page at a time: nothing twice, nothing missed, and cursors that cannot be bent."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.problems import InvalidCursor
from service.cursors import sealed, unsealed
from service.model import Topic
from service.store import Store
from tests.api.filing import an_article_to_file, file_story
from tests.api.problem import problem
from tests.builders import a_dead_letter, minutes


async def pages(client: httpx.AsyncClient, path: str) -> AsyncIterator[list[dict[str, Any]]]:
    """Every page, by the `Link` header, which must agree with `next_cursor`."""
    while path:
        response = await client.get(path)
        assert response.status_code == 200, response.text
        told = response.json()
        link = response.headers.get("link", "")
        assert bool(link) == (told["next_cursor"] is not None)
        yield told["items"]
        path = link[1 : link.index(">")] if link else ""
        assert not link or told["next_cursor"] in path


async def test_a_list_is_the_same_whatever_the_size_of_its_pages(client: httpx.AsyncClient, store: Store) -> None:
    articles = [
        an_article_to_file(f"https://a.com/{n}", published_at=minutes(-(n // 3)), seen_at=minutes(0)) for n in range(20)
    ]
    await store.write(file_story, "st_1", articles)
    (whole,) = [page async for page in pages(client, "/v1/articles?language=en")]
    assert len(whole) == 20
    for limit in (1, 3, 7, 19, 20, 21):
        paged = [page async for page in pages(client, f"/v1/articles?language=en&limit={limit}")]
        assert [each for page in paged for each in page] == whole
        assert all(len(page) == limit for page in paged[:-1])


@pytest.mark.parametrize("order", ["newest", "largest"])
async def test_stories_are_paged_in_both_orders(client: httpx.AsyncClient, store: Store, order: str) -> None:
    for n in range(9):
        articles = [
            an_article_to_file(f"https://a.com/{n}/{each}", published_at=minutes(-(n // 2)), seen_at=minutes(0))
            for each in range(1 + n % 3)
        ]
        await store.write(file_story, f"st_{n}", articles)
    (whole,) = [page async for page in pages(client, f"/v1/stories?order={order}")]
    paged = [each async for page in pages(client, f"/v1/stories?order={order}&limit=2") for each in page]
    assert paged == whole
    assert len({each["id"] for each in paged}) == 9


async def test_what_comes_and_goes_while_paging_neither_hides_nor_repeats_others(
    client: httpx.AsyncClient, store: Store
) -> None:
    def letters(first: int, count: int) -> list[Any]:
        return [a_dead_letter(position=f"articles.raw/0/{n}", at=minutes(n % 10)) for n in range(first, first + count)]

    before = letters(0, 40)
    await store.write(lambda tx: tx.dead_letters.add(before))
    seen: list[str] = []
    async for page in pages(client, "/v1/dead-letters?limit=4"):
        seen += [each["id"] for each in page]
        new = letters(40 + len(seen), 3) if len(seen) < 40 else []
        await store.write(lambda tx, new=new: tx.dead_letters.add(new))
        await store.write(lambda tx, gone=page[-1]["id"]: tx.dead_letters.remove(gone))
    assert len(seen) == len(set(seen))
    assert {each.id for each in before} <= set(seen)


async def test_every_row_that_stays_is_seen_exactly_once(client: httpx.AsyncClient, store: Store) -> None:
    articles = [an_article_to_file(f"https://a.com/{n}", published_at=minutes(-n)) for n in range(30)]
    await store.write(file_story, "st_1", articles)
    seen: list[str] = []
    number = 0
    async for page in pages(client, "/v1/articles?limit=4"):
        seen += [each["url"] for each in page]
        number += 1
        late = [an_article_to_file(f"https://late.com/{number}", published_at=minutes(0), seen_at=minutes(1))]
        await store.write(file_story, f"st_late_{number}", late)
    assert [url for url in seen if "late" not in url] == [f"https://a.com/{n}" for n in range(30)]
    assert len(seen) == len(set(seen))


async def test_more_than_the_most_is_brought_down(client: httpx.AsyncClient, store: Store) -> None:
    letters = [a_dead_letter(position=f"articles.raw/0/{n}") for n in range(210)]
    await store.write(lambda tx: tx.dead_letters.add(letters))
    for query, length in (("", 50), ("?limit=200", 200), ("?limit=100000", 200)):
        told = (await client.get(f"/v1/dead-letters{query}")).json()
        assert len(told["items"]) == length
        assert told["next_cursor"] is not None


async def test_a_cursor_is_good_for_its_own_list_and_filters_alone(client: httpx.AsyncClient, store: Store) -> None:
    await store.write(lambda tx: tx.dead_letters.add([a_dead_letter(position=f"articles.raw/0/{n}") for n in (1, 2)]))
    cursor = (await client.get("/v1/dead-letters?stage=dedupe&limit=1")).json()["next_cursor"]
    for path in (
        f"/v1/dead-letters?cursor={cursor}",
        f"/v1/dead-letters?stage=enrich&cursor={cursor}",
        f"/v1/alerts?cursor={cursor}",
    ):
        problem(await client.get(path), "invalid-cursor", 400)
    for other_size in ("", "&limit=7"):
        response = await client.get(f"/v1/dead-letters?cursor={cursor}&stage=dedupe{other_size}")
        assert len(response.json()["items"]) == 1


async def test_a_changed_cursor_is_refused(client: httpx.AsyncClient, store: Store) -> None:
    for n in range(3):
        topic = Topic(f"topic-{n}", f"Topic {n}", "ferry", created_at=minutes(n))
        await store.write(lambda tx, topic=topic: tx.topics.add(topic))
    cursor = (await client.get("/v1/topics?limit=1")).json()["next_cursor"]
    opened = bytearray(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    for place in range(len(opened)):
        changed = bytearray(opened)
        changed[place] ^= 1
        bent = urlsafe_b64encode(bytes(changed)).decode().rstrip("=")
        problem(await client.get(f"/v1/topics?limit=1&cursor={bent}"), "invalid-cursor", 400)


@given(st.tuples(st.datetimes(timezones=st.just(minutes(0).tzinfo)), st.text()), st.text())
def test_a_cursor_gives_back_its_place(place: tuple[Any, str], scope: str) -> None:
    assert unsealed(sealed(place, scope), scope, tuple[datetime, str]) == place


def test_a_cursor_of_another_shape_is_refused() -> None:
    number = sealed((7, "a"), "/v1/stories?")
    with pytest.raises(InvalidCursor):
        unsealed(number, "/v1/stories?", tuple[datetime, str])


async def test_the_longest_place_fits_a_cursor(store: Store) -> None:
    place = (minutes(0) + timedelta(microseconds=1), "x" * 64)
    assert len(sealed(place, "/v1/articles?")) <= 512
