"""Match on a real store: one alert for each topic and story, with reasons, whatever comes again."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from consumers.match import Match
from consumers.runner import Outcome, Received
from service.messages import Entity, StoryChanged
from service.query import KnownNames, Reading, parse
from service.query.kept import frozen, thawed
from service.query.tree import AtLeast, Field, Or, Term
from service.sources import Source, Sources
from service.store import Store
from tests.builders import NOW, an_endpoint
from tests.stages.matchdesk import House


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


async def test_a_match_raises_an_alert_with_its_reasons_and_a_delivery(house: House) -> None:
    await house.topic("Belarus", "Belarus AND prisoners")
    changed = await house.file(1, "story", "Belarus frees prisoners")
    assert await house.hear(changed) == ["alerted"]
    (alert,) = await house.alerts()
    assert (alert.topic_id, alert.story_id, alert.article_id) == ("Belarus", "story", "article 1")
    said = alert.payload
    assert said["topic"]["query"] == "Belarus AND prisoners"
    assert (said["story"]["id"], said["story"]["articles"]) == ("story", 1)
    assert {(each["clause"], each["text"]) for each in said["reasons"]} == {
        ("belarus", "Belarus"),
        ("prisoners", "prisoners"),
    }
    title = said["article"]["title"]
    for reason in said["reasons"]:
        if reason["field"] == "title":
            assert title[reason["start"] : reason["end"]] == reason["text"]
    assert await house.deliveries() == 1


async def test_what_does_not_match_is_quiet(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    assert await house.hear(await house.file(1, "story", "Ferries sail again")) == ["quiet"]
    assert await house.alerts() == []


async def test_a_story_that_grows_alerts_once(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    first = await house.file(1, "story", "Belarus frees prisoners")
    second = await house.file(2, "story", "More on Belarus")
    assert await house.hear(first, second) == ["alerted", "quiet"]
    assert await house.hear(await house.file(3, "story", "Belarus again")) == ["quiet"]
    assert len(await house.alerts()) == 1
    assert await house.deliveries() == 1


async def test_a_story_whose_later_article_matches_alerts_then(house: House) -> None:
    await house.topic("Minsk", "Minsk")
    assert await house.hear(await house.file(1, "story", "Prisoners are free")) == ["quiet"]
    assert await house.hear(await house.file(2, "story", "Minsk confirms")) == ["alerted"]


async def test_a_redelivered_batch_tells_nobody_again(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    changed = await house.file(1, "story", "Belarus frees prisoners")
    await house.hear(changed)
    before = await house.alerts()
    house.clock.advance(60)
    assert await Match(house.store, house.clock)([Received(changed, "stories.changed/0/0")]) == [Outcome("quiet")]
    assert await house.alerts() == before
    assert await house.deliveries() == 1


async def test_a_merge_of_two_stories_that_were_told_tells_no_more(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    one = await house.file(1, "one", "Belarus frees prisoners")
    two = await house.file(2, "two", "Prisoners leave Belarus")
    assert await house.hear(one, two) == ["alerted", "alerted"]
    await house.store.write(lambda tx: tx.stories.merge({"two": "one"}))
    await house.store.write(lambda tx: tx.stories.recount(["one"]))
    merged = msgspec.structs.replace(two, story_id="one", change="merged", merged=("two",))
    assert await house.hear(merged, two) == ["quiet", "quiet"]
    assert len(await house.alerts()) == 2


async def test_a_story_told_under_the_name_it_lost_is_not_told_under_its_successors(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    one = await house.file(1, "one", "Prisoners are free")
    two = await house.file(2, "two", "Prisoners leave Belarus")
    assert await house.hear(one, two) == ["quiet", "alerted"]
    await house.store.write(lambda tx: tx.stories.merge({"two": "one"}))
    assert await house.hear(await house.file(3, "one", "Belarus explains")) == ["quiet"]


async def test_news_of_a_story_that_was_merged_away_alerts_for_its_successor(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    await house.file(1, "one", "Prisoners are free")
    late = await house.file(2, "two", "Prisoners leave Belarus")
    await house.store.write(lambda tx: tx.stories.merge({"two": "one"}))
    assert await house.hear(late) == ["alerted"]
    assert [each.story_id for each in await house.alerts()] == ["one"]


async def test_a_topic_that_names_a_country_hears_of_it_in_every_language(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    await house.topic("letters", '="Belarus"')
    told = await house.file(1, "one", "Białoruś uwalnia więźniów", language="pl", countries=("BY",))
    assert await house.hear(told) == ["alerted"]
    (alert,) = await house.alerts()
    assert alert.topic_id == "Belarus"
    assert [(each["clause"], each["text"]) for each in alert.payload["reasons"]] == [("country:BY", "BY")]


async def test_a_topic_that_names_a_person_hears_of_them_in_every_language(house: House) -> None:
    await house.topic("Merkel", "person:Merkel lang:be")
    who = Entity(id="person_angela-merkel", kind="person", name="Ангела Меркель", forms=("Меркель",))
    told = await house.file(1, "one", "Меркель прыехала", language="be", entities=(who,))
    assert await house.hear(told) == ["alerted"]


async def test_a_topic_may_wait_until_the_story_has_several_sources(house: House) -> None:
    await house.topic("ferries", "ferries sources>=2 articles>=2")
    assert await house.hear(await house.file(1, "one", "Ferries sail")) == ["quiet"]
    assert await house.hear(await house.file(2, "one", "Ferries sail again")) == ["alerted"]


async def test_a_topic_asks_who_steers_the_source(house: House) -> None:
    known = Source("outlet1.test", control="state", domains=("outlet1.test",))
    house.match = Match(house.store, house.clock, sources=Sources({"outlet1.test": known}))
    await house.topic("state", "owner:state ferries")
    one, two = await house.file(1, "one", "Ferries sail"), await house.file(2, "two", "Ferries sail")
    assert await house.hear(two, one) == ["quiet", "alerted"]


async def test_a_topic_that_cannot_be_understood_here_is_left_out_and_the_others_go_on(house: House) -> None:
    await house.topic("meaning", 'about:"prisoner release"')
    await house.topic("ferries", "ferries")
    assert await house.hear(await house.file(1, "one", "Ferries sail")) == ["alerted"]


def settled(changed: StoryChanged, story_id: str) -> StoryChanged:
    return msgspec.structs.replace(changed, story_id=story_id, change="moved", left=changed.story_id, quiet=True)


async def test_an_article_that_moves_to_another_story_tells_nobody(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    first = await house.file(1, "one", "Belarus frees prisoners")
    await house.file(2, "two", "Ferries sail again")
    assert await house.hear(first) == ["alerted"]
    await house.move(1, "two")
    assert await house.hear(settled(first, "two")) == ["quiet"]
    assert len(await house.alerts()) == 1


async def test_a_story_is_not_told_again_after_the_article_that_raised_the_alert_moved_into_it(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    first = await house.file(1, "one", "Belarus frees prisoners")
    await house.file(2, "two", "Ferries sail again")
    assert await house.hear(first) == ["alerted"]
    await house.move(1, "two")
    later = await house.file(3, "two", "Belarus explains")
    assert await house.hear(later, settled(first, "two")) == ["quiet", "quiet"]
    assert await house.deliveries() == 1


async def test_an_article_that_moved_before_it_was_looked_at_counts_where_it_is(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    told = await house.file(1, "one", "Belarus frees prisoners")
    stray = await house.file(2, "two", "Prisoners leave Belarus")
    await house.file(3, "two", "Ferries sail again")
    assert await house.hear(told) == ["alerted"]
    await house.move(2, "one")
    assert await house.hear(stray) == ["quiet"]
    assert [each.story_id for each in await house.alerts()] == ["one"]


async def test_what_was_quiet_in_the_wrong_story_is_told_in_the_right_one(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    told, strays = await house.file(1, "one", "Belarus frees prisoners"), await house.file(2, "one", "Belarus sails")
    await house.file(3, "two", "Ferries sail again")
    assert await house.hear(told, strays) == ["alerted", "quiet"]
    await house.move(2, "two")
    assert await house.hear(settled(strays, "two")) == ["alerted"]
    assert await house.hear(settled(strays, "two")) == ["quiet"]
    assert {each.story_id: each.article_id for each in await house.alerts()} == {"one": "article 1", "two": "article 2"}


async def test_what_an_alert_leaves_behind_is_told_for_itself(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    told, stays = await house.file(1, "one", "Belarus frees prisoners"), await house.file(2, "one", "Belarus sails")
    await house.file(3, "one", "Ferries sail again")
    assert await house.hear(told, stays) == ["alerted", "quiet"]
    await house.move(1, "two")
    for label in ("alerted", "quiet"):
        assert await house.hear(settled(told, "two")) == [label]
    assert {(each.story_id, each.article_id) for each in await house.alerts()} == {
        ("one", "article 1"),
        ("one", "article 2"),
    }


async def test_a_story_whose_alert_moved_away_is_told_of_the_next_article(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    told = await house.file(1, "one", "Belarus frees prisoners")
    assert await house.hear(told) == ["alerted"]
    await house.move(1, "two")
    later = await house.file(2, "one", "Belarus sails")
    assert await house.hear(settled(told, "two"), later) == ["quiet", "alerted"]


async def test_a_move_is_heard_in_the_lane_of_its_own_article(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    told, old = await house.file(1, "one", "Belarus frees"), await house.file(2, "one", "Belarus", lane="backfill")
    new = await house.file(3, "one", "Belarus sails")
    assert await house.hear(told, msgspec.structs.replace(old, lane="backfill"), new) == ["alerted", "quiet", "quiet"]
    for number, story in ((2, "old"), (3, "new")):
        await house.move(number, story)
    moves = [settled(old, "old"), msgspec.structs.replace(settled(new, "new"), lane="backfill")]
    assert await house.hear(*moves) == ["quiet", "alerted"]


async def test_a_move_tells_no_topic_that_is_newer_than_the_article(house: House) -> None:
    article = await house.file(1, "one", "Belarus frees prisoners")
    assert await house.hear(article) == ["quiet"]
    await house.topic("Belarus", "Belarus", created_at=NOW + timedelta(days=1))
    await house.move(1, "two")
    assert await house.hear(settled(article, "two")) == ["quiet"]


async def test_the_part_that_did_not_raise_the_alert_may_raise_one_of_its_own(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    first = await house.file(1, "one", "Belarus frees prisoners")
    other = await house.file(2, "one", "Ferries sail again")
    assert await house.hear(first, other) == ["alerted", "quiet"]
    await house.move(2, "part")
    split = msgspec.structs.replace(other, story_id="part", change="split", left="one", quiet=True)
    assert await house.hear(split) == ["quiet"]
    assert await house.hear(await house.file(3, "part", "Ferries reach Belarus")) == ["alerted"]


async def test_backfill_is_quiet(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    changed = await house.file(1, "story", "Belarus frees prisoners")
    assert await house.hear(msgspec.structs.replace(changed, lane="backfill")) == ["quiet"]


async def test_topics_are_heard_of_between_batches(house: House) -> None:
    changed = await house.file(1, "story", "Belarus frees prisoners")
    assert await house.hear(changed) == ["quiet"]
    await house.topic("Belarus", "Belarus")
    assert await house.hear(changed) == ["alerted"]
    await house.store.write(lambda tx: tx.topics.remove("Belarus", None))
    assert await house.hear(await house.file(2, "another", "Belarus again")) == ["quiet"]


async def test_a_disabled_topic_is_quiet(house: House) -> None:
    await house.topic("Belarus", "Belarus", enabled=False)
    assert await house.hear(await house.file(1, "story", "Belarus frees prisoners")) == ["quiet"]


async def test_several_topics_on_one_story_alert_each(house: House) -> None:
    await house.topic("Belarus", "Belarus")
    await house.topic("prisoners", "prisoners")
    await house.topic("ferries", "ferries")
    assert await house.hear(await house.file(1, "story", "Belarus frees prisoners")) == ["alerted"]
    assert {each.topic_id for each in await house.alerts()} == {"Belarus", "prisoners"}


async def test_a_long_story_still_fits_a_webhook(house: House) -> None:
    await house.topic("word", "word")
    title = "word " * 4000
    await house.hear(await house.file(1, "story", title))
    (alert,) = await house.alerts()
    assert len(msgspec.json.encode(alert.payload)) <= 20_000
    assert alert.payload["truncated"] is True


async def test_all_topics_are_loaded_in_portions_before_the_first_batch(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumers.match.PORTION", 3)
    for number in range(7):
        await house.topic(f"topic {number}", f"Minsk OR word{number}", enabled=number != 4)
    await house.match.load()
    assert house.match.topics == 6
    await house.topic("topic 8", "Minsk")
    assert await house.hear(await house.file(1, "story", "Minsk confirms")) == ["alerted"]
    assert {each.topic_id for each in await house.alerts()} == {f"topic {number}" for number in (0, 1, 2, 3, 5, 6, 8)}


async def test_how_a_query_was_understood_is_kept_for_the_next_start_and_made_anew_by_another_reading(
    house: House,
) -> None:
    await house.topic("Belarus", "Belarus")
    assert await house.store.read(lambda tx: tx.topics.changed_since(0)[0].tree) == b""
    await house.match.load()
    kept = (await house.store.read(lambda tx: tx.topics.changed_since(0)))[0]
    assert thawed(kept.tree) == Reading().read("Belarus").query
    assert kept.read_as == Reading().version

    otherwise = [replace(kept, tree=frozen(parse("ferries"))), replace(kept, tree=b"spoilt")]
    for tree, title in zip(otherwise, ("Ferries sail", "Belarus frees prisoners"), strict=True):
        await house.store.write(lambda tx, tree=tree: tx.topics.understood([tree]))
        house.match = Match(house.store, house.clock)
        await house.match.load()
        assert await house.hear(await house.file(len(title), title, title)) == ["alerted"]

    outlets = Sources({"belarus.test": Source("belarus.test", name="Belarus")})
    house.match = Match(house.store, house.clock, Reading(KnownNames(outlets)))
    await house.store.write(lambda tx: tx.topics.understood([otherwise[0]]))
    await house.match.load()
    assert await house.hear(await house.file(50, "later", "Belarus votes")) == ["alerted"]


async def test_an_alert_says_by_what_its_query_was_understood(house: House) -> None:
    await house.topic("Ferries", "ferries", tree=frozen(parse("volcano")), read_as="another release")
    assert await house.hear(await house.file(1, "one", "Ferries sail")) == ["alerted"]
    (alert,) = await house.alerts()
    assert alert.payload["topic"]["analyser"] == Reading().version


async def test_a_topic_that_misbehaves_is_left_alone_and_its_account_is_told_once(house: House) -> None:
    """One fails by a fault of ours; the other goes on."""
    await house.topic("faulty", "first/9:Minsk")
    await house.topic("other", "Minsk")
    asking = replace(an_endpoint(id="asking"), notices=("topic.quarantined",))
    stranger = replace(an_endpoint(id="stranger"), notices=("topic.*",), account_id="another")
    await house.store.write(lambda tx: [tx.endpoints.add(each) for each in (asking, stranger)])
    await house.match.load()
    house.match._index.put("faulty", AtLeast(2, Or((Term("minsk"), Field("country", "BY")))))
    for number in range(4):
        assert await house.hear(await house.file(number, f"story {number}", "Minsk confirms")) == ["alerted"]
    (notice,) = await house.store.read(lambda tx: tx.notices.list(None, ["topic.quarantined"]))
    assert (notice.subject, notice.account_id) == ("faulty", "main")
    assert notice.payload["topic"] == {"id": "faulty", "name": "faulty", "query": "first/9:Minsk", "version": 1}
    assert "TypeError" in notice.payload["why"]
    owed = await house.store.read(lambda tx: tx.deliveries.list(most=100))
    assert [each.endpoint_id for each in owed if each.notice_id == notice.id] == ["asking"]
