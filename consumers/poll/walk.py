"""One pass over the XML of a feed: what its entries say, and no tree of it.

In: the octets of an XML document in UTF-8; out: a `Walked`, or `Unreadable` for what is meant to harm. What comes
before a fault in the XML is found all the same.

Namespaces count by their prefixes, for many feeds forget to declare them: a prefix is ours if it has always been
used for what we read, or is declared for it in the root, or is that of the entries themselves.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TypeAlias
from xml.parsers import expat

from consumers.poll.survey import MOST_ATTRIBUTES, MOST_DEPTH, MOST_ELEMENTS, MOST_ENTRIES, Unreadable

Row: TypeAlias = dict[str, str]
"""The text of each field, by the element's name without prefix. Of links: `alternate` and `other`; `about` and
`lang` are attributes."""

_CHUNK = 1 << 18  # expat holds the interpreter's lock for one chunk at a time
_MOST_STRINGS = 2 * MOST_ATTRIBUTES
_TEXT_BYTES = 1 << 16
_ENTRIES = frozenset(("item", "entry"))
_HOLDERS = frozenset(("rss", "RDF", "rdf", "channel", "Channel", "feed"))
_WISHES = frozenset(("updatePeriod", "skipHours", "skipDays"))
_TEXTS = frozenset(("title", "description", "summary", "encoded", "content", "author", "creator", "language", "ttl"))
_DATES = frozenset(("pubDate", "published", "issued", "date", "created", "updated", "modified", "lastBuildDate"))
_FIELDS = _TEXTS | _DATES | _WISHES | {"id", "guid", "link"}
_PREFIXES = frozenset(("", "rss", "atom", "atom10", "a10", "dc", "dcterms", "content", "sy"))
_NAMESPACES = frozenset(
    "http://" + name
    for name in (
        "purl.org/dc/elements/1.1/",
        "purl.org/dc/elements/1.0/",
        "purl.org/dc/terms/",
        "purl.org/rss/1.0/",
        "purl.org/rss/1.0/modules/content/",
        "purl.org/rss/1.0/modules/syndication/",
        "purl.org/atom/ns#",
        "www.w3.org/2005/Atom",
    )
)
_SECTION = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_LENT = {"itunes:author": "creator", "itunes:summary": "summary"}
"""Of another namespace, and as good where nothing better is said."""
_ENTRY, _HOLDER = "<entry>", "<holder>"


@dataclass(slots=True)
class Walked:
    """What the document says."""

    fault: str = ""
    """Why it is not well-formed XML; "" if it is."""
    root: str = ""
    feed: Row = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    """Of each entry."""
    held: bool = False
    """Has an element in which entries belong."""
    odd: str = ""
    """What we cannot read rightly; "" if nothing."""

    @property
    def wishes(self) -> bool:
        return not _WISHES.isdisjoint(self.feed)


def walk(octets: bytes) -> Walked:
    """Raises `Unreadable` for elements more than 256 deep, more than 256 attributes on one, more than 250,000
    elements, more than 5,000 entries."""
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = parser.buffer_text = True
    parser.buffer_size = _TEXT_BYTES
    steps = _Walk(parser, octets)
    try:
        for at in range(0, len(octets) or 1, _CHUNK):
            parser.Parse(octets[at : at + _CHUNK], at + _CHUNK >= len(octets))
            if steps.elements > MOST_ELEMENTS:
                raise Unreadable(f"the document has more than {MOST_ELEMENTS} elements")
    except expat.ExpatError as error:
        steps.found.fault = f"not well-formed XML: {error}"
    finally:  # each refers to the other: the document would stay until somebody looks for such rings
        parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
    return steps.found


class _Walk:
    """What is kept while expat goes through the elements. It calls us for each: speed counts.

    `level` is the depth of the elements that count now: children of an entry, or of what holds entries.
    """

    __slots__ = (
        "_depth",
        "_field",
        "_inside",
        "_kinds",
        "_levels",
        "_nested_at",
        "_octets",
        "_parser",
        "_pieces",
        "_prefixes",
        "_row",
        "elements",
        "found",
        "level",
    )

    def __init__(self, parser: expat.XMLParserType, octets: bytes) -> None:
        self.found, self.elements, self.level = Walked(), 0, 1
        self._parser, self._octets = parser, octets
        self._kinds = dict(_LENT)
        self._prefixes = set(_PREFIXES)
        self._depth, self._levels, self._row = 0, list[int](), self.found.feed
        self._field, self._pieces, self._nested_at = "", list[str](), -1
        self._watch()

    def _watch(self) -> None:
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self._pieces.append

    def start(self, name: str, attributes: Sequence[str]) -> None:
        self._depth = depth = self._depth + 1
        self.elements += 1
        if depth > MOST_DEPTH or len(attributes) > _MOST_STRINGS:
            _refuse(depth)
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._learn(name, attributes)
        if self._field:
            self._nested()
        elif kind is _ENTRY or kind is _HOLDER:
            self._open(kind, attributes)
        elif depth == self.level and kind and kind not in self._row:
            self._field = kind
            self._pieces.clear()
            if attributes:
                self._look(kind, attributes)

    def end(self, name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == self.level:
            if self._field:
                if text := "".join(self._pieces).strip():
                    self._row[self._field] = text
                self._field = ""
        elif depth < self.level:
            self._close()
        elif self._field:
            self._end_of_author(name)

    def _learn(self, name: str, attributes: Sequence[str]) -> str:
        """What elements of this name are; "" for those that we do not read."""
        if self.elements == 1:
            self.found.root = name
            self._prefixes.update(_declared(attributes))
        prefix, _, local = name.rpartition(":")
        kind = local if local in _FIELDS and prefix in self._prefixes else ""
        if local in _ENTRIES or local in _HOLDERS:
            self._prefixes.add(prefix)
            kind = _ENTRY if local in _ENTRIES else _HOLDER
        self._kinds[name] = kind
        return kind

    def _look(self, kind: str, attributes: Sequence[str]) -> None:
        """What the attributes of a field say."""
        if kind == "link":
            given = dict(zip(attributes[::2], attributes[1::2], strict=True))
            if href := given.get("href", "").strip():
                self._row.setdefault("alternate" if given.get("rel", "alternate") == "alternate" else "other", href)
        elif kind == "title" and ("mode" in attributes or "xhtml" in attributes):
            self.found.odd = "titles are markup or coded"

    def _open(self, kind: str, attributes: Sequence[str]) -> None:
        row = self._row
        if row is not self.found.feed:
            self.found.odd = "there are entries inside entries"
            return
        if kind is _ENTRY:
            if len(self.found.rows) >= MOST_ENTRIES:
                raise Unreadable(f"the document has at least {MOST_ENTRIES + 1} entries, more than {MOST_ENTRIES}")
            self._row = row = {}
            self.found.rows.append(row)
        else:
            self.found.held = self.found.held or self._depth > 1 or self.found.root != "rss"
        self._levels.append(self.level)
        self.level = self._depth + 1
        for name, text in zip(attributes[::2], attributes[1::2], strict=True):
            if name == "rdf:about" or name == "xml:lang":
                row.setdefault(name[4:], text)

    def _close(self) -> None:
        self.level = self._levels.pop()
        self._row = self.found.feed

    def _end_of_author(self, name: str) -> None:
        """The end of an element inside an author: its name, or something else."""
        if name.endswith("name"):
            self._row["author"] = "".join(self._pieces).strip()
            self._field = ""
        self._pieces.clear()

    def _nested(self) -> None:
        """A field that holds elements: of an author the name counts, of any other the markup."""
        if self._field == "author":
            self._pieces.clear()
            return
        if self._field == "title":
            self.found.odd = "titles are markup or coded"
        parser = self._parser
        self._nested_at = parser.CurrentByteIndex
        parser.StartElementHandler, parser.EndElementHandler = self._start_nested, self._end_nested
        parser.CharacterDataHandler = None

    def _start_nested(self, _name: str, attributes: Sequence[str]) -> None:
        self._depth = depth = self._depth + 1
        self.elements += 1
        if depth > MOST_DEPTH or len(attributes) > _MOST_STRINGS:
            _refuse(depth)

    def _end_nested(self, _name: str) -> None:
        self._depth = depth = self._depth - 1
        if depth < self.level:
            markup = self._octets[self._nested_at : self._parser.CurrentByteIndex].decode()
            before = escape("".join(self._pieces), quote=False)
            self._row[self._field] = (before + _without_sections(markup)).strip()
            self._field = ""
            self._watch()


def _refuse(depth: int) -> None:
    if depth > MOST_DEPTH:
        raise Unreadable(f"the document has elements inside each other more than {MOST_DEPTH} deep")
    raise Unreadable(f"the document has an element with more than {MOST_ATTRIBUTES} attributes")


def _declared(attributes: Sequence[str]) -> set[str]:
    """Prefixes that the root declares for what we read."""
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    return {name[6:] for name, space in pairs if name.startswith("xmlns:") and space in _NAMESPACES}


def _without_sections(markup: str) -> str:
    """XML as HTML: without CDATA sections, and without the prefix of its elements."""
    if "<![CDATA[" in markup:
        markup = _SECTION.sub(lambda section: escape(section[1], quote=False), markup)
    prefix = markup[1:].partition(">")[0].partition(" ")[0].rpartition(":")[0]
    return markup.replace(f"<{prefix}:", "<").replace(f"</{prefix}:", "</") if prefix else markup
