"""Stories as reports, on both databases: what is read of them, and what is counted."""

from datetime import timedelta

import pytest

from service.messages import Citation, EnrichedArticle
from service.model import Story
from service.sources import Source, Sources
from service.store import Store, Transaction
from service.story import Report, Stream
from service.topics.facts import HOUR, facts
from tests.api.filing import an_article_to_file, file_story
from tests.builders import NOW, minutes

KNOWN = Sources(
    {
        "state.test": Source("state.test", owner="The State", control="state", domains=("state.test", "old.test")),
        "old.test": Source("state.test", owner="The State", control="state", domains=("state.test", "old.test")),
        "sister.test": Source("sister.test", owner="The State", control="state", domains=("sister.test",)),
    }
)


def cites(domain: str, byline: bool = False) -> Citation:
    return Citation(cited=domain, domain=domain, byline=byline, start=0, end=5)


def file(tx: Transaction, story_id: str, *given: dict[str, object]) -> None:
    file_story(tx, story_id, [_article(story_id, number, fields) for number, fields in enumerate(given)])


def _article(story_id: str, number: int, fields: dict[str, object]) -> EnrichedArticle:
    source = str(fields.get("source", f"s{number}.test"))
    times = {"published_at": minutes(number), "seen_at": minutes(number + 1)}
    return an_article_to_file(f"https://{source}/{story_id}/{number}", **({"source": source} | times | fields))


async def counted(store: Store, *given: dict[str, object]) -> Story:
    def act(tx: Transaction) -> Story:
        knowing = Transaction(tx.connection, KNOWN)
        file(knowing, "st", *given)
        return knowing.stories.get("st")

    return await store.write(act)


async def test_voices_are_counted_where_a_story_is_counted(store: Store) -> None:
    story = await counted(
        store,
        {"source": "state.test"},
        {"source": "sister.test"},
        {"content": "Text.", "citations": (cites("old.test", byline=True),)},
        {},
    )
    assert (story.articles, story.sources, story.independent, story.controlled, story.citing) == (4, 4, 2, 1, 1)
    assert story.earliest_id


async def test_a_mere_date_is_read_with_its_precision(store: Store) -> None:
    midnight = NOW.replace(hour=0)
    dated = {"published_at": midnight, "published_precision": "day", "seen_at": minutes(300)}
    story = await counted(store, dated, {"source": "exact.test"})
    reports, _ = await store.read(lambda tx: tx.reports.of("st"))
    (exact,) = (each for each in reports if each.source == "exact.test")
    assert story.earliest_id == exact.article_id


async def test_an_emptied_story_has_no_voices(store: Store) -> None:
    await counted(store, {}, {})
    await store.write(lambda tx: file(tx, "other", {}))
    await store.write(lambda tx: tx.stories.merge({"st": "other"}))

    def left(tx: Transaction) -> list[Story]:
        return list(tx.stories.lock(["st"]).values())

    (heir,) = await store.write(left)
    assert heir.id == "other"


async def test_of_a_large_story_the_earliest_and_the_newest_are_read(store: Store) -> None:
    await counted(store, *({} for _ in range(12)))
    reports, _ = await store.read(lambda tx: tx.reports.of("st", 8))
    kept = sorted(int((each.published_at or NOW).minute) for each in reports)
    assert kept == [0, 1, 2, 3, 4, 5, 10, 11]
    every, _ = await store.read(lambda tx: tx.reports.of("st"))
    assert len(every) == 12


async def test_reports_say_who_owns_their_source_and_whom_they_cite(store: Store) -> None:
    await counted(
        store, {"source": "state.test", "content": "Says it.", "citations": (cites("wire.test"), cites("b.test", True))}
    )

    def read(tx: Transaction) -> Report:
        ((report,), citings) = Transaction(tx.connection, KNOWN).reports.of("st")
        assert {(each.source, each.byline, each.whole) for each in citings} == {
            ("wire.test", False, False),
            ("b.test", True, True),
        }
        return report

    report = await store.read(read)
    assert (report.house, report.control, report.agencies, report.cites) == (
        "the state",
        "state",
        ("b.test",),
        ("wire.test",),
    )


@pytest.mark.parametrize("precision", ["", "day"])
async def test_hours_and_times_are_those_at_which_articles_count(store: Store, precision: str) -> None:
    seen = {"seen_at": minutes(119), "published_precision": precision}
    await counted(store, {"published_at": NOW, **seen}, {"published_at": minutes(1), **seen}, {**seen})
    hours = await store.read(lambda tx: tx.reports.hours("st"))
    assert hours == ({NOW + timedelta(hours=1): 3} if precision else {NOW: 3})
    times = await store.read(lambda tx: tx.reports.times("st", NOW))
    assert set(times) == ({minutes(119)} if precision else {NOW, minutes(1), minutes(2)})


async def test_the_rhythm_of_the_stream_is_counted(store: Store) -> None:
    hours = (0.2, 0.5, 2, 3, 24.5, 30)
    await counted(store, *({"published_at": NOW - timedelta(hours=ago), "seen_at": NOW} for ago in hours))
    assert await store.read(lambda tx: tx.reports.stream(NOW)) == Stream(2, 3 / 24)


async def test_texts_are_those_of_today(store: Store) -> None:
    await counted(store, {"content": "First text."}, {"content": "Another."})
    told = await store.read(lambda tx: tx.reports.texts([each.article_id for each in tx.reports.of("st")[0]]))
    assert sorted(each.text for each in told) == ["Another.", "First text."]


async def test_matching_is_told_of_many_stories_what_each_says_alone(store: Store) -> None:
    """Those that went into others and those that are not there among them."""

    def act(tx: Transaction) -> None:
        file(tx, "one", {}, {}, {"seen_at": minutes(-300), "published_at": minutes(-300)})
        file(tx, "two", {"source": "old.test"})
        file(tx, "gone", {})
        tx.stories.merge({"gone": "two"})

    await store.write(act)
    at = NOW + HOUR
    named = await store.read(lambda tx: tx.stories.standing(["one", "two", "gone", "never"]))
    assert {story_id: story.id for story_id, story in named.items()} == {"one": "one", "two": "two", "gone": "two"}
    found = await store.read(lambda tx: facts(tx, named.values(), at))
    assert found.keys() == {"one", "two"}
    for story_id, told in found.items():
        story = await store.read(lambda tx, story_id=story_id: tx.stories.get(story_id))
        times = await store.read(lambda tx, story=story: tx.reports.times(story.id, at - HOUR))
        assert (told.articles, told.sources, told.independent, told.growth) == (
            story.articles,
            story.sources,
            story.independent,
            len(times),
        )
    assert found["one"].growth == 2
