"""OPML, and the list a new installation begins with."""

from pathlib import Path

import pytest

from consumers.poll.opml import read
from consumers.poll.starter import starter_feeds
from service import opml
from service.errors import Invalid
from service.model import PageRules, outline
from tests.builders import NOW, a_feed

OPML = Path(__file__).parents[2] / "data" / "feeds" / "subscriptions.opml"


def test_opml_names_feeds_once_in_folders_and_out_of_them() -> None:
    feeds = read(OPML.read_bytes(), NOW)
    assert [(feed.url, feed.title) for feed in feeds] == [
        ("https://harbour-gazette.test/feed.xml", "The Harbour Gazette"),
        ("https://deichbote.test/atom.xml", "Deichbote & Freunde"),
    ]
    assert [feed.source for feed in feeds] == ["harbour-gazette.test", "deichbote.test"]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"", "empty"),
        (b"<opml><body/></opml>", "names no feed"),
        (b"<opml><body><outline", "not well-formed"),
        (b"<rss/>", "root element is <rss>"),
        (b"not a list", "not well-formed"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "declares entities"),
        (b"<opml>" + b"<outline>" * 300 + b"</outline>" * 300 + b"</opml>", "256 deep"),
    ],
)
def test_what_is_no_list_says_why(document: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read(document, NOW)


def test_folders_become_labels_and_what_is_broken_is_mended() -> None:
    document = b"""<opml><head><title> Coast &\x07 sea </title></head><body><outline text="Europe">
        <outline text="North">
        <outline text="One & two" xmlUrl="https://one.test/feed?a=1&b=2" language="en-GB"/></outline></outline>
        <outline text="Again" xmlUrl="https://one.test/feed?a=1&amp;b=2"/>
        <outline text="Again"><outline xmlUrl="https://one.test/feed?a=1&b=2"/></outline></body></opml>"""
    (feed,) = read(document, NOW)
    assert (feed.url, feed.title, feed.language) == ("https://one.test/feed?a=1&b=2", "One & two", "en")
    assert feed.labels == ("Europe", "North", "Again")
    assert opml.read(document).title == "Coast & sea"


def test_a_list_in_another_encoding_is_read() -> None:
    text = '<?xml version="1.0" encoding="%s"?><opml><outline text="Весть" xmlUrl="https://a.test/"/></opml>'
    for name in ("windows-1251", "koi8-r", "utf-16"):
        assert [feed.title for feed in read((text % name).encode(name), NOW)] == ["Весть"]


def test_feeds_written_as_opml_are_read_as_the_same_feeds() -> None:
    rules = PageRules(entry="article > h2", date="time@datetime")
    given = [
        a_feed(url="https://one.test/?a=1&b=%3C2%3E", title='"One" & \x07others', language="be", labels=("A", "B & C")),
        a_feed(url="https://two.test/", title="", language=""),
        a_feed(url="https://page.test/news", title="Page", kind="page", rules=rules, language="de"),
    ]
    found = {feed.url: feed for feed in read(opml.write("Mine", map(outline, given)), NOW)}
    assert list(found) == [feed.url for feed in given]
    one, two, page = found.values()
    assert (one.title, one.language, one.labels) == ('"One" & others', "be", ("A", "B & C"))
    assert (two.title, two.labels) == ("https://two.test/", ())
    assert (page.kind, page.rules) == ("page", rules)


def test_a_list_that_is_meant_to_harm_is_refused() -> None:
    many = b"".join(b'<outline xmlUrl="https://a.test/%d"/>' % number for number in range(20_001))
    for document, why in (
        (b"<opml>" + many + b"</opml>", "20000 feeds"),
        (b"<opml>" + b"<a/>" * 100_001 + b"</opml>", "elements"),
        (b'<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml>&x;</opml>', "names no feed"),
        (b"<opml><outline xmlUrl='https://a.test/\x00'/></opml>", "not well-formed"),
        (b'<?xml version="1.0" encoding="no-such"?><opml/>', "(?i)encoding"),
    ):
        with pytest.raises(Invalid, match=why):
            read(document, NOW)


def test_the_starter_list_is_in_many_languages_and_names_each_feed_once() -> None:
    feeds = starter_feeds()
    assert len(feeds) == len({feed.url for feed in feeds}) == len({feed.id for feed in feeds}) >= 60
    assert len({feed.language for feed in feeds}) >= 15
    assert all(feed.title and feed.source and len(feed.language) == 2 for feed in feeds)
