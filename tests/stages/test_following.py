"""Link follows what settling moved: counts, successors and memory, whatever comes twice or in another order."""

import random
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from service.messages import StoryChanged, StrandChanged
from service.store import Store
from tests.builders import NOW
from tests.newsroom import Newsroom, a_copy
from tests.stages.linkdesk import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(seed=3)


async def two_stories(desk: Desk, newsroom: Newsroom) -> tuple[list[StoryChanged], StoryChanged]:
    """One of three articles, one of one, in the same language."""
    first = await desk.tell("sd_1", *(newsroom.report(0, at=NOW + timedelta(hours=n)) for n in range(3)))
    (second,) = await desk.tell("sd_2", newsroom.report(1, at=NOW))
    assert first[0].story_id != second.story_id
    return first, second


async def test_a_moved_article_changes_stories_quietly_and_both_are_counted_anew(
    desk: Desk, newsroom: Newsroom
) -> None:
    (first, _, third), second = await two_stories(desk, newsroom)
    (moved,) = await desk.hear(await desk.move(third.article_id, "sd_2"))
    assert (moved.change, moved.story_id, moved.left) == ("moved", second.story_id, first.story_id)
    assert moved.quiet
    assert not moved.merged
    assert [(await desk.story(each.story_id)).articles for each in (first, second)] == [2, 2]
    assert await desk.kinds(first.story_id) == ["opened", "grown", "grown", "left"]
    assert await desk.kinds(second.story_id) == ["opened", "entered"]


async def test_the_same_move_again_says_the_same_and_changes_nothing(desk: Desk, newsroom: Newsroom) -> None:
    (first, _, third), second = await two_stories(desk, newsroom)
    move = await desk.move(third.article_id, "sd_2")
    said = await desk.hear(move)
    before = await desk.state(first.story_id, second.story_id)
    assert await desk.hear(move, move) == said * 2
    desk.restart()
    assert await desk.hear(move) == said
    assert await desk.state(first.story_id, second.story_id) == before


async def test_a_story_that_lost_its_articles_leads_to_where_most_of_them_went(desk: Desk, newsroom: Newsroom) -> None:
    (first, second, third), other = await two_stories(desk, newsroom)
    (last,) = await desk.tell("sd_3", newsroom.report(2, at=NOW))
    moves = [await desk.move(each.article_id, "sd_2") for each in (first, second)]
    said = await desk.hear(*moves, await desk.move(third.article_id, "sd_3"))
    assert [each.story_id for each in said] == [other.story_id, other.story_id, last.story_id]
    assert said[-1].merged == (first.story_id,)
    assert (await desk.story(first.story_id)).id == other.story_id
    assert [(await desk.story(each)).articles for each in (other.story_id, last.story_id)] == [3, 2]
    assert (await desk.kinds(first.story_id))[-2:] == ["left", "swallowed"]


async def test_a_strand_that_a_move_opens_is_linked_like_any_other(desk: Desk, newsroom: Newsroom) -> None:
    (first, second, third), _ = await two_stories(desk, newsroom)
    (alone,) = await desk.hear(await desk.move(third.article_id, "sd_new"))
    assert (alone.change, alone.left, alone.quiet) == ("moved", first.story_id, True)
    assert alone.story_id not in (first.story_id, second.story_id)
    assert await desk.kinds(alone.story_id) == ["split"]
    assert (await desk.kinds(first.story_id))[-1] == "parted"
    desk.restart(threshold=9)
    (german,) = await desk.tell("sd_german", newsroom.report(4, "de", NOW))
    (stray,) = await desk.tell("sd_1", newsroom.report(4, at=NOW))
    desk.restart()
    (joined,) = await desk.hear(await desk.move(stray.article_id, "sd_other"))
    assert (joined.story_id, joined.left) == (german.story_id, first.story_id)


async def test_an_article_moved_before_it_was_heard_of_is_linked_first(desk: Desk, newsroom: Newsroom) -> None:
    (first, *_), second = await two_stories(desk, newsroom)
    late = await desk.file("sd_1", newsroom.report(0, at=NOW))
    move = await desk.move(late.article_id, "sd_2")
    moved, again = await desk.hear(move, late)
    assert (moved.change, moved.story_id, moved.left) == ("moved", second.story_id, first.story_id)
    assert (again.change, again.quiet) == ("grown", False)
    assert [(await desk.story(each.story_id)).articles for each in (first, second)] == [3, 2]


async def test_a_revision_of_a_moved_article_belongs_to_where_it_is_now(desk: Desk, newsroom: Newsroom) -> None:
    (_, _, third), second = await two_stories(desk, newsroom)
    await desk.hear(await desk.move(third.article_id, "sd_2"))
    enriched = await desk.store.read(lambda tx: tx.articles.enriched_of([third.article_id]))
    later = msgspec.structs.replace(enriched[third.article_id].article, revision=1, kind="revision")
    (said,) = await desk.tell("sd_2", msgspec.structs.replace(enriched[third.article_id], article=later))
    assert (said.change, said.story_id, said.revision) == ("unchanged", second.story_id, 1)


async def test_who_is_moved_twice_is_where_the_later_move_put_it(desk: Desk, newsroom: Newsroom) -> None:
    (_, _, third), second = await two_stories(desk, newsroom)
    early, late = await desk.move(third.article_id, "sd_2"), await desk.move(third.article_id, "sd_new")
    (moved,) = await desk.hear(late)
    (stale,) = await desk.hear(early)
    assert (stale.change, stale.story_id, stale.quiet) == ("unchanged", moved.story_id, True)
    assert (await desk.story(second.story_id)).articles == 1


async def test_an_emptied_strand_leads_on_until_articles_come_to_it_again(desk: Desk, newsroom: Newsroom) -> None:
    _, second = await two_stories(desk, newsroom)
    await desk.hear(await desk.move(second.article_id, "sd_1"))
    assert await successor(desk, "sd_2") == "sd_1"
    (grown,) = await desk.tell("sd_2", newsroom.report(1, at=NOW))
    assert grown.change == "grown"
    assert await successor(desk, "sd_2") == ""
    assert (await desk.story(second.story_id)).id == grown.story_id


async def successor(desk: Desk, strand_id: str) -> str:
    return (await desk.store.read(lambda tx: tx.stories.strands([strand_id])))[strand_id].successor_id


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_who_lived_on_and_who_was_restarted_decide_alike_after_moves(tmp_path: Path, seed: int) -> None:
    assert await a_life(tmp_path / "whole.db", seed, restarts=False) == await a_life(tmp_path / "often.db", seed, True)


async def a_life(path: Path, seed: int, restarts: bool) -> list[StoryChanged]:
    """Copies and first articles move too; what is linked later shows whether memory is the same."""
    store = Store(f"sqlite:///{path}")
    store.create()
    newsroom, desk, rng = Newsroom(seed, reticence=0.5), Desk(store), random.Random(seed)
    told = newsroom.day(60)
    told.insert(3, a_copy(told[0], "echo"))
    said, filed = list[StoryChanged](), list[StrandChanged]()
    for number, each in enumerate(told):
        filed.append(await desk.file(f"sd_{each.language}_{number % 5}", each))
        said += await desk.hear(filed[-1])
        if rng.random() < 0.4:
            moved = rng.choice(filed)
            said += await desk.hear(await desk.move(moved.article_id, f"sd_{moved.language}_{rng.randrange(8)}"))
        if restarts:
            desk.restart()
    store.close()
    return said
