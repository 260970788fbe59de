"""Feed documents as we publish them: in goes what a bulletin says; out come RSS 2.0, Atom 1.0 and JSON Feed 1.1.

The same entries give the same bytes. Pure.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import msgspec

ATOM = "http://www.w3.org/2005/Atom"
TAG = "tag:courant-news.github.io,2026:"
"""Begins ids where they must be addresses (RFC 4151): they never change, wherever the bulletin is served from."""
GENERATOR = "Courant"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however it is written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One story."""

    id: str
    """The story's: it stays, whatever else changes."""
    title: str
    text: str
    link: str
    published: datetime
    updated: datetime
    language: str = ""
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """All that a bulletin says, and where."""

    id: str
    title: str
    address: str
    """Its own."""
    hub: str
    """"" for none."""
    updated: datetime
    entries: Sequence[Entry]


def atom(document: Document) -> bytes:
    feed = ET.Element("feed", xmlns=ATOM)
    _add(feed, "id", TAG + document.id)
    _add(feed, "title", document.title)
    _add(feed, "updated", _iso(document.updated))
    _add(feed, "generator", GENERATOR)
    _add(_add(feed, "author"), "name", GENERATOR)
    for rel, address in _links(document):
        _add(feed, "link", rel=rel, href=address)
    for each in document.entries:
        entry = _add(feed, "entry")
        _add(entry, "id", TAG + each.id)
        _add(entry, "title", each.title)
        _add(entry, "published", _iso(each.published))
        _add(entry, "updated", _iso(each.updated))
        _add(entry, "summary", each.text, type="text")
        if each.link:
            hreflang = {"hreflang": each.language} if each.language else {}
            _add(entry, "link", rel="alternate", href=each.link, **hreflang)
        for tag in each.tags:
            _add(entry, "category", term=tag)
    return _written(feed)


def rss(document: Document) -> bytes:
    whole = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM})
    channel = _add(whole, "channel")
    _add(channel, "title", document.title)
    _add(channel, "link", document.address)
    _add(channel, "description", document.title)
    _add(channel, "generator", GENERATOR)
    _add(channel, "lastBuildDate", format_datetime(document.updated.astimezone(UTC), usegmt=True))
    for rel, address in _links(document):
        _add(channel, "atom:link", rel=rel, href=address)
    for each in document.entries:
        entry = _add(channel, "item")
        _add(entry, "title", each.title)
        if each.link:
            _add(entry, "link", each.link)
        _add(entry, "guid", each.id, isPermaLink="false")
        _add(entry, "pubDate", format_datetime(each.published.astimezone(UTC), usegmt=True))
        _add(entry, "description", _as_html(each.text))
        for tag in each.tags:
            _add(entry, "category", tag)
    return _written(whole)


def json_feed(document: Document) -> bytes:
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "feed_url": document.address,
        "items": [_json_entry(each) for each in document.entries],
    }
    if document.hub:
        told["hubs"] = [{"type": "WebSub", "url": document.hub}]
    return msgspec.json.encode(told)


def _json_entry(entry: Entry) -> dict[str, Any]:
    told = {
        "id": entry.id,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": _iso(entry.published),
        "date_modified": _iso(entry.updated),
        "url": entry.link,
        "language": entry.language,
        "tags": list(entry.tags),
    }
    return {name: value for name, value in told.items() if value or name == "content_text"}


def _links(document: Document) -> list[tuple[str, str]]:
    return [("self", document.address), *([("hub", document.hub)] if document.hub else [])]


def _as_html(text: str) -> str:
    """RSS readers take a description for HTML: what looks like markup must not be taken for some."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\n", "<br>")


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, {key: _fit(value) for key, value in attributes.items()})
    made.text = _fit(text) or None
    return made


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _written(root: ET.Element) -> bytes:
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'.encode()
