"""The patient parser, as a program of its own: it may be slow, swell or crash, and is killed for it.

In: frames as `consumers.poll.apart` has them, with JSON `{"text": ...}`; out: the document as plain values, or
`{"fault": ...}`. It imports nothing of Courant, so that it starts quickly and knows nothing worth stealing.
"""

import io
import json
import sys
import time
from calendar import timegm
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, BinaryIO

import feedparser

CPU_SECONDS = 10
MEMORY_BYTES = 512 * 2**20
WARM_UP = """<rss><channel><title>a &amp; b</title><item><title>&lt;b&gt;x</title><link>http://a.test/</link>
<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate><description>&eacute;</description></item></channel></rss><x"""
"""Read once at the start, so that everything is loaded that is loaded late."""


def main() -> None:
    limit("AS", MEMORY_BYTES)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nobody but us writes into the frames
    read(WARM_UP)
    forbid_files()
    write_frame(sink, b"")
    while (frame := read_frame(source)) is not None:
        limit_cpu(CPU_SECONDS)
        write_frame(sink, json.dumps(answer(json.loads(frame))).encode())


def answer(asked: dict[str, str]) -> dict[str, Any]:
    """Lack of memory ends the process: who knows what it left behind."""
    try:
        return read(asked["text"])
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (a parser's fault is an answer)
        return {"fault": type(error).__name__}


def limit(name: str, value: int) -> None:
    """Sets a soft limit, where the system has it."""
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        kind = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def limit_cpu(seconds: int) -> None:
    """So much processor time from now on; then the system ends the process."""
    limit("CPU", seconds + int(time.process_time()) + 1)


def forbid_files() -> None:
    """No file and no connection from now on: whatever a document refers to stays where it is."""
    limit("NOFILE", 3)


def write_frame(sink: BinaryIO, octets: bytes) -> None:
    sink.write(len(octets).to_bytes(4, "big") + octets)
    sink.flush()


def read_frame(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else None


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


if __name__ == "__main__":
    main()
