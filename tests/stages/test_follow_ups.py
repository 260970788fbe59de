"""What follows an alert goes to those who heard of it, and to each of them once."""

import msgspec
import pytest

from consumers.match import Match
from service.messages import StoryChanged
from service.model import Follow, Grew, Timing, delivery_id
from service.model.revisions import Weighed
from service.store import Store
from tests.builders import a_story_changed, a_subscription, an_endpoint
from tests.stages.matchdesk import NO_MORE, House

GROWING = Follow(grew=Grew(independent=(3, 5), languages=(2,)), revised=False, retracted=False)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


async def alerted(house: House, follow: Follow = Follow()) -> StoryChanged:  # noqa: B008  (a frozen value)
    """Belarus was told of a story by its first article; gives the change that did it."""
    await house.topic("Belarus", "Belarus", follow)
    changed = await house.file(1, "story", "Belarus frees 14 prisoners")
    assert await house.hear(changed) == ["alerted"]
    house.clock.advance(60)
    return changed


# --- growth


async def test_a_story_that_has_grown_is_told_once_for_each_number(house: House) -> None:
    await alerted(house, GROWING)
    for number in (2, 3, 4):
        await house.hear(await house.file(number, "story", "Prisoners leave"))
    (grew,) = await house.notices("story.grew")
    assert grew.payload["passed"] == [{"measure": "independent", "threshold": 3, "was": 1, "now": 3}]
    (alert,) = await house.alerts()
    assert grew.payload["alert"]["id"] == alert.id
    assert grew.payload["alert"]["deliveries"] == [delivery_id(alert.id, "ep-Belarus")]
    assert await house.owed_to(grew) == {"ep-Belarus"}
    await house.hear(await house.file(5, "story", "Prisoners are home"))
    assert [each.payload["passed"][0]["threshold"] for each in await house.notices("story.grew")] == [3, 5]


async def test_of_numbers_passed_at_once_the_highest_is_told_in_one_notice(house: House) -> None:
    await alerted(house, GROWING)
    await house.file(2, "story", "Prisoners leave", language="be")
    await house.quietly("story", independent=9)
    await house.hear(a_story_changed(story_id="story", article_id="article 1", quiet=True, change="moved"))
    (grew,) = await house.notices("story.grew")
    assert {(each["measure"], each["threshold"]) for each in grew.payload["passed"]} == {
        ("independent", 5),
        ("languages", 2),
    }
    await house.quietly("story", independent=3)
    await house.hear(a_story_changed(story_id="story", article_id="article 1", quiet=True, change="moved"))
    assert len(await house.notices("story.grew")) == 1


async def test_what_the_alert_said_already_is_no_growth(house: House) -> None:
    for number in (1, 2, 3):
        await house.file(number, "story", "Prisoners leave")
    await house.topic("Belarus", "Belarus", GROWING)
    assert await house.hear(await house.file(4, "story", "Belarus frees prisoners")) == ["alerted"]
    await house.hear(await house.file(6, "story", "Prisoners leave"))
    assert [each.payload["passed"][0]["threshold"] for each in await house.notices("story.grew")] == [5]


async def test_growth_by_backfill_is_not_told(house: House) -> None:
    await alerted(house, GROWING)
    for number in (2, 3, 4):
        change = await house.file(number, "story", "Prisoners leave")
        await house.hear(msgspec.structs.replace(change, lane="backfill"))
    assert await house.notices("story.grew") == []


async def test_who_subscribed_later_hears_nothing_of_what_was_told_before(house: House) -> None:
    await alerted(house, GROWING)
    await house.store.write(lambda tx: tx.endpoints.add(an_endpoint(id="late")))
    late = a_subscription(id="sb-late", topic_id="Belarus", endpoint_id="late", follow=GROWING)
    await house.store.write(lambda tx: tx.subscriptions.add(late))
    for number in (2, 3):
        await house.hear(await house.file(number, "story", "Prisoners leave"))
    (grew,) = await house.notices("story.grew")
    assert await house.owed_to(grew) == {"ep-Belarus"}


# --- corrections


