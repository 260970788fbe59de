"""Cluster on a real store: into which strand articles are filed, once and again."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from consumers.cluster import Cluster
from consumers.runner import Outcome, Received
from service.messages import EnrichedArticle, StrandChanged
from service.settings import ClusterSettings
from service.store import Store, Transaction
from tests.builders import NOW
from tests.newsroom import Newsroom, a_copy


async def cluster(stage: Cluster, *articles: EnrichedArticle, first: int = 0) -> list[StrandChanged]:
    """What is said of these articles, laid at positions from `first` on, in one batch."""
    batch = [Received(each, f"articles.enriched/0/{place}") for place, each in enumerate(articles, first)]
    outcomes: Sequence[Outcome[StrandChanged]] = await stage(batch)
    assert [each.label for each in outcomes] == [each.messages[0].change for each in outcomes]
    return [message for each in outcomes for message in each.messages]


@pytest.fixture
def stage(store: Store) -> Cluster:
    return Cluster(store, ClusterSettings())


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(seed=1)


def revised(enriched: EnrichedArticle, revision: int, text: str = "") -> EnrichedArticle:
    article = msgspec.structs.replace(enriched.article, revision=revision, kind="revision")
    return msgspec.structs.replace(enriched, article=article, text=text or enriched.text)


async def test_reports_of_one_happening_share_a_strand_and_others_do_not(stage: Cluster, newsroom: Newsroom) -> None:
    reports = [newsroom.report(happening, at=NOW) for happening in (0, 1, 0, 1, 2)]
    said = await cluster(stage, *reports)
    assert [each.change for each in said] == ["opened", "opened", "joined", "joined", "opened"]
    assert said[0].strand_id == said[2].strand_id != said[1].strand_id == said[3].strand_id


async def test_languages_have_strands_of_their_own(stage: Cluster, newsroom: Newsroom) -> None:
    said = await cluster(stage, newsroom.report(0, "en", NOW), newsroom.report(0, "de", NOW))
    assert [each.change for each in said] == ["opened", "opened"]
    assert [each.language for each in said] == ["en", "de"]


async def test_a_record_delivered_again_is_answered_as_before(stage: Cluster, newsroom: Newsroom) -> None:
    reports = [newsroom.report(0, at=NOW) for _ in range(3)]
    said = await cluster(stage, *reports)
    assert await cluster(stage, *reports) == said
    assert await cluster(Cluster(stage.store, ClusterSettings()), reports[1], reports[1]) == [said[1]] * 2


async def test_a_revision_stays_in_its_strand_whatever_it_says(stage: Cluster, newsroom: Newsroom) -> None:
    first, other = newsroom.report(0, at=NOW), newsroom.report(1, at=NOW)
    opened, _ = await cluster(stage, first, other)
    (said,) = await cluster(stage, revised(first, 1, text=other.text), first=2)
    assert (said.change, said.strand_id, said.revision) == ("revised", opened.strand_id, 1)
    current = await stage.store.read(lambda tx: tx.articles.enriched_of([first.article.article_id]))
    assert current[first.article.article_id].text == other.text


async def test_the_higher_revision_is_current_whichever_comes_last(stage: Cluster, newsroom: Newsroom) -> None:
    article = newsroom.report(0, at=NOW)
    said = await cluster(stage, revised(article, 2, "second"), revised(article, 1, "first"), article)
    assert [each.change for each in said] == ["opened", "unchanged", "unchanged"]
    assert len({each.strand_id for each in said}) == 1
    article_id = article.article.article_id
    current = await stage.store.read(lambda tx: tx.articles.enriched_of([article_id]))
    assert current[article_id].text == "second"
    stored = await stage.store.read(lambda tx: tx.articles.stored([(article_id, n) for n in range(4)]))
    assert sorted(stored) == [(article_id, 0), (article_id, 1), (article_id, 2)]


async def test_a_copy_joins_its_original(stage: Cluster, newsroom: Newsroom) -> None:
    original = newsroom.report(0, at=NOW)
    (opened,) = await cluster(stage, original)
    said = await cluster(stage, a_copy(original, "echo"), revised(a_copy(original, "echo"), 1), first=1)
    assert [each.change for each in said] == ["joined", "revised"]
    assert {each.strand_id for each in said} == {opened.strand_id}


async def test_a_copy_whose_original_is_unknown_decides_by_itself(stage: Cluster, newsroom: Newsroom) -> None:
    original, same = newsroom.report(0, at=NOW), newsroom.report(0, at=NOW)
    copy, late = await cluster(stage, a_copy(original, "echo"), original)
    assert (copy.change, late.change) == ("opened", "joined")
    (joined,) = await cluster(stage, same, first=2)
    assert joined.strand_id == copy.strand_id == late.strand_id


async def test_a_strand_is_closed_when_its_window_is_over(stage: Cluster, newsroom: Newsroom) -> None:
    first, much_later = newsroom.report(0, at=NOW), newsroom.report(0, at=NOW + timedelta(days=30))
    said = await cluster(stage, first, much_later)
    assert [each.change for each in said] == ["opened", "opened"]


async def test_an_archive_read_in_later_is_put_together_as_news_was(stage: Cluster, newsroom: Newsroom) -> None:
    old = [newsroom.report(happening, at=NOW - timedelta(days=90)) for happening in (0, 1, 0, 1)]
    await cluster(stage, newsroom.report(0, at=NOW))
    said = await cluster(stage, *old[:2], first=1) + await cluster(stage, *old[2:], first=3)
    assert [each.change for each in said] == ["opened", "opened", "joined", "joined"]


async def test_a_failed_batch_leaves_nothing_behind(stage: Cluster, newsroom: Newsroom) -> None:
    reports = [newsroom.report(0, at=NOW) for _ in range(4)]
    await cluster(stage, reports[0])
    incomplete = msgspec.structs.replace(
        reports[3].article, raw=msgspec.structs.replace(reports[3].article.raw, url=reports[0].article.raw.url)
    )
    with pytest.raises(Exception, match=r"(?i)unique"):
        await cluster(stage, reports[1], msgspec.structs.replace(reports[3], article=incomplete), first=1)
    again = await cluster(stage, *reports[1:3], first=1)
    fresh = await cluster(Cluster(stage.store, ClusterSettings()), *reports[1:3], first=1)
    assert again == fresh
    assert await stage.store.read(_filed) == 3


def _filed(tx: Transaction) -> int:
    return tx.articles.frontier("en")[0]


async def test_an_article_without_a_word_opens_a_strand(stage: Cluster, newsroom: Newsroom) -> None:
    article = newsroom.report(0, at=NOW)
    bare = msgspec.structs.replace(
        article.article, raw=msgspec.structs.replace(article.article.raw, title="", content="")
    )
    (said,) = await cluster(stage, msgspec.structs.replace(article, article=bare, text=""))
    assert said.change == "opened"
