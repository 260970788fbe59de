"""Which hub pushes a feed, by its own word (WebSub, section 4): in go the answer's Link header, its body and its
address; out comes an `Offer`, or None.

Link headers first; only if they name no hub, the links within the document: before the first entry of a feed,
in the head of a page, at the top of a JSON Feed. Pure; time is linear in the length of what is looked at.
"""

import re
from collections.abc import Iterator
from html import unescape

import msgspec

from consumers.poll.document import is_address
from service.errors import Invalid
from service.model import Offer
from service.urls import resolve

MOST_HEADER = 8_000
MOST_START = 100_000
"""Characters of a document in which its own links are looked for."""
MOST_HUBS = 5
MOST_URL = 2_000

Links = tuple[list[str], str]
"""Addresses of hubs, and what the feed calls itself, if anything."""

_LINK = re.compile(r"<([^<>]*+)>((?:\s*+;\s*+[^\s=;,\"<>]++(?:\s*+=\s*+(?:\"(?:[^\"\\]|\\.)*+\"|[^\s;,\"<>]*+))?+)*+)")
_PARAMETER = re.compile(r";\s*+([^\s=;,\"]++)\s*+=\s*+(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;,\"]*+))")
_COMMENT = re.compile(r"<!--(?:[^-]++|-(?!->))*+(?:-->)?+")
_END_OF_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry|body)[\s>/]|</head\s*>", re.IGNORECASE)
_TAG = re.compile(r"<(?:[\w.-]++:)?link\s((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
_MARKS = tuple("hub".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))


def speaks_of_hubs(body: bytes) -> bool:
    """Whether a closer look is worth its while."""
    return any(mark in body for mark in _MARKS)


def offer(link_header: str, text: str, url: str) -> Offer | None:
    """What the document at `url` says of its hubs; `text` may be "" where nothing in it speaks of any."""
    hubs, own = header_links(link_header)
    said_hubs, said_own = document_links(text) if text else ([], "")
    found = (_absolute(url, hub) for hub in hubs or said_hubs)
    usable = tuple(dict.fromkeys(hub for hub in found if hub))[:MOST_HUBS]
    return Offer(usable, _absolute(url, own or said_own) or url) if usable else None


def header_links(value: str) -> Links:
    """Of a Link header (RFC 8288); several of them are joined with commas."""
    hubs: list[str] = []
    own = ""
    for found in _LINK.finditer(value[:MOST_HEADER]):
        given = [(name.lower(), quoted or bare) for name, quoted, bare in _PARAMETER.findall(found[2])]
        parameters = dict(reversed(given))  # the first of each counts
        if "anchor" not in parameters:  # such a link is another document's
            own = _sort(parameters.get("rel", ""), found[1], hubs) or own
    return hubs, own


def document_links(text: str) -> Links:
    """Of a feed document of whatever format, or of an HTML page."""
    if text.lstrip().startswith("{"):
        return _json_links(text)
    hubs: list[str] = []
    own = ""
    for attributes in _link_tags(text):
        own = own or _sort(attributes.get("rel", ""), attributes.get("href", ""), hubs)
    return hubs, own


def _link_tags(text: str) -> Iterator[dict[str, str]]:
    start = _COMMENT.sub("", text[:MOST_START])
    end = _END_OF_START.search(start)
    for tag in _TAG.finditer(start, 0, end.start() if end else len(start)):
        found = _ATTRIBUTE.findall(tag[1])
        yield {name.lower(): unescape(one or other or bare) for name, one, other, bare in found}


def _json_links(text: str) -> Links:
    try:
        found = msgspec.json.decode(text, type=_JsonFeed)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return [], ""
    return [hub.url for hub in found.hubs if hub.type.lower() == "websub"], found.feed_url


class _JsonHub(msgspec.Struct):
    type: str = ""
    url: str = ""


class _JsonFeed(msgspec.Struct):
    hubs: list[_JsonHub] = []
    feed_url: str = ""


def _sort(rel: str, target: str, hubs: list[str]) -> str:
    """Adds a hub; gives the target if it is the document itself."""
    relations = rel.lower().split()
    if "hub" in relations:
        hubs.append(target)
    return target if "self" in relations else ""


def _absolute(base: str, target: str) -> str:
    """ "" for what is no address to go to."""
    try:
        found = resolve(base, target) if target.strip() else ""
    except Invalid:
        return ""
    return found if is_address(found) and len(found) <= MOST_URL and found.isprintable() else ""
