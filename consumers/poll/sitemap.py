"""Sitemaps (sitemaps.org, and Google's news and image extensions) as feeds.

In: the document's text, the address it came from; out: a `Document` whose entries are the pages it lists, the
newest first, or, of an index, whose children are the sitemaps it lists; or `Unreadable`.

Prefixes and namespaces are not looked at: many sitemaps get them wrong. What stands where is.
"""

import re
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import nlargest
from xml.parsers import expat

from consumers.poll.dates import read_date
from consumers.poll.document import Child, Document, Entry, absolute, line
from consumers.poll.survey import Unreadable
from service.errors import Invalid
from service.model import EPOCH
from service.urls import source_of

MOST_POLLED = 5_000
"""Entries of a sitemap that is polled: the newest, for it may list all a site has ever published."""
MOST_LISTED = 50_000
"""Entries, or sitemaps, of one document, by the protocol."""
MOST_ELEMENTS = 1_500_000
MOST_DEPTH = 64
MOST_CHARACTERS = 8_000
"""Of one field."""
MOST_BYTES = 50 * 2**20
"""Of a document once unpacked, by the protocol."""
TOLD = timedelta(days=2)
"""How long an article may stay in a news sitemap; older ones are an archive."""

_CHUNK = 1 << 18
_ROOT = re.compile(
    r"\s*+(?:<\?[^>]*+>\s*+|<!--(?:[^-]++|-(?!->))*+-->\s*+)*+<(?:[\w.-]+:)?(?:urlset|sitemapindex)(?=[\s>/])", re.I
)
_FIELDS = {
    ("url", "loc"): "link",
    ("sitemap", "loc"): "link",
    ("url", "lastmod"): "changed",
    ("sitemap", "lastmod"): "changed",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
    ("news", "keywords"): "keywords",
    ("publication", "language"): "language",
    ("publication", "name"): "name",
    ("image", "loc"): "image",
}
_NUMBERS = re.compile(r"\d{1,12}")


def is_sitemap(text: str) -> bool:
    return _ROOT.match(text, 0, 20_000) is not None


def unpacked(body: bytes) -> bytes:
    """The body; unpacked, if it is a gzip file, as many sitemaps are. Raises `Unreadable`."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise Unreadable(f"the document is a broken gzip file: {error}") from None
    if unpacker.unconsumed_tail:
        raise Unreadable(f"the document has more than {MOST_BYTES} bytes once unpacked")
    return found


def read_sitemap(text: str, url: str, most: int = MOST_POLLED) -> Document:
    """At most so many entries, the newest first. What comes before a fault in the XML is read all the same.

    Raises `Unreadable` if that is nothing, for entity declarations, for elements more than 64 deep or more than
    1,500,000 of them, and for more than 50,000 entries or sitemaps.
    """
    rows, fault = _rows(text)
    if fault and not rows:
        raise Unreadable(f"the sitemap cannot be read: {fault}")
    entries = [_entry(row, url) for row in rows if row["kind"] == "url"]
    children = [_child(row, url) for row in rows if row["kind"] == "sitemap"]
    return Document(
        title=line(next((row["name"] for row in rows if row.get("name")), "")),
        entries=tuple(nlargest(most, filter(_is_usable, entries), key=lambda entry: _date(entry) or EPOCH)),
        children=tuple(child for child in children if child.url),
        listing=True,
    )


def newest_children(document: Document, url: str, most: int) -> list[Child]:
    """Of an index's sitemaps those that most likely hold what is new: the last changed; where that is not said,
    those for news, then those with the highest numbers. Sitemaps of other sites are left out: an index speaks
    for its own."""
    own = [child for child in document.children if _same_site(child.url, url)]
    return nlargest(most, own, key=_promise)


def worth_telling(entries: Sequence[Entry], document: Document, first: bool, at: datetime) -> list[Entry]:
    """Of what a sitemap lists, only what is new by its own date: an old sitemap of an index that was touched, or
    a first reading, is no news. What does not say when it is from is new if it was not there last time."""
    undated_too = not first and not document.children
    return [each for each in entries if (at - date <= TOLD if (date := _date(each)) else undated_too)]


def _promise(child: Child) -> tuple[datetime, bool, list[int]]:
    return child.changed_at or EPOCH, "news" in child.url.lower(), [int(n) for n in _NUMBERS.findall(child.url)]


def _same_site(one: str, other: str) -> bool:
    try:
        return source_of(one) == source_of(other)
    except Invalid:
        return False


def _date(entry: Entry) -> datetime | None:
    return entry.published_at or entry.updated_at


def _is_usable(entry: Entry) -> bool:
    return bool(entry.link)


def _entry(row: dict[str, str], url: str) -> Entry:
    keywords = (" ".join(word.split()) for word in row.get("keywords", "").split(","))
    return Entry(
        link=absolute(url, row.get("link", "")),
        title=line(row.get("title", "")),
        language=row.get("language", "").strip(),
        published_at=_moment(row, "published"),
        updated_at=_moment(row, "changed"),
        image=row.get("image", "").strip(),
        keywords=tuple(filter(None, keywords)),
    )


def _child(row: dict[str, str], url: str) -> Child:
    return Child(url=absolute(url, row.get("link", "")), changed_at=_moment(row, "changed"))


def _moment(row: dict[str, str], name: str) -> datetime | None:
    written = row.get(name, "").strip()
    return read_date(written) if written else None


def _rows(text: str) -> tuple[list[dict[str, str]], str]:
    """The fields of each `url` and `sitemap`, and what is wrong with the XML."""
    walk = _Walk()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler, parser.EntityDeclHandler = walk.text, _refuse_entities
    octets = text.encode("utf-8", "replace")
    try:
        for at in range(0, len(octets), _CHUNK):
            parser.Parse(octets[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return walk.rows, f"not well-formed XML: {error}"
    return walk.rows, ""


def _refuse_entities(*_: object) -> None:
    raise Unreadable("the document declares entities of its own, which are not read for safety")


class _Walk:
    """What is kept while expat goes through the elements."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self._row: dict[str, str] = {}
        self._open: list[str] = []
        self._field = ""
        self._left = MOST_ELEMENTS

    def start(self, name: str, _attributes: object) -> None:
        local = name.rpartition(":")[2].lower()
        self._left -= 1
        if self._left < 0 or len(self._open) >= MOST_DEPTH:
            raise Unreadable("the sitemap has too many elements, or too many inside each other")
        if local in ("url", "sitemap") and len(self._open) == 1:
            self._row = {"kind": local}
        field = _FIELDS.get((self._open[-1], local), "") if self._open else ""
        self._field = "" if field in self._row else field  # the first image of several, and so on
        self._open.append(local)

    def end(self, _name: str) -> None:
        local = self._open.pop()
        self._field = ""
        if local in ("url", "sitemap") and len(self._open) == 1:
            self.rows.append(self._row)
            if len(self.rows) > MOST_LISTED:
                raise Unreadable(f"the sitemap lists more than {MOST_LISTED} addresses")

    def text(self, words: str) -> None:
        if self._field:
            before = self._row.get(self._field, "")
            self._row[self._field] = (before + words)[:MOST_CHARACTERS]
