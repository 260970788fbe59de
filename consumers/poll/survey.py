"""A look over the markup before it is walked: refuses what is meant to harm, and mends what is commonly broken.

In: the text of an XML document; out: text that can be walked, or `Unreadable`.
"""

import html.entities
import re

from service.errors import Invalid

MOST_ENTRIES = 5_000
MOST_DEPTH = 256
MOST_ATTRIBUTES = 256
MOST_ELEMENTS = 250_000
"""Fifty for each of as many entries as there may be."""

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


def checked(text: str) -> tuple[str, bytes]:
    """The text without its XML declaration, and the same in UTF-8, where anything is found many times as fast.

    Raises `Unreadable` for NUL characters and entity declarations.
    """
    text = _DECLARATION.sub("", text, count=1).strip()
    octets = text.encode("utf-8", "replace")
    if b"\x00" in octets:
        raise Unreadable("the document holds NUL characters")
    if any(start in octets for start in (b"<!E", b"<!e")) and _ENTITY.search(octets):
        raise Unreadable("the document declares entities of its own, which are not read for safety")
    return text, octets


def has_document_type(text: str) -> bool:
    """Does it refer to a document type? Then no parser complains of names of characters that it does not know."""
    return _DOCTYPE.search(text, 0, 4096) is not None


def entries_seen(text: str) -> int:
    """About how many entries start in a document that is not well-formed."""
    return sum(text.count(start) for start in _ENTRY_STARTS) - text.count("<items")


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


def without_junk(text: str) -> str:
    """The text from its root on: what servers put before it by mistake is dropped."""
    root = _ROOT.search(text)
    return text[root.start() :] if root else text
