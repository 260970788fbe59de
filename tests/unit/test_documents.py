"""Our feed documents, read by feed readers: our own, feedparser, and strict parsers of XML and JSON."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.poll.parse import parse
from service.bulletins import FORMS
from service.bulletins.documents import ATOM, Document, Entry, atom, json_feed, rss

NOW = datetime(2026, 3, 14, 9, 0, 5, tzinfo=UTC)
HOSTILE = '<script>alert(1)</script> & "Ærø" \x00\x0b\ufffe ]]> &amp; 𝔘 <b>'
ADDRESS = "https://news.example/bulletins/bl_x/atom?a=1&b=2"


def an_entry(**given: Any) -> Entry:
    told = {
        "id": "st_1",
        "title": "Ferries resume",
        "text": "3 articles",
        "link": "https://harbour-gazette.test/a?b=1&c=2",
    }
    return Entry(**(told | {"published": NOW, "updated": NOW + timedelta(hours=1), "language": "en"} | given))


def a_document(*entries: Entry, **given: Any) -> Document:
    told = {"id": "b1", "title": "Ferries", "address": ADDRESS, "hub": "https://hub.example/?a=1&b=2", "updated": NOW}
    return Document(**(told | given), entries=entries)


@pytest.mark.parametrize("form", FORMS)
def test_feed_readers_find_what_was_put_in(form: str) -> None:
    media_type, write = FORMS[form]
    entry = an_entry(tags=("NO", "DK"))
    parsed = parse(write(a_document(entry)), f"{media_type}; charset=utf-8", ADDRESS)
    (found,) = parsed.entries
    assert (found.title, found.link) == (entry.title, entry.link)
    assert found.id.rpartition(":")[2] == entry.id
    assert entry.text in (found.summary, found.content)
    assert found.published_at == NOW


@pytest.mark.parametrize("write", [atom, rss])
def test_a_common_library_finds_no_fault(write: Any) -> None:
    read = feedparser.parse(write(a_document(an_entry(), an_entry(id="st_2", title="Storm & fog"))))
    assert not read.bozo
    assert read.feed.title == "Ferries"
    assert [each.title for each in read.entries] == ["Ferries resume", "Storm & fog"]
    assert [each.id.rpartition(":")[2] for each in read.entries] == ["st_1", "st_2"]
    links = {each.rel: each.href for each in read.feed.links if each.rel in ("self", "hub")}
    assert links == {"self": ADDRESS, "hub": "https://hub.example/?a=1&b=2"}


def test_json_feed_has_what_its_version_asks_for() -> None:
    told = json.loads(json_feed(a_document(an_entry(link="", language="", tags=("NO",)))))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == ADDRESS
    assert told["hubs"] == [{"type": "WebSub", "url": "https://hub.example/?a=1&b=2"}]
    assert told["items"] == [
        {
            "id": "st_1",
            "title": "Ferries resume",
            "content_text": "3 articles",
            "date_published": "2026-03-14T09:00:05Z",
            "date_modified": "2026-03-14T10:00:05Z",
            "tags": ["NO"],
        }
    ]
    assert "hubs" not in json.loads(json_feed(a_document(hub="")))


@settings(max_examples=60)
@given(st.text(), st.text())
def test_nothing_that_strangers_write_breaks_a_document(title: str, text: str) -> None:
    document = a_document(an_entry(title=title + HOSTILE, text=text + HOSTILE, tags=(title,)), title=title)
    for write in (atom, rss):
        root = ET.fromstring(write(document))
        assert not [each for each in root.iter() if each.tag.rpartition("}")[2] in ("script", "b")]
    assert json.loads(json_feed(document))["items"][0]["content_text"] == text + HOSTILE


def test_markup_in_a_text_stays_text() -> None:
    """RSS readers read a description as HTML."""
    described = ET.fromstring(rss(a_document(an_entry(text="<img src=x onerror=alert(1)>\nB&amp;B")))).findtext(
        ".//item/description"
    )
    assert described == "&lt;img src=x onerror=alert(1)&gt;<br>B&amp;amp;B"
    summary = ET.fromstring(atom(a_document(an_entry(text="<img>")))).find(f".//{{{ATOM}}}summary")
    assert summary is not None
    assert (summary.get("type"), summary.text) == ("text", "<img>")


@pytest.mark.parametrize("form", FORMS)
def test_the_same_entries_give_the_same_bytes(form: str) -> None:
    write = FORMS[form][1]
    assert write(a_document(an_entry())) == write(a_document(an_entry()))
