"""Feed documents of every format to values: RSS, RDF, Atom by the fast parser, JSON Feed by our own.

In: body, Content-Type, the address it came from; out: a `Document`, or `Unreadable` with the reason. Where
the fast parser may have lost something the document carries a doubt: see `consumers.poll.patient`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import fastfeedparser
from msgspec.structs import replace

from consumers.poll.charset import decode
from consumers.poll.dates import read_date
from consumers.poll.document import Document, Entry, absolute, is_address, line, minutes, person
from consumers.poll.jsonfeed import read_json_feed
from consumers.poll.sitemap import is_sitemap, read_sitemap, unpacked
from consumers.poll.survey import Survey, Unreadable, survey
from consumers.poll.wishes import skipped, update_period

__all__ = ["Document", "Entry", "Unreadable", "better", "from_patient", "parse", "text_of"]

FEED_ROOTS = frozenset(("rss", "feed", "rdf", "channel", "item", "entry"))
_DATES = ("pubDate", "date", "published", "updated", "issued", "modified", "created", "lastBuildDate")
_GUESSED = frozenset(_DATES[:-1])
_PARTIAL_DATE = re.compile(r"(?:\s[^<>]*)?>(?![^<]*\d{4})[^<]*\d")
_HEAD = 100_000
_YEAR = re.compile(r"\d{4}")
_TTL = re.compile(r"<ttl>\s*(\d{1,7})\s*</ttl>", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w:.-]*)")
_HTML = re.compile(r"\s*(?:<!--(?:[^-]++|-(?!->))*+-->\s*)*(?:<\?xml[^>]*>\s*)?<(?:!DOCTYPE\s+html|html)\b", re.I)
_BASE = re.compile(r"\bxml:base\s*=")
_LANGUAGE = re.compile(r"<(?:dc:)?language>\s*(?:<!\[CDATA\[)?\s*([A-Za-z_-]{2,35})\s*[\]<]")


@dataclass(frozen=True, slots=True)
class Has:
    """Which elements occur at all. What does not, the fast parser made of something else: a summary of the
    content, a content of the summary, a date of publication of that of the last change."""

    summaries: bool
    contents: bool
    published: bool

    @classmethod
    def of(cls, seen: Survey) -> "Has":
        return cls(
            summaries=seen.count("description", "summary", "abstract", "subtitle", "tagline") > 1,
            contents=seen.count("content", "encoded", "body", "div", "fullitem") > 0,
            published=seen.count("pubDate", "date", "published", "issued", "created") > 0,
        )


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
    seen = survey(text)
    _demand_feed(seen)
    return _with_wishes(_fast(seen, url), seen)


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


def _demand_feed(seen: Survey) -> None:
    """Raises `Unreadable` for XML that is something else than a feed, unless it has entries all the same."""
    found = _FIRST_TAG.search(seen.text)
    root = seen.root or (found[1] if found else "")
    if seen.entries or root.rpartition(":")[2].lower() in FEED_ROOTS:
        return
    if root.lower() == "html":
        raise Unreadable("this is an HTML page, not a feed")
    if seen.fault:
        raise Unreadable(f"the document is no feed: {seen.fault}")
    raise Unreadable(f"the document is no feed: its root element is <{root[:60]}>")


def _fast(seen: Survey, url: str) -> Document:
    try:  # octets, because text would be taken for an address to fetch
        found = fastfeedparser.parse(seen.octets, include_tags=False, include_media=False, include_enclosures=False)
    except Exception as error:  # noqa: BLE001  (whatever goes wrong in there, the patient parser has a go)
        return Document(doubt=seen.fault or str(error)[:200] or type(error).__name__)
    has = Has.of(seen)
    entries = tuple(_entry(entry, url, has) for entry in found["entries"])
    language = found["feed"].get("language") or _one(seen, "language", _LANGUAGE)
    return Document(
        title=line(found["feed"].get("title") or ""),
        language=language,
        entries=entries,
        ttl=minutes(_one(seen, "ttl", _TTL)),
        doubt=_doubt(seen, entries, any(_is_relative(entry) for entry in found["entries"])),
    )


def _with_wishes(document: Document, seen: Survey) -> Document:
    if not seen.count("updatePeriod", "skipHours", "skipDays"):
        return document
    return replace(document, period=update_period(seen.text), skips=skipped(seen.text))


def _one(seen: Survey, name: str, pattern: re.Pattern[str]) -> str:
    """What a field of the feed says, which stands before the entries."""
    found = pattern.search(seen.text, 0, _HEAD) if seen.count(name) else None
    return found[1] if found else ""


def _entry(found: dict[str, Any], url: str, has: Has) -> Entry:
    entry_id = (found.get("id") or "").strip()
    summary, contents = found.get("description") or "", found.get("content") or ()
    content = contents[0].get("value") or "" if contents else ""
    published, updated = found.get("published"), found.get("updated")
    return Entry(
        id=entry_id,
        link=absolute(url, _link(found), entry_id),
        title=line(found.get("title") or ""),
        summary=summary if has.summaries or not has.contents or not content else "",
        content=content if has.contents and content != summary else "",
        author=person(found.get("author") or ""),
        published_at=read_date(published) if published and has.published else None,
        updated_at=read_date(updated) if updated else None,
    )


def _is_relative(found: dict[str, Any]) -> bool:
    link = found.get("link") or ""
    return bool(link) and not is_address(link)


def _link(found: dict[str, Any]) -> str:
    """The parser takes the first link, be it to the entry's own XML; one without `rel` is the article."""
    first: str = found.get("link") or ""
    links = found.get("links") or ()
    if any(link["href"] == first for link in links):
        return first
    return next((link["href"] or "" for link in links if link["rel"] is None and not is_address(first)), first)


def _doubt(seen: Survey, entries: tuple[Entry, ...], relative: bool) -> str:
    if seen.fault:
        return seen.fault
    if len(entries) < seen.entries:
        return f"{len(entries)} entries were read where {seen.entries} seem to be"
    if seen.odd and entries:
        return "titles are markup or coded"
    if seen.count(*_DATES) < len(entries) and any(entry.published_at for entry in entries):
        return "dates may have been guessed from ids"
    if any(_has_partial_dates(seen.text, f"<{name}") for name in seen.names if name.rpartition(":")[2] in _GUESSED):
        return "dates without a full year may have been guessed"
    if relative and _BASE.search(seen.text):
        return "links are relative to xml:base"
    return ""


def _has_partial_dates(text: str, start: str) -> bool:
    """Is there a date without a full year in an element that starts so?"""
    at = text.find(start)
    while at >= 0:
        at += len(start)
        if _PARTIAL_DATE.match(text, at):
            return True
        at = text.find(start, at)
    return False
