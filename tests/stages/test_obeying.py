"""Link carries out what people decide of stories: once, quietly, and for ever."""

from datetime import timedelta

import pytest

from consumers.runner import Received
from consumers.upkeep import Upkeep
from service.broker import Broker
from service.errors import Rejected
from service.messages import StoryChanged, StrandChanged
from service.settings import Settings
from service.store import Store
from service.store.ties import Tie
from service.streams import STRANDS
from tests.builders import NOW
from tests.newsroom import Newsroom, a_copy
from tests.stages.linkdesk import Desk


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def newsroom() -> Newsroom:
    return Newsroom(seed=3)


async def two_stories(desk: Desk, newsroom: Newsroom) -> tuple[StoryChanged, StoryChanged]:
    """An English one of two articles and a German one of one, that have nothing in common."""
    first, _ = await desk.tell("sd_en", *(newsroom.report(0, at=NOW + timedelta(hours=n)) for n in range(2)))
    (second,) = await desk.tell("sd_de", newsroom.report(1, "de", NOW))
    assert first.story_id != second.story_id
    return first, second


async def ties(desk: Desk) -> list[Tie]:
    return await desk.store.read(lambda tx: tx.ties.all())


async def pinned(desk: Desk, *told: StoryChanged) -> dict[str, str]:
    return await desk.store.read(lambda tx: tx.decisions.pinned(each.article_id for each in told))


async def test_a_story_goes_into_the_one_that_was_said_even_into_a_younger(desk: Desk, newsroom: Newsroom) -> None:
    first, second = await two_stories(desk, newsroom)
    (merged,) = await desk.hear(await desk.decide("merge", first.story_id, other_id=second.story_id))
    assert (merged.change, merged.story_id, merged.merged) == ("merged", second.story_id, (first.story_id,))
    assert merged.quiet
    story = await desk.story(first.story_id)
    assert (story.id, story.articles, story.languages) == (second.story_id, 3, ("de", "en"))
    assert await desk.kinds(first.story_id) == ["opened", "grown", "swallowed"]
    assert (await desk.kinds(second.story_id))[-1] == "merged"
    decided = await desk.store.read(lambda tx: tx.decisions.get("dc_1"))
    assert decided is not None
    assert (decided.state, decided.done_at, decided.seq > 0) == ("done", desk.clock(), True)


async def test_a_decision_that_comes_twice_is_carried_out_once(desk: Desk, newsroom: Newsroom) -> None:
    first, second = await two_stories(desk, newsroom)
    record = await desk.decide("split", first.story_id, other_id="st_part", article_ids=(first.article_id,))
    said = await desk.hear(record)
    before = await desk.state(first.story_id, second.story_id, "st_part")
    assert await desk.hear(record, record) == said * 2
    desk.restart()
    assert await desk.hear(record) == said
    assert await desk.state(first.story_id, second.story_id, "st_part") == before


async def test_machines_leave_alone_what_people_put_together(desk: Desk, newsroom: Newsroom) -> None:
    first, second = await two_stories(desk, newsroom)
    assert await pinned(desk, first, second) == {}
    record = await desk.decide("merge", first.story_id, other_id=second.story_id)
    kept = {first.article_id: "sd_en", second.article_id: "sd_de"}
    assert await pinned(desk, first, second) == kept  # from the moment of deciding
    await desk.hear(record)
    assert await pinned(desk, first, second) == kept


async def test_articles_with_their_copies_become_a_story_of_their_own(desk: Desk, newsroom: Newsroom) -> None:
    told = [newsroom.report(0, at=NOW + timedelta(hours=n)) for n in range(3)]
    first, second, third, copy = await desk.tell("sd_en", *told, a_copy(told[1], "echo"))
    named = second.article_id
    (split,) = await desk.hear(await desk.decide("split", first.story_id, other_id="st_part", article_ids=(named,)))
    assert (split.change, split.story_id, split.left, split.quiet) == ("split", "st_part", first.story_id, True)
    part, rest = await desk.story("st_part"), await desk.story(first.story_id)
    assert (part.articles, part.copies, part.title) == (2, 1, told[1].article.raw.title)
    assert (rest.articles, rest.copies) == (2, 0)
    now_in = await desk.store.read(lambda tx: tx.articles.current([second.article_id, copy.article_id]))
    assert {strand_id for strand_id, _ in now_in.values()}.isdisjoint({"sd_en"})
    assert await pinned(desk, second, third) == {named: now_in[named][0], third.article_id: "sd_en"}
    (moved,) = await desk.store.read(lambda tx: tx.moves.of(named))
    assert (moved.before, moved.strand_id) == ("sd_en", now_in[named][0])
    assert await desk.kinds("st_part") == ["split"]
    assert (await desk.kinds(first.story_id))[-1] == "parted"