async def test_a_correction_follows_the_alert_to_everyone_who_got_it(house: House) -> None:
    await alerted(house)
    await house.hear(await house.revise(1, "story", "Belarus frees 52 prisoners", "number: 14 → 52"))
    (told,) = await house.notices("story.revised")
    assert told.payload["change"]["facts"] == ["number: 14 → 52"]
    assert told.payload["change"]["raised"] is True
    assert told.payload["article"]["title"] == "Belarus frees 52 prisoners"
    (alert,) = await house.alerts()
    assert told.payload["alert"]["id"] == alert.id
    assert await house.owed_to(told) == {"ep-Belarus"}


async def test_a_correction_shows_the_passages_that_changed(house: House) -> None:
    await alerted(house)
    await house.hear(await house.revise(1, "story", "Belarus frees 52 prisoners", "number: 14 → 52"))
    (told,) = await house.notices("story.revised")
    assert told.payload["change"]["passages"] == [
        {"field": "title", "before": "Belarus frees 14 prisoners", "after": "Belarus frees 52 prisoners"},
        {
            "field": "body",
            "before": "Belarus frees 14 prisoners. The rest of the report.",
            "after": "Belarus frees 52 prisoners. The rest of the report.",
        },
    ]
    assert told.payload["truncated"] is False


async def test_a_correction_of_another_article_is_told_if_it_is_grave_and_once_for_all_who_make_it(
    house: House,
) -> None:
    await alerted(house)
    await house.hear(await house.file(2, "story", "14 leave"), await house.file(3, "story", "They leave"))
    house.clock.advance(60)
    await house.hear(await house.revise(2, "story", "52 leave", "number: 14 → 52"))
    await house.hear(await house.revise(3, "story", "52 leave", "number: 14 → 52", "wording: they → 52"))
    (told,) = await house.notices("story.revised")
    assert told.payload["change"]["raised"] is False
    await house.hear(await house.revise(3, "story", "52 go", "wording: leave → go", revision=2))
    assert len(await house.notices("story.revised")) == 1


async def test_what_is_only_written_otherwise_is_not_told(house: House) -> None:
    await alerted(house)
    await house.hear(await house.revise(1, "story", "Belarus  frees 14 prisoners"))
    assert await house.notices("story.revised") == []


async def test_a_page_that_is_gone_is_told_of_the_article_that_raised_the_alert(house: House) -> None:
    await alerted(house)
    await house.hear(await house.file(2, "story", "They leave"))
    house.clock.advance(60)
    gone = Weighed("deleted", ("retraction",), ("retraction: published → deleted",), 0)
    await house.hear(await house.revise(2, "story", "They leave", weighed=gone, state="deleted"))
    assert await house.notices("article.retracted") == []
    title = "Belarus frees 14 prisoners"
    await house.hear(await house.revise(1, "story", title, weighed=gone, state="deleted"))
    (told,) = await house.notices("article.retracted")
    assert told.payload["change"]["type"] == "deleted"
    assert await house.notices("story.revised") == []


async def test_who_asks_for_no_corrections_gets_none(house: House) -> None:
    await alerted(house, NO_MORE)
    await house.hear(await house.revise(1, "story", "Belarus frees 52 prisoners", "number: 14 → 52"))
    assert await house.notices("story.revised") == []


async def test_a_correction_reaches_who_has_unsubscribed_since_but_no_endpoint_that_is_gone(house: House) -> None:
    await alerted(house)
    await house.store.write(lambda tx: tx.subscriptions.remove("sb-Belarus", None))
    await house.hear(await house.revise(1, "story", "Belarus frees 52 prisoners", "number: 14 → 52"))
    (told,) = await house.notices("story.revised")
    assert await house.owed_to(told) == {"ep-Belarus"}
    await house.store.write(lambda tx: tx.endpoints.remove("ep-Belarus", None))
    await house.hear(await house.revise(1, "story", "Belarus frees 51 prisoners", "number: 52 → 51", revision=2))
    assert len(await house.notices("story.revised")) == 1


