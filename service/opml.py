"""OPML, by which feed readers exchange feeds: a document to the feeds it names, and feeds to a document.

Documents come from strangers: nothing outside them is read, no entity of theirs is, and there is a limit to
everything. What is commonly broken in them (bare `&`, control characters) is mended.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree
from xml.parsers import expat

from service.errors import Invalid

MOST_FEEDS = 20_000
MOST_ELEMENTS = 100_000
MOST_DEPTH = 256
MOST_WORDS = 500
"""Characters of a title or a folder."""
NAMESPACE = "https://github.com/courant-news/courant/blob/main/docs/ways-in.md#opml"
"""Of the attributes that say by which rules a page is read (`courant:entry`, ...)."""

_BARE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PREFIX = "courant:"


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed as a document names it."""

    url: str
    title: str = ""
    language: str = ""
    """As a two-letter code; "" if it is not said so."""
    folders: tuple[str, ...] = ()
    """The names of the outlines it is in, the outermost first."""
    rules: Mapping[str, str] = field(default_factory=dict)
    """Selectors by what they select, for a page that has no feed."""


@dataclass(frozen=True, slots=True)
class Opml:
    """A document: its title, and its feeds in their order, each address once."""

    title: str
    outlines: tuple[Outline, ...]


def read(document: bytes) -> Opml:
    """Raises `Invalid` if it is not OPML, declares entities, names no feed, or is too long or too deep."""
    if not document.strip():
        raise Invalid("the list is empty")
    try:
        return _read(document)
    except expat.ExpatError:
        return _mended(document)


def write(title: str, outlines: Iterable[Outline]) -> bytes:
    """A document with these feeds; one that has several folders is in each of them."""
    root = ElementTree.Element("opml", {"version": "2.0"})
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for outline in outlines:
        for name in outline.folders or ("",):
            if name and name not in folders:
                folders[name] = ElementTree.SubElement(body, "outline", _named(name))
            ElementTree.SubElement(folders.get(name, body), "outline", _attributes(outline))
    if any(outline.get("type") == "page" for outline in root.iter("outline")):
        root.set("xmlns:courant", NAMESPACE)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return written + b"\n"


def _named(name: str) -> dict[str, str]:
    name = _UNWRITABLE.sub("", name)
    return {"text": name, "title": name}


def _attributes(outline: Outline) -> dict[str, str]:
    name = outline.title or outline.url
    found = {"type": "page" if outline.rules else "rss", **_named(name), "xmlUrl": outline.url}
    if outline.language:
        found["language"] = outline.language
    found |= {_PREFIX + key: value for key, value in outline.rules.items() if value}
    return {key: _UNWRITABLE.sub("", value) for key, value in found.items()}


def _mended(document: bytes) -> Opml:
    """Another try. An encoding of wide characters is left alone: these bytes mean something else there."""
    if b"\0" not in document:
        document = _BARE.sub(b"&amp;", _CONTROL.sub(b"", document))
    try:
        return _read(document)
    except expat.ExpatError as error:
        raise Invalid(f"the list is not well-formed XML: {error}") from None


def _read(document: bytes) -> Opml:
    outlining = _Outlining()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = outlining.start, outlining.end
    parser.CharacterDataHandler, parser.EntityDeclHandler = outlining.text, _refuse_entities
    try:
        parser.Parse(document, True)
    except (ValueError, LookupError) as error:
        raise Invalid(f"the list cannot be read: {error}") from None
    if not outlining.found:
        raise Invalid("the list names no feed: no outline has an xmlUrl")
    return Opml(" ".join(outlining.title.split())[:MOST_WORDS], tuple(outlining.found.values()))


def _refuse_entities(*_: object) -> None:
    raise Invalid("the list declares entities of its own, which are not read for safety")


class _Outlining:
    """What is kept while expat goes through the elements."""

    def __init__(self) -> None:
        self.title = ""
        self.found: dict[str, Outline] = {}
        self._open: list[str] = []
        self._folders: list[str] = []
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._demand(name)
        self._open.append(name.lower())
        if name.lower() != "outline":
            return
        given = {key.lower(): " ".join(value.split()) for key, value in attributes.items()}
        title = (given.get("title") or given.get("text") or "")[:MOST_WORDS]
        url = given.get("xmlurl", "")
        if url:
            self._keep(
                Outline(url, title, _code(given.get("language", "")), tuple(filter(None, self._folders)), _rules(given))
            )
        self._folders.append("" if url else title)

    def end(self, _name: str) -> None:
        if self._open.pop() == "outline":
            self._folders.pop()

    def text(self, words: str) -> None:
        if self._open[1:] == ["head", "title"]:
            self.title += words[:MOST_WORDS]

    def _demand(self, name: str) -> None:
        self._elements += 1
        if not self._open and name.lower() != "opml":
            raise Invalid(f"this is no OPML: its root element is <{name[:60]}>")
        if len(self._open) >= MOST_DEPTH:
            raise Invalid(f"the list has elements inside each other more than {MOST_DEPTH} deep")
        if self._elements > MOST_ELEMENTS:
            raise Invalid(f"the list has more than {MOST_ELEMENTS} elements")

    def _keep(self, outline: Outline) -> None:
        before = self.found.get(outline.url)
        if before:
            folders = tuple(dict.fromkeys((*before.folders, *outline.folders)))
            outline = replace(before, folders=folders)
        self.found[outline.url] = outline
        if len(self.found) > MOST_FEEDS:
            raise Invalid(f"the list names more than {MOST_FEEDS} feeds")


def _code(language: str) -> str:
    code = language.partition("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _rules(given: Mapping[str, str]) -> dict[str, str]:
    if given.get("type") != "page":
        return {}
    return {key.removeprefix(_PREFIX): value for key, value in given.items() if key.startswith(_PREFIX)}
