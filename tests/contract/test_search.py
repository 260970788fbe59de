"""Search: does it find, on both databases, exactly what matching holds of?"""

import time
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from service.errors import QuerySyntax
from service.messages import Entity, Place
from service.model import StoredArticle
from service.query import Document, Knowledge, Query, Reading, find, parse
from service.query.needs import needs
from service.store import Store, Transaction
from tests.builders import a_stored_article, minutes
from tests.unit.query.random_queries import a_document, a_query


def stored(number: int, document: Document, revision: int = 0) -> StoredArticle:
    """The article numbered so, the higher the newer."""
    return a_stored_article(
        article_id=f"a{number:04}",
        url=f"https://gazette.test/{number}",
        seq=number * 10 + revision,
        position=f"articles.enriched/0/{number * 10 + revision}",
        revision=revision,
        published_at=minutes(number),
        seen_at=minutes(number),
        title=document.title,
        content=document.body,
        text=document.body,
        language=document.language,
        source=document.source,
        countries=tuple(sorted(document.countries)),
    )


def file(tx: Transaction, filed: Sequence[StoredArticle]) -> None:
    tx.articles.file(filed)
    tx.search.put(
        [
            (each.article_id, each.enriched.article.raw.title, each.enriched.text, each.enriched.language)
            for each in filed
        ]
    )


def matching(query: Query, documents: dict[str, Document]) -> list[str]:
    """What search must give: the newest first."""
    return [article_id for article_id in sorted(documents, reverse=True) if find(query, documents[article_id])]


def search(tx: Transaction, query: Query, most: int = 1000) -> list[str]:
    return tx.search.articles(query, most)


async def keep(store: Store, documents: dict[int, Document]) -> dict[str, Document]:
    await store.write(file, [stored(number, document) for number, document in documents.items()])
    return {f"a{number:04}": document for number, document in documents.items()}


@pytest.mark.slow
async def test_search_and_matching_agree(store: Store) -> None:
    assert await agreed(store, Random(11), articles=100, queries=150) > 1000


@pytest.mark.slow
async def test_search_and_matching_agree_at_length(store: Store) -> None:
    assert await agreed(store, Random(12), articles=150, queries=400) > 4_000


def a_plain_document(random: Random) -> Document:
    return replace(a_document(random), author="", more=Knowledge())


async def agreed(store: Store, random: Random, articles: int, queries: int) -> int:
    """How many articles were found, having compared each answer."""
    documents = await keep(store, {number: a_plain_document(random) for number in range(articles)})
    asked = [query for _ in range(queries) if needs(query := a_query(random))]

    def agree(tx: Transaction) -> int:
        found = 0
        for query in asked:
            expected = matching(query, documents)
            assert search(tx, query) == expected, str(query)
            assert search(tx, query, 3) == expected[:3], str(query)
            found += len(expected)
        return found

    return await store.read(agree)


async def test_a_new_revision_is_found_by_its_own_words_only(store: Store) -> None:
    await keep(store, {1: Document("Talks in Minsk", "first text", "en"), 2: Document("Other", "text", "en")})
    await store.write(file, [stored(1, Document("Talks in Vilnius", "second text", "en"), revision=1)])
    for query, found in [("minsk", []), ("vilnius", ["a0001"]), ("text", ["a0002", "a0001"]), ("first", [])]:
        assert await store.read(search, parse(query)) == found


async def test_a_source_is_found_by_its_domain_and_not_by_one_that_looks_like_it(store: Store) -> None:
    names = ("the_gazette.test", "news.the_gazette.test", "theXgazette.test", "a.theXgazette.test")
    more = ("othe_gazette.test", "News.The_Gazette.Test")
    sources = dict(enumerate((*names, *more), 1))
    documents = await keep(store, {at: Document("Talks", "", "en", source) for at, source in sources.items()})
    query = parse("source:the_gazette.test")
    assert await store.read(search, query) == matching(query, documents) == ["a0006", "a0002", "a0001"]


async def test_who_is_named_is_found_by_the_one_id_of_all_names(store: Store) -> None:
    def named(number: int, entity_id: str, form: str) -> StoredArticle:
        who = Entity(id=entity_id, kind="person", name=form, forms=(form,))
        return a_stored_article(article_id=f"a{number}", seq=number, url=f"https://a.test/{number}", entities=(who,))

    def write(tx: Transaction) -> None:
        filed = [named(1, "person_angela-merkel", "Angela Merkel"), named(2, "person_other", "Jan Novak")]
        file(tx, filed)
        tx.entities.file(filed)

    await store.write(write)
    merkel = Reading().read("Merkel").query
    assert await store.read(search, merkel) == ["a1"]
    assert await store.read(search, parse("person:novak")) == ["a2"]
    assert await store.read(search, parse('person:novak OR "never said"')) == ["a2"]
    assert await store.read(search, parse("entity:person_angela-merkel NOT entity:person_other")) == ["a1"]


