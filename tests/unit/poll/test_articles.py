import pytest

from consumers.poll.articles import MOST_TEXT, Visit, fresh, raw_article, raw_articles
from consumers.poll.document import Document, Entry
from service.errors import Invalid
from tests.builders import NOW, a_feed, minutes

FEED = a_feed(url="https://harbour-gazette.test/feed.xml", source="", language="")
VISIT = Visit(FEED, NOW)
EMPTY = Document()


def test_an_entry_becomes_a_raw_article() -> None:
    entry = Entry(
        id="hg-1",
        link="http://Harbour-Gazette.test/a?utm_source=rss&page=2#top",
        title="Ferries resume",
        summary="<p>All sail.</p>",
        content="<p>All sail.</p><p>Tom &amp; Ann too.</p>",
        author="Ada Quill",
        published_at=minutes(-30),
        updated_at=minutes(-10),
    )
    raw = raw_article(entry, Document(language="en-GB"), VISIT)
    assert raw.url == "https://harbour-gazette.test/a?page=2"
    assert raw.link == "http://Harbour-Gazette.test/a?utm_source=rss&page=2#top"
    assert raw.source == "harbour-gazette.test"
    assert (raw.summary, raw.content) == ("All sail.", "All sail.\nTom & Ann too.")
    assert (raw.language, raw.author, raw.external_id) == ("en", "Ada Quill", "hg-1")
    assert (raw.published_at, raw.updated_at, raw.seen_at) == (minutes(-30), minutes(-10), NOW)
    assert (raw.feed_id, raw.lane) == (FEED.id, "live")


def test_the_owner_of_a_feed_says_its_source_and_language() -> None:
    feed = a_feed(source="the-gazette", language="be")
    raw = raw_article(Entry(link="https://x.test/1"), Document(language="ru"), Visit(feed, NOW))
    assert (raw.source, raw.language) == ("the-gazette", "be")


@pytest.mark.parametrize(
    ("written", "code"),
    [("en-GB", "en"), ("PT_br", "pt"), ("ua", "uk"), ("by", "be"), ("fil", ""), ("English", ""), ("", "")],
)
def test_languages_are_two_letters_or_nothing(written: str, code: str) -> None:
    assert raw_article(Entry(link="https://x.test/1"), Document(language=written), VISIT).language == code


@pytest.mark.parametrize(
    "entry",
    [
        Entry(id="tag:x,2026:1", title="T"),
        Entry(title="T", link="javascript:alert(1)"),
        Entry(summary="only text"),
        Entry(id="urn:1", link="https://user:secret@x.test/"),
    ],
)
def test_an_entry_without_usable_link_is_known_by_its_feed(entry: Entry) -> None:
    raw = raw_article(entry, EMPTY, VISIT)
    assert raw.url.startswith("https://harbour-gazette.test/feed.xml#entry-")
    assert raw.link == ""
    assert raw.url == raw_article(entry, EMPTY, VISIT).url


def test_different_entries_without_link_are_different_articles() -> None:
    entries = [Entry(id=str(n), title="Same") for n in range(3)]
    assert len({raw_article(entry, EMPTY, VISIT).url for entry in entries}) == 3


def test_a_bad_entry_costs_none_of_the_others() -> None:
    good = Entry(link="https://x.test/1", title="Good")
    articles, faults = raw_articles([good, Entry(author="nobody"), good], EMPTY, VISIT)
    assert [raw.title for raw in articles] == ["Good", "Good"]
    assert faults == ["'': the entry has neither link nor id nor title nor text"]
    with pytest.raises(Invalid):
        raw_article(Entry(), EMPTY, VISIT)


def test_a_huge_text_is_cut_so_that_its_record_fits() -> None:
    raw = raw_article(Entry(link="https://x.test/1", content="word " * 500_000), EMPTY, VISIT)
    assert len(raw.content) == MOST_TEXT


def test_only_what_is_new_or_says_something_else_is_fresh_the_oldest_first() -> None:
    one, two = Entry(id="1", title="One"), Entry(id="2", title="Two")
    entries, seen = fresh(Document(entries=(two, one)), ())
    assert entries == [one, two]
    assert len(seen) == 2
    changed = Entry(id="1", title="One, corrected")
    entries, after = fresh(Document(entries=(Entry(id="3"), two, changed, changed)), seen)
    assert entries == [changed, Entry(id="3")]
    assert len(after) == 3


def test_another_date_alone_is_nothing_new() -> None:
    _, seen = fresh(Document(entries=(Entry(id="1", updated_at=NOW),)), ())
    assert fresh(Document(entries=(Entry(id="1", updated_at=minutes(5)),)), seen)[0] == []
