"""A look over the markup before any parser builds a tree of it: refuses what is meant to harm, mends what is
commonly broken, and counts what a parser has to find.

In: the text of an XML document; out: a `Survey`, or `Unreadable`.
"""

import html.entities
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from service.errors import Invalid

MOST_ENTRIES = 5_000
MOST_DEPTH = 256
MOST_ATTRIBUTES = 256
MOST_ELEMENTS = 250_000
"""Fifty for each of as many entries as there may be."""

_CHUNK = 1 << 18  # expat holds the interpreter's lock for one chunk at a time
_ENTRY_STARTS = ("<item", "<entry", "<ITEM", "<ENTRY", "<Item", "<Entry", ":item", ":entry")
_ENTITY = re.compile(r"<![Ee][Nn][Tt][Ii][Tt][Yy]")
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_DECLARATION = re.compile(r"\A\s*<\?xml\b[^<>]{0,500}>\s*", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)(?=[\s>])", re.IGNORECASE)
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+|&(?:(?:amp|lt|gt|quot|apos);|#x?[0-9a-fA-F]+;|([A-Za-z][A-Za-z0-9]*;)?)"
)


class Unreadable(Invalid):
    """A document that is no feed we can read: one sentence that says why."""


@dataclass(slots=True)
class Survey:
    """What the document holds, and whether a strict XML parser may be trusted with it."""

    text: str
    """Mended, without its XML declaration."""
    fault: str = ""
    """Why it is not well-formed XML; "" if it is."""
    root: str = ""
    entries: int = 0
    """Start tags named `item` or `entry`; about as many where it is not well-formed."""
    odd: bool = False
    """Has titles that hold elements or are coded, which the fast parser does not read."""
    names: dict[str, int] = field(default_factory=dict)
    """How often each element starts, by its name with prefix."""

    def count(self, *local: str) -> int:
        """How many elements of these names start, whatever their prefix."""
        return sum(number for name, number in self.names.items() if name.rpartition(":")[2] in local)


def survey(text: str) -> Survey:
    """Look over a document. Raises `Unreadable` for NUL characters, entity declarations, elements more than
    256 deep, more than 256 attributes on one, more than 250,000 elements, more than 5,000 entries."""
    if "\x00" in text:
        raise Unreadable("the document holds NUL characters")
    if _ENTITY.search(text):
        raise Unreadable("the document declares entities of its own, which are not read for safety")
    text = _DECLARATION.sub("", text, count=1).strip()
    found = _walk(mend(text) if _DOCTYPE.search(text[:4096]) else text)
    if found.fault:
        found = _walk(mend(_without_junk(text)))
    if found.fault:
        found.entries = sum(found.text.count(start) for start in _ENTRY_STARTS) - found.text.count("<items")
    if found.entries > MOST_ENTRIES:
        raise Unreadable(f"the document has {found.entries} entries, more than {MOST_ENTRIES}")
    return found


def mend(text: str) -> str:
    """Mends what feeds commonly break, outside CDATA: bare `&`, HTML's names of characters, and control
    characters anywhere."""
    return _AMPERSAND.sub(_mend_one, _CONTROL.sub("", text))


def _mend_one(found: re.Match[str]) -> str:
    written, name = found[0], found[1]
    if name:
        character = html.entities.html5.get(name, "")
        return character if character and not set(character) & set("<>&\"'") else "&amp;" + written[1:]
    if written == "&":
        return "&amp;"
    return "" if written.startswith("&#") and not _is_character(written) else written


def _is_character(reference: str) -> bool:
    """May XML have the character of this numeric reference?"""
    digits = reference[2:-1]
    if len(digits) > 8:
        return False
    try:
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    except ValueError:
        return False
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def _without_junk(text: str) -> str:
    """The text from its root on: what servers put before it by mistake is dropped."""
    root = _ROOT.search(text)
    return text[root.start() :] if root else text


def _walk(text: str) -> Survey:
    walk = _Walk()
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    fault = _feed(parser, text.encode("utf-8", "replace"))
    found = Survey(text, fault, walk.root, odd=walk.odd, names=walk.names)
    found.entries = found.count("item", "entry")
    return found


class _Walk:
    """What is kept while expat goes through the elements. It is called for each of them: speed counts."""

    def __init__(self) -> None:
        self.root = ""
        self.odd = False
        self.names: dict[str, int] = {}
        self._depth = 0
        self._left = MOST_ELEMENTS
        self._title_depth = 0

    def start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self._left -= 1
        if self._left < 0:
            raise Unreadable(f"the document has more than {MOST_ELEMENTS} elements")
        if self._depth > MOST_DEPTH:
            raise Unreadable(f"the document has elements inside each other more than {MOST_DEPTH} deep")
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            raise Unreadable(f"the document has an element with more than {MOST_ATTRIBUTES} attributes")
        if name in self.names:
            self.names[name] += 1
        else:
            self.names[name] = 1
            self.root = self.root or name
        if self._title_depth:
            self.odd = True
        elif name.endswith("title"):
            self._title_depth = self._depth
            self.odd = self.odd or "mode" in attributes or "xhtml" in attributes

    def end(self, _name: str) -> None:
        if self._depth == self._title_depth:
            self._title_depth = 0
        self._depth -= 1


def _feed(parser: expat.XMLParserType, octets: bytes) -> str:
    """What expat says is wrong; "" if nothing."""
    try:
        for at in range(0, len(octets), _CHUNK):
            parser.Parse(octets[at : at + _CHUNK], False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        return f"not well-formed XML: {error}"
    return ""
