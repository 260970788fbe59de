"""Settling on a real store: what was put in the wrong strand moves, with its copies, and is told until it is heard."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from consumers.cluster import Cluster
from consumers.runner import Outcome, Received
from service.messages import EnrichedArticle, StrandChanged
from service.settings import ClusterSettings
from service.store import Store
from service.store.ties import Tie
from tests.builders import NOW
from tests.newsroom import Newsroom, a_copy

HESITANT = ClusterSettings(threshold=3.4)
"""At once hardly anything joins; settled, what is much alike comes together."""
MINUTE = timedelta(minutes=1)


def seen(enriched: EnrichedArticle, minutes: int) -> EnrichedArticle:
    at = NOW.replace(minute=0, second=0, microsecond=0) + minutes * MINUTE
    raw = msgspec.structs.replace(enriched.article.raw, seen_at=at, published_at=at)
    return msgspec.structs.replace(enriched, article=msgspec.structs.replace(enriched.article, raw=raw))


async def told(stage: Cluster, articles: Sequence[EnrichedArticle], first: int = 0) -> list[list[StrandChanged]]:
    """What is said with each of these articles, in one batch."""
    outcomes: list[Outcome[StrandChanged]] = await stage(
        [Received(each, f"e/0/{place}") for place, each in enumerate(articles, first)]
    )
    assert [each.label for each in outcomes] == [each.messages[-1].change for each in outcomes]
    return [list(each.messages) for each in outcomes]


async def strands(store: Store, articles: Sequence[EnrichedArticle]) -> list[str]:
    ids = [each.article.article_id for each in articles]
    current = await store.read(lambda tx: tx.articles.current(ids))
    return [current[each][0] for each in ids]


@pytest.fixture
def day() -> list[EnrichedArticle]:
    """Reports of two happenings in turn within ten minutes, and one of another in the next ten."""
    newsroom = Newsroom(seed=1)
    return [
        *(seen(newsroom.report(place % 2, at=NOW), place) for place in range(8)),
        seen(newsroom.report(2, at=NOW), 12),
    ]


async def test_what_was_put_apart_comes_together_when_a_boundary_is_crossed(
    store: Store, day: list[EnrichedArticle]
) -> None:
    *before, last = await told(Cluster(store, HESITANT), day)
    assert len({said.strand_id for (said,) in before}) > 2
    *moves, filed = last
    assert {each.change for each in moves} == {"settled"}
    assert (filed.change, filed.article_id) == ("opened", day[-1].article.article_id)
    now_in = await strands(store, day)
    assert len(set(now_in[0:8:2])) == len(set(now_in[1:8:2])) == 1
    assert now_in[0] != now_in[1]
    first_in = {said.article_id: said.strand_id for (said,) in before}
    for each in moves:
        assert (each.before, each.strand_id != each.before) == (first_in[each.article_id], True)
        assert now_in[[one.article.article_id for one in day].index(each.article_id)] == each.strand_id


async def test_nothing_is_moved_before_a_boundary_or_without_settling(store: Store, day: list[EnrichedArticle]) -> None:
    assert all(len(said) == 1 for said in await told(Cluster(store, HESITANT), day[:-1]))
    never = HESITANT.model_copy(update={"settle_minutes": 0})
    (said,) = await told(Cluster(store, never), day[-1:], first=8)
    assert len(said) == 1


async def test_a_record_that_comes_again_after_a_crash_tells_the_same_moves_again(
    store: Store, day: list[EnrichedArticle]
) -> None:
    said = await told(Cluster(store, HESITANT), day)
    assert await told(Cluster(store, HESITANT), day) == said
    assert (await told(Cluster(store, HESITANT), day[-1:], first=8))[0] == said[-1]
    moved = [each.move for each in said[-1][:-1]]
    assert moved == list(range(1, len(moved) + 1))


async def test_what_comes_later_joins_the_strands_as_they_were_settled(
    store: Store, day: list[EnrichedArticle]
) -> None:
    await told(Cluster(store, HESITANT), day)
    now_in = await strands(store, day)
    copy = seen(a_copy(day[6], "echo"), 13)
    revision = msgspec.structs.replace(day[4].article, revision=1, kind="revision")
    again = msgspec.structs.replace(day[4], article=revision)
    (copied,), (revised,) = await told(Cluster(store, HESITANT), [copy, again], first=9)
    assert (copied.change, copied.strand_id) == ("joined", now_in[6])
    assert (revised.change, revised.strand_id) == ("revised", now_in[4])


async def test_copies_move_with_their_original(store: Store, day: list[EnrichedArticle]) -> None:
    copies = [seen(a_copy(each, "echo"), 9) for each in day[:8]]
    *_, last = await told(Cluster(store, HESITANT), [*day[:8], *copies, day[-1]])
    assert await strands(store, copies) == await strands(store, day[:8])
    moved = {each.article_id: (each.before, each.strand_id) for each in last[:-1]}
    assert moved
    for original, copy in zip(day[:8], copies, strict=True):
        assert moved.get(original.article.article_id) == moved.get(copy.article.article_id)


async def test_an_archive_and_old_articles_are_never_settled(store: Store, day: list[EnrichedArticle]) -> None:
    stage = Cluster(store, HESITANT)
    old = [seen(each, -60 * 24 * 4 + place) for place, each in enumerate(day[:8])]
    await told(stage, [day[-1], *old])
    (said,) = await told(stage, [seen(Newsroom(seed=9).report(3, at=NOW), 25)], first=20)
    assert [each.change for each in said] == ["opened"]


async def test_who_was_told_to_stay_stays(store: Store, day: list[EnrichedArticle]) -> None:
    stage = Cluster(store, HESITANT)
    filed = await told(stage, day[:8])
    await store.write(lambda tx: tx.stories.put({said.strand_id: f"st {said.article_id}" for (said,) in filed}))
    pinned = day[7].article.article_id
    await store.write(lambda tx: tx.ties.add(Tie("pinned", pinned, NOW)))
    (said,) = await told(stage, day[-1:], first=8)
    assert pinned not in {each.article_id for each in said[:-1]}
    assert (await strands(store, day))[7] == filed[7][0].strand_id
