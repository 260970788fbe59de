"""OPML, and the list a new installation begins with."""

from pathlib import Path

import pytest

from consumers.poll.opml import read
from consumers.poll.starter import starter_feeds
from service.errors import Invalid
from tests.builders import NOW

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


def test_the_starter_list_is_in_many_languages_and_names_each_feed_once() -> None:
    feeds = starter_feeds()
    assert len(feeds) == len({feed.url for feed in feeds}) == len({feed.id for feed in feeds}) >= 60
    assert len({feed.language for feed in feeds}) >= 15
    assert all(feed.title and feed.source and len(feed.language) == 2 for feed in feeds)