async def test_parts_that_people_split_never_merge_by_themselves(desk: Desk, newsroom: Newsroom) -> None:
    english, german = await desk.tell("sd_en", newsroom.report(0, at=NOW)) + await desk.tell(
        "sd_de", newsroom.report(0, "de", NOW)
    )
    assert english.story_id == german.story_id
    named = (german.article_id,)
    await desk.hear(await desk.decide("split", english.story_id, other_id="st_part", article_ids=named))
    desk.restart(threshold=-9)
    (grown,) = await desk.tell("sd_de", newsroom.report(0, "de", NOW))
    assert (grown.change, grown.story_id) == ("grown", "st_part")
    (merged,) = await desk.hear(await desk.decide("merge", "st_part", other_id=english.story_id))
    assert merged.change == "merged"  # but a person may think again
    assert [each.kind for each in await ties(desk)] == ["together"]


async def test_what_is_pinned_is_neither_merged_nor_split_until_it_is_free(desk: Desk, newsroom: Newsroom) -> None:
    first, second = await two_stories(desk, newsroom)
    (said,) = await desk.hear(await desk.decide("pin", first.story_id))
    assert (said.change, said.quiet) == ("unchanged", True)
    merge = await desk.decide("merge", second.story_id, other_id=first.story_id)
    split = await desk.decide("split", first.story_id, other_id="st_part", article_ids=(first.article_id,))
    assert await desk.hear(merge, split) == []
    refused = await desk.store.read(lambda tx: [tx.decisions.get(each) for each in ("dc_2", "dc_3")])
    assert {(each.state, each.why) for each in refused if each} == {
        ("refused", f"the story {first.story_id} is pinned")
    }
    await desk.hear(await desk.decide("unpin", first.story_id))
    (merged,) = await desk.hear(await desk.decide("merge", second.story_id, other_id=first.story_id))
    assert merged.change == "merged"


async def test_a_merge_is_taken_back(desk: Desk, newsroom: Newsroom) -> None:
    first, second = await two_stories(desk, newsroom)
    await desk.hear(await desk.decide("merge", first.story_id, other_id=second.story_id))
    grown = await desk.tell("sd_en", newsroom.report(0, at=NOW))
    assert grown[0].story_id == second.story_id
    (split,) = await desk.hear(await desk.decide("undo", second.story_id, undoes="dc_1"))
    assert (split.change, split.story_id, split.left) == ("split", first.story_id, second.story_id)
    assert [(await desk.story(each.story_id)).articles for each in (first, second)] == [3, 1]
    assert await ties(desk) == []
    assert await desk.hear(await desk.decide("undo", second.story_id, undoes="dc_1")) == []


async def test_a_split_is_taken_back(desk: Desk, newsroom: Newsroom) -> None:
    first, _ = await two_stories(desk, newsroom)
    await desk.hear(await desk.decide("split", first.story_id, other_id="st_part", article_ids=(first.article_id,)))
    (merged,) = await desk.hear(await desk.decide("undo", "st_part", undoes="dc_1"))
    assert (merged.story_id, merged.merged) == (first.story_id, ("st_part",))
    assert (await desk.story("st_part")).articles == 2
    assert await ties(desk) == []


async def test_what_settling_moved_meanwhile_goes_where_people_say(desk: Desk, newsroom: Newsroom) -> None:
    first, second = await two_stories(desk, newsroom)
    late = await desk.move(first.article_id, "sd_other")
    await desk.hear(await desk.decide("split", first.story_id, other_id="st_part", article_ids=(first.article_id,)))
    (stale,) = await desk.hear(late)
    assert (stale.change, stale.story_id) == ("unchanged", "st_part")
    assert (await desk.story("st_part")).articles == 1
    assert second.story_id


async def test_a_decision_that_link_was_not_told_of_is_told_again(
    desk: Desk, newsroom: Newsroom, embedded_broker: Broker
) -> None:
    first, second = await two_stories(desk, newsroom)
    await desk.decide("merge", first.story_id, other_id=second.story_id)
    upkeep = Upkeep(desk.store, embedded_broker, Settings(), desk.clock)
    await upkeep.remind_once()
    assert (await embedded_broker.lag(STRANDS.name, "link")).records == 0  # it may be on its way
    desk.clock.advance(600)
    await upkeep.remind_once()
    async with embedded_broker.reader(STRANDS.name, "link") as reader:
        records = [STRANDS.decode(each) for each in await reader.read(10, 0.05)]
    (merged,) = await desk.hear(*records)
    assert merged.change == "merged"
    await upkeep.remind_once()
    assert (await embedded_broker.lag(STRANDS.name, "link")).records == 1


@pytest.mark.parametrize("named", [(), ("nobody's",)])
async def test_a_split_of_none_or_all_is_refused(desk: Desk, newsroom: Newsroom, named: tuple[str, ...]) -> None:
    first, second = await two_stories(desk, newsroom)
    none = await desk.decide("split", first.story_id, other_id="st_part", article_ids=named)
    everything = await desk.decide("split", second.story_id, other_id="st_part", article_ids=(second.article_id,))
    assert await desk.hear(none, everything) == []
    assert (await desk.story(second.story_id)).articles == 1


async def test_a_decision_that_nobody_made_is_rejected(desk: Desk) -> None:
    unknown = StrandChanged(
        strand_id="", change="decided", article_id="", revision=0, language="", decision="dc_unknown"
    )
    with pytest.raises(Rejected, match="dc_unknown"):
        await desk.link([Received(unknown, "strands/0/1")])
