"""Quotes and citations: shown with their article, listed by speaker and by outlet, and never of an older text."""

import httpx
import pytest

from consumers.enrich.enrichers import enriched
from service.messages import EnrichedArticle
from service.store import Store
from service.urls import article_id
from tests.api.filing import file_story
from tests.builders import a_stored_article, an_article

TEXTS = {
    "https://one.test/a": 'LENZ (Reuters) - "We will not wait," said Anna Kovac. The road is open, BelTA reports.',
    "https://two.test/b": "Anna Kovac said the bridge was closed. Peter Lind denied 100% of it, according to BelTA.",
    "https://three.test/c": "Nothing is said here of anybody at all, and the rain falls on the town.",
}


def an_enriched(url: str, text: str, revision: int = 0) -> EnrichedArticle:
    article = an_article(
        url=url,
        article_id=article_id(url),
        title="Bridge",
        content=text,
        language="en",
        revision=revision,
        source=url.split("/")[2],
    )
    return enriched(article, text, {})


@pytest.fixture
async def filed(store: Store) -> list[EnrichedArticle]:
    articles = [an_enriched(url, text) for url, text in TEXTS.items()]
    await store.write(file_story, "story-1", articles)
    return articles


async def listed(client: httpx.AsyncClient, path: str) -> list[dict[str, object]]:
    """Through all pages, one row on each."""
    found: list[dict[str, object]] = []
    following: str | None = f"{path}{'&' if '?' in path else '?'}limit=1"
    first = following
    while following:
        answer = await client.get(following)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        found += told["items"]
        following = f"{first}&cursor={told['next_cursor']}" if told["next_cursor"] else None
    return found


async def test_an_article_shows_quotes_and_citations(client: httpx.AsyncClient, filed: list[EnrichedArticle]) -> None:
    shown = (await client.get(f"/v1/articles/{filed[0].article.article_id}")).json()
    assert [(each["speaker"], each["direct"]) for each in shown["quotes"]] == [("Anna Kovac", True)]
    assert [(each["domain"], each["byline"], each["cue"]) for each in shown["citations"]] == [
        ("reuters.com", True, None),
        ("belta.by", False, "reports"),
    ]


async def test_quotes_are_found_by_speaker_and_words(client: httpx.AsyncClient, filed: list[EnrichedArticle]) -> None:
    assert {each["text"] for each in await listed(client, "/v1/quotes?speaker=kovac")} == {
        '"We will not wait,"',
        "the bridge was closed",
    }
    assert [each["text"] for each in await listed(client, "/v1/quotes?speaker=Anna+Kovac&q=BRIDGE+was")] == [
        "the bridge was closed"
    ]
    assert await listed(client, "/v1/quotes?q=bridge%25closed") == []
    by_id = next(each.speaker_id for each in filed[1].quotes if each.speaker == "Anna Kovac")
    assert by_id
    assert len(await listed(client, f"/v1/quotes?speaker={by_id}")) == 2


async def test_citations_are_found_both_ways(client: httpx.AsyncClient, filed: list[EnrichedArticle]) -> None:
    assert {each["source"] for each in await listed(client, "/v1/citations?cited=belta.by")} == {"one.test", "two.test"}
    assert {each["domain"] for each in await listed(client, "/v1/citations?source=one.test")} == {
        "reuters.com",
        "belta.by",
    }
    assert len(await listed(client, "/v1/citations")) == 3


async def test_filing_again_changes_nothing_and_a_revision_replaces_what_was_said(
    client: httpx.AsyncClient, store: Store, filed: list[EnrichedArticle]
) -> None:
    before = await listed(client, "/v1/quotes")
    stored = a_stored_article(enriched=filed[0], strand_id="story-1-en", seq=900)
    await store.write(lambda tx: tx.attributions.file([stored]))
    assert await listed(client, "/v1/quotes") == before
    revised = an_enriched("https://one.test/a", "Peter Lind said the road was shut.", revision=1)
    stored = a_stored_article(enriched=revised, strand_id="story-1-en", seq=901, change="revised")
    await store.write(lambda tx: tx.attributions.file([stored]))
    assert {each["speaker"] for each in await listed(client, "/v1/quotes?q=road+was+shut")} == {"Peter Lind"}
    assert await listed(client, "/v1/citations?source=one.test") == []
