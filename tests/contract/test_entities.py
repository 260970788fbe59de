"""What the entities' tables promise on every database."""

from dataclasses import replace
from typing import Any

from consumers.enrich.people.who import entities
from service.messages import EnrichedArticle
from service.model import StoredArticle
from service.people import known_person
from service.store import Store, Transaction
from service.store.browse import Filter
from tests.builders import a_stored_article, an_enriched_article, minutes

LUKASHENKO = "person_alexander-lukashenko"


def told(number: int, text: str, language: str, revision: int = 0) -> StoredArticle:
    """An article that names whom its text names."""
    url = f"https://entities.test/{number}"
    enriched: EnrichedArticle = an_enriched_article(
        url=url,
        article_id=f"a{number}",
        language=language,
        content=text,
        entities=entities("", text, language),
        revision=revision,
        published_at=minutes(number),
        seen_at=minutes(number),
    )
    return a_stored_article(enriched=enriched, seq=number * 10 + revision + 1, position=f"p/0/{number}.{revision}")


async def file(store: Store, *articles: StoredArticle) -> None:
    await store.write(lambda tx: tx.entities.file(articles))


async def found(store: Store, q: str, **wanted: Any) -> list[tuple[str, str, int]]:
    rows = await store.read(lambda tx: tx.entities.find(q, **wanted))
    return [(row.id, row.name, row.articles) for row in rows]


async def test_one_person_in_many_scripts_is_one_entity(store: Store) -> None:
    await file(
        store,
        told(1, "President Alexander Lukashenko spoke. Lukashenko left.", "en"),
        told(2, "Прэзідэнт Аляксандр Лукашэнка выступіў.", "be"),
        told(3, "Prezydent Aleksandr Łukaszenka przemówił.", "pl"),
    )
    assert await found(store, "Лукаш") == [(LUKASHENKO, "Alexander Lukashenko", 3)]
    for q in ("lukash", "Łukasz", "Lukash Alex", "ALEXANDER LUKASHENKO"):
        assert (LUKASHENKO, "Alexander Lukashenko", 3) in await found(store, q)
    view = await store.read(lambda tx: tx.entities.get(LUKASHENKO))
    assert view
    assert (view.summary.kind, view.summary.country, view.wikidata) == ("person", "BY", "Q2866")
    assert (view.summary.first_at, view.summary.last_at) == (minutes(1), minutes(3))
    assert {role for role, _ in view.roles} == {"President", "Прэзідэнт", "Prezydent"}
    forms = {(alias.language, alias.form): alias.articles for alias in view.aliases}
    assert forms["be", "Аляксандр Лукашэнка"] == forms["en", "Lukashenko"] == 1
    assert forms["ru", "Александр Лукашенко"] == 0, "our own table's, written by nobody yet"


async def test_somebody_unknown_is_one_entity_across_spellings(store: Store) -> None:
    texts = {"be": "Дырэктар Мікалай Краўчанка сказаў.", "en": "Director Nikolai Krauchanka said."}
    await file(store, told(1, texts["be"], "be"))
    await file(store, told(2, texts["en"], "en"))
    assert known_person("Nikolai Krauchanka", "en") is None
    ((own, _, articles),) = await found(store, "krauch")
    assert articles == 2
    later = told(2, texts["en"], "en").enriched.entities[0].id
    assert later != own
    view = await store.read(lambda tx: tx.entities.get(later))
    assert view
    assert view.summary.id == own, "the id that enrichment gave stays good"


async def test_namesakes_by_surname_are_two(store: Store) -> None:
    await file(
        store,
        told(1, "Minister Anna Corr spoke.", "en"),
        told(2, "Minister Peter Corr spoke.", "en"),
        told(3, "Minister Corr spoke.", "en"),
    )
    assert sorted(name for _, name, _ in await found(store, "corr")) == ["Anna Corr", "Peter Corr"]


async def test_filing_again_changes_nothing(store: Store) -> None:
    article = told(1, "President Alexander Lukashenko spoke to NATO.", "en")
    await file(store, article)
    before = await store.read(lambda tx: tx.entities.get(LUKASHENKO))
    await file(store, article)
    assert await store.read(lambda tx: tx.entities.get(LUKASHENKO)) == before
    assert [row[2] for row in await found(store, "nato")] == [1]


async def test_a_revision_names_others(store: Store) -> None:
    await file(store, told(1, "President Alexander Lukashenko spoke.", "en"))
    await file(store, told(1, "Chancellor Olaf Scholz spoke.", "en", revision=1))
    assert [row[2] for row in await found(store, "lukash")] == [0]
    assert [row[2] for row in await found(store, "scholz")] == [1]


async def test_order_of_filing_gives_the_same_people(store: Store) -> None:
    texts = [("Дырэктар Мікалай Краўчанка сказаў.", "be"), ("Director Nikolai Krauchanka said.", "en")]
    both = [told(number, text, code) for number, (text, code) in enumerate(texts, 1)]
    await file(store, *reversed(both))
    assert [articles for _, _, articles in await found(store, "krauch")] == [2]


def story_of(tx: Transaction, story_id: str, article: StoredArticle) -> None:
    tx.articles.file([article])
    tx.entities.file([article])
    tx.stories.open({story_id: article.at})
    tx.stories.put({article.strand_id: story_id})
    tx.stories.recount([story_id])


async def test_articles_and_stories_are_listed_by_entity(store: Store) -> None:
    article = told(1, "President Alexander Lukashenko spoke.", "en")
    other = replace(told(2, "Chancellor Olaf Scholz spoke.", "en"), strand_id="other")
    await store.write(story_of, "st1", article)
    await store.write(story_of, "st2", other)
    listed = await store.read(lambda tx: tx.browse.articles(Filter(entity=LUKASHENKO)))
    assert [each.id for each in listed] == ["a1"]
    assert [each.id for each in await store.read(lambda tx: tx.browse.stories(Filter(entity=LUKASHENKO)))] == ["st1"]
    assert not await store.read(lambda tx: tx.browse.stories(Filter(entity="person_nobody")))


async def test_what_nobody_knows_is_not_found(store: Store) -> None:
    assert await store.read(lambda tx: tx.entities.get("person_nobody")) is None
    for q in ("", "  ", "'", "%", "_", "zzzz", "ю" * 500):
        assert await found(store, q) == []


async def test_very_long_names_are_kept(store: Store) -> None:
    long = "B" + "a" * 5_000
    await file(store, told(1, f"President Alexander {long} spoke.", "en"))
    assert len(await found(store, "alexander")) == 1
