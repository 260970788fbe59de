"""Lists of what says what is sought: page by page, do they hold exactly what matching holds of, in the list's order?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from service.model import StoredArticle
from service.query import Document, Knowledge, Query, find, parse
from service.query.needs import needs
from service.store import Store, Transaction
from service.store.browse import Filter, place_of_article, place_of_story
from service.store.listing import Place
from service.store.ordered import Order
from service.store.seeking import Found
from service.store.total import Total
from tests.builders import NOW, a_stored_article
from tests.unit.query.random_queries import a_document, a_query

ARTICLES = 1_100
"""So many, ever further apart, that the days after the first hundred are asked for, then those of many, then all."""
WORDS = ("ferry", "strike", "harbour", "council", "budget", "winter")


def at(number: int) -> timedelta:
    """How old it is; the first hundred are of three hours, the last of five months ago."""
    return timedelta(seconds=number + number**3 // 100)


@dataclass(frozen=True)
class Filed:
    """Documents by article, newest first, and the story of each."""

    documents: dict[str, Document]
    story_of: dict[str, str]

    def articles(self, query: Query) -> list[str]:
        return [name for name, document in self.documents.items() if find(query, document)]

    def stories(self, query: Query) -> set[str]:
        return {self.story_of[name] for name in self.articles(query)}


def a_text(random: Random, number: int) -> Document:
    """Common words and rare ones, with a word of its own."""
    said = [word for rarity, word in enumerate(WORDS) if random.random() < 0.5**rarity]
    random.shuffle(said)
    return Document(" ".join(said) or "nothing", f"{' '.join(reversed(said))} n{number}", "en")


def filed(tx: Transaction, documents: list[Document], random: Random) -> Filed:
    """Each opens a story or joins an earlier one, which may be months younger."""
    articles = list[StoredArticle]()
    told = Filed({}, {})
    for number, document in enumerate(documents):
        article = stored(number, document)
        joined = random.random() < 0.4 and number > 0
        told.story_of[article.article_id] = random.choice(list(told.story_of.values())) if joined else f"st_{number}"
        told.documents[article.article_id] = document
        articles.append(replace(article, strand_id=f"sd_{told.story_of[article.article_id]}"))
    tx.articles.file(articles)
    texts = [each.enriched for each in articles]
    tx.search.put([(each.article.article_id, each.article.raw.title, each.text, each.language) for each in texts])
    stories = sorted(set(told.story_of.values()))
    tx.stories.open(dict.fromkeys(stories, NOW))
    tx.stories.put({f"sd_{each}": each for each in stories})
    tx.stories.recount(stories)
    return told


def stored(number: int, document: Document) -> StoredArticle:
    when = NOW - at(number)
    return a_stored_article(
        article_id=f"a{number:04}",
        url=f"https://gazette.example/{number}",
        seq=number + 1,
        position=f"articles.enriched/0/{number + 1}",
        title=document.title,
        content=document.body,
        text=document.body,
        language=document.language,
        source=document.source,
        countries=tuple(sorted(document.countries)),
        published_at=when,
        seen_at=when,
    )


Read = Callable[[Transaction, Place | None, int], Found[Any]]


def paged(tx: Transaction, read: Read, place: Callable[[Any], Place], size: int) -> Iterator[Any]:
    """All rows of a list that is read so, a page at a time."""
    before = None
    while True:
        found = read(tx, before, size)
        yield from found.rows
        if len(found.rows) < size and found.reached is None:
            return
        before = place(found.rows[-1]) if len(found.rows) == size else found.reached


def agree(tx: Transaction, told: Filed, query: Query, size: int) -> int:
    listed = paged(
        tx, lambda tx, before, most: tx.seeking.articles(query, Filter(), before, most), place_of_article, size
    )
    articles = [each.id for each in listed]
    assert articles == told.articles(query), str(query)
    place = place_of_story("newest")
    rows = list(
        paged(tx, lambda tx, before, most: tx.seeking.stories(query, Filter(), "newest", before, most), place, size)
    )
    assert rows == sorted(rows, key=place, reverse=True)
    assert len(rows) == len({each.id for each in rows})
    assert {each.id for each in rows} == told.stories(query), str(query)
    agree_within(tx, told, query, size)
    total = tx.seeking.total(query, tx.browse.listed_articles(Filter()))
    assert total == Total(len(articles)) or (total.at_least and total.count <= len(articles))
    return len(articles) + len(rows)


def agree_within(tx: Transaction, told: Filed, query: Query, size: int) -> None:
    """The same of lists that are bounded by times."""
    some = Filter(since=NOW - at(900), until=NOW - at(5))
    listed = paged(tx, lambda tx, before, most: tx.seeking.articles(query, some, before, most), place_of_article, size)
    within = {each.id for each in tx.browse.articles(some, most=ARTICLES)}
    assert [each.id for each in listed] == [each for each in told.articles(query) if each in within], str(query)
    agree_in_order(tx, query, some, "newest", told.stories(query), size)
    agree_in_order(tx, query, some, "largest", told.stories(query), size)


def agree_in_order(tx: Transaction, query: Query, wanted: Filter, order: Order, told: set[str], size: int) -> None:
    place = place_of_story(order)
    rows = paged(tx, lambda tx, before, most: tx.seeking.stories(query, wanted, order, before, most), place, size)
    every = tx.browse.stories(wanted, order, most=ARTICLES)
    assert [each.id for each in rows] == [each.id for each in every if each.id in told], str(query)


@pytest.mark.slow
@pytest.mark.parametrize("size", [7, 60])
async def test_pages_hold_what_matching_holds_of(store: Store, size: int) -> None:
    random = Random(60)
    documents = [a_text(random, number) for number in range(ARTICLES)]
    told = await store.write(filed, documents, random)
    asked = [
        *WORDS,
        "ferry AND budget",
        "winter NOT ferry",
        "(ferry OR council) NOT strike",
        "n7 OR n600 OR n1050",
        "n1099",
    ]
    phrases = ['"ferry strike"', '"harbour ferry" OR "winter budget"', "winter NEAR/2 ferry", '"budget winter"']
    counts = [await store.read(agree, told, parse(each), size) for each in (*asked, *phrases)]
    assert sum(map(bool, counts)) >= len(counts) - 1
    assert max(counts) > 600


@pytest.mark.slow
async def test_pages_hold_what_matching_holds_of_for_any_query(store: Store) -> None:
    random = Random(5)
    plain = [replace(a_document(random), author="", more=Knowledge()) for _ in range(120)]
    told = await store.write(filed, plain, random)
    queries = [query for _ in range(60) if needs(query := a_query(random))]
    assert sum([await store.read(agree, told, query, 10) for query in queries]) > 500
