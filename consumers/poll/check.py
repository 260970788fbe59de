"""Look at a feed without keeping anything.

In: an address or a file's path; out: what is in it, or why it cannot be read, as values fit for JSON.
"""

import asyncio
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from consumers.poll.document import Document, Entry, is_address
from consumers.poll.fetch import ACCEPT, Failed, Fetched, judge
from consumers.poll.patient import Reader
from consumers.poll.rules import PageReader
from service.clock import now
from service.egress import Egress
from service.errors import CourantError, Invalid
from service.model import Feed, PageRules

MOST_BYTES = 15 * 2**20


async def check(egress: Egress | None, target: str, rules: PageRules | None = None) -> dict[str, Any]:
    """`{"address", "title", "entries"}`, or `{"address", "error"}`. Never raises for bad input. A page without a
    feed is read by `rules`.

    An entry has id, link, title, published, updated, summary, content, author and language; times are
    RFC 3339, or None.
    """
    try:
        body, content_type, url = await (_fetched(egress, target) if is_address(target) else _read(target))
        async with Reader() as reader, PageReader() as pages:
            document = (
                await pages.read(rules, body, content_type, url)
                if rules
                else await reader.read(body, content_type, url)
            )
    except CourantError as error:
        return {"address": target, "error": str(error)}
    return _shown(target, document)


async def _fetched(egress: Egress | None, url: str) -> tuple[bytes, str, str]:
    if egress is None:
        raise Invalid("only files can be checked here, no addresses")
    found = judge(await egress.get(url, {"accept": ACCEPT}), Feed(id="", url=url), now())
    if isinstance(found, Failed):
        raise Invalid(found.failure.why)
    if not isinstance(found, Fetched):
        raise Invalid("the server answered 304 Not Modified, though nothing was known of the feed")
    return found.body, found.content_type, found.url


async def _read(target: str) -> tuple[bytes, str, str]:
    if not target.strip():
        raise Invalid("neither an address nor a file was given")
    try:
        return await asyncio.to_thread(_file, Path(target)), "", ""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Invalid(f"the file cannot be read: {reason}") from None


def _file(path: Path) -> bytes:
    kind = path.stat().st_mode
    if stat.S_ISDIR(kind):
        raise Invalid("this is a directory, not a file")
    if not stat.S_ISREG(kind):
        raise Invalid("this is not an ordinary file")
    if path.stat().st_size > MOST_BYTES:
        raise Invalid(f"the file is larger than {MOST_BYTES} bytes")
    return path.read_bytes()


def _shown(target: str, document: Document) -> dict[str, Any]:
    return {
        "address": target,
        "title": document.title,
        "entries": [_entry(entry) for entry in document.entries],
    }


def _entry(entry: Entry) -> Mapping[str, str | None]:
    return {
        "id": entry.id,
        "link": entry.link,
        "title": entry.title,
        "published": _moment(entry.published_at),
        "updated": _moment(entry.updated_at),
        "summary": entry.summary,
        "content": entry.content,
        "author": entry.author,
        "language": entry.language,
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
