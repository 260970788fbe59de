"""Who is it? Articles known again on a real store, over days, whatever their source changes about them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from consumers.cluster import Cluster
from consumers.dedupe import Dedupe
from consumers.runner import Outcome, Received
from service.messages import Article, EnrichedArticle, Hop, RawArticle
from service.settings import ClusterSettings, DedupeSettings
from service.store import Store
from service.urls import article_id
from tests.builders import NOW, a_raw_article

BODY = (
    "Ferry services between the mainland and the northern islands resumed on Saturday morning after a storm that had "
    "kept all vessels in harbour for two days. The operator said that three additional crossings would carry the "
    "passengers who were still waiting, and asked travellers to come an hour early."
)
RECHECK = (Hop(stage="recheck", at=NOW, outcome="changed"),)


class Desk:
    """One source, whose records come one after the other."""

    def __init__(self, store: Store, settings: DedupeSettings | None = None) -> None:
        self._dedupe, self._place = Dedupe(store, settings or DedupeSettings()), 0

    async def tell(self, *raws: RawArticle) -> list[Outcome[Article]]:
        batch = [Received(raw, f"articles.raw/0/{n}") for n, raw in enumerate(raws, self._place)]
        self._place += len(raws)
        return await self._dedupe(batch)


def told(slug: str, guid: str, hours: float = 0, **given: Any) -> RawArticle:
    at = NOW + timedelta(hours=hours)
    defaults = {"url": f"https://anchor.test/{slug}", "external_id": guid, "source": "anchor.test", "content": BODY}
    return a_raw_article(**defaults | {"seen_at": at, "published_at": NOW, "title": "Ferries resume"} | given)


def labels(outcomes: Sequence[Outcome[Article]]) -> list[str]:
    return [each.label for each in outcomes]


def ids(outcomes: Sequence[Outcome[Article]]) -> set[str]:
    return {message.article_id for each in outcomes for message in each.messages}


MOVED = {
    "another id": told("ferries", "https://anchor.test/ferries?headline=Ferries+sail", 1, title="Ferries sail"),
    "the headline in the id": told("ferries", "Ferries sail again", 1, title="Ferries sail again"),
    "another slug": told("ferries-sail", "id-1", 1, title="Ferries sail"),
    "another slug and id": told("ferries-sail", "id-2", 1, title="Ferries to northern islands sail"),
}


@pytest.mark.parametrize("how", MOVED)
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_retitled_article_is_a_revision(store: Store, how: str, at_once: bool) -> None:
    desk, first, second = Desk(store), told("ferries", "id-1"), MOVED[how]
    said = await desk.tell(first, second) if at_once else [*await desk.tell(first), *await desk.tell(second)]
    assert labels(said) == ["new", "revision"]
    assert ids(said) == {article_id(first.url)}
    assert said[1].messages[0].raw.url == second.url
    assert labels(await desk.tell(second)) == ["repeat"]


async def test_an_id_that_is_an_address_survives_another_scheme_and_host(store: Store) -> None:
    first = told("ferries", "http://www.anchor.test/?p=7")
    moved = told("ferries-sail", "https://anchor.test/?p=7", 30, title="All sail", content=BODY.replace("two", "2"))
    assert labels(await Desk(store).tell(first, moved)) == ["new", "revision"]


async def test_the_same_text_at_another_address_is_a_repeat_and_both_addresses_find_it(store: Store) -> None:
    desk = Desk(store)
    first, moved = told("ferries", "id-1"), told("ferries-2", "id-1", 1)
    assert labels(await desk.tell(first, moved)) == ["new", "repeat"]
    retitled = told("ferries-2", "id-9", 2, title="All sail")
    assert labels(await desk.tell(retitled)) == ["revision"]
    behind = await store.read(lambda tx: tx.identities.behind([article_id(moved.url)]))
    assert behind == {article_id(moved.url): article_id(first.url)}


async def test_another_source_may_use_the_same_id(store: Store) -> None:
    other = told("x", "id-1", 1, url="https://beacon.test/x", source="beacon.test", title="All sail")
    assert labels(await Desk(store).tell(told("ferries", "id-1"), other)) == ["new", "copy"]


async def test_an_id_used_for_everything_makes_nothing_one(store: Store) -> None:
    texts = [f"Report number {n}: " + " ".join(f"word{n}x{m}" for m in range(40)) for n in range(4)]
    days = [
        told(f"day-{n}", "weather-1", 24 * n, content=text, published_at=NOW + timedelta(days=n), title=f"Report {n}")
        for n, text in enumerate(texts)
    ]
    assert labels(await Desk(store).tell(*days)) == ["new"] * 4


async def test_a_column_with_one_title_is_an_article_each_day(store: Store) -> None:
    days = [
        told(f"briefing-{n}", f"id-{n}", 24 * n, title="Morning briefing", published_at=NOW + timedelta(days=n))
        for n in range(4)
    ]
    assert labels(await Desk(store).tell(*days)) == ["new"] * 4


async def test_by_link_alone(store: Store) -> None:
    again = told("ferries-sail", "id-1", 1, title="Ferries sail", identity="link")
    assert labels(await Desk(store).tell(told("ferries", "id-1"), again)) == ["new", "new"]


async def test_by_id_alone_entries_of_one_page_are_articles_of_their_own(store: Store) -> None:
    desk = Desk(store)
    live = [told("live", f"id-{n}", n, title=f"Part {n}", identity="guid", content=f"{n} {BODY}") for n in range(3)]
    said = await desk.tell(*live)
    assert labels(said) == ["new", "new", "new"]
    urls = [message.raw.url for each in said for message in each.messages]
    assert urls[0] == "https://anchor.test/live"
    assert len(set(urls)) == 3
    assert all(url.startswith("https://anchor.test/live#entry-") for url in urls[1:])
    edited = [told("live", f"id-{n}", 5, title=f"Part {n}, edited", identity="guid") for n in (2, 0)]
    again = await desk.tell(*edited)
    assert labels(again) == ["revision", "revision"]
    assert [message.raw.url for each in again for message in each.messages] == [urls[2], urls[0]]
    assert labels(await desk.tell(*live)) == ["repeat"] * 3


async def test_left_alone_on_its_page_an_entry_is_still_itself(store: Store) -> None:
    desk = Desk(store)
    live = [told("live", f"id-{n}", n, title=f"Part {n}", identity="guid") for n in range(2)]
    first, second = await desk.tell(*live)
    (later,) = await desk.tell(told("live", "id-1", 5, title="Part 1, edited"))
    assert ids([later]) == ids([second]) != ids([first])


async def test_by_text_alone(store: Store) -> None:
    desk = Desk(store)
    first = told("alerts", "x", title="Storm", identity="text")
    second = told("alerts", "x", 1, title="Calm", content=BODY[::-1], identity="text")
    said = await desk.tell(first, second)
    assert labels(said) == ["new", "new"]
    assert labels(await desk.tell(second, first)) == ["repeat", "repeat"]


async def test_what_is_pushed_with_an_id_of_its_own_is_the_article_at_its_address(store: Store) -> None:
    desk = Desk(store)
    pushed = told("ferries", "cms-7", 1, title="All sail", identity="guid", feed_id="")
    assert labels(await desk.tell(told("ferries", "id-1"), pushed)) == ["new", "revision"]
    moved = told("all-sail", "cms-7", 2, title="They all sail", identity="guid", feed_id="")
    assert labels(await desk.tell(moved)) == ["revision"]


async def test_where_a_page_moved_it_is_known_too(store: Store) -> None:
    desk = Desk(store)
    to = "https://anchor.test/archive/ferries"
    moved = told("ferries", "id-1", 1, state="moved", moved_to=to, hops=RECHECK)
    there = told("archive/ferries", "", 2, title="All sail", published_at=None, content="Short.")
    said = await desk.tell(told("ferries", "id-1"), moved, there)
    assert labels(said) == ["new", "revision", "revision"]
    assert len(ids(said)) == 1


async def test_asked_again_it_says_the_same_whatever_it_has_learned_meanwhile(store: Store) -> None:
    raws = [
        told("ferries", "id-1"),
        told("ferries-sail", "id-1", 1, title="Ferries sail"),
        told("ferries-sail-2", "id-2", 2, title="Ferries sail"),
        told("ferries", "id-3", 3, title="Ferries resume"),
        told("ferries-sail", "id-1", 4, title="Ferries resume", hops=RECHECK),
        told("live", "id-7", 5, identity="guid", title="Part 7", content="Seven."),
        told("live", "id-8", 5, identity="guid", title="Part 8", content="Eight."),
        told("live", "id-8", 6, identity="guid", title="Part 8", content="Eight and a half."),
    ]
    first = await Desk(store).tell(*raws)
    assert labels(first) == ["new", "revision", "repeat", "repeat", "revision", "new", "new", "revision"]
    for begin in range(len(raws)):
        batch = [Received(raw, f"articles.raw/0/{n}") for n, raw in enumerate(raws)][begin:]
        assert await Dedupe(store, DedupeSettings())(batch) == first[begin:]


async def test_old_and_new_address_find_the_filed_article(store: Store) -> None:
    first, moved = told("ferries", "id-1"), told("ferries-sail", "id-1", 1, title="Ferries sail")
    repeat = told("ferries-3", "id-1", 2, title="Ferries sail")
    said = await Desk(store).tell(first, moved, repeat)
    filed = [
        Received(EnrichedArticle(article=message, text=message.raw.text, language="en"), f"e/0/{message.revision}")
        for each in said
        for message in each.messages
    ]
    await Cluster(store, ClusterSettings())(filed)
    known = article_id(first.url)
    for url in (first.url, moved.url, repeat.url):
        assert await store.read(lambda tx, at: tx.browse.article_at(at), url) == known
        view = await store.read(lambda tx, of: tx.browse.article(of), article_id(url))
        assert view
        assert (view.summary.id, view.summary.url, view.summary.revision) == (known, moved.url, 1)
    assert await store.read(lambda tx: tx.browse.article_at("https://anchor.test/none")) is None
