"""JSON Feed 1.0 and 1.1 (jsonfeed.org). In: the document's text; out: a `Document`, or `Unreadable`.

Read entry by entry: one that breaks the rules costs none of the others.
"""

import re
from typing import Any

import msgspec

from consumers.poll.dates import read_date
from consumers.poll.document import Document, Entry, absolute, line
from consumers.poll.survey import MOST_ENTRIES, Unreadable

_DEEP = re.compile(r'"(?:[^"\\]++|\\.)*+"|[^][{}"]++')
MOST_DEPTH = 256


def read_json_feed(text: str, url: str) -> Document:
    """Raises `Unreadable` if it is no JSON, no JSON Feed, too deep or too long."""
    if "\x00" in text:
        raise Unreadable("the document holds NUL characters")
    _demand_shallow(text)
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise Unreadable(f"not well-formed JSON: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise Unreadable("the document is JSON, but no JSON Feed: it has no list of items")
    entries = found["items"]
    if len(entries) > MOST_ENTRIES:
        raise Unreadable(f"the document has {len(entries)} entries, more than {MOST_ENTRIES}")
    return Document(
        title=line(_text(found, "title")),
        language=_text(found, "language"),
        entries=tuple(_entry(entry, found, url) for entry in entries if isinstance(entry, dict)),
    )


def _demand_shallow(text: str) -> None:
    depth = 0
    for bracket in _DEEP.sub("", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MOST_DEPTH:
            raise Unreadable(f"the document has values inside each other more than {MOST_DEPTH} deep")


def _entry(entry: dict[str, Any], feed: dict[str, Any], url: str) -> Entry:
    entry_id = _id(entry.get("id"))
    html, text = _text(entry, "content_html"), _text(entry, "content_text")
    return Entry(
        id=entry_id,
        link=absolute(url, _text(entry, "url") or _text(entry, "external_url"), entry_id),
        title=line(_text(entry, "title")),
        summary=_escaped(_text(entry, "summary")),
        content=html or _escaped(text),
        author=_author(entry) or _author(feed),
        language=_text(entry, "language"),
        published_at=read_date(_text(entry, "date_published")),
        updated_at=read_date(_text(entry, "date_modified")),
    )


def _text(values: dict[str, Any], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""


def _id(given: object) -> str:
    """The format asks readers to take numbers, too."""
    return str(given).strip() if isinstance(given, str | int | float) and not isinstance(given, bool) else ""


def _escaped(text: str) -> str:
    """Plain text as HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def _author(values: dict[str, Any]) -> str:
    """1.1 has a list of authors, 1.0 one author."""
    authors = values.get("authors")
    people = authors if isinstance(authors, list) else [values.get("author")]
    names = (line(_text(one, "name")) for one in people if isinstance(one, dict))
    return ", ".join(filter(None, names))
