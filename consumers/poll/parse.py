"""Feed documents of every format to values: RSS, RDF, Atom, JSON Feed, sitemaps.

In: body, Content-Type, the address it came from; out: a `Document`, or `Unreadable` with the reason. Where
something may have been lost the document carries a doubt: see `consumers.poll.patient`.
"""

import re
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from consumers.poll.charset import decode
from consumers.poll.dates import read_date
from consumers.poll.document import Document, Entry, absolute, is_address, line, minutes, person
from consumers.poll.jsonfeed import read_json_feed
from consumers.poll.sitemap import is_sitemap, read_sitemap, unpacked
from consumers.poll.survey import MOST_ENTRIES, Unreadable, checked, entries_seen, has_document_type, mend, without_junk
from consumers.poll.walk import Row, Walked, walk
from consumers.poll.wishes import skipped, update_period

__all__ = ["Document", "Entry", "Unreadable", "better", "from_patient", "parse", "text_of"]

FEED_ROOTS = frozenset(("rss", "feed", "rdf", "channel", "item", "entry"))
_PUBLISHED = ("pubDate", "published", "issued", "date", "created")
_UPDATED = ("updated", "modified", "lastBuildDate")
_YEAR = re.compile(r"\d{4}")
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w:.-]*)")
_HTML = re.compile(r"\s*(?:<!--(?:[^-]++|-(?!->))*+-->\s*)*(?:<\?xml[^>]*>\s*)?<(?:!DOCTYPE\s+html|html)\b", re.I)
_BASE = re.compile(r"\bxml:base\s*=")


def parse(body: bytes, content_type: str, url: str) -> Document:
    """Read a document, the fast way. Raises `Unreadable` if it is certainly no feed."""
    text = text_of(body, content_type)
    if text.startswith(("{", "[")):
        return read_json_feed(text, url)
    if _HTML.match(text):
        raise Unreadable("this is an HTML page, not a feed")
    if "<" not in text:
        raise Unreadable("the document is not XML, and not JSON either")
    if is_sitemap(text):
        return read_sitemap(text, url)
    return _feed(*checked(text), url)


def text_of(body: bytes, content_type: str) -> str:
    """The document's characters. Raises `Unreadable` if there are none."""
    text = decode(unpacked(body), content_type).strip(" \t\r\n\ufeff")
    if not text:
        raise Unreadable("the document is empty")
    return text


def better(fast: Document, patient: Document | None) -> Document:
    """Of two readings the one with more entries, the patient one if both have as many.

    Raises `Unreadable` if neither found any in a document that the fast one had its doubts about.
    """
    if patient and patient.entries and len(patient.entries) >= len(fast.entries):
        return replace(patient, period=fast.period, skips=fast.skips)
    if fast.doubt and not fast.entries:
        raise Unreadable(f"no entry could be read: {fast.doubt}")
    return fast


def from_patient(found: dict[str, Any], url: str) -> Document:
    """The document from what the patient parser's process sends: see `consumers/poll/patient_process.py`."""
    entries = tuple(
        Entry(
            id=entry["id"],
            link=absolute(url, entry["link"], entry["id"]),
            title=line(entry["title"]),
            summary=entry["summary"] if entry["summary"] != entry["content"] else "",
            content=entry["content"],
            author=person(entry["author"]),
            language=entry["language"],
            published_at=_moment(entry["published"], entry["published_read"]),
            updated_at=_moment(entry["updated"], entry["updated_read"]),
        )
        for entry in found["entries"]
    )
    return Document(
        title=line(found["title"]),
        language=found["language"],
        entries=entries,
        ttl=minutes(found["ttl"]),
    )


def _moment(written: str, as_read: str) -> datetime | None:
    """A date as written, or as the patient parser read it, which knows more languages; it also makes a day of
    what names none, so only with a year."""
    return read_date(written) or (read_date(as_read) if _YEAR.search(written) else None)


def _feed(text: str, octets: bytes, url: str) -> Document:
    if has_document_type(text):
        text = mend(text)
        octets = text.encode("utf-8", "replace")
    found = walk(octets)
    if found.fault:
        text = mend(without_junk(text))
        found = walk(text.encode("utf-8", "replace"))
    if found.fault and (seen := entries_seen(text)) > MOST_ENTRIES:
        raise Unreadable(f"the document has {seen} entries, more than {MOST_ENTRIES}")
    _demand_feed(found, text)
    return _document(found, text, url)


def _document(found: Walked, text: str, url: str) -> Document:
    entries = tuple([_entry(row, url) for row in found.rows])
    feed = found.feed
    return Document(
        title=line(feed.get("title", "")),
        language=feed.get("language") or feed.get("lang", ""),
        entries=entries,
        ttl=minutes(feed.get("ttl")),
        period=update_period(text) if found.wishes else None,
        skips=skipped(text) if found.wishes else "",
        doubt=_doubt(found, text),
    )


def _demand_feed(found: Walked, text: str) -> None:
    """Raises `Unreadable` for XML that is something else than a feed, unless it has entries all the same."""
    first = _FIRST_TAG.search(text)
    root = found.root or (first[1] if first else "")
    if found.rows or root.rpartition(":")[2].lower() in FEED_ROOTS or (found.fault and entries_seen(text)):
        return
    if root.lower() == "html":
        raise Unreadable("this is an HTML page, not a feed")
    if found.fault:
        raise Unreadable(f"the document is no feed: {found.fault}")
    raise Unreadable(f"the document is no feed: its root element is <{root[:60]}>")


def _entry(row: Row, url: str) -> Entry:
    say = row.get
    link = say("link") or say("alternate") or say("other", "")
    entry_id = say("id") or say("guid") or say("about") or link
    summary = say("description") or say("summary", "")
    content = say("encoded") or say("content", "")
    return Entry(
        id=entry_id,
        link=absolute(url, link, entry_id),
        title=line(say("title", "")),
        summary=summary,
        content=content if content != summary else "",
        author=person(say("author") or say("creator", "")),
        published_at=_first_date(row, _PUBLISHED),
        updated_at=_first_date(row, _UPDATED),
    )


def _first_date(row: Row, names: tuple[str, ...]) -> datetime | None:
    for name in names:
        if name in row and (found := read_date(row[name])):
            return found
    return None


def _doubt(found: Walked, text: str) -> str:
    if found.fault:
        return found.fault
    if not found.rows:
        return "" if found.held else "nothing that holds entries was found"
    if found.odd:
        return found.odd
    if any(_is_relative(row) for row in found.rows) and _BASE.search(text):
        return "links are relative to xml:base"
    return ""


def _is_relative(row: Row) -> bool:
    link = row.get("link") or row.get("alternate") or row.get("other", "")
    return bool(link) and not is_address(link)
