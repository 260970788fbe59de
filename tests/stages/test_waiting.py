"""Conditions wait: a topic that asks for three voices is told of when the third arrives, by whatever change."""

import msgspec
import pytest

from consumers.match import Match
from consumers.runner import Received
from service.messages import StoryChanged
from service.store import Store
from tests.builders import a_story_changed
from tests.stages.matchdesk import House


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


def quiet(story_id: str, number: int = 1, **given: object) -> StoryChanged:
    """A story was put together otherwise."""
    return a_story_changed(
        story_id=story_id, article_id=f"article {number}", **({"change": "moved", "quiet": True} | given)
    )


async def waiting(house: House) -> int:
    return len(await house.store.read(lambda tx: tx.connection.exec_driver_sql("select * from waiting").all()))


async def test_the_third_voice_fires_for_the_article_that_came_first_and_says_so(house: House) -> None:
    await house.topic("ferries", "ferries independent>=3")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    began = house.clock()
    house.clock.advance(60)
    assert await house.hear(await house.file(2, "story", "Boats are back")) == ["quiet"]
    assert await house.hear(await house.file(3, "story", "Crews return")) == ["alerted"]
    (alert,) = await house.alerts()
    said = alert.payload
    assert (alert.article_id, alert.independent) == ("article 1", 3)
    assert said["waited_for"] == [{"condition": "independent>=3", "then": "1", "now": "3"}]
    assert said["times"]["waiting_since"] == began.isoformat()
    assert {each["clause"] for each in said["reasons"]} == {"ferries", "independent>=3"}
    assert await waiting(house) == 0


async def test_an_article_that_finds_its_story_as_asked_did_not_wait(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    await house.file(1, "story", "Boats are back")
    assert await house.hear(await house.file(2, "story", "Ferries sail")) == ["alerted"]
    (alert,) = await house.alerts()
    assert alert.payload["waited_for"] == []
    assert alert.payload["times"]["waiting_since"] is None


async def test_what_was_told_is_not_told_again_when_more_come(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    assert await house.hear(await house.file(2, "story", "Ferries are back")) == ["alerted"]
    assert await house.hear(await house.file(3, "story", "Ferries again"), quiet("story")) == ["quiet", "quiet"]
    assert await house.deliveries() == 1


async def test_a_quiet_change_fires_too(house: House) -> None:
    await house.topic("ferries", "ferries independent>=3")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    await house.quietly("story", independent=3)
    assert await house.hear(quiet("story")) == ["alerted"]


async def test_a_merge_that_brings_the_voices_fires_for_the_story_that_stands(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    one, two = await house.file(1, "one", "Ferries sail"), await house.file(2, "two", "Boats are back")
    assert await house.hear(one, two) == ["quiet", "quiet"]
    await house.merge("one", "two")
    assert await house.hear(quiet("two", 2, change="merged", merged=("one",))) == ["alerted"]
    assert [each.story_id for each in await house.alerts()] == ["two"]


async def test_an_article_waits_in_whatever_story_it_moves_to(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    assert await house.hear(await house.file(1, "one", "Ferries sail")) == ["quiet"]
    await house.file(2, "two", "Boats are back")
    await house.move(1, "two")
    await house.quietly("two", sources=2)
    assert await house.hear(quiet("one", left="")) == ["quiet"]
    assert await house.hear(quiet("two", left="one")) == ["alerted"]


async def test_it_goes_on_waiting_over_a_restart(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    house.match = Match(house.store, house.clock)
    assert await house.hear(await house.file(2, "story", "Boats are back")) == ["alerted"]


async def test_a_record_that_comes_again_neither_tells_nor_waits_again(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    first = await house.file(1, "story", "Ferries sail")
    assert await house.hear(first, first) == ["quiet", "quiet"]
    assert await waiting(house) == 1
    second = await house.file(2, "story", "Boats are back")
    assert await house.hear(second) == ["alerted"]
    house.match = Match(house.store, house.clock)
    assert await house.hear(first, second) == ["quiet", "quiet"]
    assert (await waiting(house), await house.deliveries()) == (0, 1)


async def test_backfill_neither_waits_nor_fires(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    old = msgspec.structs.replace(await house.file(1, "story", "Ferries sailed"), lane="backfill")
    assert await house.hear(old) == ["quiet"]
    assert await waiting(house) == 0
    assert await house.hear(await house.file(2, "other", "Ferries sail")) == ["quiet"]
    old = msgspec.structs.replace(await house.file(3, "other", "Boats"), lane="backfill")
    assert await house.hear(old) == ["quiet"]
    assert await house.hear(quiet("other", 2)) == ["alerted"]


async def test_growth_can_be_waited_for(house: House) -> None:
    await house.topic("ferries", "ferries growth>=3/h")
    for number in (1, 2):
        given = {"published_at": house.clock(), "seen_at": house.clock()}
        assert await house.hear(await house.file(number, "story", "Ferries sail", **given)) == ["quiet"]
    given = {"published_at": house.clock(), "seen_at": house.clock()}
    assert await house.hear(await house.file(3, "story", "Boats", **given)) == ["alerted"]


async def test_a_topic_that_asks_for_a_story_alone_hears_of_every_change(house: House) -> None:
    await house.topic("big", "independent>=2 NOT sport")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    await house.quietly("story", independent=2)
    assert await house.hear(quiet("story")) == ["alerted"]
    assert await waiting(house) == 0


async def test_a_condition_that_must_not_hold_is_told_at_once(house: House) -> None:
    await house.topic("early", "ferries NOT independent>=2")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["alerted"]


async def test_a_topic_that_was_changed_is_looked_at_as_it_is_now(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    topic = await house.store.read(lambda tx: tx.topics.get("ferries", None))
    assert topic
    changed = {**{name: getattr(topic, name) for name in topic.__dataclass_fields__}, "query": "trains sources>=2"}
    await house.store.write(lambda tx: tx.topics.update(type(topic)(**changed)))
    assert await house.hear(await house.file(2, "story", "Boats are back")) == ["quiet"]


async def test_what_waits_is_forgotten_when_its_story_is_long_closed(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2")
    assert await house.hear(await house.file(1, "story", "Ferries sail")) == ["quiet"]
    await house.store.write(lambda tx: tx.waiting.prune(house.clock()))
    assert await waiting(house) == 1
    house.clock.advance(1)
    await house.store.write(lambda tx: tx.waiting.prune(house.clock()))
    assert await waiting(house) == 0


async def test_facts_of_stories_are_read_only_where_a_topic_asks(house: House) -> None:
    await house.topic("ferries", "ferries")
    changed = await house.file(1, "story", "Ferries sail")
    asked: list[str] = []
    from sqlalchemy import event

    event.listen(house.store.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    assert [each.label for each in await house.match([Received(changed, "stories.changed/0/0")])] == ["alerted"]
    assert not [each for each in asked if "waiting" in each and "select" in each.lower()]
