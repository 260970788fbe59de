"""The patient parser, as a program for `confined_process.py`: it may be slow, swell or crash.

In: JSON `{"text": ...}`; out: the document as plain values, or `{"fault": ...}`. It imports nothing of Courant.
"""

import io
import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser

CPU_SECONDS = 10
READS_FILES = False
WARM_UP = """<rss><channel><title>a &amp; b</title><item><title>&lt;b&gt;x</title><link>http://a.test/</link>
<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate><description>&eacute;</description></item></channel></rss><x"""
"""Read once at the start, so that everything is loaded that is loaded late."""


def warm_up() -> None:
    read(WARM_UP)


def answer(frame: bytes) -> bytes:
    """Lack of memory ends the process: who knows what it left behind."""
    asked = json.loads(frame)
    try:
        found = read(asked["text"])
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (a parser's fault is an answer)
        found = {"fault": type(error).__name__}
    return json.dumps(found).encode()


def read(text: str) -> dict[str, Any]:
    """What feedparser finds. Given as a file, because it would open text as an address or a path."""
    found = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    feed = found.get("feed", {})
    return {
        "title": feed.get("title") or "",
        "language": feed.get("language") or found.get("language") or "",
        "ttl": feed.get("ttl") or "",
        "entries": [entry_values(entry) for entry in found.get("entries", ())],
    }


def entry_values(entry: Any) -> dict[str, str]:
    contents = [part for part in entry.get("content", ()) if part.get("value")]
    published = entry.get("published") or entry.get("created") or ""
    return {
        "id": entry.get("id") or "",
        "link": link_of(entry),
        "title": entry.get("title") or "",
        "summary": entry.get("summary") or "",
        "content": contents[0]["value"] if contents else "",
        "author": (entry.get("author_detail") or {}).get("name") or entry.get("author") or "",
        "language": (entry.get("title_detail") or {}).get("language") or "",
        "published": published,
        "published_read": moment(entry.get("published_parsed") or entry.get("created_parsed")),
        "updated": dict.get(entry, "updated") or "",
        "updated_read": moment(dict.get(entry, "updated_parsed")),
    }


def link_of(entry: Any) -> str:
    """feedparser calls an id a link where there is none; only an address can be one."""
    link, identity = entry.get("link") or "", entry.get("id") or ""
    given = any(one.get("rel") == "alternate" and one.get("href") for one in entry.get("links", ()))
    return link if given or link != identity else ""


def moment(parts: Any) -> str:
    """A time of the `time` module as RFC 3339."""
    try:
        return datetime.fromtimestamp(timegm(parts), UTC).isoformat() if parts else ""
    except (ValueError, TypeError, OverflowError, OSError):
        return ""
