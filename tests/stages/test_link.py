"""Link on a real store: into which story strands are put, once and again, and what is counted."""

from datetime import timedelta

import msgspec
import pytest

from consumers.cluster import Cluster
from consumers.link import Link
from consumers.runner import Received
from service.errors import NotFound, Rejected
from service.messages import EnrichedArticle, StoryChanged, StrandChanged
from service.model import Story
from service.settings import ClusterSettings, LinkSettings
from service.store import Store
from service.store.ties import Tie, TieKind
from tests.builders import NOW, a_strand_changed
from tests.newsroom import Newsroom, a_copy


class Desk:
    """Both stages, one behind the other."""

    def __init__(self, store: Store, link: LinkSettings | None = None) -> None:
        self.store = store
        self.cluster = Cluster(store, ClusterSettings())
        self.link = Link(store, link or LinkSettings())
        self.place = 0

    async def strands(self, *articles: EnrichedArticle) -> list[StrandChanged]:
        outcomes = await self.cluster([Received(each, self._position("enriched")) for each in articles])
        return [message for each in outcomes for message in each.messages]

    async def stories(self, *changed: StrandChanged) -> list[StoryChanged]:
        outcomes = await self.link([Received(each, self._position("strands")) for each in changed])
        assert [each.label for each in outcomes] == [each.messages[0].change for each in outcomes]
        return [message for each in outcomes for message in each.messages]

    async def tell(self, *articles: EnrichedArticle) -> list[StoryChanged]:
        return await self.stories(*await self.strands(*articles))

    async def story(self, story_id: str) -> Story:
        return await self.store.read(lambda tx: tx.stories.get(story_id))

    def _position(self, stream: str) -> str:
        self.place += 1
        return f"{stream}/0/{self.place}"


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.fixture
def newsroom() -> Newsroom:
    """It has told something of everything, so that it is known which words are common."""
    return Newsroom(seed=3)


async def test_one_happening_in_three_languages_is_one_story(desk: Desk, newsroom: Newsroom) -> None:
    said = await desk.tell(*(newsroom.report(0, language, NOW) for language in ("en", "de", "ru")))
    assert [each.change for each in said] == ["opened", "linked", "linked"]
    story = await desk.story(said[0].story_id)
    assert story.languages == ("de", "en", "ru")
    assert (story.articles, story.copies, story.sources) == (3, 0, 3)


async def test_two_happenings_are_two_stories(desk: Desk, newsroom: Newsroom) -> None:
    said = await desk.tell(newsroom.report(0, "en", NOW), newsroom.report(1, "de", NOW))
    assert [each.change for each in said] == ["opened", "opened"]
    assert said[0].story_id != said[1].story_id


async def test_a_story_grows_with_its_strand(desk: Desk, newsroom: Newsroom) -> None:
    first, second = newsroom.report(0, at=NOW), newsroom.report(0, at=NOW + timedelta(hours=1))
    opened, grown = await desk.tell(first, second)
    assert (grown.change, grown.story_id) == ("grown", opened.story_id)
    story = await desk.story(opened.story_id)
    assert story.title == first.article.raw.title
    assert (story.first_at, story.last_at) == (NOW, NOW + timedelta(hours=1))
    assert story.countries == ("BY",)


async def test_forty_copies_of_one_report_are_one_source(desk: Desk, newsroom: Newsroom) -> None:
    original = newsroom.report(0, at=NOW)
    said = await desk.tell(original, *(a_copy(original, f"echo{place}") for place in range(40)))
    assert {each.change for each in said[1:]} == {"grown"}
    story = await desk.story(said[0].story_id)
    assert (story.articles, story.copies, story.sources) == (41, 40, 1)
    assert story.title == original.article.raw.title


async def test_a_record_delivered_again_is_answered_as_before(desk: Desk, newsroom: Newsroom) -> None:
    strands = await desk.strands(*(newsroom.report(0, language, NOW) for language in ("en", "de", "en")))
    said = await desk.stories(*strands)
    assert await desk.stories(*strands) == said
    assert await Desk(desk.store).stories(*strands) == said
    story = await desk.story(said[0].story_id)
    assert story.articles == 3


async def test_a_revision_changes_no_story_and_is_passed_on(desk: Desk, newsroom: Newsroom) -> None:
    article = newsroom.report(0, at=NOW)
    later = msgspec.structs.replace(
        article, article=msgspec.structs.replace(article.article, revision=1, kind="revision")
    )
    opened, again = await desk.tell(article, later)
    assert (again.change, again.story_id, again.revision) == ("unchanged", opened.story_id, 1)
    assert (await desk.story(opened.story_id)).articles == 1


