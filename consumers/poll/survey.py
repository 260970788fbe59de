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
_ENTITY = re.compile(rb"<![Ee][Nn][Tt][Ii][Tt][Yy]")
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
    octets: bytes
    """The same in UTF-8."""
    fault: str = ""
    """Why it is not well-formed XML; "" if it is."""
    root: str = ""
    entries: int = 0
    """Start tags named `item` or `entry`; about as many where it is not well-formed."""
    odd: bool = False
    """Has titles that hold elements or are coded, which the fast parser does not read."""
    names: dict[str, int] = field(default_factory=dict)
    """How often each element starts, by its name with prefix."""
    local_names: dict[str, int] = field(default_factory=dict)
    """The same, by its name without."""

    def count(self, *local: str) -> int:
        """How many elements of these names start, whatever their prefix."""
        return sum(self.local_names.get(name, 0) for name in local)


def survey(text: str) -> Survey:
    """Look over a document. Raises `Unreadable` for NUL characters, entity declarations, elements more than
    256 deep, more than 256 attributes on one, more than 250,000 elements, more than 5,000 entries."""
    text = _DECLARATION.sub("", text, count=1).strip()
    octets = text.encode("utf-8", "replace")  # where single characters are found many times as fast
    if b"\x00" in octets:
        raise Unreadable("the document holds NUL characters")
    if any(start in octets for start in (b"<!E", b"<!e")) and _ENTITY.search(octets):
        raise Unreadable("the document declares entities of its own, which are not read for safety")
    found = _walk(mend(text)) if _DOCTYPE.search(text[:4096]) else _walk(text, octets)
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


def _walk(text: str, octets: bytes | None = None) -> Survey:
    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    found = Survey(text, text.encode("utf-8", "replace") if octets is None else octets)
    _watch(parser, found)
    found.fault = _feed(parser, found)
    found.root = next(iter(found.names), "")
    for name, number in found.names.items():
        local = name.rpartition(":")[2]
        found.local_names[local] = found.local_names.get(local, 0) + number
    found.entries = found.count("item", "entry")
    return found


def _watch(parser: expat.XMLParserType, found: Survey) -> None:
    """Count the elements while expat goes through them. It calls this for each: speed counts."""
    names = found.names
    depth = title_depth = 0

    def start(name: str, attributes: list[str]) -> None:
        nonlocal depth, title_depth
        depth += 1
        if depth > MOST_DEPTH:
            raise Unreadable(f"the document has elements inside each other more than {MOST_DEPTH} deep")
        if len(attributes) > 2 * MOST_ATTRIBUTES:
            raise Unreadable(f"the document has an element with more than {MOST_ATTRIBUTES} attributes")
        try:
            names[name] += 1
        except KeyError:
            names[name] = 1
        if title_depth:
            found.odd = True
        elif name[-5:] == "title":
            title_depth = depth
            found.odd = found.odd or "mode" in attributes or "xhtml" in attributes

    def end(_name: str) -> None:
        nonlocal depth, title_depth
        if depth == title_depth:
            title_depth = 0
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end


def _feed(parser: expat.XMLParserType, found: Survey) -> str:
    """What expat says is wrong; "" if nothing."""
    try:
        for at in range(0, len(found.octets) or 1, _CHUNK):
            parser.Parse(found.octets[at : at + _CHUNK], at + _CHUNK >= len(found.octets))
            if sum(found.names.values()) > MOST_ELEMENTS:
                raise Unreadable(f"the document has more than {MOST_ELEMENTS} elements")
    except expat.ExpatError as error:
        return f"not well-formed XML: {error}"
    return ""