async def test_an_alert_that_a_revision_raised_is_not_corrected_by_it(house: House) -> None:
    await house.topic("Belarus", "Belarus", Follow())
    assert await house.hear(await house.file(1, "story", "Fourteen go free")) == ["quiet"]
    revised = await house.revise(1, "story", "Belarus frees 52 prisoners", "headline: a → b", "number: 14 → 52")
    assert await house.hear(revised, revised) == ["alerted", "quiet"]
    house.clock.advance(60)
    assert await house.hear(revised) == ["quiet"]
    assert await house.notices("story.revised") == []


async def test_what_was_corrected_before_the_alert_is_not_told_after_it(house: House) -> None:
    await house.topic("Belarus", "Belarus", Follow())
    await house.hear(await house.file(1, "story", "Fourteen go free"))
    revised = await house.revise(1, "story", "52 go free", "number: 14 → 52")
    house.clock.advance(60)
    raising = await house.file(2, "story", "Belarus frees prisoners")
    assert await house.hear(revised, raising) == ["quiet", "alerted"]
    house.match = Match(house.store, house.clock)
    assert await house.hear(revised, raising) == ["quiet", "quiet"]
    assert await house.notices("story.revised") == []


async def test_a_correction_follows_an_article_that_has_moved_to_another_story(house: House) -> None:
    await alerted(house)
    await house.file(2, "other", "Ferries sail")
    await house.move(1, "other")
    title = "Belarus frees 52 prisoners"
    changed = await house.revise(1, "other", title, "number: 14 → 52")
    await house.hear(changed)
    assert len(await house.notices("story.revised")) == 1


async def test_a_record_that_comes_again_is_told_once(house: House) -> None:
    first = await alerted(house, Follow(grew=Grew(sources=(2,))))
    second = await house.file(2, "story", "They leave")
    revised = await house.revise(1, "story", "Belarus frees 52 prisoners", "number: 14 → 52")
    await house.hear(second, revised)
    for _ in range(2):
        house.match = Match(house.store, house.clock)
        house.clock.advance(60)
        await house.hear(first, second, revised)
    assert len(await house.notices("story.grew")) == len(await house.notices("story.revised")) == 1
    assert await house.deliveries() == 3


# --- merges


async def test_two_stories_that_were_told_and_are_one_are_told_of_if_that_is_asked_for(house: House) -> None:
    await house.topic("Belarus", "Belarus", Follow(merged=True))
    await house.topic("silent", "Belarus", NO_MORE)
    one = await house.file(1, "one", "Belarus frees prisoners")
    two = await house.file(2, "two", "Prisoners leave Belarus")
    await house.hear(one, two)
    await house.merge("two", "one")
    merged = msgspec.structs.replace(two, story_id="one", change="merged", merged=("two",))
    await house.hear(merged)
    await house.hear(merged)
    (told,) = await house.notices("story.merged")
    other = next(each for each in await house.alerts() if (each.story_id, each.topic_id) == ("one", "Belarus"))
    assert told.payload["merged"] == {"story_id": "two", "into": "one", "alert_id": other.id}
    assert told.subject == "one"
    assert await house.owed_to(told) == {"ep-Belarus"}


async def test_growth_of_two_stories_that_are_one_is_told_once(house: House) -> None:
    await house.topic("Belarus", "Belarus", Follow(grew=Grew(sources=(3,))))
    one = await house.file(1, "one", "Belarus frees prisoners")
    await house.hear(one, await house.file(2, "two", "Prisoners leave Belarus"))
    await house.merge("two", "one")
    await house.hear(await house.file(3, "one", "They leave"))
    (grew,) = await house.notices("story.grew")
    assert grew.payload["alert"]["story_id"] == "one"


# --- held back


async def test_follow_ups_are_held_back_with_the_alert(house: House) -> None:
    await house.topic("Belarus", "Belarus", Follow(), Timing(digest="0 7 * * *"))
    await house.hear(await house.file(1, "story", "Belarus frees 14 prisoners"))
    house.clock.advance(60)
    await house.hear(await house.revise(1, "story", "Belarus frees 52 prisoners", "number: 14 → 52"))
    assert len(await house.notices("story.revised")) == 1
    assert await house.deliveries() == 0