async def test_a_merged_story_still_resolves_and_is_known_to_its_successor(store: Store, newsroom: Newsroom) -> None:
    strict, lax = Desk(store, LinkSettings(threshold=9)), Desk(store, LinkSettings(threshold=-9))
    english, german = await strict.tell(newsroom.report(0, "en", NOW), newsroom.report(0, "de", NOW))
    assert english.story_id != german.story_id
    (merged,) = await lax.tell(newsroom.report(0, "de", NOW))
    assert (merged.change, merged.story_id) == ("merged", english.story_id)
    assert merged.merged == (german.story_id,)
    story = await lax.story(german.story_id)
    assert (story.id, story.articles, story.languages) == (english.story_id, 3, ("de", "en"))
    ids = [english.story_id, german.story_id]
    lineage = await store.read(lambda tx: tx.stories.lineage(ids))
    assert lineage == {english.story_id: frozenset({german.story_id}), german.story_id: frozenset()}
    assert await lax.stories(*await lax.strands()) == []


async def test_redirects_lead_to_the_story_that_stands_after_two_merges(store: Store, newsroom: Newsroom) -> None:
    strict, lax = Desk(store, LinkSettings(threshold=9)), Desk(store, LinkSettings(threshold=-9))
    told = await strict.tell(*(newsroom.report(0, language, NOW) for language in ("en", "de", "ru")))
    first, second, third = (each.story_id for each in told)
    said = await lax.tell(newsroom.report(0, "ru", NOW), newsroom.report(0, "de", NOW), newsroom.report(0, "en", NOW))
    swallowed = {story_id for each in said for story_id in each.merged}
    assert swallowed == {second, third}
    assert {(await lax.story(story_id)).id for story_id in (first, second, third)} == {first}
    assert (await lax.story(third)).articles == 6


async def test_a_strand_of_another_time_is_another_story(desk: Desk, newsroom: Newsroom) -> None:
    early, late = newsroom.report(0, "en", NOW), newsroom.report(0, "de", NOW + timedelta(days=60))
    assert [each.change for each in await desk.tell(early, late)] == ["opened", "opened"]


async def test_an_archive_read_in_later_is_linked_as_news_was(desk: Desk, newsroom: Newsroom) -> None:
    await desk.tell(newsroom.report(1, "en", NOW))
    past = NOW - timedelta(days=90)
    said = await desk.tell(newsroom.report(0, "en", past), newsroom.report(0, "de", past))
    assert [each.change for each in said] == ["opened", "linked"]


async def test_a_revision_that_was_never_filed_is_rejected(desk: Desk) -> None:
    with pytest.raises(Rejected, match="article-1 is not in the store"):
        await desk.stories(a_strand_changed())


async def test_there_is_no_story_by_an_unknown_id(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.story("st_none")


async def decide(desk: Desk, kind: TieKind, article_id: str, other_id: str = "") -> None:
    assert await desk.store.write(lambda tx: tx.ties.add(Tie(kind, article_id, NOW, other_id)))


async def test_stories_that_people_keep_apart_never_merge(store: Store, newsroom: Newsroom) -> None:
    strict, lax = Desk(store, LinkSettings(threshold=9)), Desk(store, LinkSettings(threshold=-9))
    english, german = await strict.tell(newsroom.report(0, "en", NOW), newsroom.report(0, "de", NOW))
    await decide(lax, "apart", english.article_id, german.article_id)
    (grown,) = await lax.tell(newsroom.report(0, "de", NOW))
    assert (grown.change, grown.story_id) == ("grown", german.story_id)


async def test_stories_that_people_call_one_merge_as_soon_as_one_grows(store: Store, newsroom: Newsroom) -> None:
    strict = Desk(store, LinkSettings(threshold=9))
    english, german = await strict.tell(newsroom.report(0, "en", NOW), newsroom.report(1, "de", NOW))
    await decide(strict, "together", german.article_id, english.article_id)
    merged, grown = await strict.tell(newsroom.report(1, "de", NOW), newsroom.report(0, "en", NOW))
    assert (merged.change, merged.story_id, merged.merged) == ("merged", english.story_id, (german.story_id,))
    assert (grown.change, grown.story_id) == ("grown", english.story_id)
    assert (await strict.story(german.story_id)).id == english.story_id


async def test_nothing_moves_into_or_out_of_a_pinned_story(store: Store, newsroom: Newsroom) -> None:
    strict, lax = Desk(store, LinkSettings(threshold=9)), Desk(store, LinkSettings(threshold=-9))
    english, german = await strict.tell(newsroom.report(0, "en", NOW), newsroom.report(0, "de", NOW))
    await decide(lax, "pinned", english.article_id)
    own, other, russian = await lax.tell(*(newsroom.report(0, language, NOW) for language in ("en", "de", "ru")))
    assert (own.change, own.story_id) == ("grown", english.story_id)
    assert (other.change, other.story_id) == ("grown", german.story_id)
    assert (russian.change, russian.story_id) == ("linked", german.story_id)