async def test_a_city_is_found_by_its_name_in_another_language(store: Store) -> None:
    def at(number: int, title: str, *places: Place, revision: int = 0) -> StoredArticle:
        names: dict[str, Any] = {"article_id": f"a{number}", "seq": number + 10 * revision, "revision": revision}
        url = f"https://a.test/{number}"
        return a_stored_article(url=url, title=title, text=title, places=places, **names)

    def write(tx: Transaction, *filed: StoredArticle) -> None:
        file(tx, filed)
        tx.entities.file(filed)

    vilnius, riga = Place("Vilnius", "LT", 593116), Place("Riga", "LV", 456172)
    await store.write(write, at(1, "Сустрэча", vilnius), at(2, "Meeting", riga), at(3, "Vilnius"))
    query = Reading().read("Вильнюс OR Vilnius").query
    assert sorted(await store.read(search, query)) == ["a1", "a3"]
    await store.write(write, at(1, "Сустрэча", riga, revision=1))
    assert await store.read(search, query) == ["a3"]
    assert sorted(await store.read(search, Reading().read("place:Riga").query)) == ["a1", "a2"]


async def test_a_search_reads_no_more_texts_than_it_may(store: Store) -> None:
    await keep(store, {number: Document("Talks", "talks in minsk", "en") for number in range(5)})
    for query, found in [
        ('"in minsk"', ["a0004", "a0003"]),
        ("minsk", [f"a000{number}" for number in (4, 3, 2, 1, 0)]),
    ]:
        assert await store.read(lambda tx, query: tx.search.articles(parse(query), 10, read=2), query) == found


async def test_putting_the_same_again_changes_nothing(store: Store) -> None:
    row = ("a0001", "Talks in Minsk", "A text", "en")
    await keep(store, {1: Document("Talks in Minsk", "A text", "en")})
    await store.write(lambda tx: tx.search.put([row, row]))
    await store.write(lambda tx: tx.search.put([]))
    assert await store.read(search, parse("minsk NOT vilnius")) == ["a0001"]


async def test_a_query_at_the_limits_is_answered(store: Store) -> None:
    await keep(store, {1: Document("w7", "w1999 eleven", "en"), 2: Document("Выборы", "w5", "ru")})
    many = parse(" OR ".join(f"w{number}" for number in range(2000)))
    nested = parse("NOT " * 20 + "(eleven OR " * 40 + "(eleven w1999)" + ")" * 40)
    phrases = parse(" ".join(f'NOT "w{number} w{number}"' for number in range(900)) + " w5")
    for query, found in [(many, ["a0002", "a0001"]), (nested, ["a0001"]), (phrases, ["a0002"])]:
        assert await store.read(search, query) == found


@pytest.mark.parametrize(
    "body",
    ["'); drop table searched; --' \\ \" : * & | ! <->", "o'neil’s o''neil", "x" * 100_000, "a\\'b", "½ ⑴ ﷺ ㌀ ǆ", ""],
)
async def test_odd_texts_are_kept_and_found(store: Store, body: str) -> None:
    documents = await keep(store, {1: Document("Odd text", body, "fr")})
    words = [query for part in body.split() if (query := _parsed(part))] + [parse("odd")]
    for query in words:
        assert await store.read(search, query) == matching(query, documents)


async def test_a_text_of_very_many_words_is_kept(store: Store) -> None:
    body = " ".join(f"{'пераклад' * 6}{number}" for number in range(40_000))
    await keep(store, {1: Document("Endless", body, "en")})
    assert await store.read(search, parse("endless")) == ["a0001"]


async def test_nothing_is_found_in_an_empty_store(store: Store) -> None:
    for query in ("minsk", "country:BY", '"minsk talks"'):
        assert await store.read(search, parse(query)) == []


async def test_words_of_another_analyser_are_outdated(store: Store) -> None:
    await keep(store, {1: Document("One", "", "en"), 2: Document("Two", "", "en")})
    assert await store.read(lambda tx: tx.search.outdated(10)) == []
    statement = text("update searched set analyser = 0 where article_id = 'a0002'")
    await store.write(lambda tx: tx.connection.execute(statement) and None)
    assert await store.read(lambda tx: tx.search.outdated(10)) == ["a0002"]
    await store.write(lambda tx: tx.search.put([("a0002", "Two", "", "en")]))
    assert await store.read(lambda tx: tx.search.outdated(10)) == []


@pytest.mark.slow
async def test_a_word_that_stands_nowhere_is_not_looked_for_in_every_article(store: Store) -> None:
    """PostgreSQL would walk all articles, newest first, if it were let."""
    random = Random(3)
    for start in range(0, 20_000, 500):
        await keep(store, {number: a_document(random) for number in range(start, start + 500)})
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze"))
    await store.read(search, parse("warm"))
    took = []
    for _ in range(20):
        started = time.perf_counter()
        assert await store.read(search, parse("nowhere"), 50) == []
        took.append(time.perf_counter() - started)
    assert min(took) < 0.1


def _parsed(part: str) -> Query | None:
    try:
        return parse(f'"{part}"')
    except QuerySyntax:  # no letter in it
        return None
